namespace IlgpuGan.Models.Experiments;

/// <summary>Output and size of a claim's test.</summary>
public sealed record ClaimSettings
{
    /// <summary>Output folder of data, runs and tables; an interrupted experiment there is resumed.</summary>
    public required string Output { get; init; }

    /// <summary>Number of seeds with which each variant is trained.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>The first seed; the others follow it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Training steps; null for the claim's own number.</summary>
    public int? Steps { get; init; }

    /// <summary>Earlier results of the claim with other steps or seeds, folders or files, that the result is to name.</summary>
    public IReadOnlyList<string> Tried { get; init; } = [];
}
