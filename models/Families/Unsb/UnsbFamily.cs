using IlgpuGan.Models.Families.Cut;

namespace IlgpuGan.Models.Families.Unsb;

/// <summary>The description of UNSB.</summary>
internal sealed class UnsbFamily : PictureFamily<UnsbOptions>
{
    public const string Name = "unsb";

    /// <summary>Below this side, the generator has fewer blocks, as CUT's.</summary>
    private const int SideOfNineBlocks = 256;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "UNSB",
        Summary = "Learns one direction from two unpaired sets as a Schrödinger bridge, which translates in up to five steps.",
        Paper = "Kim, Kwon, Kim, Ye 2024: Unpaired image-to-image translation via neural Schrödinger bridge, ICLR",
        Data = TwoSets, LearnsFrom = DataKind.TwoSets, Input = "a picture, and noise (--seed)",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program for horses to zebras: five steps, nine residual blocks",
                () => new UnsbOptions()),
            new(TrainingOptions.SmallPreset,
                "64 pixels: four blocks of width 64, which see the time; 2000 steps, minutes on two cores", UnsbOptions.Small),
        ],
        QualityLosses = ["NCE"],
        Views = ["real_A", "fake_1", "fake_B", "real_B"], ComparedViews = new("fake_B", "real_B"),
    };

    public override UnsbOptions AtSize(int side) => new() { LoadSize = side, CropSize = side, Blocks = side < SideOfNineBlocks ? 6 : 9 };

    protected override IReadOnlyList<NetworkSpec> Networks(UnsbOptions o) =>
    [
        new("netG", NetworkRole.Generator, () => new UnsbGenerator(o)),
        new("netD", NetworkRole.Discriminator, () => new TimedPatchGan(o.OutputNc, o.Ndf, o.NLayersD)),
        new("netE", NetworkRole.Discriminator, () => new TimedPatchGan(2 * (o.InputNc + o.OutputNc), o.Ndf, o.NLayersD)),
        new(
            "netF", NetworkRole.Projection,
            () => new PatchProjection([.. o.ComparedLayers.Select(l => AntialiasedResNet.ChannelsOf(l, o.InputNc, o.Ngf))], o.Nnf)),
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(UnsbOptions o) =>
    [
        ForwardGenerator("netG", o) with
        {
            Conditions = GeneratorConditions.InSteps("netG", new StepRange(o.NumTimesteps, o.NumTimesteps, RandomFrom: 1)),
        },
    ];

    protected override GanModel Create(UnsbOptions options, Device device) => new UnsbModel(this, options, device);

    /// <summary>In training, samples have a second picture of the source domain.</summary>
    protected override SampleSource OpenData(UnsbOptions options, string split, bool forEvaluation) => UnalignedFolder.Open(
        Path.Combine(options.Data, split), options.DataSettings(forEvaluation) with { SecondInput = !forEvaluation });

    protected override Batch Noise(UnsbOptions options, Device device)
    {
        var pair = options.NoisePair(device);
        return new Batch([.. pair.Fields, new(PairFields.NameOfSecondA, pair.A.Flip(2, 3))], pair.Names, pair.Epoch);
    }
}
