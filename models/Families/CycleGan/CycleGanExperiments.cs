using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.CycleGan;

/// <summary>
/// The claim of Zhu et al. 2017, "Unpaired image-to-image translation using cycle-consistent adversarial networks", that is small enough to
/// be tried on a processor. Published figures are of Cityscapes, judged by an FCN-8s.
/// </summary>
internal static class CycleGanExperiments
{
    private const int Width = 32;
    private const int NarrowWidth = 16;
    private const string LabelsToPhoto = "labels to photo";

    public static IReadOnlyList<Experiment> All { get; } =
    [
        new()
        {
            Name = "cycle",
            Question = "What does the cycle loss contribute to CycleGAN, in both directions and in one only?",
            Paired = false,
            Steps = 1500,
            Arms =
            [
                new("gan-alone", side => Narrow(side) with { LambdaA = 0, LambdaB = 0 }),
                new("gan-forward", side => Narrow(side) with { LambdaB = 0 }),
                new("gan-backward", side => Narrow(side) with { LambdaA = 0 }),
                new("cyclegan", Narrow),
            ],
            Published =
            [
                new(LabelsToPhoto, "Zhu et al. 2017, table 4", Backwards: false, new Dictionary<string, PublishedScore>
                {
                    ["gan-alone"] = new(0.51, 0.11, 0.08),
                    ["gan-forward"] = new(0.55, 0.18, 0.12),
                    ["gan-backward"] = new(0.39, 0.14, 0.06),
                    ["cyclegan"] = new(0.52, 0.17, 0.11),
                }),
                new("photo to labels", "Zhu et al. 2017, table 5", Backwards: true, new Dictionary<string, PublishedScore>
                {
                    ["gan-alone"] = new(0.53, 0.11, 0.07),
                    ["gan-forward"] = new(0.49, 0.11, 0.07),
                    ["gan-backward"] = new(0.01, 0.06, 0.01),
                    ["cyclegan"] = new(0.58, 0.22, 0.16),
                }),
            ],
            Remark = "Label maps come from one half of the training pairs and photographs from the other, so that no picture has its " +
                "partner in the set. No identity loss.",
        },
    ];

    private static CycleGanOptions Narrow(int side) =>
        new() { LoadSize = side, CropSize = side, Generator = GeneratorKind.ResNet(6), Ngf = NarrowWidth, Ndf = Width, LambdaIdentity = 0 };
}
