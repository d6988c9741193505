namespace ILGPU.Algorithms.ComparisonOperations;

/// <summary>An order of values.</summary>
public interface IComparisonOperation<T>
    where T : struct
{
    /// <summary>Negative if the first comes before the second, zero if they are equal, positive otherwise.</summary>
    int Compare(T first, T second);
}
