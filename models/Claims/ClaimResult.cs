using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>Outcome of a claim, or of one of its differences.</summary>
internal enum ClaimVerdict
{
    /// <summary>As claimed: the interval lies above 0, and the mean is at least the least effect.</summary>
    Shown,

    /// <summary>The interval contains 0, or there is none, or the effect is smaller than the least one.</summary>
    NotShown,

    /// <summary>Opposite to the claim, and the interval excludes 0.</summary>
    Reversed,
}

/// <summary>The values of a measure for a variant.</summary>
/// <param name="Measure">name of the measure</param>
/// <param name="Values">one value per seed</param>
/// <param name="Mean">mean of the values</param>
/// <param name="Deviation">sample standard deviation of the values (n − 1 degrees of freedom)</param>
internal sealed record MeasureResult(string Measure, IReadOnlyList<double> Values, double Mean, double Deviation);

/// <summary>The results of a variant.</summary>
/// <param name="Seconds">processor time of the training, mean over the seeds</param>
internal sealed record VariantResult(string Name, string Summary, long SamplesSeen, double Seconds, IReadOnlyList<MeasureResult> Measures);

/// <summary>A difference that the claim predicts. A gain is positive if the variant that should be better is better.</summary>
/// <param name="Gains">one gain per seed</param>
/// <param name="OverSeeds">mean gain with Student's t interval</param>
internal sealed record DifferenceResult(string Better, string Worse, string Measure, IReadOnlyList<double> Gains, SeedInterval OverSeeds)
{
    /// <summary>The least mean gain that counts; null in results from before claims stated one.</summary>
    [JsonInclude]
    internal double? Least { get; init; }

    /// <summary>Whether it is an addition, without a say in the verdict.</summary>
    [JsonInclude]
    internal bool IsApart { get; init; }

    /// <summary>The verdict by the interval over seeds and the least effect; a single seed has no interval.</summary>
    public ClaimVerdict Verdict =>
        OverSeeds.IsAboveZero ? OverSeeds.Mean >= (Least ?? 0) ? ClaimVerdict.Shown : ClaimVerdict.NotShown
        : OverSeeds.IsBelowZero ? ClaimVerdict.Reversed
        : ClaimVerdict.NotShown;

    /// <summary>
    /// The verdict on a claim: shown if all differences of the paper's are shown, reversed if any of them is; not shown if a condition does
    /// not hold.
    /// </summary>
    internal static ClaimVerdict Together(IReadOnlyList<DifferenceResult> differences, IReadOnlyList<ConditionResult> conditions)
    {
        var deciding = differences.Where(d => !d.IsApart).ToList();
        return conditions.Any(c => !c.Holds) ? ClaimVerdict.NotShown
            : deciding.Exists(d => d.Verdict == ClaimVerdict.Reversed) ? ClaimVerdict.Reversed
            : deciding.TrueForAll(d => d.Verdict == ClaimVerdict.Shown) ? ClaimVerdict.Shown
            : ClaimVerdict.NotShown;
    }
}

/// <summary>The bound of a variant's mean, and whether it was kept.</summary>
/// <param name="Mean">over the seeds</param>
internal sealed record ConditionResult(string Variant, string Measure, double Bound, double Mean, bool Holds);

/// <summary>The results of a claim.</summary>
internal sealed record ClaimResult
{
    /// <summary>JSON settings of results.</summary>
    internal static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        WriteIndented = true,
    };

    public required Claim Claim { get; init; }

    public required int Steps { get; init; }

    public required IReadOnlyList<ulong> Seeds { get; init; }

    public required IReadOnlyList<VariantResult> Variants { get; init; }

    public required IReadOnlyList<DifferenceResult> Differences { get; init; }

    /// <summary>What had to hold for the differences to mean anything.</summary>
    internal IReadOnlyList<ConditionResult> Conditions { get; init; } = [];

    /// <summary>The build and the processor of each seed; empty in results from before they were recorded.</summary>
    internal IReadOnlyList<ClaimMachine?> Machines { get; init; } = [];

    /// <summary>Earlier results with other steps or another setting, oldest first.</summary>
    public IReadOnlyList<ClaimTrial> Tried { get; init; } = [];

    /// <summary>
    /// Shown if all differences that decide are shown, reversed if any of them is; not shown if a condition does not hold.
    /// </summary>
    public ClaimVerdict Verdict => DifferenceResult.Together(Differences, Conditions);

    /// <param name="seeds">the runs by seed, in the order of the variants</param>
    internal static ClaimResult Of(Claim claim, int steps, IReadOnlyDictionary<ulong, IReadOnlyList<JudgedRun>> seeds) => Of(
        claim, steps, [.. seeds.Keys], [.. claim.Variants.Select((_, i) => seeds.Values.Select(runs => runs[i]).ToList())]);

    /// <param name="claim">the tested claim</param>
    /// <param name="steps">training steps</param>
    /// <param name="seeds">the seeds in order</param>
    /// <param name="runs">runs by variant, then by seed</param>
    internal static ClaimResult Of(
        Claim claim, int steps, IReadOnlyList<ulong> seeds, IReadOnlyList<IReadOnlyList<JudgedRun>> runs)
    {
        runs = Compared(claim, runs);
        IReadOnlyList<VariantResult> variants = [.. claim.Variants.Zip(runs, (variant, of) => new VariantResult(
            variant.Name, variant.Summary, claim.SamplesSeen(variant, steps), of.Average(r => r.Seconds),
            [.. claim.Measures.Select(m => Measured(m.Name, of))]))];
        return new ClaimResult
        {
            Claim = claim,
            Steps = steps,
            Seeds = seeds,
            Variants = variants,
            Differences = [.. claim.Differences.Select(d => Difference(claim, d, RunsOf(d.Better), RunsOf(d.Worse)))],
            Conditions = [.. claim.Conditions.Select(Condition)],
            Machines = runs[0].All(r => r.Machine is null) ? [] : [.. runs[0].Select(r => r.Machine)],
        };

        IReadOnlyList<JudgedRun> RunsOf(string variant) => runs[claim.Variants.ToList().FindIndex(v => v.Name == variant)];

        ConditionResult Condition(ClaimCondition c)
        {
            var mean = variants.Single(v => v.Name == c.Variant).Measures.Single(m => m.Measure == c.Measure).Mean;
            var isKept = claim.MeasureOf(c.Measure)!.HigherIsBetter ? mean >= c.Bound : mean <= c.Bound;
            return new ConditionResult(c.Variant, c.Measure, c.Bound, mean, isKept);
        }
    }

    internal string ToJson() => JsonSerializer.Serialize(
        new
        {
            Family = Claim.Name, Claim.Sentence, Claim.Source, Claim.Setting, Steps, Seeds, Machines, Variants,
            Floors = Claim.Measures.Where(m => m.Floor is not null).Select(m => new { Measure = m.Name, m.Floor!.Value, m.Floor.Of }),
            Differences, Conditions, Verdict, Tried,
        },
        Json) + "\n";

    /// <summary>One line per variant, seed and measure.</summary>
    internal string ToCsv() => "variant,seed,measure,value\n" + string.Concat(
        from variant in Variants
        from measure in variant.Measures
        from value in Seeds.Zip(measure.Values)
        select Invariant.Text($"{variant.Name},{value.First},{measure.Measure},{value.Second:R}\n"));

    /// <summary>The runs with the measures that compare variants, by variant, then by seed.</summary>
    private static IReadOnlyList<IReadOnlyList<JudgedRun>> Compared(Claim claim, IReadOnlyList<IReadOnlyList<JudgedRun>> runs)
    {
        if (claim.Measures.FirstOrDefault(m => m.By == Papers.Gauge.AtEqualTimes)?.Name is not { } measure)
        {
            return runs;
        }

        // Seeds that are read have it already, and no longer what it was computed from.
        var added = runs[0].Select((_, seed) => runs.All(of => of[seed].Values.ContainsKey(measure))
            ? [.. runs.Select(of => of[seed].Values[measure])]
            : Papers.EqualTimes.Compare([.. runs.Select(of => of[seed].Values)], measure)).ToList();
        return
        [
            .. runs.Select((of, variant) => (IReadOnlyList<JudgedRun>)[.. of.Select((run, seed) => run with
            {
                Values = new Dictionary<string, double>(run.Values) { [measure] = added[seed][variant] },
            })]),
        ];
    }

    private static MeasureResult Measured(string measure, IReadOnlyList<JudgedRun> runs)
    {
        double[] values = [.. runs.Select(r => r.Values[measure])];
        return new MeasureResult(measure, values, values.Average(), SeedInterval.Deviation(values));
    }

    private static DifferenceResult Difference(
        Claim claim, ClaimDifference difference, IReadOnlyList<JudgedRun> better, IReadOnlyList<JudgedRun> worse)
    {
        var measure = claim.MeasureOf(difference.Measure)!;
        var sign = measure.HigherIsBetter ? 1 : -1;
        double[] others = [.. worse.Select(Counted)];
        double[] gains = [.. better.Select(Counted).Zip(others, (b, w) => sign * (b - w))];
        return new DifferenceResult(difference.Better, difference.Worse, measure.Name, gains, SeedInterval.Of(gains))
        {
            Least = difference.LeastShare > 0 ? difference.LeastShare * others.Average() : difference.Least,
            IsApart = difference.IsApart,
        };

        double Counted(JudgedRun run) => measure.Counted(run.Values[measure.Name]);
    }
}

/// <summary>The stored results of a variant with one seed, in its <c>finding.json</c>.</summary>
/// <param name="Values">values by measure</param>
/// <param name="Seconds">processor time of the training</param>
/// <param name="Pictures">files in the same folder</param>
/// <param name="Machine">what computed it; null in findings from before it was recorded</param>
internal sealed record JudgedRun(
    IReadOnlyDictionary<string, double> Values, double Seconds, IReadOnlyList<string> Pictures, ClaimMachine? Machine = null);
