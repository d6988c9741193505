namespace ILGPU.Algorithms.ScanReduceOperations;

/// <summary>An associative, commutative operation with an identity: what reductions and scans combine by.</summary>
public interface IScanReduceOperation<T>
    where T : struct
{
    /// <summary>The operation's name among OpenCL's work-group functions.</summary>
    string CLCommand { get; }

    /// <summary>What changes no operand.</summary>
    T Identity { get; }

    T Apply(T first, T second);

    /// <summary>Combines the value into the target, atomically.</summary>
    void AtomicApply(ref T target, T value);
}

/// <summary>The first and the last value of a group's scan.</summary>
public readonly struct ScanBoundaries<T>(T leftBoundary, T rightBoundary)
    where T : struct
{
    public T LeftBoundary { get; } = leftBoundary;

    public T RightBoundary { get; } = rightBoundary;
}
