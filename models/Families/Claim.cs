namespace IlgpuGan.Models.Families;

/// <summary>
/// What a paper claims of its family, as variants that are trained on the same data and measures by which they are compared:
/// <c>experiment run NAME</c> tests it with several seeds.
/// </summary>
public sealed record Claim
{
    /// <summary>On the command line and in files: the family's, with a word behind it where the family has several claims.</summary>
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
    /// The first of its seeds. A claim that was changed after its results were seen starts from seeds that it has not seen.
    /// </summary>
    public ulong FirstSeed { get; init; } = 1;

    /// <summary>
    /// Decay of the moving averages by which all variants are judged, unless their own options have one. After a few thousand steps at the
    /// full rate the weights of a GAN still circle, and where they stop is chance.
    /// </summary>
    public float EmaDecay { get; init; } = 0.999f;

    /// <summary>The family itself, and its baselines.</summary>
    public required IReadOnlyList<ClaimVariant> Variants { get; init; }

    public required IReadOnlyList<ClaimMeasure> Measures { get; init; }

    /// <summary>The differences that the claim states: it is shown if all of them are.</summary>
    public required IReadOnlyList<ClaimDifference> Differences { get; init; }

    /// <summary>
    /// Draws the data set into an existing, empty folder: the same files at each call. Null for a claim about pictures that the user has:
    /// <c>--data</c> names their folder.
    /// </summary>
    public Action<string>? DrawData { get; init; }

    /// <summary>Evaluates a variant trained with one seed.</summary>
    public required Func<TrainedVariant, ClaimFinding> Judge { get; init; }
}

/// <summary>One of the variants that a claim compares.</summary>
/// <param name="Name">short, as in tables; also its folder</param>
/// <param name="Summary">what it is, in a few words</param>
/// <param name="Parts">its models for a given number of steps: most have one</param>
public sealed record ClaimVariant(string Name, string Summary, Func<int, IReadOnlyList<ClaimPart>> Parts)
{
    /// <summary>A variant of one model.</summary>
    public ClaimVariant(string name, string summary, Func<int, TrainingOptions> options)
        : this(name, summary, steps => [new ClaimPart("", options(steps))])
    {
    }

    /// <summary>
    /// Whether it is to see fewer samples than the others: one that computes as much, where each of its samples costs more.
    /// </summary>
    public bool SeesFewer { get; init; }

    /// <summary>Samples that all its models together see for a given number of steps.</summary>
    public long SamplesSeen(int steps) => Parts(steps).Sum(p => p.Options.Steps!.Value * p.Options.BatchSize * p.SampleWeight);
}

/// <summary>One of the models that a variant consists of.</summary>
/// <param name="Name">its folder within the variant's; empty for the only one</param>
/// <param name="Options">
/// with <see cref="TrainingOptions.Steps"/>; <see cref="TrainingOptions.Data"/> is a path below the claim's data, empty for all of them.
/// Seed and device come from the run
/// </param>
public sealed record ClaimPart(string Name, TrainingOptions Options)
{
    /// <summary>Weight of a sample in the count: 2 if it has two pictures and those of other variants have one.</summary>
    public int SampleWeight { get; init; } = 1;

    /// <summary>
    /// How many states of the run are judged, each a model of the variant, in their order: at equal distances, the last one at the end.
    /// </summary>
    public int Checkpoints { get; init; } = 1;

    /// <summary>
    /// Whether pairs are taken apart: it learns from the inputs of one half of them and the targets of the other, none of which belong
    /// together.
    /// </summary>
    public bool UsesUnpairedHalves { get; init; }

    /// <summary>
    /// The path below the claim's data for a seed, where seeds differ in what they learn from; null for that of the options.
    /// </summary>
    public Func<ulong, string>? DataOf { get; init; }
}

/// <summary>A measure of trained variants.</summary>
/// <param name="Name">in tables and files</param>
/// <param name="Summary">what it is, in a few words</param>
/// <param name="HigherIsBetter">else lower is</param>
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
