using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims.Papers;

/// <summary>Points of five Gaussians, translated to points of ten: which modes they reach.</summary>
internal static class PointsJudge
{
    private const int BatchSize = 2000;

    private static readonly GaussianRing s_a = DrawnGaussians.OfA;
    private static readonly GaussianRing s_b = DrawnGaussians.OfB;

    public static ClaimFinding Find(TrainedVariant variant)
    {
        var (origins, translated) = (new List<PlanePoint>(), new List<PlanePoint>());
        foreach (var batch in variant.HeldOut(BatchSize))
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
                ["modes"] = s_b.ModesCoveredBy(translated).Count,
                ["hits"] = translated.Count(p => s_b.ModeOf(p) is not null) / (double)translated.Count,
                ["shared"] = byOrigin.SelectMany(s_b.ModesCoveredBy).CountBy(m => m).Count(m => m.Value > 1),
            },
            Pictures = [PointPlot.Draw(s_b, byOrigin, side: 240, extent: 2.6f)],
        };
    }

    private static IEnumerable<PlanePoint> PointsOf(Tensor points) => points.ToArray().Chunk(2).Select(p => new PlanePoint(p[0], p[1]));
}
