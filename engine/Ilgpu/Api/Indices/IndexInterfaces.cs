namespace ILGPU;

/// <summary>The kinds of index that a kernel can be launched with or a view can be addressed by.</summary>
public enum IndexType
{
    None = 0,
    Index1D = 1,
    Index2D = 2,
    Index3D = 3,
    LongIndex1D = 4,
    LongIndex2D = 5,
    LongIndex3D = 6,
    KernelConfig = 7,
}

/// <summary>An index of any dimension and width.</summary>
public interface IIndex
{
    /// <summary>The number of elements of the extent that this index describes.</summary>
    long Size { get; }

    IndexType IndexType { get; }
}

/// <summary>An index of 32-bit components.</summary>
public interface IIntIndex : IIndex;

/// <summary>An index of 64-bit components.</summary>
public interface ILongIndex : IIndex;

/// <summary>An index that a kernel launch can use as its extent.</summary>
public interface IIntrinsicIndex : IIndex;

/// <summary>Bounds tests and arithmetic of an index type.</summary>
public interface IGenericIndex<TIndex> : IIndex
    where TIndex : struct, IIndex
{
    bool InBounds(TIndex dimension);

    bool InBoundsInclusive(TIndex dimension);

    TIndex Add(TIndex rhs);

    TIndex Subtract(TIndex rhs);
}

/// <summary>A 32-bit index and its 64-bit counterpart.</summary>
public interface IIntIndex<TIndex, TLongIndex> : IIntIndex, IGenericIndex<TIndex>
    where TIndex : struct, IIntIndex<TIndex, TLongIndex>
    where TLongIndex : struct, ILongIndex<TLongIndex, TIndex>
{
    TLongIndex ToLongIndex();
}

/// <summary>A 64-bit index and its 32-bit counterpart.</summary>
public interface ILongIndex<TLongIndex, TIndex> : ILongIndex, IGenericIndex<TLongIndex>
    where TLongIndex : struct, ILongIndex<TLongIndex, TIndex>
    where TIndex : struct, IIntIndex<TIndex, TLongIndex>
{
    TIndex ToIntIndex();
}
