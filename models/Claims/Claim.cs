using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>
/// What a paper claims about its family: variants trained on the same data, and measures that compare them. <c>experiment run NAME</c>
/// tests it with several seeds. It is read from the file of its family in <c>Papers</c> (<see cref="ClaimReader"/>); what has a default is
/// set, since the generated reader has none of what is initialised.
/// </summary>
internal sealed record Claim
{
    /// <summary>Options that count steps, or pictures in proportion to them: they scale with the steps of the run.</summary>
    private static readonly string[] s_counted =
        ["steps", "niter", "hold-images", "fade-images", "burn-in", "classifier-steps", "fakes-from"];

    /// <summary>On the command line and in files: the family's name, with a suffix if the family has several claims.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>Paper and table, with what was published.</summary>
    public required string Source { get; init; }

    /// <summary>The data, and other differences from the paper.</summary>
    public required string Setting { get; init; }

    /// <summary>One line on what was learnt, for the table of all results; empty until it was run.</summary>
    public string Learnt { get; set; } = "";

    /// <summary>Default number of training steps; numbers of steps in options are for it.</summary>
    public required int Steps { get; init; }

    /// <summary>A run takes a multiple of so many steps: variants share them.</summary>
    public int StepsIn { get; set; } = 1;

    /// <summary>
    /// Number of checkpoints that are evaluated, at equal distances, the last one at the end of the run; each counts as a model of the
    /// variant.
    /// </summary>
    public int Checkpoints { get; set; } = 1;

    /// <summary>Default number of seeds.</summary>
    public int Seeds { get; set; } = 5;

    /// <summary>
    /// The first of its seeds. A claim that was changed after its results were known starts from unused seeds.
    /// </summary>
    public ulong FirstSeed { get; set; } = 1;

    /// <summary>
    /// Decay of the moving averages with which all variants are evaluated, unless their own options set one. After a few thousand steps at
    /// the full rate a GAN's weights still circle around an equilibrium, and their last values are random.
    /// </summary>
    public float EmaDecay { get; set; } = 0.999f;

    /// <summary>The family itself, and its baselines.</summary>
    public required IReadOnlyList<ClaimVariant> Variants { get; init; }

    public required IReadOnlyList<ClaimMeasure> Measures { get; init; }

    /// <summary>
    /// The differences that the claim states; the claim is shown if all of them are. Those that the paper does not state are reported apart
    /// (<see cref="ClaimDifference.IsApart"/>).
    /// </summary>
    public required IReadOnlyList<ClaimDifference> Differences { get; init; }

    /// <summary>What must hold for the differences to mean anything; otherwise the claim is not shown.</summary>
    public IReadOnlyList<ClaimCondition> Conditions { get; set; } = [];

    /// <summary>How a trained variant is judged.</summary>
    public ClaimJudge Judge { get; set; } = new();

    /// <summary>
    /// Folder of the real pictures, below the data folder, from which the classifier of the judge learns. A claim with few training
    /// pictures keeps others for it: a judge that learnt from as few would err as the variants do.
    /// </summary>
    public string PicturesForJudge { get; set; } = "train";

    /// <summary>
    /// Name of the claim whose runs this one asks another question about, with the same variants and measures; null for runs of its own.
    /// Its results are written with those of that claim.
    /// </summary>
    public string? RunsOf { get; init; }

    /// <summary>What is drawn; null for a claim about the user's own pictures, whose folder <c>--data</c> names.</summary>
    public ClaimData? Data { get; init; }

    /// <summary>The measure of a name; null for one that earlier forms of the claim had.</summary>
    internal ClaimMeasure? MeasureOf(string name) => Measures.FirstOrDefault(m => m.Name == name);

    /// <summary>The models of a variant for a given number of steps; most variants have one.</summary>
    /// <exception cref="OptionsException">the claim's file names an unknown family or option</exception>
    public IReadOnlyList<ClaimPart> PartsOf(ClaimVariant variant, int steps)
    {
        var taken = (long)Math.Max(steps / StepsIn, 1) * StepsIn;
        return [.. variant.Parts.Select(part => new ClaimPart(part.Name, OptionsOf(part.Options.Over(variant.Options), taken)))];
    }

    /// <summary>
    /// Number of samples that a variant's models see in total for a given number of steps: as many for all variants.
    /// </summary>
    public long SamplesSeen(ClaimVariant variant, int steps) =>
        PartsOf(variant, steps).Sum(p => p.Options.Steps!.Value * p.Options.BatchSize * variant.SampleWeight);

    /// <summary>
    /// The path of a part's data below the claim's; where it has <c>{seed}</c>, each seed has the training sample of another number.
    /// </summary>
    public string DataOf(ClaimPart part, ulong seed) =>
        part.Options.Data.Replace("{seed}", $"{seed % (ulong)(Data?.Train ?? 1):D5}", StringComparison.Ordinal);

    private TrainingOptions OptionsOf(JsonObject options, long steps)
    {
        foreach (var name in s_counted.Where(name => name == s_counted[0] || options.ContainsKey(name)))
        {
            options[name] = Math.Max((options[name]?.GetValue<long>() ?? Steps) * steps / Steps, 1);
        }

        var family = FamilyCatalog.Find($"{options["model"]}")
            ?? throw new OptionsException($"{Name}: there is no family '{options["model"]}'");
        return OptionsJson.ParseSettings(family, options.ToJsonString(), Name);
    }
}

/// <summary>One of the variants that a claim compares.</summary>
/// <param name="Name">short, as in tables; also its folder</param>
/// <param name="Summary">a few words</param>
/// <param name="Options">as in a settings file; seed, device and folder of the data come from the run</param>
internal sealed record ClaimVariant(string Name, string Summary, JsonObject Options)
{
    /// <summary>Weight of a sample in the count: 2 if it has two pictures and those of other variants have one.</summary>
    public int SampleWeight { get; set; } = 1;

    /// <summary>
    /// Whether it sees fewer samples than the others on purpose: it has the same compute budget, and each of its samples costs more.
    /// </summary>
    public bool SeesFewer { get; init; }

    /// <summary>Its models: one, or several with options of their own.</summary>
    public required IReadOnlyList<ClaimSetting> Parts { get; init; }
}

/// <summary>What one of the models of a variant has in place of the variant's options.</summary>
internal sealed record ClaimSetting(string Name, JsonObject Options);

/// <summary>One of the models that a variant consists of.</summary>
/// <param name="Name">its folder within the variant's; empty for the only one</param>
/// <param name="Options">
/// with <see cref="TrainingOptions.Steps"/>; <see cref="TrainingOptions.Data"/> is a path below the claim's data folder, empty for the
/// folder itself
/// </param>
internal sealed record ClaimPart(string Name, TrainingOptions Options);

/// <summary>The data that a claim draws.</summary>
/// <param name="Draw">what, by a name of <see cref="Papers.ClaimDrawings"/></param>
/// <param name="Train">number of training samples</param>
internal sealed record ClaimData(string Draw, int Train)
{
    /// <summary>Number of held-out samples.</summary>
    public int Val { get; init; }

    /// <summary>Of the pictures, in pixels; 0 for points.</summary>
    public int Side { get; init; }
}

/// <summary>How a trained variant is judged, and what of it is shown.</summary>
internal sealed record ClaimJudge
{
    /// <summary>What makes the pictures that are judged, or a judge of its own (<see cref="Papers.ClaimJudges"/>).</summary>
    public string By { get; set; } = Papers.ClaimJudges.Translated;

    /// <summary>Of the translations; null for that of the training.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<Direction>))]
    public Direction? Direction { get; init; }

    /// <summary>Numbers of steps in which pairs are translated by what can; empty for its default alone.</summary>
    public IReadOnlyList<int> In { get; set; } = [];

    /// <summary>Number of generated pictures; null for as many as are held out.</summary>
    public int? Made { get; init; }

    /// <summary>Rows of pictures shown; 0 for one of each model or kind.</summary>
    public int Rows { get; init; }

    /// <summary>Generated pictures in a row.</summary>
    public int Columns { get; init; }

    /// <summary>The model's views that are shown of held-out samples, as far as it has them; empty for what was judged.</summary>
    public IReadOnlyList<string> Views { get; set; } = [];

    /// <summary>Whose samples they are of.</summary>
    public IReadOnlyList<string> Splits { get; set; } = ["val"];
}

/// <summary>A measure of trained variants.</summary>
/// <param name="Name">in tables and files</param>
/// <param name="Summary">a few words</param>
/// <param name="HigherIsBetter">else lower is better</param>
internal sealed record ClaimMeasure(string Name, string Summary, bool HigherIsBetter)
{
    /// <summary>What computes it, a name of <see cref="Papers.Gauge"/>; empty if that is its own.</summary>
    public string By { get => field.Length > 0 ? field : Name; set; } = "";

    /// <summary>Whether it is the difference of two others: not one for each number of steps.</summary>
    internal bool IsDifference => By.Contains(Papers.Gauge.Minus, StringComparison.Ordinal);

    /// <summary>Number of decimals.</summary>
    public int Digits { get; set; } = 3;

    /// <summary>
    /// What a constant answer or noise gets, which a variant must beat to count: worse values are counted as this one. Null if such an
    /// answer gets the worst value that there is.
    /// </summary>
    public ClaimFloor? Floor { get; init; }

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
    public double Least { get; init; }

    /// <summary>The same as a share of the other variant's mean; 0 if <see cref="Least"/> states it.</summary>
    public double LeastShare { get; init; }

    /// <summary>Whether it is an addition to the paper's claim: reported, but without a say in the verdict.</summary>
    public bool IsApart { get; init; }
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
