using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.ProgressiveGan;

namespace IlgpuGan.Claims.Papers;

/// <summary>The claim of Karras et al. 2018: growing is nearer to the real pictures at equal times than training at full size.</summary>
internal static class ProgressiveGanClaim
{
    private const int Side = 32;
    private const int Houses = 2000;
    private const int HeldOut = 200;
    private const int Columns = 10;
    private const int Shown = 40;
    private const int Checkpoints = 20;
    private const int Times = 5;
    private const int Parts = 20;
    private const string AtTimes = "patches";
    private const string AtTheEnd = "at the end";
    private const string Covered = "coverage";

    public static Claim Growing { get; } = new()
    {
        Name = ProgressiveGanFamily.Name,
        Sentence = "At equal times networks that grow from 4 pixels are closer to the real pictures than the same networks trained at " +
            "full size from the start.",
        Source = "Karras et al. 2018, table 1 and figure 4: growing reaches a lower patch distance, and sooner",
        Setting = "Synthetic houses of 32 pixels, 2000 for training, 200 held out; the small preset: a code of 32, at most 32 channels, " +
            "batches of 16, moving averages of 0.99. Growing: a twentieth of the pictures at 4 pixels, then at each of 8, 16 and 32 one " +
            "while fading in and one after; the other thirteen at 32. Twenty checkpoints are evaluated. The mean of the patch distances " +
            "at five equal processor times decides, the last one the end of the shorter training.",
        FirstSeed = 11,
        Seeds = 3,
        Learnt = "At equal times both are equally near to the real houses; growing takes four fifths of the time for as many pictures, " +
            "and ends no nearer. Before, it trained a seventh of its pictures at full size, and was judged after equally many.",
        Steps = 6600,
        Variants =
        [
            new("growing", "4 pixels, then 8, 16 and 32 fade in", steps => With(steps)),
            new("full", "32 pixels from the start, as many pictures", steps => With(steps, grow: false)),
        ],
        Measures =
        [
            GeneratedPictures.PatchesOfHouses with { Name = AtTimes, Summary = "patch distance to held-out houses at equal times" },
            GeneratedPictures.PatchesOfHouses with { Name = AtTheEnd, Summary = "the same after all pictures" },
            new(Covered, "share of the held-out houses that have a generated one near them, after all pictures", HigherIsBetter: true),
        ],
        Differences =
        [
            new("growing", "full", AtTimes) { Least = 3 },
            new("growing", "full", AtTheEnd) { IsApart = true },
            new("growing", "full", Covered) { IsApart = true },
        ],
        Compare = Compare,
        DrawData = folder => new DrawnAttributes().WriteSplits(folder, Houses, HeldOut, Side),
        Judge = Judge,
    };

    /// <summary>Scales the pictures per level with the number of steps.</summary>
    private static IReadOnlyList<ClaimPart> With(int steps, bool grow = true)
    {
        var small = ProgressiveGanOptions.Small();
        var part = Math.Max(steps * small.BatchSize / Parts, 1);
        return
        [
            new("", small with { Grow = grow, Steps = steps, LogFreq = 100, HoldImages = part, FadeImages = part })
            {
                Checkpoints = Math.Min(Checkpoints, steps),
            },
        ];
    }

    /// <summary>A curve's value at a time, between two of its points along a line; before the first one its value.</summary>
    internal static double At(double time, IReadOnlyList<(double Seconds, double Value)> curve)
    {
        var next = curve.TakeWhile(point => point.Seconds < time).Count();
        if (next == 0 || next == curve.Count)
        {
            return curve[Math.Min(next, curve.Count - 1)].Value;
        }

        var (before, after) = (curve[next - 1], curve[next]);
        return before.Value + ((after.Value - before.Value) * (time - before.Seconds) / (after.Seconds - before.Seconds));
    }

    private static string PointOf(int checkpoint, string what) => Invariant.Text($"{what} {checkpoint + 1}");

    private static IReadOnlyList<IReadOnlyDictionary<string, double>> Compare(IReadOnlyList<IReadOnlyDictionary<string, double>> variants)
    {
        var curves = variants.Select(of => Enumerable.Range(0, Checkpoints).Where(i => of.ContainsKey(PointOf(i, "seconds")))
            .Select(i => (of[PointOf(i, "seconds")], of[PointOf(i, AtTimes)])).ToList()).ToList();
        var end = curves.Min(curve => curve[^1].Item1);
        return
        [
            .. curves.Select(curve => new Dictionary<string, double>
            {
                [AtTimes] = Enumerable.Range(1, Times).Average(i => At(end * i / Times, curve)),
            }),
        ];
    }

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var real = GeneratedPictures.HeldOut(variant);
        var values = new Dictionary<string, double>();
        IReadOnlyList<Picture> made = [];
        foreach (var (i, model) in variant.Models.Index())
        {
            made = [.. GeneratedPictures.Of(model, real.Count).Select(p => p.Resize(Side, Side))];
            (values[PointOf(i, "seconds")], values[PointOf(i, AtTimes)]) =
                (variant.Seconds[i], variant.Instruments.PatchDistance(made, real));
        }

        (values[AtTheEnd], values[Covered]) =
            (values[PointOf(variant.Models.Count - 1, AtTimes)], variant.Instruments.Coverage(made, real));
        return new ClaimFinding
        {
            Values = values,
            Pictures = [Mosaic.Column([.. made.Take(Shown).Chunk(Columns).Select(row => Mosaic.Row(row))])],
        };
    }
}
