using ILGPU.Runtime;

namespace ILGPU;

/// <summary>
/// Memory that the threads of a group share. Every call site is one allocation per group; extents must be compile-time constants after
/// inlining. Contents are undefined until written. Only inside explicitly grouped kernels.
/// </summary>
public static class SharedMemory
{
    public static ref T Allocate<T>()
        where T : unmanaged => ref Allocate<T>(1)[0];

    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged => KernelOnly.Value<ArrayView<T>>();

    /// <summary>
    /// The memory requested at launch by a <see cref="SharedMemoryConfig"/>, the same for every call; empty without a request.
    /// </summary>
    public static ArrayView<T> GetDynamic<T>()
        where T : unmanaged => KernelOnly.Value<ArrayView<T>>();

    public static ArrayView1D<T, Stride1D.Dense> Allocate1D<T>(Index1D extent)
        where T : unmanaged => Allocate<T>(extent.X);

    public static ArrayView1D<T, TStride> Allocate1D<T, TStride>(Index1D extent, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride1D =>
        new(Allocate<T>(stride.ComputeBufferLength(extent)), extent, stride);

    public static ArrayView2D<T, TStride> Allocate2D<T, TStride>(Index2D extent, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride2D =>
        new(Allocate<T>(stride.ComputeBufferLength(extent)), extent, stride);

    public static ArrayView3D<T, TStride> Allocate3D<T, TStride>(Index3D extent, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride3D =>
        new(Allocate<T>(stride.ComputeBufferLength(extent)), extent, stride);

    public static ArrayView2D<T, Stride2D.DenseX> Allocate2DDenseX<T>(in Index2D extent)
        where T : unmanaged => Allocate2D<T, Stride2D.DenseX>(extent, Stride2D.DenseX.FromExtent(extent));

    public static ArrayView2D<T, Stride2D.DenseY> Allocate2DDenseY<T>(in Index2D extent)
        where T : unmanaged => Allocate2D<T, Stride2D.DenseY>(extent, Stride2D.DenseY.FromExtent(extent));

    public static ArrayView3D<T, Stride3D.DenseXY> Allocate3DDenseXY<T>(in Index3D extent)
        where T : unmanaged => Allocate3D<T, Stride3D.DenseXY>(extent, Stride3D.DenseXY.FromExtent(extent));

    public static ArrayView3D<T, Stride3D.DenseZY> Allocate3DDenseZY<T>(in Index3D extent)
        where T : unmanaged => Allocate3D<T, Stride3D.DenseZY>(extent, Stride3D.DenseZY.FromExtent(extent));
}
