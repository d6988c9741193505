namespace IlgpuGan.Models.Families.Bridge;

/// <summary>The description of bridge matching.</summary>
internal sealed class BridgeFamily : PictureFamily<BridgeOptions>
{
    public const string Name = "bridge";

    private const string GeneratorName = "netG";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "Bridge matching",
        Summary = "Learns from pairs without a discriminator, and translates in one to eight steps from input to target.",
        Paper = "Chadebec, Tasar, Sreetharan, Aubin 2025: LBM, latent bridge matching for fast image-to-image translation (here of pixels)",
        Data = "pairs side by side in DIR/train, or under equal names in DIR/trainA and DIR/trainB; DIR/val or DIR/test for samples",
        LearnsFrom = DataKind.Pairs, Input = "a picture; the number of steps, and a seed of the noise between them",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "256 pixels, a U-Net as wide as pix2pix's; ours, since the papers' bridges are of latents",
                () => new BridgeOptions()),
            new(TrainingOptions.SmallPreset, "64 pixels (data synth --kind facades), width 32, 4000 steps: minutes on two cores",
                BridgeOptions.Small),
        ],
        QualityLosses = ["G_L2"],
        Views = ["input", "output", "target"], ComparedViews = new("output", "target"),
    };

    public override BridgeOptions AtSize(int side) =>
        new() { LoadSize = side, CropSize = side, NumDowns = Math.Clamp(int.Log2(side), 3, 8) };

    protected override IReadOnlyList<NetworkSpec> Networks(BridgeOptions o) =>
        [new(GeneratorName, NetworkRole.Generator, () => new BridgeGenerator(o))];

    protected override IReadOnlyList<GeneratorSpec> Generators(BridgeOptions o) =>
    [
        ForwardGenerator(GeneratorName, o) with
        {
            Conditions = GeneratorConditions.InSteps(
                GeneratorName, new StepRange(o.TranslationSteps, BridgeOptions.MostSteps, RandomFrom: o.Sigma > 0 ? 2 : null)),
        },
    ];

    protected override GanModel Create(BridgeOptions options, Device device) => new BridgeModel(this, options, device);
}
