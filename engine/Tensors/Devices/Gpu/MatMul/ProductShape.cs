namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>What the choice of a variant asks of a product: its extents for each of <paramref name="Planes"/> planes.</summary>
/// <param name="IsAlongDepth">
/// neighbouring depths, not neighbouring columns, of the right factor are neighbours in memory: a weight gradient's are
/// </param>
/// <param name="HasVectorRows">the left factor can be read in 128-bit accesses</param>
/// <param name="HasFewTaps">a column's taps fit into <see cref="TapMask"/>, where copies run beside the arithmetic</param>
/// <param name="HasSmallKernel">
/// they fit into <see cref="SmallTapMask"/>; where not, tensor cores are fed as for neighbouring depths
/// </param>
/// <param name="IsPacked">the left factor is packed by phases, which kernels on tensor cores alone read</param>
internal readonly record struct ProductShape(
    int Rows, int Columns, int Depth, int Planes, bool IsAlongDepth, bool HasVectorRows, bool HasFewTaps = true, bool HasSmallKernel = true,
    bool IsPacked = false)
{
    private const int VectorWidth = 4;

    /// <param name="isAligned">whether all arrays start at multiples of 16 bytes</param>
    public static ProductShape Of(in Product product, bool isAlongDepth, bool isAligned)
    {
        var depth = product.LongestDepth;
        var isPacked = product.PhasesX > 0 && product.LeftPlane > 0;
        var hasVectorRows = isAligned && product.LeftPlane % VectorWidth == 0 && (isPacked
            ? product.Depth % VectorWidth == 0
            : product.HasOnePhase && product.Left.HasVectorRows(product.DepthRadix, depth));
        var hasFewTaps = isAlongDepth || (product.DepthRadix.Middle.Value <= TapMask.Most && product.DepthRadix.Low.Value <= TapMask.Most);
        var hasSmallKernel = isAlongDepth
            || (product.DepthRadix.Middle.Value <= SmallTapMask.MostRows && product.DepthRadix.Low.Value <= SmallTapMask.MostColumns);
        return new(product.Rows, product.Columns, depth, product.Planes, isAlongDepth, hasVectorRows, hasFewTaps, hasSmallKernel, isPacked);
    }

    /// <summary>Groups that a tile makes of it, before splits.</summary>
    public long Groups(TileShape tile) => TileSize.Of(tile).Groups(Rows, Columns, Planes);

    /// <summary>Two for each multiply-add.</summary>
    public long Flops => 2L * Rows * Columns * Depth * Planes;
}
