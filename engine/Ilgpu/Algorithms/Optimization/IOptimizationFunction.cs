using System.Numerics;
using ILGPU.Algorithms.Vectors;

namespace ILGPU.Algorithms.Optimization;

/// <summary>A function whose best position is looked for.</summary>
public interface IOptimizationFunction<TNumericType, TElementType, TEvalType>
    where TNumericType : unmanaged, IVectorType<TNumericType, TElementType>
    where TElementType : unmanaged, INumber<TElementType>
    where TEvalType : unmanaged, IEquatable<TEvalType>
{
    /// <summary>Whether the first result is better than the second: less, where the least is looked for.</summary>
    bool CurrentIsBetter(TEvalType current, TEvalType proposed);

    /// <summary>The function's value.</summary>
    /// <param name="index">The particle.</param>
    /// <param name="dimension">The number of vectors that a position has.</param>
    /// <param name="positionView">The particle's position.</param>
    TEvalType Evaluate(LongIndex1D index, Index1D dimension, SingleVectorView<TNumericType> positionView);
}
