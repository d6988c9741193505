using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// A weight gradient from few pixels (a U-Net's inner layers), where writing the gradient dominates: dw [filter, (channel, tap)] =
/// dy · columns is written directly to its destination. Tasks split the filters.
/// </summary>
internal sealed class OuterProductPlan
{
    private const int MaxPixels = 256;

    private OuterProductPlan(in ConvGeometry g, MicroKernel kernel)
    {
        Columns = new ColumnBlocks(g, int.MaxValue);
        Kernel = kernel;
        Panels = CorrelationPlan.DivideUp(g.K, kernel.Rows);
        Bases = MicroKernel.Multiples(Columns.BlockChannels * Columns.Taps / kernel.Lanes, of: kernel.Lanes);
        Offsets = MicroKernel.Multiples(Columns.Pixels, of: Columns.Block(0).Pitch);
        LastOffsets = MicroKernel.Multiples(Columns.Pixels, of: Columns.Block(g.C - 1).Pitch);
    }

    public ColumnBlocks Columns { get; }

    public MicroKernel Kernel { get; }

    /// <summary>Panels of filters.</summary>
    public int Panels { get; }

    public int[] Bases { get; }

    /// <summary>Offset of each pixel in a full block of columns; see <see cref="RightFactor"/>.</summary>
    public int[] Offsets { get; }

    /// <summary>Offset of each pixel in the last block of columns.</summary>
    public int[] LastOffsets { get; }

    /// <summary>The plan; null for many pixels, or if a channel's taps don't fill whole vectors.</summary>
    public static OuterProductPlan? TryCreate(in ConvGeometry g, MicroKernel kernel) =>
        (long)g.N * g.OutH * g.OutW <= MaxPixels && g.KernelH * g.KernelW % kernel.Lanes == 0 && g.K >= kernel.Rows
            ? new OuterProductPlan(g, kernel)
            : null;
}
