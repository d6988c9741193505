namespace ILGPU.Runtime;

/// <summary>What the compiler may assume about the launches of a kernel.</summary>
public readonly struct KernelSpecialization : IEquatable<KernelSpecialization>
{
    /// <summary>Nothing is assumed.</summary>
    public static readonly KernelSpecialization Empty;

    /// <exception cref="ArgumentOutOfRangeException">A value is below 1.</exception>
    public KernelSpecialization(int? maxNumThreadsPerGroup, int? minNumGroupsPerMultiprocessor)
    {
        if (maxNumThreadsPerGroup is { } threads)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(maxNumThreadsPerGroup));
        }

        if (minNumGroupsPerMultiprocessor is { } groups)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1, nameof(minNumGroupsPerMultiprocessor));
        }

        MaxNumThreadsPerGroup = maxNumThreadsPerGroup;
        MinNumGroupsPerMultiprocessor = minNumGroupsPerMultiprocessor;
    }

    /// <summary>No launch uses larger groups.</summary>
    public int? MaxNumThreadsPerGroup { get; }

    /// <summary>At least as many groups should be resident on a multiprocessor.</summary>
    public int? MinNumGroupsPerMultiprocessor { get; }

    /// <summary>Whether the accelerator's groups can be as large as this one's.</summary>
    public bool IsCompatibleWith(Accelerator accelerator) => (MaxNumThreadsPerGroup ?? 1) <= accelerator.MaxNumThreadsPerGroup;

    public bool Equals(KernelSpecialization other) =>
        MaxNumThreadsPerGroup == other.MaxNumThreadsPerGroup && MinNumGroupsPerMultiprocessor == other.MinNumGroupsPerMultiprocessor;

    public override bool Equals(object? obj) => obj is KernelSpecialization other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(MaxNumThreadsPerGroup, MinNumGroupsPerMultiprocessor);

    public static bool operator ==(KernelSpecialization first, KernelSpecialization second) => first.Equals(second);

    public static bool operator !=(KernelSpecialization first, KernelSpecialization second) => !first.Equals(second);
}
