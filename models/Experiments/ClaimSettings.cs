namespace IlgpuGan.Models.Experiments;

/// <summary>Where and how large a claim is tried.</summary>
public sealed record ClaimSettings
{
    /// <summary>Data, runs and tables go there; what is there already is taken up.</summary>
    public required string Output { get; init; }

    /// <summary>How often each variant is trained, each time from another seed.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>The first seed; the others follow it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Training steps; null for the claim's own number.</summary>
    public int? Steps { get; init; }
}
