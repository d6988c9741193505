using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>
/// What a paper claims about its family: variants trained on the same data, and measures that compare them. <c>experiment run NAME</c>
/// tests it with several seeds.
/// </summary>
internal sealed record Claim
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

    /// <summary>
    /// The differences that the claim states; the claim is shown if all of them are. Those that the paper does not state are reported apart
    /// (<see cref="ClaimDifference.IsApart"/>).
    /// </summary>
    public required IReadOnlyList<ClaimDifference> Differences { get; init; }

    /// <summary>What must hold for the differences to mean anything; otherwise the claim is not shown.</summary>
    internal IReadOnlyList<ClaimCondition> Conditions { get; init; } = [];

    /// <summary>One line on what was learnt, for the table of all results; empty until it was run.</summary>
    internal string Learnt { get; init; } = "";

    /// <summary>
    /// Folder of the real pictures, below the data folder, from which the classifier of the judge learns. A claim with few training
    /// pictures keeps others for it: a judge that learnt from as few would err as the variants do.
    /// </summary>
    internal string PicturesForJudge { get; init; } = "train";

    /// <summary>
    /// Name of the claim whose runs this one asks another question about, with the same variants and measures; null for runs of its own.
    /// Its results are written with those of that claim.
    /// </summary>
    internal string? RunsOf { get; init; }

    /// <summary>
    /// Writes the synthetic data set into an existing, empty folder; each call writes the same files. Null for a claim about the user's own
    /// pictures, whose folder <c>--data</c> names.
    /// </summary>
    public Action<string>? DrawData { get; init; }

    /// <summary>Evaluates a variant trained with one seed.</summary>
    public required Func<TrainedVariant, ClaimFinding> Judge { get; init; }

    /// <summary>
    /// Computes the measures that compare variants, such as those at equal times, from the values of all variants with one seed, in order;
    /// null if there are none. It returns the values to add to each.
    /// </summary>
    internal Func<IReadOnlyList<IReadOnlyDictionary<string, double>>, IReadOnlyList<IReadOnlyDictionary<string, double>>>? Compare
    {
        get; init;
    }

    /// <summary>The measure of a name; null for one that earlier forms of the claim had.</summary>
    internal ClaimMeasure? MeasureOf(string name) => Measures.FirstOrDefault(m => m.Name == name);
}

/// <summary>One of the variants that a claim compares.</summary>
/// <param name="Name">short, as in tables; also its folder</param>
/// <param name="Summary">a few words</param>
/// <param name="Parts">its models for a given number of steps; most variants have one</param>
internal sealed record ClaimVariant(string Name, string Summary, Func<int, IReadOnlyList<ClaimPart>> Parts)
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
internal sealed record ClaimPart(string Name, TrainingOptions Options)
{
    /// <summary>Weight of a sample in the count: 2 if it has two pictures and those of other variants have one.</summary>
    public int SampleWeight { get; init; } = 1;

    /// <summary>
    /// Number of checkpoints that are evaluated, at equal distances, the last one at the end of the run; each counts as a model of the
    /// variant.
    /// </summary>
    public int Checkpoints { get; init; } = 1;

    /// <summary>
    /// The path below the claim's data folder for a seed, if seeds have different training data; null for that of the options.
    /// </summary>
    public Func<ulong, string>? DataOf { get; init; }
}

/// <summary>A measure of trained variants.</summary>
/// <param name="Name">in tables and files</param>
/// <param name="Summary">a few words</param>
/// <param name="HigherIsBetter">else lower is better</param>
internal sealed record ClaimMeasure(string Name, string Summary, bool HigherIsBetter)
{
    /// <summary>Number of decimals.</summary>
    public int Digits { get; init; } = 3;

    /// <summary>
    /// What a constant answer or noise gets, which a variant must beat to count: worse values are counted as this one. Null if such an
    /// answer gets the worst value that there is.
    /// </summary>
    internal ClaimFloor? Floor { get; init; }

    /// <summary>A value, or that of the floor if it is worse.</summary>
    internal double Counted(double value) =>
        Floor is null ? value : HigherIsBetter ? Math.Max(value, Floor.Value) : Math.Min(value, Floor.Value);
}

/// <summary>The value of a measure for an answer that took no learning.</summary>
/// <param name="Value">of the measure</param>
/// <param name="Of">the answer: noise, a constant, the unchanged input</param>
internal sealed record ClaimFloor(double Value, string Of);

/// <summary>A claimed difference: one variant is better than another.</summary>
/// <param name="Better">the variant that is claimed to be better</param>
/// <param name="Worse">the other</param>
/// <param name="Measure">by which measure</param>
internal sealed record ClaimDifference(string Better, string Worse, string Measure)
{
    /// <summary>The least mean gain that counts, stated before any seed is run; a smaller one is not shown, however certain.</summary>
    internal double Least { get; init; }

    /// <summary>The same as a share of the other variant's mean; 0 if <see cref="Least"/> states it.</summary>
    internal double LeastShare { get; init; }

    /// <summary>Whether it is an addition to the paper's claim: reported, but without a say in the verdict.</summary>
    internal bool IsApart { get; init; }
}

/// <summary>A bound that the mean of a variant must keep.</summary>
/// <param name="Variant">of the claim</param>
/// <param name="Measure">at least the bound, or at most where lower is better</param>
/// <param name="Bound">the bound</param>
internal sealed record ClaimCondition(string Variant, string Measure, double Bound);

/// <summary>Results of a variant with one seed.</summary>
internal sealed record ClaimFinding
{
    /// <summary>A value for each of the claim's measures.</summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }

    /// <summary>
    /// Sample outputs of the variant: one picture, shown for the first seeds, or several, shown for the first one.
    /// </summary>
    public IReadOnlyList<Picture> Pictures { get; init; } = [];
}
