using IlgpuGan.Models.Evaluation.Segmentation;

namespace IlgpuGan.Claims;

/// <summary>Settings of a claim's test.</summary>
internal sealed record ClaimSettings
{
    /// <summary>Output folder of data, runs and tables; an interrupted experiment there is resumed.</summary>
    public required string Output { get; init; }

    /// <summary>
    /// Folder of the results of all families, from which the experiment is resumed; null to write results only to the output folder.
    /// </summary>
    public string? Results { get; init; }

    /// <summary>Data set of a claim that does not draw its own: pairs in <c>train</c> and <c>val</c>.</summary>
    public string? Data { get; init; }

    /// <summary>Number of seeds per variant; null for the claim's own number.</summary>
    public int? Seeds { get; init; }

    /// <summary>The first of consecutive seeds; null for the claim's own.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Training steps; null for the claim's own number.</summary>
    public int? Steps { get; init; }

    public SegmenterSettings Segmenter { get; init; } = new();
}
