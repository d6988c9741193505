namespace ILGPU.Runtime;

/// <summary>Copies, fills and reinterpretations of views and buffers.</summary>
public static partial class ArrayViewExtensions
{
    /// <summary>A view of the one element at <paramref name="index"/>.</summary>
    public static VariableView<T> VariableView<T>(this ArrayView<T> view, Index1D index)
        where T : unmanaged => new(view.SubView(index.X, 1));

    /// <inheritdoc cref="VariableView{T}(ArrayView{T}, Index1D)"/>
    public static VariableView<T> VariableView<T>(this ArrayView<T> view, LongIndex1D index)
        where T : unmanaged => new(view.SubView(index.X, 1));

    public static ArrayView1D<T, Stride1D.Dense> AsDense<T>(this ArrayView<T> view)
        where T : unmanaged => view;

    public static ArrayView1D<T, Stride1D.General> AsGeneral<T>(this ArrayView<T> view)
        where T : unmanaged => new(view, view.Extent, new Stride1D.General(1));

    /// <summary>The same elements with X and Y exchanged.</summary>
    public static ArrayView2D<T, Stride2D.DenseY> AsTransposed<T>(this ArrayView2D<T, Stride2D.DenseX> view)
        where T : unmanaged => new(view.BaseView, new LongIndex2D(view.Extent.Y, view.Extent.X), new Stride2D.DenseY(view.Stride.YStride));

    /// <inheritdoc cref="AsTransposed{T}(ArrayView2D{T, Stride2D.DenseX})"/>
    public static ArrayView2D<T, Stride2D.DenseX> AsTransposed<T>(this ArrayView2D<T, Stride2D.DenseY> view)
        where T : unmanaged => new(view.BaseView, new LongIndex2D(view.Extent.Y, view.Extent.X), new Stride2D.DenseX(view.Stride.XStride));

    /// <inheritdoc cref="AsTransposed{T}(ArrayView2D{T, Stride2D.DenseX})"/>
    public static ArrayView2D<T, Stride2D.General> AsTransposed<T>(this ArrayView2D<T, Stride2D.General> view)
        where T : unmanaged =>
        new(
            view.BaseView, new LongIndex2D(view.Extent.Y, view.Extent.X),
            new Stride2D.General(new Index2D(view.Stride.YStride, view.Stride.XStride)));

    /// <summary>The same elements with X and Z exchanged.</summary>
    public static ArrayView3D<T, Stride3D.DenseZY> AsTransposed<T>(this ArrayView3D<T, Stride3D.DenseXY> view)
        where T : unmanaged =>
        new(
            view.BaseView,
            new LongIndex3D(view.Extent.Z, view.Extent.Y, view.Extent.X),
            new Stride3D.DenseZY(view.Stride.ZStride, view.Stride.YStride));

    /// <inheritdoc cref="AsTransposed{T}(ArrayView3D{T, Stride3D.DenseXY})"/>
    public static ArrayView3D<T, Stride3D.DenseXY> AsTransposed<T>(this ArrayView3D<T, Stride3D.DenseZY> view)
        where T : unmanaged =>
        new(
            view.BaseView,
            new LongIndex3D(view.Extent.Z, view.Extent.Y, view.Extent.X),
            new Stride3D.DenseXY(view.Stride.YStride, view.Stride.XStride));

    /// <summary>The same bytes as elements of another type.</summary>
    public static ArrayView1D<TOther, Stride1D.Dense> Cast<T, TOther>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged
        where TOther : unmanaged => view.BaseView.Cast<TOther>();

    /// <summary>The same bytes as elements of another type; rows along X must hold a whole number of them.</summary>
    public static ArrayView2D<TOther, Stride2D.DenseX> Cast<T, TOther>(this ArrayView2D<T, Stride2D.DenseX> view)
        where T : unmanaged
        where TOther : unmanaged =>
        new(
            view.BaseView.Cast<TOther>(),
            new LongIndex2D(view.Extent.X * Interop.SizeOf<T>() / Interop.SizeOf<TOther>(), view.Extent.Y),
            new Stride2D.DenseX(view.Stride.YStride * Interop.SizeOf<T>() / Interop.SizeOf<TOther>()));

    /// <summary>The same bytes as elements of another type; columns along Y must hold a whole number of them.</summary>
    public static ArrayView2D<TOther, Stride2D.DenseY> Cast<T, TOther>(this ArrayView2D<T, Stride2D.DenseY> view)
        where T : unmanaged
        where TOther : unmanaged =>
        new(
            view.BaseView.Cast<TOther>(),
            new LongIndex2D(view.Extent.X, view.Extent.Y * Interop.SizeOf<T>() / Interop.SizeOf<TOther>()),
            new Stride2D.DenseY(view.Stride.XStride * Interop.SizeOf<T>() / Interop.SizeOf<TOther>()));

    /// <summary>Whether the view spans at least one element.</summary>
    public static bool HasData<TView>(this TView view)
        where TView : IArrayView => view.IsValid;

    /// <summary>Whether the view spans no element.</summary>
    public static bool HasNoData<TView>(this TView view)
        where TView : IArrayView => !view.IsValid;

    /// <summary>The accelerator whose memory the view looks into.</summary>
    /// <exception cref="InvalidOperationException">The view has no live buffer, or host memory behind it.</exception>
    public static Accelerator GetAccelerator<TView>(this TView view)
        where TView : IArrayView => BufferCopy.BufferOf(view).Accelerator;

    /// <summary>The device address of the first element.</summary>
    public static IntPtr LoadEffectiveAddressAsPtr<T>(this ArrayView<T> view)
        where T : unmanaged => BufferCopy.BufferOf(view).NativePtr + (nint)view.IndexInBytes;

    /// <summary>A view of the array itself, which stays pinned for as long as the view's buffer is reachable.</summary>
    public static ArrayView<T> AsArrayView<T>(this T[] array)
        where T : unmanaged => ViewOfArray<T>(array);

    /// <summary>A view of the array itself, which stays pinned for as long as the view's buffer is reachable.</summary>
    public static ArrayView2D<T, Stride2D.DenseY> AsArrayView<T>(this T[,] array)
        where T : unmanaged
    {
        ArrayView<T> view = ViewOfArray<T>(array);
        var extent = new LongIndex2D(array.GetLongLength(0), array.GetLongLength(1));
        return new(view, extent, Stride2D.DenseY.FromExtent(extent));
    }

    /// <summary>A view of the array itself, which stays pinned for as long as the view's buffer is reachable.</summary>
    public static ArrayView3D<T, Stride3D.DenseZY> AsArrayView<T>(this T[,,] array)
        where T : unmanaged
    {
        ArrayView<T> view = ViewOfArray<T>(array);
        var extent = new LongIndex3D(array.GetLongLength(0), array.GetLongLength(1), array.GetLongLength(2));
        return new(view, extent, Stride3D.DenseZY.FromExtent(extent));
    }

    private static ArrayView<T> ViewOfArray<T>(Array array)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(array);
        return new(new HostMemoryBuffer(array, array.LongLength, Interop.SizeOf<T>()), 0, array.LongLength);
    }
}
