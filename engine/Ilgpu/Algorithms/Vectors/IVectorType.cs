using System.Numerics;
using ILGPU.Algorithms.Random;
using ILGPU.Runtime;

namespace ILGPU.Algorithms.Vectors;

/// <summary>A vector of a fixed number of elements that is calculated with like a number, element by element.</summary>
public interface IVectorType
{
    /// <summary>The number of elements.</summary>
    static abstract int Length { get; }
}

/// <inheritdoc cref="IVectorType"/>
public interface IVectorType<TSelf> : IVectorType, INumberBase<TSelf>
    where TSelf : struct, IVectorType<TSelf>, INumberBase<TSelf>
{
    /// <summary>The vector that stands for no value: NaN, the least signed or the largest unsigned number in each element.</summary>
    static abstract TSelf Invalid { get; }

    static abstract TSelf Min(TSelf first, TSelf second);

    static abstract TSelf Max(TSelf first, TSelf second);

    static abstract TSelf Clamp(TSelf value, TSelf min, TSelf max);
}

/// <summary>Is called for the elements of a vector, one after another.</summary>
public interface IVectorElementIterator<TNumericType, TElementType>
    where TNumericType : struct, IVectorType<TNumericType, TElementType>
    where TElementType : unmanaged, INumber<TElementType>
{
    void Iterate(TElementType value, int index);
}

/// <inheritdoc cref="IVectorType"/>
public partial interface IVectorType<TSelf, TElementType> : IVectorType<TSelf>
    where TSelf : struct, IVectorType<TSelf, TElementType>, INumberBase<TSelf>
    where TElementType : unmanaged, INumber<TElementType>
{
    /// <summary>A number from <paramref name="min"/> up to <paramref name="max"/>, which only rounding reaches.</summary>
    static abstract TElementType GetRandomScalar<TRandom>(ref TRandom random, TElementType min, TElementType max)
        where TRandom : struct, IRandomProvider;

    /// <summary>A vector whose elements are drawn one after another, each between its own bounds.</summary>
    static abstract TSelf GetRandom<TRandom>(ref TRandom random, TSelf min, TSelf max)
        where TRandom : struct, IRandomProvider;

    /// <summary>The vector of the elements from <paramref name="index"/> on.</summary>
    static abstract TSelf FromElementView<TStride>(ArrayView1D<TElementType, TStride> sourceView, Index1D index)
        where TStride : struct, IStride1D;

    /// <inheritdoc cref="FromElementView{TStride}"/>
    static abstract TSelf FromElementView(SingleVectorView<TElementType> sourceView, Index1D index);

    /// <summary>The vector all of whose elements are the number.</summary>
    static abstract TSelf FromScalar(TElementType scalar);

    /// <summary>Writes the elements from <paramref name="index"/> on.</summary>
    void ToElementView<TStride>(ArrayView1D<TElementType, TStride> targetView, Index1D index)
        where TStride : struct, IStride1D;

    /// <inheritdoc cref="ToElementView{TStride}"/>
    void ToElementView(SingleVectorView<TElementType> targetView, Index1D index);

    /// <summary>The elements, where this vector lies; on the host.</summary>
    ReadOnlySpan<TElementType> AsSpan();

    void ForEach<TIterator>(ref TIterator iterator)
        where TIterator : struct, IVectorElementIterator<TSelf, TElementType>;
}

/// <summary>A vector that sums of many threads are taken in.</summary>
public interface IAccumulationVectorType<TSelf> : IVectorType<TSelf>
    where TSelf : unmanaged, IAccumulationVectorType<TSelf>
{
    /// <summary>Adds to each element atomically; the elements of several additions may mix.</summary>
    static abstract void AtomicAdd(ref TSelf target, TSelf value);
}
