namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The taps of a convolution along one axis, or of its data gradient. There, positions with the same remainder modulo the stride (a phase)
/// meet the same taps, and each phase is a convolution of stride 1 with these taps alone, in reverse.
/// </summary>
/// <param name="Kernel">taps of the weight</param>
/// <param name="Phases">1, or the stride of a convolution whose data gradient this is; at most <paramref name="Kernel"/></param>
/// <param name="Pad">of a data gradient, the convolution's padding</param>
/// <param name="Order">reverse for a data gradient</param>
internal readonly record struct TapAxis(int Kernel, int Phases, int Pad, TapOrder Order)
{
    private bool IsReversed => Order == TapOrder.Reverse;

    /// <summary>The least tap of a phase; the next is <see cref="Phases"/> further.</summary>
    public int First(int phase) => IsReversed ? (phase + Pad) % Phases : 0;

    /// <summary>Taps of a phase, at least 1.</summary>
    public int Taps(int phase) => (Kernel - First(phase) + Phases - 1) / Phases;

    /// <summary>Where in the weight a phase's tap is, in the order in which pixels are met.</summary>
    public int Tap(int phase, int tap) => IsReversed ? First(phase) + (Phases * (Taps(phase) - 1 - tap)) : tap;

    /// <summary>The pixel that the first result of a phase meets first; negative before the image.</summary>
    public int Origin(int phase) => IsReversed ? ((phase + Pad - First(phase)) / Phases) - (Taps(phase) - 1) : -Pad;
}

/// <summary>The order in which the taps of a weight meet an image.</summary>
internal enum TapOrder
{
    /// <summary>As they are in the weight: of a convolution.</summary>
    Forward,

    /// <summary>The last one first: of a data gradient.</summary>
    Reverse,
}

/// <summary>One axis of <see cref="ChannelsLastGeometry"/>.</summary>
/// <param name="Extent">pixels of the image without a border</param>
/// <param name="Results">pixels of the result</param>
/// <param name="Stride">pixels from one result of a phase to the next</param>
/// <param name="Taps">the taps</param>
/// <param name="Room">
/// pixels of the convolution's result with those that a weight gradient takes more (<see cref="PixelTurns"/>)
/// </param>
internal readonly record struct ChannelsLastAxis(int Extent, int Results, int Stride, TapAxis Taps, int Room)
{
    /// <summary>Results of the longest phase.</summary>
    public int Count => (Results + Taps.Phases - 1) / Taps.Phases;

    /// <summary>The border before the image: as much as the first results read.</summary>
    public int Before
    {
        get
        {
            var before = 0;
            for (var phase = 0; phase < Taps.Phases; phase++)
            {
                before = Math.Max(before, -Taps.Origin(phase));
            }

            return before;
        }
    }

    /// <summary>The border behind the image: as much as the last results read, and a weight gradient.</summary>
    public int After
    {
        get
        {
            var after = Taps.Order == TapOrder.Reverse
                ? Math.Max(0, Room - Extent) : Math.Max(0, ((Room - 1) * Stride) + Taps.Origin(0) + Taps.Kernel - Extent);
            for (var phase = 0; phase < Taps.Phases; phase++)
            {
                after = Math.Max(after, ((Count - 1) * Stride) + Taps.Origin(phase) + Taps.Taps(phase) - Extent);
            }

            return after;
        }
    }

    public int Padded => Before + Extent + After;
}

/// <summary>
/// A convolution or its data gradient, of an image [N, Padded, Padded, channels] (<see cref="ImageForm"/>) and filter blocks: both are
/// up to four convolutions of an image that has its border in memory.
/// </summary>
/// <param name="N">images</param>
/// <param name="Channels">channels of the image</param>
/// <param name="Filters">channels of the result [N, Filters, Results, Results]</param>
/// <param name="Rows">the height</param>
/// <param name="Columns">the width</param>
/// <param name="Type">the element type of both operands</param>
internal readonly record struct ChannelsLastGeometry(
    int N, int Channels, int Filters, ChannelsLastAxis Rows, ChannelsLastAxis Columns, FactorType Type)
{
    public int Phases => Rows.Taps.Phases * Columns.Taps.Phases;

    /// <summary>Pixels of the longest phase, of all images.</summary>
    public long Pixels => (long)N * Rows.Count * Columns.Count;

    /// <summary>Two for each multiply-add; a tap belongs to one phase.</summary>
    public long Flops => 2L * Pixels * Filters * Channels * Rows.Taps.Kernel * Columns.Taps.Kernel;

    /// <summary>The form of the image.</summary>
    /// <param name="mode">what its border holds</param>
    public ImageForm Image(PadMode mode) => new(
        mode, new PadGeometry(N * Channels, Rows.Extent, Columns.Extent, Rows.Before, Rows.After, Columns.Before, Columns.After), Channels,
        Type);

    public FilterForm Weight => new(Filters, Channels, Rows.Taps, Columns.Taps, Type);

    public static ChannelsLastGeometry Forward(in ConvGeometry g, FactorType type)
    {
        var turns = new PixelTurns(g.OutH, g.OutW, type);
        return new ChannelsLastGeometry(
            g.N, g.C, g.K,
            new ChannelsLastAxis(g.H, g.OutH, g.StrideH, new TapAxis(g.KernelH, 1, g.PadTop, TapOrder.Forward), turns.Height),
            new ChannelsLastAxis(g.W, g.OutW, g.StrideW, new TapAxis(g.KernelW, 1, g.PadLeft, TapOrder.Forward), turns.Width), type);
    }

    /// <summary>The data gradient, and the forward pass of a transposed convolution.</summary>
    public static ChannelsLastGeometry InputGradient(in ConvGeometry g, FactorType type)
    {
        var turns = new PixelTurns(g.OutH, g.OutW, type);
        return new ChannelsLastGeometry(
            g.N, g.K, g.C,
            new ChannelsLastAxis(g.OutH, g.H, 1, new TapAxis(g.KernelH, g.StrideH, g.PadTop, TapOrder.Reverse), turns.Height),
            new ChannelsLastAxis(g.OutW, g.W, 1, new TapAxis(g.KernelW, g.StrideW, g.PadLeft, TapOrder.Reverse), turns.Width), type);
    }
}

/// <summary>
/// The pixels of a convolution's result as the depth of its weight gradient: turns of 32 in bfloat16 and 16 in TF32, each a part of a row,
/// or several whole rows. Rows and columns that fill up the last turns are zeros in the gradient's border.
/// </summary>
internal readonly record struct PixelTurns
{
    public PixelTurns(int height, int width, FactorType type)
    {
        Depth = type.Block;
        Width = width >= Depth
            ? (width + Depth - 1) / Depth * Depth : (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(width, 1));
        Rows = Math.Max(Depth / Width, 1);
        Height = (height + Rows - 1) / Rows * Rows;
    }

    /// <summary>Pixels of a turn.</summary>
    public int Depth { get; }

    /// <summary>The height and width with what fills them up.</summary>
    public int Height { get; }

    public int Width { get; }

    /// <summary>Rows of a turn.</summary>
    public int Rows { get; }

    /// <summary>Turns of an image.</summary>
    public int Count => Height * Width / Depth;
}
