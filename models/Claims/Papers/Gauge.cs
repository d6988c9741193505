using System.Text.RegularExpressions;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Began;

namespace IlgpuGan.Claims.Papers;

/// <summary>What computes a measure. Claims' files name it; a judge of its own has the values of some.</summary>
/// <param name="HigherIsBetter">else lower is better</param>
/// <param name="Digits">number of decimals, unless a claim states another</param>
/// <param name="Value">of what is judged, in a number of steps; null where the claim's judge computes it</param>
internal sealed partial record Gauge(bool HigherIsBetter, int Digits, Func<Judging, int?, double>? Value = null)
{
    /// <summary>Between two gauges: by how much the first is higher.</summary>
    internal const string Minus = " − ";

    /// <summary>Compares the variants with each other, once all are judged.</summary>
    internal const string AtEqualTimes = "patches at equal times";

    /// <summary>A glyph's inception score from 1 to 10 above which it is recognised.</summary>
    private const double Recognisable = 5;

    /// <summary>Share of the held-out pictures that a first checkpoint covers.</summary>
    private const double CoverageToReach = 0.3;

    private static readonly Dictionary<string, Gauge> s_all = new(
    [
        .. Named(true, 1, "modes"), .. Named(true, 2, "colours"), .. Named(false, 1, "shared", "layout", "halves"),
        .. Named(true, 3, "accuracy", "real", "hits", "glyphs", "diversity-1", "lost", "clean", "noisy"),
        .. Named(false, 3, "χ²", "KL"),
    ])
    {
        // Of translated pairs.
        ["pixels"] = new(true, 3, (j, n) => j.Pairs(n).Classes.PixelAccuracy),
        ["classes"] = new(true, 3, (j, n) => j.Pairs(n).Classes.ClassAccuracy),
        ["IoU"] = new(true, 3, (j, n) => j.Pairs(n).Classes.ClassIou),
        ["plain maps"] = new(true, 3, (j, _) => j.Variant.Instruments.Translated(split: "plain").Classes.PixelAccuracy),
        ["L1"] = new(false, 3, (j, n) => j.Pairs(n).L1),
        ["MS-SSIM"] = new(true, 3, (j, n) => j.Pairs(n).MsSsim),
        ["colours a"] = new(true, 2, (j, n) => j.Pairs(n).ColoursA),
        ["colours b"] = new(true, 2, (j, n) => j.Pairs(n).ColoursB),
        ["diversity"] = new(true, 3, (j, n) => j.Pairs(n).Diversity),
        ["patches of pairs"] = new(false, 1, (j, n) => j.PatchesOfPairs(n)),

        // Of the views of held-out samples.
        ["distance"] = new(false, 3, (j, n) => j.Shown(n).Distance),
        ["distance back"] = new(false, 3, (j, _) => j.Shown(Judging.Back).Distance),
        ["patches of views"] = new(false, 1, (j, n) => j.Shown(n).Patches),

        // Of generated pictures.
        ["patches"] = new(false, 1, (j, _) => j.Patches[^1]),
        ["mean patches"] = new(false, 1, (j, _) => j.Patches.Average()),
        [AtEqualTimes] = new(false, 1),
        ["coverage"] = new(true, 3, (j, _) => j.Coverage(j.Made[^1])),
        ["mean coverage"] = new(true, 3, (j, _) => j.Covered.Average()),
        ["first"] = new(false, 1, (j, _) => 1 + j.Covered.TakeWhile(share => share < CoverageToReach).Count()),
        ["score"] = new(true, 2, (j, _) => j.Scores.Average()),
        ["worst"] = new(true, 2, (j, _) => j.Scores.Min()),
        ["good"] = new(true, 2, (j, _) => j.Scores.Average(s => s > Recognisable ? 1.0 : 0)),
        ["asked"] = new(true, 3, (j, _) => j.Asked()),
        ["error"] = new(false, 3, (j, _) => j.Misclassified()),
        ["diversity by the real"] = new(true, 3, (j, _) => Diversity.MeanDistance(j.Made[^1]) / Diversity.MeanDistance(j.Real)),
        ["agreement"] = new(true, 2, (j, _) => RankCorrelation([.. j.Balances.Select(b => b.Convergence)], j.Patches)),
        ["k"] = new(true, 3, (j, _) => ((BeganModel)j.Variant.Models[^1]).Balance),
        ["off balance"] = new(false, 3, (j, _) => j.OffBalance()),
    };

    /// <summary>The gauge of a name, in a number of steps where it ends in that, or of a difference of two.</summary>
    /// <exception cref="OptionsException">there is none; the message lists the known ones</exception>
    public static Gauge Of(string name)
    {
        if (name.Split(Minus) is [var first, var second])
        {
            var (from, less) = (Of(first), Of(second));
            return new Gauge(!from.HigherIsBetter, from.Digits, (j, n) => from.Value!(j, n) - less.Value!(j, n));
        }

        if (Steps().Match(name) is { Success: true } match)
        {
            var (of, steps) = (Of(match.Groups[1].Value), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
            return of with { Value = (j, _) => of.Value!(j, steps) };
        }

        return s_all.GetValueOrDefault(name)
            ?? throw new OptionsException($"there is no measure '{name}'; there are {string.Join(", ", s_all.Keys)}");
    }

    /// <summary>A name in a number of steps.</summary>
    public static string In(string name, int steps) => $"{name} in {IlgpuGan.Models.Data.Counted.Of(steps, "step")}";

    /// <summary>What judges of their own compute.</summary>
    private static IEnumerable<KeyValuePair<string, Gauge>> Named(bool higherIsBetter, int digits, params string[] names) =>
        names.Select(name => KeyValuePair.Create(name, new Gauge(higherIsBetter, digits)));

    /// <summary>Spearman's rank correlation of two lists, from −1 to 1.</summary>
    /// <param name="a">distinct numbers</param>
    /// <param name="b">as many distinct numbers</param>
    internal static double RankCorrelation(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var squares = a.Zip(b, (x, y) => Math.Pow(a.Count(v => v < x) - b.Count(v => v < y), 2)).Sum();
        return 1 - (6 * squares / (a.Count * ((a.Count * (double)a.Count) - 1)));
    }

    [GeneratedRegex("^(.+) in ([0-9]+) steps?$")]
    private static partial Regex Steps();
}
