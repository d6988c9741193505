using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claims of Isola et al. 2017, "Image-to-image translation with conditional adversarial networks", on the photographs and label maps
/// of the CMP facades. Published figures are of Cityscapes, judged by an FCN-8s.
/// </summary>
internal static class Pix2PixClaims
{
    private const int Side = 128;
    private const int Width = 32;
    private const int Steps = 4000;
    private const int Seeds = 3;
    private const int RowsShown = 4;
    private const string Losses = "pix2pix-losses";
    private const string OneGray = "one gray for all photographs";
    private const string CommonestMap = "the commonest class of each pixel";
    private const string Recovered = "share of pixels whose class a segmenter recovers";
    private const string Facades = "CMP facades of 128 pixels, photograph left and label map right: 360 pairs for training, 40 held out; " +
        "batches of 1, networks of width 32, the last weights without averages.";

    private const string ThreeDecide = " From label maps to photographs. Three segmenters trained on the real pairs replace the paper's " +
        "FCN-8s; the mean of their IoU decides, since by pixels a blur is better than a photograph.";

    private const string FromLabels = Facades + " From label maps to photographs. A segmenter trained on the real pairs replaces the " +
        "paper's FCN-8s, and decides.";

    private static readonly ClaimVariant[] s_losses =
    [
        new("l1", "L1 alone", steps => FromMaps(steps) with { LambdaGan = 0 }),
        new("cgan", "a conditional GAN alone", steps => FromMaps(steps) with { LambdaL1 = 0 }),
        new("l1-gan", "L1 with a GAN that doesn't see the input", steps => FromMaps(steps) with { ConditionalD = false }),
        new("l1-cgan", "L1 with a conditional GAN: pix2pix", FromMaps),
    ];

    public static IReadOnlyList<Claim> All { get; } =
    [
        OfPhotographs() with
        {
            Name = Losses,
            Learnt = "Both losses together are best. The GAN brings most of the gain, its condition the rest (+0.018); alone it is worse.",
            Sentence = "L1 with a conditional GAN gives photographs that show the classes of the label maps better than L1 alone.",
            Source = "Isola et al. 2017, table 1, pixels / classes / IoU: L1 0.42 / 0.15 / 0.11, cGAN 0.57 / 0.22 / 0.16, L1 + GAN " +
                "0.64 / 0.20 / 0.15, L1 + cGAN 0.66 / 0.23 / 0.17",
            Setting = Facades + ThreeDecide,
            Seeds = 5,
            FirstSeed = 11,
            Variants = s_losses,
            Differences =
            [
                new("l1-cgan", "l1", ClassScores.Overlap) { Least = 0.03 },
                new("l1-cgan", "cgan", ClassScores.Overlap) { IsApart = true },
                new("l1-cgan", "l1-gan", ClassScores.Overlap) { IsApart = true },
            ],
        },
        OfPhotographs() with
        {
            Name = "pix2pix-colours",
            RunsOf = Losses,
            Learnt = "L1 alone is grayish; with the GAN, colours are close to the photographs'. The GAN alone lacks many of a (0.50).",
            Sentence = "L1 alone narrows the distribution of colours; with a conditional GAN it is that of the photographs.",
            Source = "Isola et al. 2017, figure 7, intersection of the histograms with the photographs': a 0.69 by L1, 0.84 with the " +
                "cGAN; b 0.70, 0.82",
            Setting = Facades + " The runs of pix2pix-losses; the intersections of the histograms of a and b decide.",
            Seeds = 5,
            FirstSeed = 11,
            Variants = s_losses,
            Differences = [new("l1-cgan", "l1", "colours a") { Least = 0.03 }, new("l1-cgan", "l1", "colours b") { Least = 0.03 }],
        },
        OfPhotographs() with
        {
            Name = "pix2pix-patches",
            Learnt = "Fields of 16 and of 70 pixels are equally good, IoU 0.193 and 0.187, against 0.133 of single pixels. Before, " +
                "patches of the whole picture were compared, too, of which 70 pixels are more than half at this size.",
            Sentence = "A discriminator of patches of 70 pixels is better than one of single pixels.",
            Source = "Isola et al. 2017, table 3, pixels / classes / IoU: a receptive field of 1 pixel 0.39 / 0.15 / 0.10, of 16 0.65 / " +
                "0.21 / 0.17, of 70 0.66 / 0.23 / 0.17, of 286 0.42 / 0.16 / 0.11",
            Setting = Facades + ThreeDecide + " The paper's other half, patches against the whole picture, is not tried: of 128 pixels a " +
                "field of 70 is more than half, and of its 256 it is a quarter.",
            Seeds = 5,
            FirstSeed = 11,
            Variants =
            [
                new("pixel-1", "1 pixel", steps => FromMaps(steps) with { Discriminator = DiscriminatorKind.Pixel }),
                new("patch-16", "16 pixels, one strided layer", steps => Strided(steps, 1)),
                new("patch-70", "70 pixels, three strided layers: pix2pix", FromMaps),
            ],
            Differences =
            [
                new("patch-70", "pixel-1", ClassScores.Overlap) { Least = 0.03 },
                new("patch-16", "pixel-1", ClassScores.Overlap) { IsApart = true },
            ],
        },
        OfPhotographs() with
        {
            Name = "pix2pix-generators",
            Learnt = "By L1 alone, without skips, all maps become one gray.",
            Sentence = "A U-Net is better than the same encoder and decoder without skip connections, by L1 alone and with a " +
                "conditional GAN.",
            Source = "Isola et al. 2017, table 2: per-pixel accuracy of the encoder-decoder 0.35 by L1 and 0.29 with the GAN, of the " +
                "U-Net 0.48 and 0.55",
            Variants =
            [
                new("unet-l1", "U-Net, L1 alone", steps => FromMaps(steps) with { LambdaGan = 0 }),
                new("unet-l1-cgan", "U-Net, L1 with a conditional GAN: pix2pix", FromMaps),
                new("encoder-decoder-l1", "without skips, L1 alone", steps => WithoutSkips(steps) with { LambdaGan = 0 }),
                new("encoder-decoder-l1-cgan", "without skips, L1 with a conditional GAN", WithoutSkips),
            ],
            Differences =
            [
                new("unet-l1", "encoder-decoder-l1", ClassScores.Pixels) { Least = 0.03 },
                new("unet-l1-cgan", "encoder-decoder-l1-cgan", ClassScores.Pixels) { Least = 0.03 },
            ],
        },
        OfPhotographs() with
        {
            Name = "pix2pix-labels",
            Learnt = "L1 and L1 + cGAN are equal, IoU 0.168 and 0.165; the GAN alone is no better than the commonest class.",
            Sentence = "From photographs to label maps L1 alone is better than with a conditional GAN: where there is one right answer, " +
                "nothing has to be made up.",
            Source = "Isola et al. 2017, table 6, pixels / classes / IoU: L1 0.86 / 0.42 / 0.35, cGAN 0.74 / 0.28 / 0.22, L1 + cGAN 0.83 " +
                "/ 0.36 / 0.29",
            Setting = Facades + " From photographs to label maps, whose classes are those of the nearest colours. By pixels it is " +
                "good to paint wall everywhere, so IoU decides.",
            Steps = 12_000,
            FirstSeed = 11,
            Measures = Floored("share of pixels of the right class, by the nearest colour"),
            Variants =
            [
                new("l1", "L1 alone", steps => ToMaps(steps) with { LambdaGan = 0 }),
                new("cgan", "a conditional GAN alone", steps => ToMaps(steps) with { LambdaL1 = 0 }),
                new("l1-cgan", "L1 with a conditional GAN: pix2pix", ToMaps),
            ],
            Differences =
            [
                new("l1", "cgan", ClassScores.Overlap) { Least = 0.02 }, new("l1", "l1-cgan", ClassScores.Overlap) { Least = 0.02 },
            ],
        },
    ];

    /// <summary>The properties that all claims share.</summary>
    private static Claim OfPhotographs() => new()
    {
        Name = "", Sentence = "", Source = "", Setting = FromLabels, Steps = Steps, Seeds = Seeds, EmaDecay = 0, Variants = [],
        Measures = Floored(Recovered), Differences = [], Judge = variant => variant.Instruments.Translated().Finding(RowsShown),
    };

    /// <summary>
    /// What the commonest class of each pixel gets without looking at the picture, by the 40 held-out maps of 128 pixels, and the colours
    /// of one gray for all photographs (encoder-decoder-l1 of pix2pix-generators).
    /// </summary>
    private static IReadOnlyList<ClaimMeasure> Floored(string pixels) =>
    [
        .. TranslatedPairs.Measures(pixels).Select(m => m with
        {
            Floor = m.Name switch
            {
                ClassScores.Pixels => new(0.42, CommonestMap),
                ClassScores.Classes => new(0.11, CommonestMap),
                ClassScores.Overlap => new(0.06, CommonestMap),
                "colours a" => new(0.51, OneGray),
                "colours b" => new(0.53, OneGray),
                _ => null,
            },
        }),
    ];

    private static Pix2PixOptions ToMaps(int steps) => new()
    {
        LoadSize = Side, CropSize = Side, Generator = GeneratorKind.UNet(int.Log2(Side)), Ngf = Width, Ndf = Width, Steps = steps,
    };

    private static Pix2PixOptions FromMaps(int steps) => ToMaps(steps) with { Direction = Direction.BToA };

    private static Pix2PixOptions Strided(int steps, int layers) =>
        FromMaps(steps) with { Discriminator = DiscriminatorKind.NLayers, NLayersD = layers };

    private static Pix2PixOptions WithoutSkips(int steps)
    {
        var options = FromMaps(steps);
        return options with { Generator = options.Generator with { Family = GeneratorFamily.EncoderDecoder } };
    }
}
