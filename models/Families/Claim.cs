using IlgpuGan.Models.Data;

namespace IlgpuGan.Models.Families;

/// <summary>
/// What a paper claims of its family, as variants that are trained on the same data and measures that they are held against each other by:
/// <c>experiment run FAMILY</c> tries it at several seeds.
/// </summary>
public sealed record Claim
{
    /// <summary>One sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>Paper and table, with what was published.</summary>
    public required string Source { get; init; }

    /// <summary>What the data are, and what else is not as in the paper.</summary>
    public required string Setting { get; init; }

    /// <summary>Training steps unless told otherwise; a variant makes of them what lets it see as many samples as the others.</summary>
    public required int Steps { get; init; }

    /// <summary>The family as it is, and what it is held against.</summary>
    public required IReadOnlyList<ClaimVariant> Variants { get; init; }

    public required IReadOnlyList<ClaimMeasure> Measures { get; init; }

    /// <summary>What the claim says: it is shown if all of them are.</summary>
    public required IReadOnlyList<ClaimDifference> Differences { get; init; }

    /// <summary>Draws the data set into a folder that is there and empty: the same files at each call.</summary>
    public required Action<string> DrawData { get; init; }

    /// <summary>Judges a variant that has been trained at one seed.</summary>
    public required Func<TrainedVariant, ClaimFinding> Judge { get; init; }
}

/// <summary>One of the variants that a claim holds against each other.</summary>
/// <param name="Name">short, as in tables; also its folder</param>
/// <param name="Summary">what it is, in a few words</param>
/// <param name="Parts">its models for a claim of so many steps: most have one</param>
public sealed record ClaimVariant(string Name, string Summary, Func<int, IReadOnlyList<ClaimPart>> Parts)
{
    /// <summary>A variant of one model.</summary>
    public ClaimVariant(string name, string summary, Func<int, TrainingOptions> options)
        : this(name, summary, steps => [new ClaimPart("", options(steps))])
    {
    }

    /// <summary>Samples that it sees in a claim of so many steps, all its models together.</summary>
    public long SamplesSeen(int steps) => Parts(steps).Sum(p => p.Options.Steps!.Value * p.Options.BatchSize * p.SamplesOfOne);
}

/// <summary>One of the models that a variant consists of.</summary>
/// <param name="Name">its folder within the variant's; empty for the only one</param>
/// <param name="Options">
/// with <see cref="TrainingOptions.Steps"/>; <see cref="TrainingOptions.Data"/> is a path below the claim's data, empty for all of them.
/// Seed and device come from the run
/// </param>
public sealed record ClaimPart(string Name, TrainingOptions Options)
{
    /// <summary>What one of its samples counts: 2 where it has two pictures and those of other variants have one.</summary>
    public int SamplesOfOne { get; init; } = 1;
}

/// <summary>A number that each trained variant gets.</summary>
/// <param name="Name">in tables and files</param>
/// <param name="Summary">what it is, in a few words</param>
/// <param name="HigherIsBetter">else lower is</param>
public sealed record ClaimMeasure(string Name, string Summary, bool HigherIsBetter)
{
    /// <summary>Digits behind the point.</summary>
    public int Digits { get; init; } = 3;
}

/// <summary>That one variant is better than another.</summary>
/// <param name="Better">the variant that the claim sees ahead</param>
/// <param name="Worse">the other</param>
/// <param name="Measure">by which measure</param>
public sealed record ClaimDifference(string Better, string Worse, string Measure);

/// <summary>What was found about a variant at one seed.</summary>
public sealed record ClaimFinding
{
    /// <summary>A value for each of the claim's measures.</summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }

    /// <summary>For measures that are means over held-out pictures: the pictures' own values, in the order of the data set.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> ByPicture { get; init; } = new Dictionary<string, IReadOnlyList<double>>();

    /// <summary>
    /// What the variant makes, to be looked at: one picture, of which every seed's is shown, or several, of which the first seed's are.
    /// </summary>
    public IReadOnlyList<Picture> Pictures { get; init; } = [];
}
