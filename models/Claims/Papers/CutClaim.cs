using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Park et al. 2020: one generator with a contrastive loss is better than two generators with a cycle, on as many pictures.
/// </summary>
internal static class CutClaim
{
    private const int Side = 64;
    private const int Scenes = 400;
    private const int HeldOut = 60;
    private const int RowsShown = 8;
    internal const string Patches = "patches";
    internal const string Distance = "distance";

    /// <summary>Mean absolute difference of the held-out scenes by day and by night, of a range of 2.</summary>
    internal const double DayFromNight = 1.0065;

    public static Claim Night { get; } = new()
    {
        Name = CutFamily.Name,
        Sentence = "One generator with a contrastive loss makes better pictures of the other domain than two generators with cycle " +
            "consistency, trained on as many pictures.",
        Source = "Park et al. 2020, horse to zebra: FID of CUT 45.5, FastCUT 73.4, CycleGAN 77.2; 0.24, 0.15 and 0.40 seconds a step",
        Setting = "Synthetic landscapes of 64 pixels, 400 by day and 400 others by night, 60 held-out scenes both by day and by night; " +
            "batches of 1; four residual blocks of width 64. The patch distance to the held-out nights replaces FID and decides; the " +
            "distance from the same scene by night, which rewards a mean of several answers, is reported apart.",
        Learnt = "Before, the distance to one night decided, which rewards a mean of nights.",
        Steps = 2000,
        FirstSeed = 11,
        Variants =
        [
            new("cut", "CUT", steps => CutOptions.Small() with { Steps = steps }),
            new("cyclegan", "CycleGAN, without identity loss", Cycle),
        ],
        Measures =
        [
            new(Distance, "mean absolute difference from the same scene by night, of a range of 2", HigherIsBetter: false)
            {
                Floor = new(DayFromNight, "the scene by day"),
            },
            new(Patches, "patch distance to real pictures by night, × 10³", HigherIsBetter: false)
            {
                Digits = 1, Floor = new(246.8, "the scenes by day"),
            },
        ],
        Differences = [new("cut", "cyclegan", Patches) { Least = 10 }, new("cut", "cyclegan", Distance) { IsApart = true }],
        DrawData = DrawData,
        Judge = Judge,
    };

    internal static CycleGanOptions Cycle(int steps) => new()
    {
        LoadSize = 72, CropSize = Side, Generator = GeneratorKind.ResNet(4), Discriminator = DiscriminatorKind.NLayers, NLayersD = 2,
        Ngf = 16, Ndf = 16, LambdaIdentity = 0, Steps = steps,
    };

    private static void DrawData(string folder)
    {
        var drawn = DrawnData.Kinds.Single(k => k.Name == "day-night");
        drawn.WriteSplits(folder, Scenes, HeldOut, Side);
    }

    private static ClaimFinding Judge(TrainedVariant variant) => new()
    {
        Values = Compared(variant, batch => variant.Model.Show(batch).First(v => v.Label == "fake_B").Picture),
        Pictures = variant.Shown(RowsShown, ["real_A", "fake_B"]),
    };

    /// <summary>Held-out scenes, translated and compared with the same scenes by night.</summary>
    internal static Dictionary<string, double> Compared(TrainedVariant variant, Func<Batch, Tensor> translate)
    {
        var (made, real, distances) = (new List<Picture>(), new List<Picture>(), new List<double>());
        foreach (var batch in variant.HeldOut())
        {
            using var step = variant.Device.Step();
            using var fake = translate(batch);
            distances.Add(fake.L1Loss(batch.B).Item());
            made.Add(PictureTensors.ToPicture(fake));
            real.Add(PictureTensors.ToPicture(batch.B));
        }

        return new() { [Distance] = distances.Average(), [Patches] = variant.Instruments.PatchDistance(made, real) };
    }
}
