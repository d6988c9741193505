namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The properties of a product that the choice of a variant depends on: its extents for each plane, and its layout.</summary>
/// <param name="IsAlongDepth">whether the right factor is contiguous along the depth, not along columns, as in a weight gradient</param>
/// <param name="HasVectorRows">whether the left factor can be read in 128-bit accesses</param>
internal readonly record struct ProductShape(int Rows, int Columns, int Depth, int Planes, bool IsAlongDepth, bool HasVectorRows)
{
    private const int VectorWidth = 4;

    /// <summary>Whether a column's taps fit into <see cref="TapMask"/>, which asynchronous copies need.</summary>
    public bool HasFewTaps { get; init; } = true;

    /// <summary>
    /// Whether they fit into <see cref="SmallTapMask"/>; otherwise tensor-core kernels load the right factor as along the depth.
    /// </summary>
    public bool HasSmallKernel { get; init; } = true;

    /// <summary>Whether the left factor is packed by phases, which only tensor-core kernels support.</summary>
    public bool IsPacked { get; init; }

    /// <param name="isAligned">whether all arrays start at multiples of 16 bytes</param>
    public static ProductShape Of(in Product product, bool isAlongDepth, bool isAligned)
    {
        var depth = product.LongestDepth;
        var isPacked = product.PhasesX > 0 && product.LeftPlane > 0;
        var hasVectorRows = isAligned && product.LeftPlane % VectorWidth == 0 && (isPacked
            ? product.Depth % VectorWidth == 0
            : product.HasOnePhase && product.Left.HasVectorRows(product.DepthRadix, depth));
        var hasFewTaps = isAlongDepth
            || (product.DepthRadix.Middle.Value <= TapMask.MaxSide && product.DepthRadix.Low.Value <= TapMask.MaxSide);
        var hasSmallKernel = isAlongDepth
            || (product.DepthRadix.Middle.Value <= SmallTapMask.MaxRows && product.DepthRadix.Low.Value <= SmallTapMask.MaxColumns);
        return new(product.Rows, product.Columns, depth, product.Planes, isAlongDepth, hasVectorRows)
        {
            HasFewTaps = hasFewTaps, HasSmallKernel = hasSmallKernel, IsPacked = isPacked,
        };
    }

    /// <summary>Groups of threads for a tile, before splitting the depth.</summary>
    public long Groups(TileShape tile) => TileSize.Of(tile).Groups(Rows, Columns, Planes);

    /// <summary>Operations, two for each multiply-add.</summary>
    public long Flops => 2L * Rows * Columns * Depth * Planes;
}
