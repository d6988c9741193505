namespace ILGPU.Algorithms.Optimization;

/// <summary>What an optimisation has found, on the device; it is overwritten by the engine's next optimisation.</summary>
public readonly struct OptimizationResultView<TElementType, TEvalType>
    where TElementType : unmanaged
    where TEvalType : unmanaged
{
    internal OptimizationResultView(VariableView<TEvalType> resultView, ArrayView<TElementType> positionView, double elapsedTime)
    {
        ResultView = resultView;
        PositionView = positionView;
        ElapsedTime = elapsedTime;
    }

    public VariableView<TEvalType> ResultView { get; }

    public ArrayView<TElementType> PositionView { get; }

    /// <summary>In milliseconds.</summary>
    public double ElapsedTime { get; }
}

/// <summary>What an optimisation has found.</summary>
public readonly ref struct OptimizationResult<TElementType, TEvalType>
    where TElementType : unmanaged
    where TEvalType : unmanaged
{
    internal OptimizationResult(TEvalType result, ReadOnlySpan<TElementType> resultVector, double elapsedTime)
    {
        Result = result;
        ResultVector = resultVector;
        ElapsedTime = elapsedTime;
    }

    public TEvalType Result { get; }

    /// <summary>The position that has this result.</summary>
    public ReadOnlySpan<TElementType> ResultVector { get; }

    /// <summary>In milliseconds.</summary>
    public double ElapsedTime { get; }
}
