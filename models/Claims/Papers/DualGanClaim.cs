using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.DualGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Yi et al. 2017 on facades, from photographs to label maps: better than a GAN alone, not as good as a GAN with pairs.
/// </summary>
internal static class DualGanClaim
{
    private const int Side = 64;
    private const int Width = 16;
    private const int Pairs = 400;
    private const int HeldOut = 60;
    private const int RowsShown = 8;
    private const string CommonestMap = "the commonest class of each pixel";

    public static Claim Labels { get; } = new()
    {
        Name = DualGanFamily.Name,
        Sentence = "Wasserstein critics with heavily weighted reconstructions learn label maps from photographs without pairs: better " +
            "than a GAN without reconstructions, not as well as a GAN with pairs.",
        Source = "Yi et al. 2017, segmentation accuracy of facades to labels: DualGAN 0.27 / 0.13 / 0.06, GAN 0.22 / 0.10 / 0.05, " +
            "conditional GAN with pairs 0.54 / 0.33 / 0.19",
        Setting = "Synthetic facades of 64 pixels: label maps of 200 house fronts and photographs of 200 others, pairs of all 400 for " +
            "cgan, 60 held-out pairs; batches of 1. The paper's GAN has one direction; here it is DualGAN with λ = 0.",
        Learnt = "Reconstructions lift it above a constant map; without them it stays below.",
        Steps = 3000,
        EmaDecay = 0,
        Variants =
        [
            new("dualgan", "DualGAN, λ = 500", Dual),
            new("gan", "the critics without reconstructions, λ = 0", steps => Dual(steps) with { LambdaA = 0, LambdaB = 0 }),
            new("cgan", "pix2pix, trained on the pairs", steps => new Pix2PixOptions
            {
                Direction = Direction.BToA, LoadSize = Side, CropSize = Side, Generator = GeneratorKind.UNet(int.Log2(Side)), Ngf = Width,
                Ndf = Width, Flip = false, Steps = steps,
            }),
        ],
        Measures =
        [
            .. ClassScores.Measures("share of pixels of the correct class, by the nearest colour").Select(m => m with
            {
                Floor = new(m.Name == ClassScores.Pixels ? 0.36 : m.Name == ClassScores.Classes ? 0.27 : 0.15, CommonestMap),
            }),
        ],
        Differences =
        [
            new("dualgan", "gan", ClassScores.Pixels) { Least = 0.05 }, new("cgan", "dualgan", ClassScores.Pixels) { Least = 0.05 },
        ],
        DrawData = DrawData,
        Judge = Judge,
    };

    private static DualGanOptions Dual(int steps) => new()
    {
        LoadSize = Side, CropSize = Side, Downs = int.Log2(Side), NLayersD = 4, Ngf = Width, Ndf = Width, Lr = 2e-4f, Steps = steps,
    };

    /// <summary>Writes pairs to train and val, and unpaired sets to trainA and trainB.</summary>
    private static void DrawData(string folder)
    {
        var (train, val) = (new SyntheticFacades(Pairs, Side), new SyntheticFacades(HeldOut, Side, first: Pairs));
        train.WriteTo(Path.Combine(folder, "train"));
        val.WriteTo(Path.Combine(folder, "val"));
        Save("trainA", 0, Pairs / 2, i => train.Draw(i).Labels);
        Save("trainB", Pairs / 2, Pairs / 2, i => train.Draw(i).Photo);
        Save("valA", 0, HeldOut, i => val.Draw(i).Labels);
        Save("valB", 0, HeldOut, i => val.Draw(i).Photo);

        void Save(string set, int first, int count, Func<int, Image> draw)
        {
            OutputPath.MakeFolder(Path.Combine(folder, set));
            Parallel.For(first, first + count, i => PictureFile.Save(new Picture(draw(i)), Path.Combine(folder, set, $"{i:D4}.png")));
        }
    }

    private static ClaimFinding Judge(TrainedVariant variant) => variant.Instruments.ClassScores(direction: Direction.BToA)
        .With(variant.Shown(RowsShown, variant.Model is DualGanModel ? ["real_B", "fake_A"] : ["input", "output"]));
}
