namespace IlgpuGan.Models.Families.Cut;

/// <summary>The description of CUT, FastCUT and SinCUT.</summary>
internal sealed class CutFamily : PictureFamily<CutOptions>
{
    /// <summary>Place of the last convolution in a discriminator of the fewest layers.</summary>
    private const int ScoresOfOneLayer = 6;

    public const string Name = "cut";

    /// <summary>Below this side, the generator has fewer blocks, as the reference's ResNets.</summary>
    private const int SideOfNineBlocks = 256;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "CUT",
        Summary = "Learns one direction from two unpaired sets with one generator and a contrastive loss over patches.",
        Paper = "Park, Efros, Zhang, Zhu 2020: Contrastive learning for unpaired image-to-image translation, ECCV",
        Data = TwoSets + "; SinCUT learns from one picture in each",
        LearnsFrom = DataKind.TwoSets, FirstChoiceFor = DataSituation.TwoSetsOneWay, Input = "a picture",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' CUT: nine residual blocks, least squares, contrastive loss with identity",
                () => new CutOptions()),
            new(CutOptions.FastPreset, "FastCUT: ten times the contrastive loss, no identity, flipped inputs, half as long",
                CutOptions.Fast),
            new(CutOptions.SmallPreset, "CUT for 64 pixels: four blocks of width 16, 2000 steps, minutes on two cores", CutOptions.Small),
            new(CutOptions.SmallFastPreset, "FastCUT at the same size", CutOptions.SmallFast),
            new(CutOptions.SinPreset, "SinCUT: crops of one picture in each domain, StyleGAN2's layers, 16 epochs of 100,000 crops",
                CutOptions.Sin),
            new(CutOptions.SmallSinPreset, "SinCUT with crops of 32 pixels and narrow layers, 1500 steps", CutOptions.SmallSin),
        ],
        QualityLosses = ["NCE"],
        Views = ["real_A", "fake_B", "real_B", "idt_B"], ComparedViews = new("fake_B", "real_B"),
    };

    public override CutOptions AtSize(int side) => new() { LoadSize = side, CropSize = side, Blocks = side < SideOfNineBlocks ? 6 : 9 };

    protected override IReadOnlyList<NetworkSpec> Networks(CutOptions o) =>
    [
        o.Networks == CutNetworks.StyleGan2
            ? WithUnitNormal(new(
                CutModel.GeneratorName, NetworkRole.Generator, () => new StyleGenerator(o.InputNc, o.OutputNc, o.Blocks, o.Ngf)))
            : new(CutModel.GeneratorName, NetworkRole.Generator, () => new AntialiasedResNet(o.InputNc, o.OutputNc, o.Blocks, o.Ngf)),
        o.Networks == CutNetworks.StyleGan2
            ? WithUnitNormal(new(
                CutModel.DiscriminatorName, NetworkRole.Discriminator, () => new StyleDiscriminator(o.OutputNc, o.Ndf, o.CropSize)))
            : new(CutModel.DiscriminatorName, NetworkRole.Discriminator, () => new AntialiasedPatchGan(o.OutputNc, o.Ndf, o.NLayersD)),
        new(
            CutModel.ProjectionName, NetworkRole.Projection,
            () => new PatchProjection([.. o.ComparedLayers.Select(layer => ChannelsOf(layer, o))], o.Nnf)),
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(CutOptions o) => [ForwardGenerator(CutModel.GeneratorName, o)];

    internal override IEnumerable<CutOptions> Guesses(StateShapes shapes)
    {
        if ((shapes.Extent("model.12.conv_block.1.weight", 0), shapes.Extent("model.1.weight", 0), shapes.Extent("model.1.weight", 1))
            is ({ } widest, { } ngf, { } input)
            && widest == 4 * ngf && shapes.Last("model.", ".weight") is { } last && shapes.Extent($"model.{last}.weight", 0) == input)
        {
            var blocks = shapes.Run("model.{0}.conv_block.1.weight", first: 12);
            var published = new CutOptions();
            yield return published with
            {
                Ngf = ngf, InputNc = input, OutputNc = input, Blocks = blocks,
                NceLayers = blocks < published.Blocks ? CutOptions.FewLayers : published.NceLayers,
            };
        }

        if ((shapes.Extent("model.3.weight", 1), shapes.Extent("model.0.weight", 0), shapes.Extent("model.0.weight", 1))
            is ({ } second, { } ndf, { } judged)
            && second == ndf && shapes.Last("model.", ".weight") is >= ScoresOfOneLayer and var scores)
        {
            yield return new() { Ndf = ndf, InputNc = judged, OutputNc = judged, NLayersD = (scores - 2) / 4 };
        }

        if ((shapes.Extent("mlp_0.0.weight", 0), shapes.Extent("mlp_0.0.weight", 1), shapes.Extent("mlp_1.0.weight", 1))
            is ({ } nnf, { } read, { } doubled))
        {
            yield return new() { Nnf = nnf, InputNc = read, OutputNc = read, Ngf = doubled / 2 };
        }
    }

    protected override GanModel Create(CutOptions options, Device device) => new CutModel(this, options, device);

    /// <summary>In training, crops of two pictures if the options select them; for samples and evaluation, whole pictures.</summary>
    protected override SampleSource OpenData(CutOptions options, string split, bool forEvaluation) =>
        options.CropsPerEpoch > 0 && split == "train" && !forEvaluation
        ? PairOfPictures.Open(Path.Combine(options.Data, split), options.CropsPerEpoch, options.DataSettings(forEvaluation))
        : base.OpenData(options, split, forEvaluation);

    private static int ChannelsOf(int layer, CutOptions o) => o.Networks == CutNetworks.StyleGan2
        ? StyleGenerator.ChannelsOf(layer, o.InputNc, o.Ngf)
        : AntialiasedResNet.ChannelsOf(layer, o.InputNc, o.Ngf);

    /// <summary>Layers with an equalised learning rate start with weights from N(0, 1), whatever the options are.</summary>
    private static NetworkSpec WithUnitNormal(NetworkSpec spec) => spec with { InitType = Initialization.Normal, InitGain = 1 };
}
