namespace ILGPU;

public interface IIndex;

public interface IIntrinsicIndex : IIndex;

public readonly struct Index1D : IIntrinsicIndex
{
    public Index1D(int x) => throw null!;

    public int X => throw null!;

    public int Size => throw null!;

    public static implicit operator Index1D(int idx) => throw null!;

    public static implicit operator int(Index1D idx) => throw null!;
}

public readonly struct Index2D : IIntrinsicIndex
{
    public Index2D(int x, int y) => throw null!;

    public int X => throw null!;

    public int Y => throw null!;

    public int Size => throw null!;
}

public readonly struct Index3D : IIntrinsicIndex
{
    public Index3D(int x, int y, int z) => throw null!;

    public int X => throw null!;

    public int Y => throw null!;

    public int Z => throw null!;

    public int Size => throw null!;
}

public readonly struct LongIndex1D : IIndex
{
    public LongIndex1D(long x) => throw null!;

    public long X => throw null!;

    public static implicit operator LongIndex1D(long idx) => throw null!;

    public static implicit operator long(LongIndex1D idx) => throw null!;
}

public interface IStride1D;

public static class Stride1D
{
    public readonly struct Dense : IStride1D;
}

public readonly struct KernelConfig : IIntrinsicIndex
{
    public KernelConfig(Index1D gridDim, Index1D groupDim) => throw null!;

    public KernelConfig(Index2D gridDim, Index2D groupDim) => throw null!;

    public KernelConfig(Index3D gridDim, Index3D groupDim) => throw null!;

    public Index3D GridDim => throw null!;

    public Index3D GroupDim => throw null!;

    public long Size => throw null!;

    public static implicit operator KernelConfig((Index1D, Index1D) dimensions) => throw null!;

    public static implicit operator KernelConfig((Index3D, Index3D) dimensions) => throw null!;
}
