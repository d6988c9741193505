using ILGPU.Runtime;

namespace ILGPU;

/// <summary>
/// A view as a buffer holds it, alone or in structures: lists of views, layers with their weights, rows of different lengths. An addition
/// to ILGPU's API, for CUDA and the simulator; OpenCL 1.2's buffers have no addresses.
/// </summary>
/// <remarks>
/// It does not keep its buffer: that must outlive the last launch that reads it, which the simulator checks. Views that a kernel writes
/// through cost the promise that nothing which it reads overlaps them.
/// </remarks>
public readonly struct StoredView<T>
    where T : unmanaged
{
    private readonly long _address;

    internal StoredView(long address, long length)
    {
        _address = address;
        Length = length;
    }

    /// <summary>The number of elements; 0 for the default.</summary>
    public long Length { get; }

    /// <summary>The view itself, inside kernels.</summary>
    public ArrayView<T> View => StoredViews.At<T>(_address, Length);

    /// <summary><paramref name="length"/> elements from <paramref name="index"/> on.</summary>
    public StoredView<T> SubView(long index, long length)
    {
        ViewBounds.Assert(index >= 0 && length >= 0 && index <= Length - length);
        return new(_address + (index * Interop.SizeOf<T>()), length);
    }
}

/// <summary>Makes of views what buffers can hold.</summary>
public static class StoredViews
{
    /// <summary>What a buffer can hold of this view.</summary>
    /// <exception cref="InvalidOperationException">The view has no buffer, or is of memory of the host.</exception>
    /// <exception cref="NotSupportedException">The buffer is OpenCL's.</exception>
    public static StoredView<T> Store<T>(this ArrayView<T> view)
        where T : unmanaged => new(BufferCopy.BufferOf(view).StoredPointer(view.IndexInBytes), view.Length);

    /// <inheritdoc cref="Store{T}(ArrayView{T})"/>
    public static StoredView<T> Store<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => view.BaseView.Store();

    /// <summary>The kernel compiler's own.</summary>
    internal static ArrayView<T> At<T>(long address, long length)
        where T : unmanaged => KernelOnly.Value<ArrayView<T>>(nameof(StoredView<T>.View));
}
