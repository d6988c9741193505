using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.Pix2Pix;

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
    private const string Recovered = "share of pixels whose class a segmenter recovers";
    private const string Facades = "CMP facades of 128 pixels, photograph left and label map right: 360 pairs for training, 40 held out; " +
        "batches of 1, networks of width 32, the last weights without averages.";

    private const string FromLabels = Facades + " From label maps to photographs. A segmenter trained on the real pairs replaces the " +
        "paper's FCN-8s, and decides.";

    public static IReadOnlyList<Claim> All { get; } =
    [
        OfPhotographs() with
        {
            Name = "pix2pix-losses",
            Sentence = "L1 with a conditional GAN gives photographs that show the classes of the label maps better than L1 alone.",
            Source = "Isola et al. 2017, table 1: per-pixel accuracy of L1 0.42, GAN 0.22, cGAN 0.57, L1 + GAN 0.64, L1 + cGAN 0.66; " +
                "a GAN that doesn't see the input makes nearly the same picture of all inputs (section 4.2); L2 blurs more than L1 " +
                "(section 3.1)",
            Variants =
            [
                new("l1", "L1 alone", steps => FromMaps(steps) with { LambdaGan = 0 }),
                new("l2", "L2 alone", steps => FromMaps(steps) with { LambdaGan = 0, LambdaL1 = 0, LambdaL2 = 100 }),
                new("gan", "a GAN that doesn't see the input", steps => FromMaps(steps) with { LambdaL1 = 0, ConditionalD = false }),
                new("cgan", "a conditional GAN alone", steps => FromMaps(steps) with { LambdaL1 = 0 }),
                new("l1-gan", "L1 with a GAN that doesn't see the input", steps => FromMaps(steps) with { ConditionalD = false }),
                new("l1-cgan", "L1 with a conditional GAN: pix2pix", FromMaps),
            ],
            Differences = [new("l1-cgan", "l1", ClassScores.Pixels)],
        },
        OfPhotographs() with
        {
            Name = "pix2pix-patches",
            Sentence = "A discriminator of patches of 70 pixels is better than one of single pixels and than one of the whole picture.",
            Source = "Isola et al. 2017, table 3: per-pixel accuracy with a receptive field of 1 pixel 0.39, 16 0.65, 70 0.66, 286 0.42",
            Setting = FromLabels + " A field of 286 is the whole picture, of which there are four scores; the paper's pictures have " +
                "256 pixels a side, and patches of 70 are a smaller part of them.",
            Variants =
            [
                new("pixel-1", "1 pixel", steps => FromMaps(steps) with { Discriminator = DiscriminatorKind.Pixel }),
                new("patch-16", "16 pixels, one strided layer", steps => Strided(steps, 1)),
                new("patch-70", "70 pixels, three strided layers: pix2pix", FromMaps),
                new("patch-286", "286 pixels, five strided layers", steps => Strided(steps, 5)),
            ],
            Differences = [new("patch-70", "pixel-1", ClassScores.Pixels), new("patch-70", "patch-286", ClassScores.Pixels)],
        },
        OfPhotographs() with
        {
            Name = "pix2pix-generators",
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
                new("unet-l1", "encoder-decoder-l1", ClassScores.Pixels),
                new("unet-l1-cgan", "encoder-decoder-l1-cgan", ClassScores.Pixels),
            ],
        },
        OfPhotographs() with
        {
            Name = "pix2pix-labels",
            Sentence = "From photographs to label maps L1 alone is better than with a conditional GAN: where there is one right answer, " +
                "nothing has to be made up.",
            Source = "Isola et al. 2017, table 6: per-pixel accuracy of L1 0.86, cGAN 0.74, L1 + cGAN 0.83",
            Setting = Facades + " From photographs to label maps, whose classes are those of the nearest colours.",
            Measures = TranslatedPairs.Measures("share of pixels of the right class, by the nearest colour"),
            Variants =
            [
                new("l1", "L1 alone", steps => ToMaps(steps) with { LambdaGan = 0 }),
                new("cgan", "a conditional GAN alone", steps => ToMaps(steps) with { LambdaL1 = 0 }),
                new("l1-cgan", "L1 with a conditional GAN: pix2pix", ToMaps),
            ],
            Differences = [new("l1", "cgan", ClassScores.Pixels), new("l1", "l1-cgan", ClassScores.Pixels)],
        },
    ];

    /// <summary>The properties that all claims share.</summary>
    private static Claim OfPhotographs() => new()
    {
        Name = "", Sentence = "", Source = "", Setting = FromLabels, Steps = Steps, Seeds = Seeds, EmaDecay = 0, Variants = [],
        Measures = TranslatedPairs.Measures(Recovered), Differences = [],
        Judge = variant => variant.Instruments.Translated().Finding(RowsShown),
    };

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
