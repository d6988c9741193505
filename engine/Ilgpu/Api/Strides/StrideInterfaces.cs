namespace ILGPU;

/// <summary>Maps the indices of an extent to element positions in linear memory.</summary>
public interface IStride<TIndex>
    where TIndex : struct, IIndex
{
    /// <summary>The distance in elements between neighbours, per dimension.</summary>
    TIndex StrideExtent { get; }

    /// <summary>The stride of the smallest dimension, as a one-dimensional stride.</summary>
    Stride1D.General To1DStride();
}

/// <inheritdoc cref="IStride{TIndex}"/>
public interface IStride<TIndex, TLongIndex> : IStride<TIndex>
    where TIndex : struct, IIntIndex<TIndex, TLongIndex>
    where TLongIndex : struct, ILongIndex<TLongIndex, TIndex>
{
    int ComputeElementIndex(TIndex index);

    long ComputeElementIndex(TLongIndex index);

    /// <summary><see cref="ComputeElementIndex(TIndex)"/> after asserting that the index lies in <paramref name="extent"/>.</summary>
    int ComputeElementIndexChecked(TIndex index, TLongIndex extent);

    /// <summary><see cref="ComputeElementIndex(TLongIndex)"/> after asserting that the index lies in <paramref name="extent"/>.</summary>
    long ComputeElementIndexChecked(TLongIndex index, TLongIndex extent);

    /// <summary>The index whose element position is <paramref name="elementIndex"/>.</summary>
    TIndex ReconstructFromElementIndex(int elementIndex);

    /// <summary>The index whose element position is <paramref name="elementIndex"/>.</summary>
    TLongIndex ReconstructFromElementIndex(long elementIndex);

    /// <summary>
    /// The number of elements spanned by <paramref name="extent"/>: position of the last index plus one; 0 for an empty extent.
    /// </summary>
    int ComputeBufferLength(TIndex extent);

    /// <inheritdoc cref="ComputeBufferLength(TIndex)"/>
    long ComputeBufferLength(TLongIndex extent);
}

public interface IStride1D : IStride<Index1D, LongIndex1D>
{
    int XStride { get; }

    Stride1D.General AsGeneral();
}

public interface IStride2D : IStride<Index2D, LongIndex2D>
{
    int XStride { get; }

    int YStride { get; }

    Stride2D.General AsGeneral();
}

public interface IStride3D : IStride<Index3D, LongIndex3D>
{
    int XStride { get; }

    int YStride { get; }

    int ZStride { get; }

    Stride3D.General AsGeneral();
}
