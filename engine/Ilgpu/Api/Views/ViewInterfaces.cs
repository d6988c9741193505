using ILGPU.Runtime;

namespace ILGPU;

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
    /// <summary>Where the view starts in its buffer, in elements.</summary>
    long Index => IndexInBytes / ElementSize;

    /// <summary>Where the view starts in its buffer, in bytes.</summary>
    long IndexInBytes { get; }
}

/// <summary>A view of elements of type <typeparamref name="T"/>.</summary>
public interface IArrayView<T> : IArrayView
    where T : unmanaged;

/// <summary>A contiguous view of elements of type <typeparamref name="T"/>.</summary>
public interface IContiguousArrayView<T> : IArrayView<T>, IContiguousArrayView
    where T : unmanaged
{
    /// <summary>The same elements as a linear view.</summary>
    ArrayView<T> AsContiguous();
}

/// <summary>A view with a stride.</summary>
public interface IStridedArrayView<T, TStrideIndex, TStride> : IArrayView<T>
    where T : unmanaged
    where TStrideIndex : struct, IGenericIndex<TStrideIndex>
    where TStride : struct, IStride<TStrideIndex>
{
    TStride Stride { get; }
}

/// <summary>A view with an extent.</summary>
public interface IArrayView<T, TIndex> : IArrayView
    where T : unmanaged
    where TIndex : struct, IGenericIndex<TIndex>
{
    TIndex Extent { get; }

    ref T this[TIndex index] { get; }
}

/// <summary>A view with an extent and a stride, whose elements are found by 32-bit indices and by 64-bit ones.</summary>
public interface IArrayView<T, TIndex, TLongIndex, TStride> : IArrayView<T, TLongIndex>, IStridedArrayView<T, TIndex, TStride>
    where T : unmanaged
    where TIndex : struct, IIntIndex<TIndex, TLongIndex>
    where TLongIndex : struct, ILongIndex<TLongIndex, TIndex>
    where TStride : struct, IStride<TIndex>
{
    int IntLength { get; }

    TIndex IntExtent { get; }

    ref T this[TIndex index] { get; }
}
