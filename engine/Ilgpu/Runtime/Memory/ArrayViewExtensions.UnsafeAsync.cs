namespace ILGPU.Runtime;

/// <content>
/// Copies that may still be under way when the call returns, where the driver can copy in the background. The host memory must stay where
/// it is, pinned or native, and untouched until the stream has been synchronised; nothing sees to that.
/// </content>
public static partial class ArrayViewExtensions
{
    /// <summary>Begins to copy <paramref name="length"/> elements to host memory.</summary>
    public static void CopyToCPUUnsafeAsync<T, TView>(this TView view, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        BufferCopy.BeginFromView(BufferCopy.DefaultStreamOf(view.AsContiguous()), view.AsContiguous().SubView(0, length), ref cpuData);

    /// <summary>Begins to copy <paramref name="length"/> elements from host memory.</summary>
    public static void CopyFromCPUUnsafeAsync<T, TView>(this TView view, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        BufferCopy.BeginToView(BufferCopy.DefaultStreamOf(view.AsContiguous()), in cpuData, view.AsContiguous().SubView(0, length));

    /// <summary>Begins to copy <paramref name="length"/> elements to host memory.</summary>
    public static void CopyToCPUUnsafeAsync<T>(this ArrayView1D<T, Stride1D.Dense> view, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.BeginFromView(BufferCopy.DefaultStreamOf(view.BaseView), view.BaseView.SubView(0, length), ref cpuData);

    /// <summary>Begins to copy <paramref name="length"/> elements from host memory.</summary>
    public static void CopyFromCPUUnsafeAsync<T>(this ArrayView1D<T, Stride1D.Dense> view, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.BeginToView(BufferCopy.DefaultStreamOf(view.BaseView), in cpuData, view.BaseView.SubView(0, length));

    /// <summary>Begins to copy <paramref name="length"/> elements to host memory.</summary>
    public static void CopyToCPUUnsafeAsync<T>(this ArrayView1D<T, Stride1D.Infinite> view, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.BeginFromView(BufferCopy.DefaultStreamOf(view.BaseView), view.BaseView.SubView(0, length), ref cpuData);

    /// <summary>Begins to copy <paramref name="length"/> elements from host memory.</summary>
    public static void CopyFromCPUUnsafeAsync<T>(this ArrayView1D<T, Stride1D.Infinite> view, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.BeginToView(BufferCopy.DefaultStreamOf(view.BaseView), in cpuData, view.BaseView.SubView(0, length));

    /// <summary>Begins to copy <paramref name="length"/> elements to host memory.</summary>
    public static void CopyToCPUUnsafeAsync<T, TView>(this TView view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        BufferCopy.BeginFromView(stream, view.AsContiguous().SubView(0, length), ref cpuData);

    /// <summary>Begins to copy <paramref name="length"/> elements from host memory.</summary>
    public static void CopyFromCPUUnsafeAsync<T, TView>(this TView view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        BufferCopy.BeginToView(stream, in cpuData, view.AsContiguous().SubView(0, length));

    /// <summary>Begins to copy <paramref name="length"/> elements to host memory.</summary>
    public static void CopyToCPUUnsafeAsync<T>(
        this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.BeginFromView(stream, view.BaseView.SubView(0, length), ref cpuData);

    /// <summary>Begins to copy <paramref name="length"/> elements from host memory.</summary>
    public static void CopyFromCPUUnsafeAsync<T>(
        this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.BeginToView(stream, in cpuData, view.BaseView.SubView(0, length));

    /// <summary>Begins to copy <paramref name="length"/> elements to host memory.</summary>
    public static void CopyToCPUUnsafeAsync<T>(
        this ArrayView1D<T, Stride1D.Infinite> view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.BeginFromView(stream, view.BaseView.SubView(0, length), ref cpuData);

    /// <summary>Begins to copy <paramref name="length"/> elements from host memory.</summary>
    public static void CopyFromCPUUnsafeAsync<T>(
        this ArrayView1D<T, Stride1D.Infinite> view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.BeginToView(stream, in cpuData, view.BaseView.SubView(0, length));
}
