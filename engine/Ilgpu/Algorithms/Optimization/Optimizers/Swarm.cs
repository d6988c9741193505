using ILGPU.Algorithms.Vectors;

namespace ILGPU.Algorithms.Optimization.Optimizers;

/// <summary>The particles of a search.</summary>
internal readonly struct Swarm<TNumericType, TEvalType>(
    VectorView<TNumericType> positions, VectorView<TNumericType> velocities, VectorView<TNumericType> bestPositions,
    ArrayView<TEvalType> results, ArrayView<TEvalType> bestResults)
    where TNumericType : unmanaged
    where TEvalType : unmanaged
{
    public VectorView<TNumericType> Positions { get; } = positions;

    public VectorView<TNumericType> Velocities { get; } = velocities;

    /// <summary>Where each particle had its best result.</summary>
    public VectorView<TNumericType> BestPositions { get; } = bestPositions;

    /// <summary>The results of the last iteration.</summary>
    public ArrayView<TEvalType> Results { get; } = results;

    public ArrayView<TEvalType> BestResults { get; } = bestResults;
}
