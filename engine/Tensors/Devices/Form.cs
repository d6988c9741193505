namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A way in which the numbers of a value lie in memory. The plain one is dense, row-major float32; a value may exist in several at once,
/// and has those alone that somebody reads. A layout or an element type of another kind is another record here; equal records are the
/// same form.
/// </summary>
internal abstract record Form
{
    /// <summary>Dense, row-major float32.</summary>
    public static Form Plain { get; } = new PlainForm();

    /// <summary>What pages call it.</summary>
    public abstract string Name { get; }

    /// <summary>Memory that a value takes in this form, in bytes.</summary>
    /// <param name="plain">numbers of the value</param>
    public abstract long Bytes(long plain);

    /// <summary>The call that makes a value in this form of the plain one.</summary>
    public abstract KernelCall Convert(DeviceSpan x, DeviceSpan y);

    /// <summary>Elements of device memory, of four bytes each, for a value in this form.</summary>
    /// <param name="plain">numbers of the value</param>
    public long Elements(long plain) => (Bytes(plain) + sizeof(float) - 1) / sizeof(float);

    private sealed record PlainForm : Form
    {
        public override string Name => "plain";

        public override long Bytes(long plain) => plain * sizeof(float);

        public override KernelCall Convert(DeviceSpan x, DeviceSpan y) => new CopyCall(x, y);
    }
}

/// <summary>Float32 with a border around each plane.</summary>
/// <param name="Mode">what it holds</param>
/// <param name="Value">the constant of a constant border</param>
/// <param name="G">its widths</param>
internal sealed record PlaneBorder(PadMode Mode, float Value, PadGeometry G) : Form
{
    public override string Name => "with a border";

    public override long Bytes(long plain) => G.Count() * sizeof(float);

    public override KernelCall Convert(DeviceSpan x, DeviceSpan y) => new PadCall(Mode, Value, x, y, G);
}

/// <summary>The element type of operands that tensor cores read from memory as they lie there.</summary>
internal enum FactorType
{
    /// <summary>Two bytes: the upper half of a float32.</summary>
    Bfloat16,

    /// <summary>Four bytes: a float32 of which the lowest 13 bits are not read.</summary>
    Tf32,
}

internal static class FactorTypes
{
    /// <summary>Bytes of a block of channels, what the loop of a convolution takes at once: four chunks of 16 bytes.</summary>
    public const int BlockBytes = 64;

    extension(FactorType type)
    {
        public int Size => type == FactorType.Bfloat16 ? 2 : 4;

        /// <summary>Channels of a block.</summary>
        public int Block => BlockBytes / type.Size;

        public string Text => type == FactorType.Bfloat16 ? "bfloat16" : "TF32";

        /// <summary>Blocks that hold so many channels; the last one is filled up with zeros.</summary>
        public int Blocks(int channels) => (channels + type.Block - 1) / type.Block;
    }
}

/// <summary>
/// Images with channels last, [N, OutH, OutW, channels], and a border of zeros or of the mode's copies. The channels are filled up with
/// zeros to whole blocks (<see cref="FactorTypes"/>), so that 16 bytes are always neighbouring channels of one pixel.
/// </summary>
/// <param name="Mode">what the border holds; 0 where it is constant</param>
/// <param name="G">planes and widths of the border</param>
/// <param name="Channels">channels of the plain form, [N, Channels, H, W]</param>
/// <param name="Type">the element type</param>
internal sealed record ImageForm(PadMode Mode, PadGeometry G, int Channels, FactorType Type) : Form
{
    public override string Name => $"channels last, {Type.Text}";

    public int Images => G.Planes / Channels;

    /// <summary>Channels of a pixel, with those that are filled up.</summary>
    public int Depth => Type.Blocks(Channels) * Type.Block;

    public override long Bytes(long plain) => (long)Images * G.OutH * G.OutW * Depth * Type.Size;

    public override KernelCall Convert(DeviceSpan x, DeviceSpan y) => new ToChannelsLastCall(x, y, this);
}

/// <summary>
/// A convolution's weight as tensor cores read it: [phase, tap row, tap, block of channels, filters, channels of a block], where a turn's
/// filters are one run of memory. Channels are filled up with zeros to whole blocks and filters to a multiple of
/// <see cref="FilterBlock"/>.
/// </summary>
/// <param name="Filters">filters: of a data gradient, the convolution's channels</param>
/// <param name="Channels">channels that each sums over: of a data gradient, the convolution's filters</param>
/// <param name="Rows">taps along the height</param>
/// <param name="Columns">taps along the width</param>
/// <param name="Type">the element type</param>
internal sealed record FilterForm(int Filters, int Channels, TapAxis Rows, TapAxis Columns, FactorType Type) : Form
{
    /// <summary>Filters of a tile.</summary>
    public const int FilterBlock = 128;

    public override string Name => $"filter blocks, {Type.Text}";

    public int FilterRows => (Filters + FilterBlock - 1) / FilterBlock * FilterBlock;

    /// <summary>Blocks of [filters, channels] for each tap.</summary>
    public int BlocksOfTap => Type.Blocks(Channels);

    public int Phases => Rows.Phases * Columns.Phases;

    /// <summary>Blocks of [filters, channels] in all phases: each tap belongs to one.</summary>
    public int AllBlocks => Rows.Kernel * Columns.Kernel * BlocksOfTap;

    public override long Bytes(long plain) => (long)AllBlocks * FilterRows * FactorTypes.BlockBytes;

    public override KernelCall Convert(DeviceSpan x, DeviceSpan y) => new ToFilterBlocksCall(x, y, this);

    /// <summary>Blocks of a phase; those of one phase follow those of the other.</summary>
    public int BlocksOf(int phase) =>
        Rows.Taps(phase / Columns.Phases) * Columns.Taps(phase % Columns.Phases) * BlocksOfTap;

    /// <summary>The blocks before those of a phase.</summary>
    public int BlocksBefore(int phase) => Enumerable.Range(0, phase).Sum(BlocksOf);
}
