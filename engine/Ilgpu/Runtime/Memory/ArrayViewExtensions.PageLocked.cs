namespace ILGPU.Runtime;

/// <content>Copies between views and page-locked memory.</content>
public static partial class ArrayViewExtensions
{
    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(this ArrayView<T> view, PageLockedArray1D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(BufferCopy.DefaultStreamOf(view), view, pageLocked.Scope);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(this ArrayView<T> view, PageLockedArray1D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(BufferCopy.DefaultStreamOf(view), view, pageLocked.Scope);

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(this ArrayView<T> view, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(BufferCopy.DefaultStreamOf(view), view, pageLocked);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(this ArrayView<T> view, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(BufferCopy.DefaultStreamOf(view), view, pageLocked);

    /// <summary>The view's elements as a new page-locked array; complete on return.</summary>
    public static PageLockedArray1D<T> GetAsPageLocked1D<T>(this ArrayView<T> view)
        where T : unmanaged =>
        PageLockedCopy.Read(
            BufferCopy.DefaultStreamOf(view), view,
            new PageLockedArray1D<T>(BufferCopy.BufferOf(view).Accelerator, view.Extent, uninitialized: true));

    /// <summary>The view's elements as a new page-locked array; complete on return.</summary>
    public static PageLockedArray1D<T> GetAsPageLocked<T>(this ArrayView<T> view)
        where T : unmanaged =>
        PageLockedCopy.Read(
            BufferCopy.DefaultStreamOf(view), view,
            new PageLockedArray1D<T>(BufferCopy.BufferOf(view).Accelerator, view.Extent, uninitialized: true));

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(this ArrayView1D<T, Stride1D.Dense> view, PageLockedArray1D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked.Scope);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(this ArrayView1D<T, Stride1D.Dense> view, PageLockedArray1D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked.Scope);

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(this ArrayView1D<T, Stride1D.Dense> view, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(this ArrayView1D<T, Stride1D.Dense> view, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked);

    /// <summary>The view's elements as a new page-locked array; complete on return.</summary>
    public static PageLockedArray1D<T> GetAsPageLocked1D<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged =>
        PageLockedCopy.Read(
            BufferCopy.DefaultStreamOf(view), view.BaseView,
            new PageLockedArray1D<T>(BufferCopy.BufferOf(view).Accelerator, view.Extent, uninitialized: true));

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(this ArrayView2D<T, Stride2D.DenseY> view, PageLockedArray2D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked.Scope);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(this ArrayView2D<T, Stride2D.DenseY> view, PageLockedArray2D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked.Scope);

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(this ArrayView2D<T, Stride2D.DenseY> view, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(this ArrayView2D<T, Stride2D.DenseY> view, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked);

    /// <summary>The view's elements as a new page-locked array; complete on return.</summary>
    public static PageLockedArray2D<T> GetAsPageLocked2D<T>(this ArrayView2D<T, Stride2D.DenseY> view)
        where T : unmanaged =>
        PageLockedCopy.Read(
            BufferCopy.DefaultStreamOf(view), view.BaseView,
            new PageLockedArray2D<T>(BufferCopy.BufferOf(view).Accelerator, view.Extent, uninitialized: true));

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(this ArrayView3D<T, Stride3D.DenseZY> view, PageLockedArray3D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked.Scope);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(this ArrayView3D<T, Stride3D.DenseZY> view, PageLockedArray3D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked.Scope);

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(this ArrayView3D<T, Stride3D.DenseZY> view, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(this ArrayView3D<T, Stride3D.DenseZY> view, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(BufferCopy.DefaultStreamOf(view), view.BaseView, pageLocked);

    /// <summary>The view's elements as a new page-locked array; complete on return.</summary>
    public static PageLockedArray3D<T> GetAsPageLocked3D<T>(this ArrayView3D<T, Stride3D.DenseZY> view)
        where T : unmanaged =>
        PageLockedCopy.Read(
            BufferCopy.DefaultStreamOf(view), view.BaseView,
            new PageLockedArray3D<T>(BufferCopy.BufferOf(view).Accelerator, view.Extent, uninitialized: true));

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(this ArrayView<T> view, AcceleratorStream stream, PageLockedArray1D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(stream, view, pageLocked.Scope);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(this ArrayView<T> view, AcceleratorStream stream, PageLockedArray1D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(stream, view, pageLocked.Scope);

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(this ArrayView<T> view, AcceleratorStream stream, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(stream, view, pageLocked);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(this ArrayView<T> view, AcceleratorStream stream, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(stream, view, pageLocked);

    /// <summary>The view's elements as a new page-locked array; complete on return.</summary>
    public static PageLockedArray1D<T> GetAsPageLocked1D<T>(this ArrayView<T> view, AcceleratorStream stream)
        where T : unmanaged =>
        PageLockedCopy.Read(
            stream, view, new PageLockedArray1D<T>(BufferCopy.BufferOf(view).Accelerator, view.Extent, uninitialized: true));

    /// <summary>The view's elements as a new page-locked array; complete on return.</summary>
    public static PageLockedArray1D<T> GetAsPageLocked<T>(this ArrayView<T> view, AcceleratorStream stream)
        where T : unmanaged =>
        PageLockedCopy.Read(
            stream, view, new PageLockedArray1D<T>(BufferCopy.BufferOf(view).Accelerator, view.Extent, uninitialized: true));

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(
        this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, PageLockedArray1D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(stream, view.BaseView, pageLocked.Scope);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(
        this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, PageLockedArray1D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(stream, view.BaseView, pageLocked.Scope);

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(
        this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(stream, view.BaseView, pageLocked);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(
        this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(stream, view.BaseView, pageLocked);

    /// <summary>The view's elements as a new page-locked array; complete on return.</summary>
    public static PageLockedArray1D<T> GetAsPageLocked1D<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream)
        where T : unmanaged =>
        PageLockedCopy.Read(
            stream, view.BaseView, new PageLockedArray1D<T>(BufferCopy.BufferOf(view).Accelerator, view.Extent, uninitialized: true));

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(
        this ArrayView2D<T, Stride2D.DenseY> view, AcceleratorStream stream, PageLockedArray2D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(stream, view.BaseView, pageLocked.Scope);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(
        this ArrayView2D<T, Stride2D.DenseY> view, AcceleratorStream stream, PageLockedArray2D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(stream, view.BaseView, pageLocked.Scope);

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(
        this ArrayView2D<T, Stride2D.DenseY> view, AcceleratorStream stream, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(stream, view.BaseView, pageLocked);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(
        this ArrayView2D<T, Stride2D.DenseY> view, AcceleratorStream stream, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(stream, view.BaseView, pageLocked);

    /// <summary>The view's elements as a new page-locked array; complete on return.</summary>
    public static PageLockedArray2D<T> GetAsPageLocked2D<T>(this ArrayView2D<T, Stride2D.DenseY> view, AcceleratorStream stream)
        where T : unmanaged =>
        PageLockedCopy.Read(
            stream, view.BaseView, new PageLockedArray2D<T>(BufferCopy.BufferOf(view).Accelerator, view.Extent, uninitialized: true));

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(
        this ArrayView3D<T, Stride3D.DenseZY> view, AcceleratorStream stream, PageLockedArray3D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(stream, view.BaseView, pageLocked.Scope);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(
        this ArrayView3D<T, Stride3D.DenseZY> view, AcceleratorStream stream, PageLockedArray3D<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(stream, view.BaseView, pageLocked.Scope);

    /// <summary>Copies the view to page-locked memory; asynchronous where the driver locks pages.</summary>
    public static void CopyToPageLockedAsync<T>(
        this ArrayView3D<T, Stride3D.DenseZY> view, AcceleratorStream stream, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.To(stream, view.BaseView, pageLocked);

    /// <summary>Copies page-locked memory to the view; asynchronous where the driver locks pages.</summary>
    public static void CopyFromPageLockedAsync<T>(
        this ArrayView3D<T, Stride3D.DenseZY> view, AcceleratorStream stream, PageLockScope<T> pageLocked)
        where T : unmanaged =>
        PageLockedCopy.From(stream, view.BaseView, pageLocked);

    /// <summary>The view's elements as a new page-locked array; complete on return.</summary>
    public static PageLockedArray3D<T> GetAsPageLocked3D<T>(this ArrayView3D<T, Stride3D.DenseZY> view, AcceleratorStream stream)
        where T : unmanaged =>
        PageLockedCopy.Read(
            stream, view.BaseView, new PageLockedArray3D<T>(BufferCopy.BufferOf(view).Accelerator, view.Extent, uninitialized: true));
}
