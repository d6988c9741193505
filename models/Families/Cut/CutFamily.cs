using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Families.Cut;

/// <summary>CUT and FastCUT, to the rest of the program.</summary>
internal sealed class CutFamily : PictureFamily<CutOptions>
{
    public const string Name = "cut";

    /// <summary>Sides below this have fewer blocks, as the reference's ResNets.</summary>
    private const int SideOfNineBlocks = 256;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name,
        Title = "CUT",
        Summary = "Learns one way from two unpaired sets, in half of CycleGAN's time: each place must look like where it came from.",
        Paper = "Park, Efros, Zhang, Zhu 2020: Contrastive learning for unpaired image-to-image translation, ECCV",
        Data = TwoSets,
        LearnsFromPairs = false,
        Input = "a picture",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' CUT: nine residual blocks, least squares, contrastive loss with identity"),
            new(CutOptions.FastPreset, "FastCUT: ten times the contrastive loss, no identity, mirrored inputs, half as long"),
            new(CutOptions.SmallPreset, "CUT for 64 pixels: four blocks of width 16, 2000 steps, minutes on two cores"),
            new(CutOptions.SmallFastPreset, "FastCUT of the same size"),
        ],
        QualityLosses = ["NCE"],
        Views = ["real_A", "fake_B", "real_B", "idt_B"],
        Judged = ("fake_B", "real_B"),
    };

    protected override CutOptions OfPreset(string preset) => preset switch
    {
        CutOptions.FastPreset => new CutOptions { Preset = preset }.Fast(),
        CutOptions.SmallPreset => CutOptions.Small(),
        CutOptions.SmallFastPreset => CutOptions.Small().Fast() with { Preset = preset },
        _ => new CutOptions(),
    };

    protected override CutOptions AtSize(int side) => new() { LoadSize = side, CropSize = side, Blocks = side < SideOfNineBlocks ? 6 : 9 };

    protected override IReadOnlyList<NetworkSpec> Networks(CutOptions o) =>
    [
        new(CutModel.GeneratorName, NetworkRole.Generator, () => new AntialiasedResNet(o.InputNc, o.OutputNc, o.Blocks, o.Ngf)),
        new(CutModel.DiscriminatorName, NetworkRole.Discriminator, () => new AntialiasedPatchGan(o.OutputNc, o.Ndf, o.NLayersD)),
        new(
            CutModel.ProjectionName, NetworkRole.Projection,
            () => new PatchProjection([.. o.ComparedLayers.Select(layer => AntialiasedResNet.ChannelsOf(layer, o.InputNc, o.Ngf))], o.Nnf)),
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(CutOptions o) => [There(CutModel.GeneratorName, o)];

    protected override GanModel Create(CutOptions options, Device device) => new CutModel(options, device);
}
