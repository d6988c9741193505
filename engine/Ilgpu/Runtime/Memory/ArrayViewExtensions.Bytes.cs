namespace ILGPU.Runtime;

/// <content>Filling, and copies between views.</content>
public static partial class ArrayViewExtensions
{
    /// <summary>Sets all bytes to zero; asynchronous.</summary>
    public static void MemSetToZero<TView>(this TView view)
        where TView : IContiguousArrayView => view.MemSet(0);

    /// <summary>Sets all bytes to <paramref name="value"/>; asynchronous.</summary>
    public static void MemSet<TView>(this TView view, byte value)
        where TView : IContiguousArrayView =>
        RawBytes.Set(BufferCopy.DefaultStreamOf(view), RawBytes.Of(view), value);

    /// <summary>Sets all bytes to zero; asynchronous.</summary>
    public static void MemSetToZero<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.MemSet(0);

    /// <summary>Sets all bytes to <paramref name="value"/>; asynchronous.</summary>
    public static void MemSet<T>(this ArrayView1D<T, Stride1D.Dense> view, byte value)
        where T : unmanaged =>
        RawBytes.Set(BufferCopy.DefaultStreamOf(view), RawBytes.Of(view.BaseView), value);

    /// <summary>Copies all elements to the start of the target; asynchronous between buffers of a device.</summary>
    public static void CopyTo<TView, TOtherView>(this TView source, in TOtherView target)
        where TView : IContiguousArrayView
        where TOtherView : IContiguousArrayView =>
        BufferCopy.Between(BufferCopy.DefaultStreamOf(source), RawBytes.Of(source), RawBytes.Of(target));

    /// <summary>Copies all elements of the source to the start of the view; asynchronous between buffers of a device.</summary>
    public static void CopyFrom<TView, TOtherView>(this TView target, in TOtherView source)
        where TView : IContiguousArrayView
        where TOtherView : IContiguousArrayView =>
        BufferCopy.Between(BufferCopy.DefaultStreamOf(target), RawBytes.Of(source), RawBytes.Of(target));

    /// <summary>Copies all elements to the start of the target; asynchronous between buffers of a device.</summary>
    public static void CopyTo<T>(this ArrayView1D<T, Stride1D.Dense> source, in ArrayView1D<T, Stride1D.Dense> target)
        where T : unmanaged =>
        BufferCopy.Between(BufferCopy.DefaultStreamOf(source), RawBytes.Of(source.BaseView), RawBytes.Of(target.BaseView));

    /// <summary>Copies all elements of the source to the start of the view; asynchronous between buffers of a device.</summary>
    public static void CopyFrom<T>(this ArrayView1D<T, Stride1D.Dense> target, in ArrayView1D<T, Stride1D.Dense> source)
        where T : unmanaged =>
        BufferCopy.Between(BufferCopy.DefaultStreamOf(target), RawBytes.Of(source.BaseView), RawBytes.Of(target.BaseView));

    /// <summary>Sets all bytes to zero; asynchronous.</summary>
    public static void MemSetToZero<TView>(this TView view, AcceleratorStream stream)
        where TView : IContiguousArrayView => view.MemSet(stream, 0);

    /// <summary>Sets all bytes to <paramref name="value"/>; asynchronous.</summary>
    public static void MemSet<TView>(this TView view, AcceleratorStream stream, byte value)
        where TView : IContiguousArrayView =>
        RawBytes.Set(stream, RawBytes.Of(view), value);

    /// <summary>Sets all bytes to zero; asynchronous.</summary>
    public static void MemSetToZero<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream)
        where T : unmanaged => view.MemSet(stream, 0);

    /// <summary>Sets all bytes to <paramref name="value"/>; asynchronous.</summary>
    public static void MemSet<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, byte value)
        where T : unmanaged =>
        RawBytes.Set(stream, RawBytes.Of(view.BaseView), value);

    /// <summary>Copies all elements to the start of the target; asynchronous between buffers of a device.</summary>
    public static void CopyTo<TView, TOtherView>(this TView source, AcceleratorStream stream, in TOtherView target)
        where TView : IContiguousArrayView
        where TOtherView : IContiguousArrayView =>
        BufferCopy.Between(stream, RawBytes.Of(source), RawBytes.Of(target));

    /// <summary>Copies all elements of the source to the start of the view; asynchronous between buffers of a device.</summary>
    public static void CopyFrom<TView, TOtherView>(this TView target, AcceleratorStream stream, in TOtherView source)
        where TView : IContiguousArrayView
        where TOtherView : IContiguousArrayView =>
        BufferCopy.Between(stream, RawBytes.Of(source), RawBytes.Of(target));

    /// <summary>Copies all elements to the start of the target; asynchronous between buffers of a device.</summary>
    public static void CopyTo<T>(
        this ArrayView1D<T, Stride1D.Dense> source, AcceleratorStream stream, in ArrayView1D<T, Stride1D.Dense> target)
        where T : unmanaged =>
        BufferCopy.Between(stream, RawBytes.Of(source.BaseView), RawBytes.Of(target.BaseView));

    /// <summary>Copies all elements of the source to the start of the view; asynchronous between buffers of a device.</summary>
    public static void CopyFrom<T>(
        this ArrayView1D<T, Stride1D.Dense> target, AcceleratorStream stream, in ArrayView1D<T, Stride1D.Dense> source)
        where T : unmanaged =>
        BufferCopy.Between(stream, RawBytes.Of(source.BaseView), RawBytes.Of(target.BaseView));
}
