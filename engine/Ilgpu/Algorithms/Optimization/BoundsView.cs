using ILGPU.Algorithms.Vectors;

namespace ILGPU.Algorithms.Optimization;

/// <summary>Between which vectors the positions lie.</summary>
public readonly struct BoundsView<TNumericType>(
    SingleVectorView<TNumericType> lowerBounds, SingleVectorView<TNumericType> upperBounds)
    where TNumericType : unmanaged, IVectorType
{
    public (TNumericType Lower, TNumericType Upper) this[Index1D dimensionIndex] =>
        (GetLowerBound(dimensionIndex), GetUpperBound(dimensionIndex));

    public TNumericType GetLowerBound(Index1D dimensionIndex) => lowerBounds[dimensionIndex];

    public TNumericType GetUpperBound(Index1D dimensionIndex) => upperBounds[dimensionIndex];
}
