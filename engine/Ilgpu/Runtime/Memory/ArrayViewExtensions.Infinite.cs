namespace ILGPU.Runtime;

/// <content>Copies of views all of whose indices mean one element: of the memory they start at, as with dense ones.</content>
public static partial class ArrayViewExtensions
{
    /// <summary>Copies <paramref name="length"/> elements to host memory and waits.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Infinite> view, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.FromView(BufferCopy.DefaultStreamOf(view.BaseView), view.BaseView.SubView(0, length), ref cpuData);

    /// <summary>Copies <paramref name="length"/> elements from host memory and waits.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Infinite> view, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.ToView(BufferCopy.DefaultStreamOf(view.BaseView), in cpuData, view.BaseView.SubView(0, length));

    /// <summary>Copies the view to a span that is at least as long, and waits.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Infinite> view, AcceleratorStream stream, in Span<T> data)
        where T : unmanaged =>
        HostArrays.CopyToSpan(stream, view.BaseView, data);

    /// <summary>Copies a span to the start of a view that is at least as long, and waits.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Infinite> view, AcceleratorStream stream, in ReadOnlySpan<T> data)
        where T : unmanaged =>
        HostArrays.CopyFromSpan(stream, data, view.BaseView);

    /// <summary>Copies <paramref name="length"/> elements to host memory and waits.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Infinite> view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.FromView(stream, view.BaseView.SubView(0, length), ref cpuData);

    /// <summary>Copies <paramref name="length"/> elements from host memory and waits.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Infinite> view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.ToView(stream, in cpuData, view.BaseView.SubView(0, length));
}
