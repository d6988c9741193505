namespace IlgpuGan.Models.Families;

/// <summary>
/// What a paper claims about its family: variants trained on the same data, and measures that compare them. <c>experiment run NAME</c>
/// tests it with several seeds.
/// </summary>
public sealed record Claim
{
    /// <summary>On the command line and in files: the family's name, with a suffix if the family has several claims.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>Paper and table, with what was published.</summary>
    public required string Source { get; init; }

    /// <summary>The data, and other differences from the paper.</summary>
    public required string Setting { get; init; }

    /// <summary>Default number of training steps; variants adjust it so that all see the same number of samples.</summary>
    public required int Steps { get; init; }

    /// <summary>Default number of seeds.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>
    /// The first of its seeds. A claim that was changed after its results were known starts from unused seeds.
    /// </summary>
    public ulong FirstSeed { get; init; } = 1;

    /// <summary>
    /// Decay of the moving averages with which all variants are evaluated, unless their own options set one. After a few thousand steps at
    /// the full rate a GAN's weights still circle around an equilibrium, and their last values are random.
    /// </summary>
    public float EmaDecay { get; init; } = 0.999f;

    /// <summary>The family itself, and its baselines.</summary>
    public required IReadOnlyList<ClaimVariant> Variants { get; init; }

    public required IReadOnlyList<ClaimMeasure> Measures { get; init; }

    /// <summary>The differences that the claim states; the claim is shown if all of them are.</summary>
    public required IReadOnlyList<ClaimDifference> Differences { get; init; }

    /// <summary>
    /// Writes the synthetic data set into an existing, empty folder; each call writes the same files. Null for a claim about the user's own
    /// pictures, whose folder <c>--data</c> names.
    /// </summary>
    public Action<string>? DrawData { get; init; }

    /// <summary>Evaluates a variant trained with one seed.</summary>
    public required Func<TrainedVariant, ClaimFinding> Judge { get; init; }
}

/// <summary>One of the variants that a claim compares.</summary>
/// <param name="Name">short, as in tables; also its folder</param>
/// <param name="Summary">a few words</param>
/// <param name="Parts">its models for a given number of steps; most variants have one</param>
public sealed record ClaimVariant(string Name, string Summary, Func<int, IReadOnlyList<ClaimPart>> Parts)
{
    /// <summary>A variant of one model.</summary>
    public ClaimVariant(string name, string summary, Func<int, TrainingOptions> options)
        : this(name, summary, steps => [new ClaimPart("", options(steps))])
    {
    }

    /// <summary>
    /// Whether it sees fewer samples than the others on purpose: it has the same compute budget, and each of its samples costs more.
    /// </summary>
    public bool SeesFewer { get; init; }

    /// <summary>Number of samples that its models see in total for a given number of steps.</summary>
    public long SamplesSeen(int steps) => Parts(steps).Sum(p => p.Options.Steps!.Value * p.Options.BatchSize * p.SampleWeight);
}

/// <summary>One of the models that a variant consists of.</summary>
/// <param name="Name">its folder within the variant's; empty for the only one</param>
/// <param name="Options">
/// with <see cref="TrainingOptions.Steps"/>; <see cref="TrainingOptions.Data"/> is a path below the claim's data folder, empty for the
/// folder itself. Seed and device come from the run
/// </param>
public sealed record ClaimPart(string Name, TrainingOptions Options)
{
    /// <summary>Weight of a sample in the count: 2 if it has two pictures and those of other variants have one.</summary>
    public int SampleWeight { get; init; } = 1;

    /// <summary>
    /// Number of checkpoints that are evaluated, at equal distances, the last one at the end of the run; each counts as a model of the
    /// variant.
    /// </summary>
    public int Checkpoints { get; init; } = 1;

    /// <summary>
    /// Whether it learns from unpaired data: the inputs of one half of the pairs and the targets of the other half.
    /// </summary>
    public bool UsesUnpairedHalves { get; init; }

    /// <summary>
    /// The path below the claim's data folder for a seed, if seeds have different training data; null for that of the options.
    /// </summary>
    public Func<ulong, string>? DataOf { get; init; }
}

/// <summary>A measure of trained variants.</summary>
/// <param name="Name">in tables and files</param>
/// <param name="Summary">a few words</param>
/// <param name="HigherIsBetter">else lower is better</param>
public sealed record ClaimMeasure(string Name, string Summary, bool HigherIsBetter)
{
    /// <summary>Number of decimals.</summary>
    public int Digits { get; init; } = 3;
}

/// <summary>A claimed difference: one variant is better than another.</summary>
/// <param name="Better">the variant that is claimed to be better</param>
/// <param name="Worse">the other</param>
/// <param name="Measure">by which measure</param>
public sealed record ClaimDifference(string Better, string Worse, string Measure);

/// <summary>Results of a variant with one seed.</summary>
public sealed record ClaimFinding
{
    /// <summary>A value for each of the claim's measures.</summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }

    /// <summary>
    /// Sample outputs of the variant: one picture, shown for the first seeds, or several, shown for the first one.
    /// </summary>
    public IReadOnlyList<Picture> Pictures { get; init; } = [];
}
