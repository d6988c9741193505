using System.Numerics;
using ILGPU.Algorithms.Random;
using ILGPU.Algorithms.Vectors;
using ILGPU.Runtime;
using ILGPU.Util;

namespace ILGPU.Algorithms.Optimization.Optimizers;

/// <summary>One search by a swarm: a thread moves a particle, and one group looks for the best of all.</summary>
internal sealed class PSOptimizer<TNumericType, TElementType, TEvalType, TRandomProvider, TFunc>
    : DisposeBase, IOptimizer<TNumericType, TElementType, TEvalType>
    where TNumericType : unmanaged, IVectorType<TNumericType, TElementType>
    where TElementType : unmanaged, INumber<TElementType>
    where TEvalType : unmanaged, IEquatable<TEvalType>
    where TRandomProvider : unmanaged, IRandomProvider<TRandomProvider>
    where TFunc : struct, IOptimizationFunction<TNumericType, TElementType, TEvalType>
{
    private const int MaxGroupSize = 256;

    /// <summary>In place of a particle: none is better than the best of all.</summary>
    private const int None = -1;

    private readonly PSO<TNumericType, TElementType, TEvalType, TRandomProvider> _engine;
    private readonly TFunc _function;
    private readonly ThreadWiseRNG<TRandomProvider> _random;
    private readonly Action<
        AcceleratorStream, Index1D, Swarm<TNumericType, TEvalType>, BoundsView<TNumericType>, ArrayView<TRandomProvider>, TFunc> _place;
    private readonly Action<
        AcceleratorStream, Index1D, Swarm<TNumericType, TEvalType>, BoundsView<TNumericType>, ArrayView<TRandomProvider>, TFunc,
        SwarmPull<TElementType>, SingleVectorView<TNumericType>, VariableView<TEvalType>> _move;
    private readonly Action<
        AcceleratorStream, KernelConfig, Swarm<TNumericType, TEvalType>, TFunc, SingleVectorView<TNumericType>,
        VariableView<TEvalType>> _choose;

    public PSOptimizer(
        PSO<TNumericType, TElementType, TEvalType, TRandomProvider> engine, AcceleratorStream stream, System.Random random,
        in TFunc function)
    {
        ArgumentNullException.ThrowIfNull(random);
        _engine = engine;
        _function = function;
        Accelerator accelerator = engine.Accelerator;
        _place = accelerator.LoadAutoGroupedKernel<
            Index1D, Swarm<TNumericType, TEvalType>, BoundsView<TNumericType>, ArrayView<TRandomProvider>, TFunc>(Place);
        _move = accelerator.LoadAutoGroupedKernel<
            Index1D, Swarm<TNumericType, TEvalType>, BoundsView<TNumericType>, ArrayView<TRandomProvider>, TFunc,
            SwarmPull<TElementType>, SingleVectorView<TNumericType>, VariableView<TEvalType>>(Move);
        _choose = accelerator.LoadKernel<
            Swarm<TNumericType, TEvalType>, TFunc, SingleVectorView<TNumericType>, VariableView<TEvalType>>(Choose);
        _random = new(accelerator, stream, engine.MaxNumParticles, random);
    }

    public OptimizationEngine<TNumericType, TElementType, TEvalType> Engine => _engine;

    private Index1D Particles => _engine.NumParticles.ToIntIndex();

    public void Start(
        AcceleratorStream stream, ReadOnlySpan<TElementType> bestPosition, TEvalType bestResult,
        SingleVectorView<TNumericType> resultView, VariableView<TEvalType> evalView)
    {
        _place(stream, Particles, _engine.Swarm, _engine.BoundsView, _random.RNGView, _function);
        Choose(stream, resultView, evalView);
    }

    public void Iteration(
        AcceleratorStream stream, SingleVectorView<TNumericType> resultView, VariableView<TEvalType> evalView, int iteration)
    {
        var pull = new SwarmPull<TElementType>(_engine.Omega, _engine.PhiP, _engine.PhiG);
        _move(stream, Particles, _engine.Swarm, _engine.BoundsView, _random.RNGView, _function, pull, resultView, evalView);
        Choose(stream, resultView, evalView);
    }

    public void Finish(AcceleratorStream stream, SingleVectorView<TNumericType> resultView, VariableView<TEvalType> evalView)
    {
        // Every iteration leaves the best.
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _random.Dispose();
        }
    }

    private void Choose(AcceleratorStream stream, SingleVectorView<TNumericType> resultView, VariableView<TEvalType> evalView)
    {
        int groupSize = Math.Min(MaxGroupSize, _engine.Accelerator.MaxNumThreadsPerGroup);
        _choose(stream, (1, groupSize), _engine.Swarm, _function, resultView, evalView);
    }

    /// <summary>Puts a particle anywhere between the bounds, with a velocity up to their distance.</summary>
    private static void Place(
        Index1D particle, Swarm<TNumericType, TEvalType> swarm, BoundsView<TNumericType> bounds, ArrayView<TRandomProvider> random,
        TFunc function)
    {
        TRandomProvider provider = random[particle];
        for (int i = 0; i < swarm.Positions.Dimension; i++)
        {
            TNumericType lower = bounds.GetLowerBound(i);
            TNumericType upper = bounds.GetUpperBound(i);
            TNumericType position = TNumericType.GetRandom(ref provider, lower, upper);
            swarm.Positions[particle.X, i] = position;
            swarm.BestPositions[particle.X, i] = position;
            swarm.Velocities[particle.X, i] = TNumericType.GetRandom(ref provider, lower - upper, upper - lower);
        }

        random[particle] = provider;
        TEvalType result = function.Evaluate(particle, swarm.Positions.Dimension, swarm.Positions.SliceVector(particle));
        swarm.Results[particle] = result;
        swarm.BestResults[particle] = result;
    }

    private static void Move(
        Index1D particle, Swarm<TNumericType, TEvalType> swarm, BoundsView<TNumericType> bounds, ArrayView<TRandomProvider> random,
        TFunc function, SwarmPull<TElementType> pull, SingleVectorView<TNumericType> best, VariableView<TEvalType> bestResult)
    {
        TRandomProvider provider = random[particle];
        for (int i = 0; i < swarm.Positions.Dimension; i++)
        {
            TNumericType position = swarm.Positions[particle.X, i];
            TNumericType own = TNumericType.GetRandom(ref provider, TNumericType.Zero, TNumericType.One);
            TNumericType common = TNumericType.GetRandom(ref provider, TNumericType.Zero, TNumericType.One);
            TNumericType velocity = (TNumericType.FromScalar(pull.Omega) * swarm.Velocities[particle.X, i])
                + (TNumericType.FromScalar(pull.PhiP) * own * (swarm.BestPositions[particle.X, i] - position))
                + (TNumericType.FromScalar(pull.PhiG) * common * (best[i] - position));
            swarm.Velocities[particle.X, i] = velocity;
            swarm.Positions[particle.X, i] =
                TNumericType.Clamp(position + velocity, bounds.GetLowerBound(i), bounds.GetUpperBound(i));
        }

        random[particle] = provider;
        TEvalType result = function.Evaluate(particle, swarm.Positions.Dimension, swarm.Positions.SliceVector(particle));
        swarm.Results[particle] = result;
        TEvalType ownBest = swarm.BestResults[particle];
        if (function.CurrentIsBetter(result, ownBest) || IsNoNumber(function, ownBest, result, bestResult.Value))
        {
            swarm.BestResults[particle] = result;
            for (int i = 0; i < swarm.Positions.Dimension; i++)
            {
                swarm.BestPositions[particle.X, i] = swarm.Positions[particle.X, i];
            }
        }
    }

    /// <summary>
    /// Whether a particle's own best result is no number, as its first may have been, and its new one is one: a result that is better than
    /// neither of two that differ, nor worse, is none.
    /// </summary>
    private static bool IsNoNumber(TFunc function, TEvalType ownBest, TEvalType result, TEvalType bestOfAll) =>
        Differ(function, result, bestOfAll) && !Differ(function, ownBest, bestOfAll) && !Differ(function, ownBest, result);

    /// <summary>Whether one of two results is better than the other.</summary>
    private static bool Differ(TFunc function, TEvalType first, TEvalType second) =>
        function.CurrentIsBetter(first, second) || function.CurrentIsBetter(second, first);

    /// <summary>
    /// Replaces the best of all by the best of this iteration if that is better; of equals the first particle wins. Only what is better
    /// than the best of all is compared, so that a result that is no number hides none.
    /// </summary>
    private static void Choose(
        Swarm<TNumericType, TEvalType> swarm, TFunc function, SingleVectorView<TNumericType> bestPosition,
        VariableView<TEvalType> bestResult)
    {
        ArrayView<int> winners = SharedMemory.Allocate<int>(MaxGroupSize);
        int winner = None;
        TEvalType best = bestResult.Value;
        for (int i = Group.IdxX; i < swarm.Positions.NumVectors; i += Group.DimX)
        {
            TEvalType result = swarm.Results[i];
            if (function.CurrentIsBetter(result, best))
            {
                winner = i;
                best = result;
            }
        }

        winners[Group.IdxX] = winner;
        Group.Barrier();
        for (int count = Group.DimX; count > 1;)
        {
            int half = (count + 1) / 2;
            if (Group.IdxX + half < count)
            {
                winners[Group.IdxX] = Better(swarm, function, winners[Group.IdxX], winners[Group.IdxX + half]);
            }

            Group.Barrier();
            count = half;
        }

        if (Group.IsFirstThread && winners[0] != None)
        {
            bestResult.Value = swarm.Results[winners[0]];
            for (int i = 0; i < swarm.Positions.Dimension; i++)
            {
                bestPosition[i] = swarm.Positions[winners[0], i];
            }
        }
    }

    /// <summary>The better of two particles, if there are two.</summary>
    private static int Better(Swarm<TNumericType, TEvalType> swarm, TFunc function, int first, int second)
    {
        if (first == None || second == None)
        {
            return first == None ? second : first;
        }

        return function.CurrentIsBetter(swarm.Results[second], swarm.Results[first])
            || (second < first && !function.CurrentIsBetter(swarm.Results[first], swarm.Results[second]))
            ? second : first;
    }
}
