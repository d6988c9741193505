using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.Pix2Pix;

/// <summary>
/// The claims of Isola et al. 2017, "Image-to-image translation with conditional adversarial networks", that are small enough to be tried
/// on a processor. Published figures are of Cityscapes, judged by an FCN-8s.
/// </summary>
internal static class Pix2PixExperiments
{
    private const int Width = 32;
    private const string LabelsToPhoto = "labels to photo";

    public static IReadOnlyList<Experiment> All { get; } =
    [
        new()
        {
            Name = "losses",
            Question = "Is L1 with a conditional GAN better than either alone, and than a GAN that doesn't see the input?",
            Paired = true,
            Steps = 2000,
            Arms =
            [
                new("l1", side => Narrow(side) with { LambdaGan = 0 }),
                new("gan", side => Narrow(side) with { LambdaL1 = 0, ConditionalD = false }),
                new("cgan", side => Narrow(side) with { LambdaL1 = 0 }),
                new("l1-gan", side => Narrow(side) with { ConditionalD = false }),
                new("l1-cgan", Narrow),
            ],
            Published =
            [
                new(LabelsToPhoto, "Isola et al. 2017, table 1", Backwards: false, new Dictionary<string, PublishedScore>
                {
                    ["l1"] = new(0.42, 0.15, 0.11),
                    ["gan"] = new(0.22, 0.05, 0.01),
                    ["cgan"] = new(0.57, 0.22, 0.16),
                    ["l1-gan"] = new(0.64, 0.20, 0.15),
                    ["l1-cgan"] = new(0.66, 0.23, 0.17),
                }),
            ],
        },
        new()
        {
            Name = "patchgan",
            Question = "Which receptive field should a discriminator have: 1, 16, 70 or 286 pixels?",
            Paired = true,
            Steps = 2000,
            Arms =
            [
                new("pixel-1", side => Narrow(side) with { Discriminator = DiscriminatorKind.Pixel }),
                new("patch-16", side => Narrow(side) with { Discriminator = DiscriminatorKind.NLayers, NLayersD = 1 }),
                new("patch-70", side => Narrow(side) with { Discriminator = DiscriminatorKind.Basic }),
                new("patch-286", side => Narrow(side) with { Discriminator = DiscriminatorKind.NLayers, NLayersD = LayersOf286(side) }),
            ],
            Published =
            [
                new(LabelsToPhoto, "Isola et al. 2017, table 3", Backwards: false, new Dictionary<string, PublishedScore>
                {
                    ["pixel-1"] = new(0.39, 0.15, 0.10),
                    ["patch-16"] = new(0.65, 0.21, 0.17),
                    ["patch-70"] = new(0.66, 0.23, 0.17),
                    ["patch-286"] = new(0.42, 0.16, 0.11),
                }),
            ],
            Remark = "The paper's pictures have 256 pixels a side; in smaller ones a patch of 70 is a larger part of the picture, and in " +
                "64 pixels it is all of it. There patch-286 has a strided layer less, for which the picture is too small, and sees 142.",
        },
        new()
        {
            Name = "generators",
            Question = "What do the U-Net's skip connections contribute, with L1 and with L1 + cGAN?",
            Paired = true,
            Steps = 2000,
            Arms =
            [
                new("encoder-decoder-l1", side => WithoutSkips(side) with { LambdaGan = 0 }),
                new("encoder-decoder-l1-cgan", WithoutSkips),
                new("unet-l1", side => Narrow(side) with { LambdaGan = 0 }),
                new("unet-l1-cgan", Narrow),
            ],
            Published =
            [
                new(LabelsToPhoto, "Isola et al. 2017, table 2", Backwards: false, new Dictionary<string, PublishedScore>
                {
                    ["encoder-decoder-l1"] = new(0.35, 0.12, 0.08),
                    ["encoder-decoder-l1-cgan"] = new(0.29, 0.09, 0.05),
                    ["unet-l1"] = new(0.48, 0.18, 0.13),
                    ["unet-l1-cgan"] = new(0.55, 0.20, 0.14),
                }),
            ],
        },
    ];

    /// <summary>Five strided layers see 286 pixels; a picture under 128 leaves room for fewer, which see all of it, too.</summary>
    private static int LayersOf286(int side) => Math.Min(5, int.Log2(side) - 2);

    private static Pix2PixOptions Narrow(int side) =>
        new() { LoadSize = side, CropSize = side, Generator = GeneratorKind.UNet(int.Log2(side)), Ngf = Width, Ndf = Width };

    private static Pix2PixOptions WithoutSkips(int side)
    {
        var options = Narrow(side);
        return options with { Generator = options.Generator with { Family = GeneratorFamily.EncoderDecoder } };
    }
}
