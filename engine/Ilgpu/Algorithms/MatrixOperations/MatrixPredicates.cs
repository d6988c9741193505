using ILGPU.Runtime;
using ILGPU.Util;

namespace ILGPU.Algorithms.MatrixOperations;

/// <summary>Whether a mask has another value at the position than the one that stands for nothing.</summary>
public readonly struct MaskPredicate<T, TStride>(ArrayView2D<T, TStride> maskView, T emptyValueConstant) : InlineList.IPredicate<Index2D>
    where T : unmanaged, IEquatable<T>
    where TStride : struct, IStride2D
{
    public bool Apply(Index2D item) => !maskView[item.ToLongIndex()].Equals(emptyValueConstant);
}

/// <summary>Whether the magnitude at the position is larger than a bound.</summary>
public readonly struct FloatEpsPredicate<TStride>(ArrayView2D<float, TStride> valueView, float epsConstant) : InlineList.IPredicate<Index2D>
    where TStride : struct, IStride2D
{
    public bool Apply(Index2D item) => Math.Abs(valueView[item.ToLongIndex()]) > epsConstant;
}

/// <inheritdoc cref="FloatEpsPredicate{TStride}"/>
public readonly struct DoubleEpsPredicate<TStride>(ArrayView2D<double, TStride> valueView, double epsConstant)
    : InlineList.IPredicate<Index2D>
    where TStride : struct, IStride2D
{
    public bool Apply(Index2D item) => Math.Abs(valueView[item.ToLongIndex()]) > epsConstant;
}
