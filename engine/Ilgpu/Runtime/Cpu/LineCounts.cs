using ILGPU.IR;

namespace ILGPU.Runtime.CPU;

/// <summary>
/// What one line of C# did on the simulator, all threads together, wherever the kernel calls it from; see <see cref="SimulationCounts"/>.
/// An addition to ILGPU's API.
/// </summary>
public sealed class LineCounts
{
    internal LineCounts(SourceLocation place) => Place = place;

    /// <summary>File, line and method; not who called it.</summary>
    public SourceLocation Place { get; }

    /// <inheritdoc cref="SimulationCounts.Instructions"/>
    public long Instructions { get; internal set; }

    /// <summary>Elements read from buffers or written to them.</summary>
    public long GlobalAccesses { get; internal set; }

    /// <inheritdoc cref="SimulationCounts.GlobalSectors"/>
    public long GlobalSectors { get; internal set; }

    /// <summary>Elements read from shared memory or written to it.</summary>
    public long SharedAccesses { get; internal set; }

    /// <inheritdoc cref="SimulationCounts.BankConflicts"/>
    public long BankConflicts { get; internal set; }

    /// <inheritdoc cref="SimulationCounts.Branches"/>
    public long Branches { get; internal set; }

    /// <inheritdoc cref="SimulationCounts.DivergentBranches"/>
    public long DivergentBranches { get; internal set; }

    /// <summary>A place in the source, whoever called it.</summary>
    internal static SourceLocation PlaceOf(SourceLocation location) => location with { InlinedAt = null };
}
