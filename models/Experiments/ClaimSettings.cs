using IlgpuGan.Models.Evaluation.Segmentation;

namespace IlgpuGan.Models.Experiments;

/// <summary>Output and size of a claim's test.</summary>
public sealed record ClaimSettings
{
    /// <summary>Output folder of data, runs and tables; an interrupted experiment there is resumed.</summary>
    public required string Output { get; init; }

    /// <summary>
    /// Folder of the results of all families, from whose file the experiment goes on; null for tables in the output folder alone.
    /// </summary>
    public string? Results { get; init; }

    /// <summary>The pictures of a claim that draws none: pairs in <c>train</c> and <c>val</c>.</summary>
    public string? Data { get; init; }

    /// <summary>Number of seeds with which each variant is trained; null for the claim's own.</summary>
    public int? Seeds { get; init; }

    /// <summary>The first seed, which the others follow; null for the claim's own.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Training steps; null for the claim's own number.</summary>
    public int? Steps { get; init; }

    public SegmenterSettings Segmenter { get; init; } = new();
}
