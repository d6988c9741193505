namespace ILGPU;

/// <summary>The position of the running group in its grid. Only inside kernels.</summary>
public static class Grid
{
    /// <summary>The X position of the group in the grid.</summary>
    public static int IdxX => KernelOnly.Value<int>();

    /// <summary>The Y position of the group in the grid.</summary>
    public static int IdxY => KernelOnly.Value<int>();

    /// <summary>The Z position of the group in the grid.</summary>
    public static int IdxZ => KernelOnly.Value<int>();

    /// <summary>The number of groups along X.</summary>
    public static int DimX => KernelOnly.Value<int>();

    /// <summary>The number of groups along Y.</summary>
    public static int DimY => KernelOnly.Value<int>();

    /// <summary>The number of groups along Z.</summary>
    public static int DimZ => KernelOnly.Value<int>();

    public static Index3D Index => new(IdxX, IdxY, IdxZ);

    public static Index3D Dimension => new(DimX, DimY, DimZ);

    /// <summary>The position of the thread in the whole grid.</summary>
    public static Index3D GlobalIndex => ComputeGlobalIndex(Index, Group.Index);

    /// <inheritdoc cref="GlobalIndex"/>
    public static LongIndex3D LongGlobalIndex => ComputeLongGlobalIndex(Index, Group.Index);

    /// <summary>The number of the group, X fastest.</summary>
    public static int LinearIndex => (IdxZ * DimY + IdxY) * DimX + IdxX;

    /// <summary>The number of the thread: group after group, X fastest within each.</summary>
    public static int GlobalLinearIndex => LinearIndex * Group.Dimension.Size + Group.LinearIndex;

    public static Index1D ComputeGlobalIndex(Index1D gridIdx, Index1D groupIdx) => gridIdx * Group.DimX + groupIdx;

    public static Index2D ComputeGlobalIndex(Index2D gridIdx, Index2D groupIdx) =>
        new(gridIdx.X * Group.DimX + groupIdx.X, gridIdx.Y * Group.DimY + groupIdx.Y);

    public static Index3D ComputeGlobalIndex(Index3D gridIdx, Index3D groupIdx) =>
        new(gridIdx.X * Group.DimX + groupIdx.X, gridIdx.Y * Group.DimY + groupIdx.Y, gridIdx.Z * Group.DimZ + groupIdx.Z);

    public static LongIndex1D ComputeLongGlobalIndex(Index1D gridIdx, Index1D groupIdx) => (long)gridIdx.X * Group.DimX + groupIdx.X;

    public static LongIndex2D ComputeLongGlobalIndex(Index2D gridIdx, Index2D groupIdx) =>
        new((long)gridIdx.X * Group.DimX + groupIdx.X, (long)gridIdx.Y * Group.DimY + groupIdx.Y);

    public static LongIndex3D ComputeLongGlobalIndex(Index3D gridIdx, Index3D groupIdx) => new(
        (long)gridIdx.X * Group.DimX + groupIdx.X,
        (long)gridIdx.Y * Group.DimY + groupIdx.Y,
        (long)gridIdx.Z * Group.DimZ + groupIdx.Z);
}
