using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using ILGPU.Algorithms.Vectors;
using ILGPU.Runtime;
using ILGPU.Util;

namespace ILGPU.Algorithms.Optimization;

/// <summary>
/// The memory and the parameters of a search by particles, for functions of as many elements. One search at a time: results and positions
/// lie in the engine.
/// </summary>
public abstract class OptimizationEngine<TNumericType, TElementType, TEvalType> : DisposeBase
    where TNumericType : unmanaged, IVectorType<TNumericType, TElementType>
    where TElementType : unmanaged, INumber<TElementType>
    where TEvalType : unmanaged, IEquatable<TEvalType>
{
    private readonly MemoryBuffer1D<TNumericType, Stride1D.Dense> _lowerBounds;
    private readonly MemoryBuffer1D<TNumericType, Stride1D.Dense> _upperBounds;
    private readonly MemoryBuffer2D<TNumericType, Stride2D.DenseY> _positions;
    private readonly MemoryBuffer1D<TEvalType, Stride1D.Dense> _evaluations;
    private readonly MemoryBuffer1D<TNumericType, Stride1D.Dense> _bestPosition;
    private readonly MemoryBuffer1D<TEvalType, Stride1D.Dense> _bestResult;
    private readonly TElementType[] _parameters;

    /// <exception cref="ArgumentOutOfRangeException">
    /// The dimension is no multiple of the vectors' length, or a number is less than one.
    /// </exception>
    protected OptimizationEngine(Accelerator accelerator, LongIndex1D maxNumParticles, int numParameters, int dimension)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNumParticles.X, 1, nameof(maxNumParticles));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxNumParticles.X, int.MaxValue, nameof(maxNumParticles));
        ArgumentOutOfRangeException.ThrowIfNegative(numParameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (dimension % TNumericType.Length != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(dimension), dimension,
                $"Positions of {dimension} elements are no whole number of vectors of {TNumericType.Length}.");
        }

        Accelerator = accelerator;
        MaxNumParticles = maxNumParticles;
        NumParticles = maxNumParticles;
        Dimension = dimension;
        _parameters = new TElementType[numParameters];
        _lowerBounds = accelerator.Allocate1D<TNumericType>(VectorDimension);
        _upperBounds = accelerator.Allocate1D<TNumericType>(VectorDimension);
        _positions = VectorView<TNumericType>.Allocate(accelerator, maxNumParticles, VectorDimension);
        _evaluations = accelerator.Allocate1D<TEvalType>(maxNumParticles);
        _bestPosition = accelerator.Allocate1D<TNumericType>(VectorDimension);
        _bestResult = accelerator.Allocate1D<TEvalType>(1);
    }

    public Accelerator Accelerator { get; }

    /// <summary>The elements that a position has.</summary>
    public int Dimension { get; }

    /// <summary>The vectors that a position has.</summary>
    public int VectorDimension => Dimension / TNumericType.Length;

    public int NumParameters => _parameters.Length;

    public LongIndex1D MaxNumParticles { get; }

    public LongIndex1D NumParticles { get; protected set; }

    public BoundsView<TNumericType> BoundsView => new(_lowerBounds.View.AsGeneral(), _upperBounds.View.AsGeneral());

    protected internal VectorView<TNumericType> PositionsView => _positions.View;

    /// <summary>[particles]: the results of the last iteration.</summary>
    protected internal ArrayView<TEvalType> EvaluationsView => _evaluations.AsContiguous();

    private SingleVectorView<TNumericType> BestPosition => _bestPosition.View.AsGeneral();

    private VariableView<TEvalType> BestResult => new(_bestResult.AsContiguous());

    /// <summary>Between which elements the positions lie; [dimension] each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many as the engine's dimension.</exception>
    public void LoadBounds(
        AcceleratorStream stream, ArrayView1D<TElementType, Stride1D.General> lowerBounds,
        ArrayView1D<TElementType, Stride1D.General> upperBounds) =>
        LoadBounds(stream, lowerBounds.GetAsArray1D(stream), upperBounds.GetAsArray1D(stream));

    /// <summary>Between which elements the positions lie; [dimension] each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many as the engine's dimension.</exception>
    public void LoadBounds(AcceleratorStream stream, ReadOnlySpan<TElementType> lowerBounds, ReadOnlySpan<TElementType> upperBounds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(lowerBounds.Length, Dimension, nameof(lowerBounds));
        ArgumentOutOfRangeException.ThrowIfNotEqual(upperBounds.Length, Dimension, nameof(upperBounds));
        _lowerBounds.View.CopyFromCPU(stream, MemoryMarshal.Cast<TElementType, TNumericType>(lowerBounds).ToArray());
        _upperBounds.View.CopyFromCPU(stream, MemoryMarshal.Cast<TElementType, TNumericType>(upperBounds).ToArray());
    }

    /// <summary>The numbers that the way of searching is set by.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many as the engine has.</exception>
    public void LoadParameters(AcceleratorStream stream, ArrayView<TElementType> parameters) =>
        LoadParameters(stream, parameters.GetAsArray(stream));

    /// <inheritdoc cref="LoadParameters(AcceleratorStream, ArrayView{TElementType})"/>
    public void LoadParameters(AcceleratorStream stream, ReadOnlySpan<TElementType> parameters)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parameters.Length, NumParameters, nameof(parameters));
        parameters.CopyTo(_parameters);
    }

    /// <summary>Makes a search for the best position of a function.</summary>
    public abstract IOptimizer<TNumericType, TElementType, TEvalType> CreateOptimizer<TFunc>(
        AcceleratorStream stream, System.Random random, in TFunc optimizationFunction)
        where TFunc : struct, IOptimizationFunction<TNumericType, TElementType, TEvalType>;

    protected ref TElementType GetParameter(int index) => ref _parameters[index];

    /// <returns>The milliseconds that it took the host.</returns>
    protected internal double BeginOptimization(
        AcceleratorStream stream, ReadOnlySpan<TElementType> bestPosition, TEvalType bestResult,
        IOptimizer<TNumericType, TElementType, TEvalType> optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bestPosition.Length, Dimension, nameof(bestPosition));
        long begun = Stopwatch.GetTimestamp();
        _bestPosition.View.CopyFromCPU(stream, MemoryMarshal.Cast<TElementType, TNumericType>(bestPosition).ToArray());
        _bestResult.View.CopyFromCPU(stream, new[] { bestResult });
        optimizer.Start(stream, bestPosition, bestResult, BestPosition, BestResult);
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    /// <inheritdoc cref="BeginOptimization"/>
    protected internal double OptimizationStep(
        AcceleratorStream stream, IOptimizer<TNumericType, TElementType, TEvalType> optimizer, int iteration)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        long begun = Stopwatch.GetTimestamp();
        optimizer.Iteration(stream, BestPosition, BestResult, iteration);
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    protected internal OptimizationResultView<TElementType, TEvalType> FinishOptimization(
        AcceleratorStream stream, IOptimizer<TNumericType, TElementType, TEvalType> optimizer, double elapsedTime)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        optimizer.Finish(stream, BestPosition, BestResult);
        return new(BestResult, _bestPosition.AsContiguous().Cast<TElementType>(), elapsedTime);
    }

    /// <summary>Waits for the result.</summary>
    protected internal OptimizationResult<TElementType, TEvalType> FetchToCPUAsync(
        AcceleratorStream stream, OptimizationResultView<TElementType, TEvalType> resultView) =>
        new(
            resultView.ResultView.BaseView.GetAsArray(stream)[0], resultView.PositionView.GetAsArray(stream), resultView.ElapsedTime);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _lowerBounds.Dispose();
            _upperBounds.Dispose();
            _positions.Dispose();
            _evaluations.Dispose();
            _bestPosition.Dispose();
            _bestResult.Dispose();
        }
    }
}
