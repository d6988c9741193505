using System.Numerics;
using ILGPU.Algorithms.Vectors;
using ILGPU.Runtime;

namespace ILGPU.Algorithms.Optimization;

/// <summary>Looks for the best position of one function.</summary>
public interface IOptimizer<TNumericType, TElementType, TEvalType> : IDisposable
    where TNumericType : unmanaged, IVectorType<TNumericType, TElementType>
    where TElementType : unmanaged, INumber<TElementType>
    where TEvalType : unmanaged, IEquatable<TEvalType>
{
    OptimizationEngine<TNumericType, TElementType, TEvalType> Engine { get; }

    /// <summary>Places the particles and evaluates them.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="bestPosition">A position that is known; [dimension].</param>
    /// <param name="bestResult">Its result; the function's worst if there is none.</param>
    /// <param name="resultView">Becomes the best position.</param>
    /// <param name="evalView">Becomes the best result.</param>
    void Start(
        AcceleratorStream stream, ReadOnlySpan<TElementType> bestPosition, TEvalType bestResult,
        SingleVectorView<TNumericType> resultView, VariableView<TEvalType> evalView);

    /// <summary>Moves the particles once and evaluates them.</summary>
    void Iteration(
        AcceleratorStream stream, SingleVectorView<TNumericType> resultView, VariableView<TEvalType> evalView, int iteration);

    /// <summary>Ends the search.</summary>
    void Finish(AcceleratorStream stream, SingleVectorView<TNumericType> resultView, VariableView<TEvalType> evalView);

    /// <summary>Begins a search whose steps the caller makes.</summary>
    OptimizerRun<TNumericType, TElementType, TEvalType> BeginOptimization(
        AcceleratorStream stream, ReadOnlySpan<TElementType> bestPosition, TEvalType bestResult) =>
        new(stream, this, Engine.BeginOptimization(stream, bestPosition, bestResult, this));

    /// <summary>Searches for a number of iterations, or until a time is over.</summary>
    OptimizationResultView<TElementType, TEvalType> Optimize(
        AcceleratorStream stream, ReadOnlySpan<TElementType> bestPosition, TEvalType bestResult, int maxNumIterations,
        TimeSpan? maxTime = null)
    {
        OptimizerRun<TNumericType, TElementType, TEvalType> run = BeginOptimization(stream, bestPosition, bestResult);
        while (run.Iteration < maxNumIterations)
        {
            if (maxTime is { } limit)
            {
                // Only work that has been done takes time.
                stream.Synchronize();
                if (run.ElapsedTime >= limit.TotalMilliseconds)
                {
                    break;
                }
            }

            run.Step();
        }

        return run.Finish();
    }

    /// <inheritdoc cref="Optimize"/>
    OptimizationResult<TElementType, TEvalType> OptimizeToCPUAsync(
        AcceleratorStream stream, ReadOnlySpan<TElementType> bestPosition, TEvalType bestResult, int maxNumIterations,
        TimeSpan? maxTime = null) =>
        Engine.FetchToCPUAsync(stream, Optimize(stream, bestPosition, bestResult, maxNumIterations, maxTime));
}
