using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// A forward convolution to few pixels (a U-Net's inner layers), where reading the weight dominates: each output is the inner product of a
/// row of the weight, read once and in place, with its pixel's column. Tasks split the filters.
/// </summary>
internal sealed class InnerProductPlan
{
    private const int MaxPixels = 64;

    /// <summary>Floats of a tile's rows, which stay in the L1 cache while all pixels are multiplied with them.</summary>
    private const int RowFloats = 6144;

    private InnerProductPlan(in ConvGeometry g, InnerProductKernel kernel)
    {
        var isOneTile = (long)g.N * g.OutH * g.OutW <= kernel.Columns;
        (Columns, Kernel) = (new ColumnBlocks(g, isOneTile ? int.MaxValue : RowFloats / kernel.Rows), kernel);
    }

    public ColumnBlocks Columns { get; }

    public InnerProductKernel Kernel { get; }

    /// <summary>The plan; null for many pixels, or if a channel's taps don't fill whole vectors.</summary>
    public static InnerProductPlan? TryCreate(in ConvGeometry g, MicroKernel kernel) =>
        (long)g.N * g.OutH * g.OutW <= MaxPixels && g.KernelH * g.KernelW % kernel.Lanes == 0
            ? new InnerProductPlan(g, kernel.InnerProducts)
            : null;
}
