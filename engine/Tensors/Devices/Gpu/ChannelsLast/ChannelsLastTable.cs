using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>Which passes of a convolution are computed with channels last, and in how many parts. Not measured on any card.</summary>
internal static class ChannelsLastTable
{
    /// <summary>The most numbers that a kernel addresses.</summary>
    private const long Most = 1 << 30;

    /// <summary>The least turns of a part: fewer don't hide the code around the loop.</summary>
    private const int MinTurns = 8;

    /// <summary>The most sums of all parts together: more take long to add.</summary>
    private const int MaxSums = 1 << 24;

    private const int MaxSplits = 64;

    /// <summary>
    /// Whether tensor cores read a convolution, or a data gradient, with channels last (<see cref="TurnsKernel"/>): not where a tile of 128
    /// pixels and 128 filters, or a block of channels, would be mostly empty.
    /// </summary>
    public static bool Suits(in ChannelsLastGeometry g) => g.Channels % g.Type.Block == 0
        && g.Filters >= FilterForm.FilterBlock / 2 && g.Pixels >= TurnsTile.Rows / 2;

    /// <summary>Whether the kernel can compute the pass: what it addresses has to be below 2³⁰ numbers.</summary>
    public static bool CanRun(in ChannelsLastGeometry g, ProductDevice device) => device.HasTensorCores
        && Math.Max(g.Rows.Taps.Phases, g.Columns.Taps.Phases) <= 2
        && g.Rows.Taps.Kernel >= g.Rows.Taps.Phases && g.Columns.Taps.Kernel >= g.Columns.Taps.Phases
        && g.Image(PadMode.Constant).Bytes(0) <= 2 * Most && g.Weight.Bytes(0) <= 2 * Most
        && (long)g.N * g.Filters * g.Rows.Results * g.Columns.Results <= Most
        && g.Weight.AllBlocks <= ProductDevice.MaxGridYZ;

    /// <summary>
    /// Parts of the depth: so many that each multiprocessor has a group of threads, but no part with fewer turns than hide the code around
    /// the loop, and none whose sums take long to add.
    /// </summary>
    public static int Parts(in ChannelsLastGeometry g, ProductDevice device)
    {
        var tiles = (g.Pixels + TurnsTile.Rows - 1) / TurnsTile.Rows * (g.Weight.FilterRows / TurnsTile.Columns) * g.Phases;
        var results = (long)g.N * g.Filters * g.Rows.Results * g.Columns.Results;
        var most = Math.Min(Turns(g) / MinTurns, MaxSums / Math.Max(results, 1));
        return (int)Math.Clamp(device.Multiprocessors / tiles, 1, Math.Clamp(most, 1, MaxSplits));
    }

    /// <summary>
    /// Whether tensor cores compute a weight gradient with channels last (<see cref="GradientKernel"/>): not where a tile of 128 filters, a
    /// block of channels or a turn would be mostly empty.
    /// </summary>
    public static bool Suits(in ConvGeometry g, FactorType type) =>
        g.C % type.Block == 0 && g.K >= GradientKernel.Side / 2 && g.OutH * g.OutW >= type.Block;

    /// <summary>Whether the kernel can compute a weight gradient: the same of its forms and its own sums.</summary>
    public static bool CanRun(in ConvGeometry g, FactorType type, ProductDevice device) => device.HasTensorCores
        && Math.Max(g.StrideH, g.StrideW) <= 2 && g.KernelH >= g.StrideH && g.KernelW >= g.StrideW
        && ChannelsLastGeometry.Forward(g, type).Image(PadMode.Constant).Bytes(0) <= 2 * Most
        && ChannelsLastGeometry.InputGradient(g, type).Image(PadMode.Constant).Bytes(0) <= 2 * Most
        && Columns(g, type) / GradientKernel.Side <= ProductDevice.MaxGridYZ;

    /// <summary>Parts of a weight gradient's depth: two groups of threads for each multiprocessor.</summary>
    public static int Parts(in ConvGeometry g, FactorType type, ProductDevice device)
    {
        long rows = (g.K + GradientKernel.Side - 1) / GradientKernel.Side;
        var tiles = rows * ((Columns(g, type) + GradientKernel.Side - 1) / GradientKernel.Side);
        var turns = g.N * new PixelTurns(g.OutH, g.OutW, type).Count;
        var most = Math.Min(turns / MinTurns, MaxSums / Math.Max(g.K * Columns(g, type), 1));
        return (int)Math.Clamp(TurnsTile.Groups * device.Multiprocessors / tiles, 1, Math.Clamp(most, 1, MaxSplits));
    }

    /// <summary>Columns of a weight gradient with channels last.</summary>
    private static long Columns(in ConvGeometry g, FactorType type) => (long)g.KernelH * g.KernelW * type.Blocks(g.C) * type.Block;

    /// <summary>Turns of the phase with the fewest.</summary>
    public static int Turns(in ChannelsLastGeometry g)
    {
        var form = g.Weight;
        return Enumerable.Range(0, form.Phases).Min(form.BlocksOf);
    }
}
