using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// A forward convolution to few pixels (a U-Net's inner layers), where the weight is most of what is read: each output is the inner product
/// of a row of the weight, read once and as it lies, with what its pixel sees. Tasks own filters.
/// </summary>
internal sealed class InnerProductPlan
{
    private const int MostPixels = 64;

    /// <summary>Floats of a tile's rows that stay in the first-level cache while pixel after pixel is multiplied with them.</summary>
    private const int RowFloats = 6144;

    private InnerProductPlan(in ConvGeometry g, InnerProductKernel kernel)
    {
        var isOneTile = (long)g.N * g.OutH * g.OutW <= kernel.Columns;
        (Columns, Kernel) = (new ColumnBlocks(g, isOneTile ? int.MaxValue : RowFloats / kernel.Rows), kernel);
    }

    public ColumnBlocks Columns { get; }

    public InnerProductKernel Kernel { get; }

    /// <summary>The plan, or null for many pixels or where a channel's taps do not fill whole vectors.</summary>
    public static InnerProductPlan? TryCreate(in ConvGeometry g, MicroKernel kernel) =>
        (long)g.N * g.OutH * g.OutW <= MostPixels && g.KernelH * g.KernelW % kernel.Lanes == 0
            ? new InnerProductPlan(g, kernel.InnerProducts)
            : null;
}
