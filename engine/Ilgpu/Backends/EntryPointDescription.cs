using System.Reflection;

namespace ILGPU.Backends.EntryPoints;

/// <summary>A method as a kernel: with its index as first parameter, or without.</summary>
public readonly struct EntryPointDescription : IEquatable<EntryPointDescription>
{
    private EntryPointDescription(MethodInfo method, bool isImplicit)
    {
        ArgumentNullException.ThrowIfNull(method);
        MethodSource = method;
        IsImplicitlyGrouped = isImplicit;
    }

    /// <summary>The method that is compiled.</summary>
    public MethodInfo MethodSource { get; }

    /// <summary>Whether the first parameter is the index of the thread.</summary>
    public bool IsImplicitlyGrouped { get; }

    /// <summary>A kernel that reads its place from Grid and Group.</summary>
    public static EntryPointDescription FromExplicitlyGroupedKernel(MethodInfo methodSource) => new(methodSource, isImplicit: false);

    /// <summary>A kernel whose first parameter is an Index1D, Index2D or Index3D.</summary>
    public static EntryPointDescription FromImplicitlyGroupedKernel(MethodInfo methodSource) => new(methodSource, isImplicit: true);

    public bool Equals(EntryPointDescription other) =>
        MethodSource == other.MethodSource && IsImplicitlyGrouped == other.IsImplicitlyGrouped;

    public override bool Equals(object? obj) => obj is EntryPointDescription other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(MethodSource, IsImplicitlyGrouped);

    public override string ToString() => $"{MethodSource.DeclaringType?.Name}.{MethodSource.Name}";

    public static bool operator ==(EntryPointDescription first, EntryPointDescription second) => first.Equals(second);

    public static bool operator !=(EntryPointDescription first, EntryPointDescription second) => !first.Equals(second);
}
