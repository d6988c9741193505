using System.Diagnostics;
using System.Numerics;
using ILGPU.Algorithms.Vectors;
using ILGPU.Runtime;

namespace ILGPU.Algorithms.Optimization;

/// <summary>A search, step by step.</summary>
/// <param name="stream">Where its work goes.</param>
/// <param name="optimizer">What searches.</param>
/// <param name="elapsedTime">The milliseconds that the beginning took.</param>
public sealed class OptimizerRun<TNumericType, TElementType, TEvalType>(
    AcceleratorStream stream, IOptimizer<TNumericType, TElementType, TEvalType> optimizer, double elapsedTime)
    where TNumericType : unmanaged, IVectorType<TNumericType, TElementType>
    where TElementType : unmanaged, INumber<TElementType>
    where TEvalType : unmanaged, IEquatable<TEvalType>
{
    private readonly long _begun = Stopwatch.GetTimestamp();

    public AcceleratorStream Stream => stream;

    public IOptimizer<TNumericType, TElementType, TEvalType> Optimizer => optimizer;

    public OptimizationEngine<TNumericType, TElementType, TEvalType> Engine => optimizer.Engine;

    /// <summary>The milliseconds since the search began, as the host sees it: launches return before their work is done.</summary>
    public double ElapsedTime => elapsedTime + Stopwatch.GetElapsedTime(_begun).TotalMilliseconds;

    /// <summary>The steps made.</summary>
    public int Iteration { get; private set; }

    /// <summary>Waits for the particles' positions: [vectors of a position, particles].</summary>
    public TNumericType[,] LoadParticles() => Engine.PositionsView.DataView.GetAsArray2D(stream);

    /// <summary>Copies the particles' positions in the stream's order: [vectors of a position, particles].</summary>
    public void LoadParticles(PageLockedArray2D<TNumericType> data) => Engine.PositionsView.DataView.CopyToPageLockedAsync(stream, data);

    public void Step()
    {
        Engine.OptimizationStep(stream, optimizer, Iteration);
        Iteration++;
    }

    public OptimizationResultView<TElementType, TEvalType> Finish() => Engine.FinishOptimization(stream, optimizer, ElapsedTime);

    /// <summary>The result on the host.</summary>
    public OptimizationResult<TElementType, TEvalType> FinishToCPUAsync() => Engine.FetchToCPUAsync(stream, Finish());
}
