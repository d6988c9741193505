using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Training;

namespace IlgpuGan.Models.Experiments;

/// <summary>
/// The claims of the two papers that are small enough to be tried on a processor. Published figures: Isola et al. 2017, "Image-to-image translation
/// with conditional adversarial networks", and Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial networks";
/// all on Cityscapes, judged by an FCN-8s.
/// </summary>
public static class ExperimentCatalogue
{
    private const string LabelsToPhoto = "labels to photo";

    public static IReadOnlyList<Experiment> All { get; } =
    [
        new()
        {
            Name = "losses",
            Question = "Is L1 with a conditional GAN better than either alone?",
            Model = ModelKind.Pix2Pix,
            Steps = 2000,
            Arms =
            [
                new("l1", o => o with { LambdaGan = 0 }),
                new("cgan", o => o with { LambdaL1 = 0 }),
                new("l1-cgan", o => o),
            ],
            Published =
            [
                new(LabelsToPhoto, "Isola et al. 2017, table 1", Backwards: false, new Dictionary<string, SegmentationScore>
                {
                    ["l1"] = new(0.42, 0.15, 0.11),
                    ["cgan"] = new(0.57, 0.22, 0.16),
                    ["l1-cgan"] = new(0.66, 0.23, 0.17),
                }),
            ],
        },
        new()
        {
            Name = "patchgan",
            Question = "How much of a picture should a discriminator see at once: a pixel, 16 or 70 pixels?",
            Model = ModelKind.Pix2Pix,
            Steps = 2000,
            Arms =
            [
                new("pixel-1", o => o with { Discriminator = DiscriminatorKind.Pixel }),
                new("patch-16", o => o with { Discriminator = DiscriminatorKind.NLayers, NLayersD = 1 }),
                new("patch-70", o => o with { Discriminator = DiscriminatorKind.Basic }),
            ],
            Published =
            [
                new(LabelsToPhoto, "Isola et al. 2017, table 3", Backwards: false, new Dictionary<string, SegmentationScore>
                {
                    ["pixel-1"] = new(0.39, 0.15, 0.10),
                    ["patch-16"] = new(0.65, 0.21, 0.17),
                    ["patch-70"] = new(0.66, 0.23, 0.17),
                }),
            ],
            Remark = "The paper's pictures have 256 pixels a side; in smaller ones a patch of 70 is a larger part of the picture, and in 64 pixels it is all of it.",
        },
        new()
        {
            Name = "generators",
            Question = "What do the U-Net's connections across bring, with L1 and with L1 and a GAN?",
            Model = ModelKind.Pix2Pix,
            Steps = 2000,
            Arms =
            [
                new("encoder-decoder-l1", o => WithoutSkips(o) with { LambdaGan = 0 }),
                new("encoder-decoder-l1-cgan", WithoutSkips),
                new("unet-l1", o => o with { LambdaGan = 0 }),
                new("unet-l1-cgan", o => o),
            ],
            Published =
            [
                new(LabelsToPhoto, "Isola et al. 2017, table 2", Backwards: false, new Dictionary<string, SegmentationScore>
                {
                    ["encoder-decoder-l1"] = new(0.35, 0.12, 0.08),
                    ["encoder-decoder-l1-cgan"] = new(0.29, 0.09, 0.05),
                    ["unet-l1"] = new(0.48, 0.18, 0.13),
                    ["unet-l1-cgan"] = new(0.55, 0.20, 0.14),
                }),
            ],
        },
        new()
        {
            Name = "cycle",
            Question = "What does the cycle loss bring to CycleGAN, both ways and one way only?",
            Model = ModelKind.CycleGan,
            Steps = 1500,
            Arms =
            [
                new("gan-alone", o => o with { LambdaA = 0, LambdaB = 0 }),
                new("gan-forward", o => o with { LambdaB = 0 }),
                new("gan-backward", o => o with { LambdaA = 0 }),
                new("cyclegan", o => o),
            ],
            Published =
            [
                new(LabelsToPhoto, "Zhu et al. 2017, table 4", Backwards: false, new Dictionary<string, SegmentationScore>
                {
                    ["gan-alone"] = new(0.51, 0.11, 0.08),
                    ["gan-forward"] = new(0.55, 0.18, 0.12),
                    ["gan-backward"] = new(0.39, 0.14, 0.06),
                    ["cyclegan"] = new(0.52, 0.17, 0.11),
                }),
                new("photo to labels", "Zhu et al. 2017, table 5", Backwards: true, new Dictionary<string, SegmentationScore>
                {
                    ["gan-alone"] = new(0.53, 0.11, 0.07),
                    ["gan-forward"] = new(0.49, 0.11, 0.07),
                    ["gan-backward"] = new(0.01, 0.06, 0.01),
                    ["cyclegan"] = new(0.58, 0.22, 0.16),
                }),
            ],
            Remark = "Label maps come from one half of the training pairs and photographs from the other, so that no picture has its partner in the set. No identity loss.",
        },
    ];

    /// <exception cref="OptionsException">there is no such experiment; the message lists what there is</exception>
    public static Experiment Find(string name) => All.FirstOrDefault(e => e.Name == name)
        ?? throw new OptionsException($"there is no experiment '{name}'; there are {string.Join(", ", All.Select(e => e.Name))}");

    private static TrainingOptions WithoutSkips(TrainingOptions options) => options with { Generator = options.Generator with { Family = GeneratorFamily.EncoderDecoder } };
}
