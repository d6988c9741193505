using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Models.Experiments;

/// <summary>Outcome of a claim, or of one of its differences.</summary>
public enum ClaimVerdict
{
    /// <summary>As claimed, and the interval leaves out 0.</summary>
    Shown,

    /// <summary>The interval holds 0, or there is none.</summary>
    NotShown,

    /// <summary>The other way round, and the interval leaves out 0.</summary>
    Reversed,
}

/// <summary>A measure of a variant.</summary>
/// <param name="Measure">its name</param>
/// <param name="Values">one a seed</param>
/// <param name="Mean">of the values</param>
/// <param name="Deviation">of the values, with one degree of freedom less than values</param>
public sealed record MeasureResult(string Measure, IReadOnlyList<double> Values, double Mean, double Deviation);

/// <summary>A variant in the table.</summary>
/// <param name="Seconds">of training, mean over the seeds; on the machine and with the company that it had</param>
public sealed record VariantResult(string Name, string Summary, long SamplesSeen, double Seconds, IReadOnlyList<MeasureResult> Measures);

/// <summary>A difference that the claim is about. A gain is positive if the better variant is the better one.</summary>
/// <param name="Gains">one a seed</param>
/// <param name="OverSeeds">their mean with the interval of Student's t</param>
public sealed record DifferenceResult(string Better, string Worse, string Measure, IReadOnlyList<double> Gains, SeedInterval OverSeeds)
{
    /// <summary>By the seeds' interval, which a single seed does not have.</summary>
    public ClaimVerdict Verdict =>
        OverSeeds.IsAboveZero ? ClaimVerdict.Shown
        : OverSeeds.IsBelowZero ? ClaimVerdict.Reversed
        : ClaimVerdict.NotShown;

    /// <summary>Of a claim: shown if all differences are; reversed if any is.</summary>
    internal static ClaimVerdict Together(IReadOnlyList<DifferenceResult> differences) =>
        differences.Any(d => d.Verdict == ClaimVerdict.Reversed) ? ClaimVerdict.Reversed
        : differences.All(d => d.Verdict == ClaimVerdict.Shown) ? ClaimVerdict.Shown
        : ClaimVerdict.NotShown;
}

/// <summary>The results of a claim.</summary>
public sealed record ClaimResult
{
    /// <summary>How results are written.</summary>
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

    /// <summary>Earlier results with other steps or another setting, the first one first.</summary>
    public IReadOnlyList<ClaimTrial> Tried { get; init; } = [];

    /// <summary>Shown if all differences are; reversed if any is.</summary>
    public ClaimVerdict Verdict => DifferenceResult.Together(Differences);

    /// <param name="claim">that was tried</param>
    /// <param name="steps">that it was tried at</param>
    /// <param name="seeds">in their order</param>
    /// <param name="runs">by variant, then by seed</param>
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

    /// <summary>A line for each variant, seed and measure.</summary>
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
/// <param name="Values">by measure</param>
/// <param name="Seconds">of training</param>
/// <param name="Pictures">files beside it</param>
internal sealed record JudgedRun(IReadOnlyDictionary<string, double> Values, double Seconds, IReadOnlyList<string> Pictures);
