using System.Numerics;
using ILGPU.Algorithms.Random;
using ILGPU.Algorithms.Vectors;
using ILGPU.Runtime;

namespace ILGPU.Algorithms.Optimization.Optimizers;

/// <summary>Usual parameters of a search by a swarm of particles.</summary>
public static class PSO
{
    /// <summary>How much of its velocity a particle keeps.</summary>
    public const float Omega = 0.8f;

    /// <summary>How much a particle is drawn to the best position of all.</summary>
    public const float PhiG = 1.5f;

    /// <summary>How much a particle is drawn to the best position of its own.</summary>
    public const float PhiP = 1.5f;

    /// <summary>In the order of <see cref="PSO{TNumericType, TElementType, TEvalType, TRandomProvider}"/>'s parameters.</summary>
    public static ReadOnlySpan<float> DefaultFloatParameters => [Omega, PhiP, PhiG];
}

/// <summary>
/// A search by a swarm of particles (Kennedy and Eberhart, "Particle swarm optimization", 1995; with the inertia of Shi and Eberhart, "A
/// modified particle swarm optimizer", 1998). The parameters are ω, φp, φg. With the same seed it finds the same on the same device.
/// </summary>
public sealed class PSO<TNumericType, TElementType, TEvalType, TRandomProvider>
    : OptimizationEngine<TNumericType, TElementType, TEvalType>
    where TNumericType : unmanaged, IVectorType<TNumericType, TElementType>
    where TElementType : unmanaged, INumber<TElementType>
    where TEvalType : unmanaged, IEquatable<TEvalType>
    where TRandomProvider : unmanaged, IRandomProvider<TRandomProvider>
{
    private readonly MemoryBuffer2D<TNumericType, Stride2D.DenseY> _velocities;
    private readonly MemoryBuffer2D<TNumericType, Stride2D.DenseY> _bestPositions;
    private readonly MemoryBuffer1D<TEvalType, Stride1D.Dense> _bestResults;

    /// <param name="accelerator">Where it searches.</param>
    /// <param name="maxNumParticles">The particles.</param>
    /// <param name="dimension">The elements of a position, a multiple of the vectors' length.</param>
    public PSO(Accelerator accelerator, LongIndex1D maxNumParticles, int dimension)
        : base(accelerator, maxNumParticles, numParameters: 3, dimension)
    {
        _velocities = VectorView<TNumericType>.Allocate(accelerator, maxNumParticles, VectorDimension);
        _bestPositions = VectorView<TNumericType>.Allocate(accelerator, maxNumParticles, VectorDimension);
        _bestResults = accelerator.Allocate1D<TEvalType>(maxNumParticles);
    }

    /// <inheritdoc cref="PSO.Omega"/>
    public TElementType Omega
    {
        get => GetParameter(0);
        set => GetParameter(0) = value;
    }

    /// <inheritdoc cref="PSO.PhiP"/>
    public TElementType PhiP
    {
        get => GetParameter(1);
        set => GetParameter(1) = value;
    }

    /// <inheritdoc cref="PSO.PhiG"/>
    public TElementType PhiG
    {
        get => GetParameter(2);
        set => GetParameter(2) = value;
    }

    internal Swarm<TNumericType, TEvalType> Swarm =>
        new(PositionsView, _velocities.View, _bestPositions.View, EvaluationsView, _bestResults.AsContiguous());

    /// <inheritdoc/>
    public override IOptimizer<TNumericType, TElementType, TEvalType> CreateOptimizer<TFunc>(
        AcceleratorStream stream, System.Random random, in TFunc optimizationFunction) =>
        new PSOptimizer<TNumericType, TElementType, TEvalType, TRandomProvider, TFunc>(this, stream, random, optimizationFunction);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _velocities.Dispose();
            _bestPositions.Dispose();
            _bestResults.Dispose();
        }

        base.Dispose(disposing);
    }
}
