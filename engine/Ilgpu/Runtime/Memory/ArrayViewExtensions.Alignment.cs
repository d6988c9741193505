namespace ILGPU.Runtime;

/// <content>Views that start at multiples of a number of bytes.</content>
public static partial class ArrayViewExtensions
{
    /// <summary>Splits a view in front of the first element that lies at a multiple of <paramref name="alignmentInBytes"/>.</summary>
    /// <param name="view">
    /// The view; the size of its elements should divide the alignment, for others the main part need not be aligned.
    /// </param>
    /// <param name="alignmentInBytes">A power of two. On OpenCL the host knows the alignment of the buffer's start only up to 128.</param>
    /// <returns>The elements before it, and those from it on; together they are the view.</returns>
    /// <exception cref="ArgumentException">On the host: the alignment is not a power of two.</exception>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo<T>(this ArrayView<T> view, int alignmentInBytes)
        where T : unmanaged
    {
        ViewBounds.AssertAligned(IsAlignment(alignmentInBytes));
        long skipped = Math.Min((-view.Address & (alignmentInBytes - 1)) / Interop.SizeOf<T>(), view.Length);
        return (view.SubView(0, skipped), view.SubView(skipped));
    }

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo<T>(this ArrayView1D<T, Stride1D.Dense> view, int alignmentInBytes)
        where T : unmanaged => view.BaseView.AlignTo(alignmentInBytes);

    /// <summary>The view itself, asserted to start at a multiple of <paramref name="alignmentInBytes"/>.</summary>
    /// <param name="view">The view.</param>
    /// <param name="alignmentInBytes">A power of two. On OpenCL the host knows the alignment of the buffer's start only up to 128.</param>
    /// <exception cref="ArgumentException">On the host: it does not, or the alignment is not a power of two.</exception>
    public static ArrayView<T> AsAligned<T>(this ArrayView<T> view, int alignmentInBytes)
        where T : unmanaged
    {
        ViewBounds.AssertAligned(IsAlignment(alignmentInBytes) & (view.Address & (alignmentInBytes - 1)) == 0);
        return view;
    }

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView1D<T, Stride1D.Dense> AsAligned<T>(this ArrayView1D<T, Stride1D.Dense> view, int alignmentInBytes)
        where T : unmanaged => view.BaseView.AsAligned(alignmentInBytes);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo16<T>(this ArrayView<T> view)
        where T : unmanaged => view.AlignTo(16);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo16<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AlignTo(16);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView<T> AsAligned16<T>(this ArrayView<T> view)
        where T : unmanaged => view.AsAligned(16);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView1D<T, Stride1D.Dense> AsAligned16<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AsAligned(16);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo32<T>(this ArrayView<T> view)
        where T : unmanaged => view.AlignTo(32);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo32<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AlignTo(32);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView<T> AsAligned32<T>(this ArrayView<T> view)
        where T : unmanaged => view.AsAligned(32);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView1D<T, Stride1D.Dense> AsAligned32<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AsAligned(32);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo64<T>(this ArrayView<T> view)
        where T : unmanaged => view.AlignTo(64);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo64<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AlignTo(64);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView<T> AsAligned64<T>(this ArrayView<T> view)
        where T : unmanaged => view.AsAligned(64);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView1D<T, Stride1D.Dense> AsAligned64<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AsAligned(64);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo128<T>(this ArrayView<T> view)
        where T : unmanaged => view.AlignTo(128);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo128<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AlignTo(128);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView<T> AsAligned128<T>(this ArrayView<T> view)
        where T : unmanaged => view.AsAligned(128);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView1D<T, Stride1D.Dense> AsAligned128<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AsAligned(128);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo256<T>(this ArrayView<T> view)
        where T : unmanaged => view.AlignTo(256);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo256<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AlignTo(256);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView<T> AsAligned256<T>(this ArrayView<T> view)
        where T : unmanaged => view.AsAligned(256);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView1D<T, Stride1D.Dense> AsAligned256<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AsAligned(256);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo512<T>(this ArrayView<T> view)
        where T : unmanaged => view.AlignTo(512);

    /// <inheritdoc cref="AlignTo{T}(ArrayView{T}, int)"/>
    public static (ArrayView<T> Prefix, ArrayView<T> Main) AlignTo512<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AlignTo(512);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView<T> AsAligned512<T>(this ArrayView<T> view)
        where T : unmanaged => view.AsAligned(512);

    /// <inheritdoc cref="AsAligned{T}(ArrayView{T}, int)"/>
    public static ArrayView1D<T, Stride1D.Dense> AsAligned512<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.AsAligned(512);

    private static bool IsAlignment(int bytes) => bytes > 0 & (bytes & (bytes - 1)) == 0;
}
