namespace ILGPU.Runtime;

/// <summary>A view of device memory.</summary>
public interface IArrayView
{
    /// <summary>The buffer that the view looks into; <c>null</c> for an empty view.</summary>
    MemoryBuffer? Buffer { get; }

    /// <summary>The size of an element in bytes.</summary>
    int ElementSize { get; }

    /// <summary>The number of elements that the view spans, gaps of its stride included.</summary>
    long Length { get; }

    long LengthInBytes { get; }

    /// <summary>Whether there is a live buffer behind the view and it holds at least one element.</summary>
    bool IsValid { get; }
}

/// <summary>A view whose elements lie side by side.</summary>
public interface IContiguousArrayView : IArrayView
{
    /// <summary>Where the view starts in its buffer, in bytes.</summary>
    long IndexInBytes { get; }
}

/// <summary>A contiguous view of elements of type <typeparamref name="T"/>.</summary>
public interface IContiguousArrayView<T> : IContiguousArrayView
    where T : unmanaged
{
    /// <summary>The same elements as a linear view.</summary>
    ArrayView<T> AsContiguous();
}

/// <summary>A typed view with an extent and a stride.</summary>
public interface IArrayView<T, TIndex, TLongIndex, TStride> : IArrayView
    where T : unmanaged
    where TIndex : struct, IIntIndex<TIndex, TLongIndex>
    where TLongIndex : struct, ILongIndex<TLongIndex, TIndex>
    where TStride : struct, IStride<TIndex, TLongIndex>
{
    TLongIndex Extent { get; }

    TIndex IntExtent { get; }

    TStride Stride { get; }

    ref T this[TIndex index] { get; }

    ref T this[TLongIndex index] { get; }
}
