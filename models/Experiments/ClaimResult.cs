using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Experiments;

/// <summary>Outcome of a claim, or of one of its differences.</summary>
public enum ClaimVerdict
{
    /// <summary>As claimed, and the interval excludes 0.</summary>
    Shown,

    /// <summary>The interval contains 0, or there is none.</summary>
    NotShown,

    /// <summary>Opposite to the claim, and the interval excludes 0.</summary>
    Reversed,
}

/// <summary>The values of a measure for a variant.</summary>
/// <param name="Measure">name of the measure</param>
/// <param name="Values">one value per seed</param>
/// <param name="Mean">mean of the values</param>
/// <param name="Deviation">sample standard deviation of the values (n − 1 degrees of freedom)</param>
public sealed record MeasureResult(string Measure, IReadOnlyList<double> Values, double Mean, double Deviation);

/// <summary>The results of a variant.</summary>
/// <param name="Seconds">training time, mean over the seeds; depends on the machine and its load</param>
public sealed record VariantResult(string Name, string Summary, long SamplesSeen, double Seconds, IReadOnlyList<MeasureResult> Measures);

/// <summary>A difference that the claim predicts. A gain is positive if the variant that should be better is better.</summary>
/// <param name="Gains">one gain per seed</param>
/// <param name="OverSeeds">mean gain with Student's t interval</param>
public sealed record DifferenceResult(string Better, string Worse, string Measure, IReadOnlyList<double> Gains, SeedInterval OverSeeds)
{
    /// <summary>The verdict by the interval over seeds; a single seed has none.</summary>
    public ClaimVerdict Verdict =>
        OverSeeds.IsAboveZero ? ClaimVerdict.Shown
        : OverSeeds.IsBelowZero ? ClaimVerdict.Reversed
        : ClaimVerdict.NotShown;

    /// <summary>The verdict on a claim: shown if all differences are shown; reversed if any is reversed.</summary>
    internal static ClaimVerdict Together(IReadOnlyList<DifferenceResult> differences) =>
        differences.Any(d => d.Verdict == ClaimVerdict.Reversed) ? ClaimVerdict.Reversed
        : differences.All(d => d.Verdict == ClaimVerdict.Shown) ? ClaimVerdict.Shown
        : ClaimVerdict.NotShown;
}

/// <summary>The results of a claim.</summary>
public sealed record ClaimResult
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

    /// <summary>Earlier results with other steps or another setting, oldest first.</summary>
    public IReadOnlyList<ClaimTrial> Tried { get; init; } = [];

    /// <summary>Shown if all differences are shown; reversed if any is reversed.</summary>
    public ClaimVerdict Verdict => DifferenceResult.Together(Differences);

    /// <param name="claim">the tested claim</param>
    /// <param name="steps">training steps</param>
    /// <param name="seeds">the seeds in order</param>
    /// <param name="runs">runs by variant, then by seed</param>
    internal static ClaimResult Of(
        Claim claim, int steps, IReadOnlyList<ulong> seeds, IReadOnlyList<IReadOnlyList<JudgedRun>> runs)
    {
        return new ClaimResult
        {
            Claim = claim,
            Steps = steps,
            Seeds = seeds,
            Variants = [.. claim.Variants.Zip(runs, (variant, of) => new VariantResult(
                variant.Name, variant.Summary, variant.SamplesSeen(steps), of.Average(r => r.Seconds),
                [.. claim.Measures.Select(m => Measured(m.Name, of))]))],
            Differences = [.. claim.Differences.Select(d => Difference(claim, d, RunsOf(d.Better), RunsOf(d.Worse)))],
        };

        IReadOnlyList<JudgedRun> RunsOf(string variant) => runs[claim.Variants.ToList().FindIndex(v => v.Name == variant)];
    }

    internal string ToJson() => JsonSerializer.Serialize(
        new
        {
            Family = Claim.Name, Claim.Sentence, Claim.Source, Claim.Setting, Steps, Seeds, Variants, Differences, Verdict, Tried,
        },
        Json) + "\n";

    /// <summary>One line per variant, seed and measure.</summary>
    internal string ToCsv()
    {
        var csv = new StringBuilder("variant,seed,measure,value\n");
        foreach (var variant in Variants)
        {
            foreach (var measure in variant.Measures)
            {
                foreach (var (seed, value) in Seeds.Zip(measure.Values))
                {
                    csv.Append(CultureInfo.InvariantCulture, $"{variant.Name},{seed},{measure.Measure},{value:R}\n");
                }
            }
        }

        return csv.ToString();
    }

    private static MeasureResult Measured(string measure, IReadOnlyList<JudgedRun> runs)
    {
        double[] values = [.. runs.Select(r => r.Values[measure])];
        return new MeasureResult(measure, values, values.Average(), SeedInterval.Deviation(values));
    }

    private static DifferenceResult Difference(
        Claim claim, ClaimDifference difference, IReadOnlyList<JudgedRun> better, IReadOnlyList<JudgedRun> worse)
    {
        var measure = difference.Measure;
        var sign = claim.Measures.Single(m => m.Name == measure).HigherIsBetter ? 1 : -1;
        double[] gains = [.. better.Zip(worse, (b, w) => sign * (b.Values[measure] - w.Values[measure]))];
        return new DifferenceResult(difference.Better, difference.Worse, measure, gains, SeedInterval.Of(gains));
    }
}

/// <summary>The stored results of a variant with one seed, in its <c>finding.json</c>.</summary>
/// <param name="Values">values by measure</param>
/// <param name="Seconds">training time</param>
/// <param name="Pictures">files in the same folder</param>
internal sealed record JudgedRun(IReadOnlyDictionary<string, double> Values, double Seconds, IReadOnlyList<string> Pictures);
