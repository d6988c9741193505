namespace ILGPU.Runtime;

/// <content>Copies between linear views and host memory.</content>
public static partial class ArrayViewExtensions
{
    /// <summary>Copies an array of the view's length to the view and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyFromCPU<T>(this ArrayView<T> view, T[] data)
        where T : unmanaged => HostArrays.CopyTo<T, Stride1D.Dense>(BufferCopy.DefaultStreamOf(view), data, view);

    /// <summary>Copies the view to an array of its length and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyToCPU<T>(this ArrayView<T> view, T[] data)
        where T : unmanaged => HostArrays.CopyFrom<T, Stride1D.Dense>(BufferCopy.DefaultStreamOf(view), view, data);

    /// <summary>The view's elements as a new array.</summary>
    public static T[] GetAsArray<T>(this ArrayView<T> view)
        where T : unmanaged
    {
        var data = new T[view.Length];
        view.CopyToCPU(data);
        return data;
    }

    /// <summary>Copies the view to a span that is at least as long, and waits.</summary>
    public static void CopyToCPU<T, TView>(this TView view, in Span<T> data)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        HostArrays.CopyToSpan(BufferCopy.DefaultStreamOf(view.AsContiguous()), view.AsContiguous(), data);

    /// <summary>Copies a span to the start of a view that is at least as long, and waits.</summary>
    public static void CopyFromCPU<T, TView>(this TView view, in ReadOnlySpan<T> data)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        HostArrays.CopyFromSpan(BufferCopy.DefaultStreamOf(view.AsContiguous()), data, view.AsContiguous());

    /// <summary>Copies <paramref name="length"/> elements to host memory and waits.</summary>
    public static void CopyToCPU<T, TView>(this TView view, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        BufferCopy.FromView(BufferCopy.DefaultStreamOf(view.AsContiguous()), view.AsContiguous().SubView(0, length), ref cpuData);

    /// <summary>Copies <paramref name="length"/> elements from host memory and waits.</summary>
    public static void CopyFromCPU<T, TView>(this TView view, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        BufferCopy.ToView(BufferCopy.DefaultStreamOf(view.AsContiguous()), in cpuData, view.AsContiguous().SubView(0, length));

    /// <summary>Copies <paramref name="length"/> elements to host memory and waits.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.FromView(BufferCopy.DefaultStreamOf(view.BaseView), view.BaseView.SubView(0, length), ref cpuData);

    /// <summary>Copies <paramref name="length"/> elements from host memory and waits.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.ToView(BufferCopy.DefaultStreamOf(view.BaseView), in cpuData, view.BaseView.SubView(0, length));

    /// <summary>Copies an array of the view's length to the view and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyFromCPU<T>(this ArrayView<T> view, AcceleratorStream stream, T[] data)
        where T : unmanaged => HostArrays.CopyTo<T, Stride1D.Dense>(stream, data, view);

    /// <summary>Copies the view to an array of its length and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyToCPU<T>(this ArrayView<T> view, AcceleratorStream stream, T[] data)
        where T : unmanaged => HostArrays.CopyFrom<T, Stride1D.Dense>(stream, view, data);

    /// <summary>The view's elements as a new array.</summary>
    public static T[] GetAsArray<T>(this ArrayView<T> view, AcceleratorStream stream)
        where T : unmanaged
    {
        var data = new T[view.Length];
        view.CopyToCPU(stream, data);
        return data;
    }

    /// <summary>Copies the view to a span that is at least as long, and waits.</summary>
    public static void CopyToCPU<T, TView>(this TView view, AcceleratorStream stream, in Span<T> data)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        HostArrays.CopyToSpan(stream, view.AsContiguous(), data);

    /// <summary>Copies a span to the start of a view that is at least as long, and waits.</summary>
    public static void CopyFromCPU<T, TView>(this TView view, AcceleratorStream stream, in ReadOnlySpan<T> data)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        HostArrays.CopyFromSpan(stream, data, view.AsContiguous());

    /// <summary>Copies <paramref name="length"/> elements to host memory and waits.</summary>
    public static void CopyToCPU<T, TView>(this TView view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        BufferCopy.FromView(stream, view.AsContiguous().SubView(0, length), ref cpuData);

    /// <summary>Copies <paramref name="length"/> elements from host memory and waits.</summary>
    public static void CopyFromCPU<T, TView>(this TView view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> =>
        BufferCopy.ToView(stream, in cpuData, view.AsContiguous().SubView(0, length));

    /// <summary>Copies the view to a span that is at least as long, and waits.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, in Span<T> data)
        where T : unmanaged =>
        HostArrays.CopyToSpan(stream, view.BaseView, data);

    /// <summary>Copies a span to the start of a view that is at least as long, and waits.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, in ReadOnlySpan<T> data)
        where T : unmanaged =>
        HostArrays.CopyFromSpan(stream, data, view.BaseView);

    /// <summary>Copies <paramref name="length"/> elements to host memory and waits.</summary>
    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.FromView(stream, view.BaseView.SubView(0, length), ref cpuData);

    /// <summary>Copies <paramref name="length"/> elements from host memory and waits.</summary>
    public static void CopyFromCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged =>
        BufferCopy.ToView(stream, in cpuData, view.BaseView.SubView(0, length));
}
