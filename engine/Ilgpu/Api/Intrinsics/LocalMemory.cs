using ILGPU.Runtime;

namespace ILGPU;

/// <summary>
/// Memory of one thread. Extents must be compile-time constants after inlining; arrays that are only indexed by constants end up in
/// registers. Contents are undefined until written. Only inside kernels.
/// </summary>
public static class LocalMemory
{
    public static ArrayView<T> Allocate<T>(int extent)
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
}
