using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.DiscoGan;

namespace IlgpuGan.Claims.Papers;

/// <summary>The claim of Kim et al. 2017 on their toy problem: points of five Gaussians are translated to points of ten.</summary>
internal static class DiscoGanClaim
{
    private const string Covered = "modes";
    private const string Hits = "hits";
    private const string Shared = "shared";
    private const int Points = 20_000;
    private const int HeldOut = 2000;
    private const float ReconstructionRate = 0.9f;

    private static readonly GaussianRing s_a = DrawnGaussians.OfA;
    private static readonly GaussianRing s_b = DrawnGaussians.OfB;

    public static Claim Modes { get; } = new()
    {
        Name = DiscoGanFamily.Name,
        Sentence = "With reconstructions in both directions, translations reach more of the target's modes than with a GAN alone or with " +
            "one reconstruction, which collapse onto some modes.",
        Source = "Kim et al. 2017, the toy problem of points of the plane: DiscoGAN reaches all ten modes, the others only some",
        Setting = "A: 5 Gaussians on a circle of radius 1; B: 10 on one of radius 2; deviation 0.05; 20,000 points each for training, " +
            "2000 held out, batches of 200. Adam at 1e-3, and reconstructions weigh nine times the adversarial loss, as in the authors' " +
            "runs on angles: with equal weights DiscoGAN also reached only 5 modes (seed 1, 15,000 steps, Adam at 2e-4 and at 1e-3).",
        Learnt = "Two reconstructions spread modes, at the price of points between them; one reconstruction keeps five.",
        Steps = 20_000,
        EmaDecay = 0,
        Variants =
        [
            new("discogan", "both ways, two reconstructions", steps => Toy(DiscoGanArchitecture.DiscoGan, steps)),
            new("recongan", "A to B, and A reconstructed", steps => Toy(DiscoGanArchitecture.ReconGan, steps)),
            new("gan", "A to B alone", steps => Toy(DiscoGanArchitecture.Gan, steps)),
        ],
        Measures =
        [
            new(
                Covered, "of the 10 modes of B, those that have 1 % of the translations within 3 deviations",
                HigherIsBetter: true) { Digits = 1, Floor = new(1, "one point for all") },
            new(Hits, "share of the translations that lie within 3 deviations of any mode", HigherIsBetter: true),
            new(Shared, "modes of B that several modes of A have 1 % of their points in", HigherIsBetter: false) { Digits = 1 },
        ],
        Differences = [new("discogan", "gan", Covered) { Least = 2 }, new("discogan", "recongan", Covered) { Least = 2 }],
        Conditions = [new("discogan", Hits, 0.8)], // Points spread over the ring would reach all ten.
        DrawData = folder => new DrawnGaussians().WriteSplits(folder, Points, HeldOut, side: 0),
        Judge = Judge,
    };

    private static DiscoGanOptions Toy(DiscoGanArchitecture architecture, int steps) => new()
    {
        Preset = DiscoGanOptions.PointsPreset, Points = true, ModelArch = architecture, BatchSize = 200, GanCurriculum = 0, Steps = steps,
        SampleFreq = 0, LogFreq = 500,
        Lr = 1e-3f, StartingRate = ReconstructionRate, DefaultRate = ReconstructionRate,
    };

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var (origins, translated) = (new List<PlanePoint>(), new List<PlanePoint>());
        foreach (var batch in variant.HeldOut(HeldOut))
        {
            using var step = variant.Device.Step();
            origins.AddRange(PointsOf(batch.A));
            translated.AddRange(PointsOf(variant.Model.Show(batch).Single(v => v.Label == "fake_B").Picture));
        }

        var byOrigin =
            origins.Zip(translated).GroupBy(p => s_a.Nearest(p.First), p => p.Second).OrderBy(g => g.Key).Select(g => g.ToList()).ToList();
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [Covered] = s_b.ModesCoveredBy(translated).Count,
                [Hits] = translated.Count(p => s_b.ModeOf(p) is not null) / (double)translated.Count,
                [Shared] = byOrigin.SelectMany(s_b.ModesCoveredBy).CountBy(m => m).Count(m => m.Value > 1),
            },
            Pictures = [PointPlot.Draw(s_b, byOrigin, side: 240, extent: 2.6f)],
        };
    }

    private static IEnumerable<PlanePoint> PointsOf(Tensor points) => points.ToArray().Chunk(2).Select(p => new PlanePoint(p[0], p[1]));
}
