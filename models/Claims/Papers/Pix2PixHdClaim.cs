using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Wang et al. 2018: feature matching with discriminators at two scales is better than one PatchGAN and L1, in as many steps.
/// </summary>
internal static class Pix2PixHdClaim
{
    private const int Side = 128;
    private const int Width = 16;
    private const int Blocks = 4;
    private const int Pairs = 400;
    private const int HeldOut = 60;
    private const int RowsShown = 8;
    private const string Patches = "patches";

    public static Claim Photographs { get; } = new()
    {
        Name = Pix2PixHdFamily.Name,
        Sentence = "Feature matching with discriminators at two scales gives better photographs from label maps than one discriminator " +
            "and L1.",
        Source = "Wang et al. 2018, table 1, Cityscapes, pixels / IoU: pix2pixHD 0.838 / 0.64, pix2pix 0.783 / 0.39",
        Setting = "Synthetic facades of 128 pixels, 400 pairs for training and 60 held out; batches of 2. Both variants have the same " +
            "generator, with the coloured maps as input: two downsamplings, four residual blocks of width 64. Three segmenters trained " +
            "on the real pairs replace the paper's PSPNet; their IoU and the patch distance decide together, since by pixels a blur is " +
            "better.",
        Learnt = "At 128 pixels both draw nearly all that the map says, IoU 0.74 and 0.76: nothing is left for a second scale. Before, " +
            "at 64 pixels, the share of right pixels preferred the blurred pictures of L1.",
        Steps = 4000,
        FirstSeed = 11,
        Variants =
        [
            new("pix2pixhd", "two scales, feature matching", Hd),
            new("pix2pix", "one PatchGAN and L1", steps => new Pix2PixOptions
            {
                LoadSize = Side * 9 / 8, CropSize = Side, Generator = GeneratorKind.ResNet(Blocks), Ngf = Width,
                Discriminator = DiscriminatorKind.NLayers, NLayersD = 2, Ndf = Width,
                Norm = NormKind.Instance, GanMode = GanMode.Lsgan, Dropout = false, BatchSize = 2, Steps = steps,
            }),
        ],
        Measures =
        [
            .. ClassScores.Measures("share of pixels whose class a segmenter recovers").Select(m => m with
            {
                Floor = m.Name == ClassScores.Overlap ? new(0.15, "the commonest class of each pixel") : null,
            }),
            new(Patches, "patch distance to real photographs, × 10³", HigherIsBetter: false)
            {
                Digits = 1, Floor = new(162.9, "the nearer of noise and the mean picture"),
            },
        ],
        Differences =
        [
            new("pix2pixhd", "pix2pix", ClassScores.Overlap) { Least = 0.02 },
            new("pix2pixhd", "pix2pix", Patches) { Least = 2 },
        ],
        DrawData = DrawData,
        Judge = Judge,
    };

    private static Pix2PixHdOptions Hd(int steps) => Pix2PixHdOptions.Small() with
    {
        LabelMaps = false, LoadSize = Side * 9 / 8, CropSize = Side, Steps = steps,
    };

    private static void DrawData(string folder)
    {
        new SyntheticFacades(Pairs, Side).WriteTo(Path.Combine(folder, "train"));
        new SyntheticFacades(HeldOut, Side, first: Pairs).WriteTo(Path.Combine(folder, "val"));
    }

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var scores = variant.Instruments.ClassScores();
        var (made, real) = (new List<Picture>(), new List<Picture>());
        foreach (var batch in variant.HeldOut())
        {
            using var step = variant.Device.Step();
            made.Add(PictureTensors.ToPicture(variant.Model.Show(batch).First(v => v.Label == "output").Picture));
            real.Add(PictureTensors.ToPicture(batch.B));
        }

        return new ClaimFinding
        {
            Values = new Dictionary<string, double>(scores.Values) { [Patches] = variant.Instruments.PatchDistance(made, real) },
            Pictures = variant.Shown(RowsShown, ["input", "output"]),
        };
    }
}
