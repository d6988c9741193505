namespace IlgpuGan.Models.Families.LapGan;

/// <summary>The description of LAPGAN.</summary>
internal sealed class LapGanFamily : NoiseFamily<LapGanOptions>
{
    public const string Name = "lapgan";

    private const float BaseDeviationG = 0.05f;
    private const float BaseDeviationD = 0.005f;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "LAPGAN",
        Summary =
            "Generates pictures from noise, coarse to fine: a GAN for the coarsest level, and one for the residual of each finer level.",
        Paper =
            "Denton, Chintala, Szlam, Fergus 2015: Deep generative image models using a Laplacian pyramid of adversarial networks, NIPS",
        Data = LabelledData,
        LearnsFrom = DataKind.Pictures, DrawnData = "attributes", Input = FromNoiseAndLabel,
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the paper's for 32 pixels: levels of 8, 16 and 32, gradient descent with momentum",
                () => new LapGanOptions()),
            new(TrainingOptions.SmallPreset,
                "the same levels, 16 channels, Adam, a relativistic loss with penalties, 2500 steps a level: minutes on two cores",
                LapGanOptions.Small),
        ],
        Views = s_views, SamplesShown = 1,
    };

    public static string GeneratorOf(int level) => $"netG_{level}";

    public static string DiscriminatorOf(int level) => $"netD_{level}";

    protected override IReadOnlyList<NetworkSpec> Networks(LapGanOptions o)
    {
        int[] above = [.. Enumerable.Range(1, o.Levels - 1)];
        return
        [
            new(GeneratorOf(0), NetworkRole.Generator, () => LapGanNetworks.Base(o)) { InitType = Initialization.Normal,
                InitGain = BaseDeviationG },
            .. above.Select(n => new NetworkSpec(GeneratorOf(n), NetworkRole.Generator, () => new ResidualGenerator(o, o.SideOf(n)))),
            new(DiscriminatorOf(0), NetworkRole.Discriminator, () => LapGanNetworks.BaseDiscriminator(o))
            {
                InitType = Initialization.Normal, InitGain = BaseDeviationD,
            },
            .. above.Select(n => new NetworkSpec(
                DiscriminatorOf(n), NetworkRole.Discriminator, () => new ResidualDiscriminator(o, o.SideOf(n)))),
        ];
    }

    /// <summary>The coarsest level's generator takes codes; the others take noise and the enlarged picture of the level below.</summary>
    protected override IReadOnlyList<GraphGenerator> GraphGenerators(LapGanOptions o) =>
    [
        new(GeneratorOf(0), o.Nz + o.LabelCount, o.OutputNc, o.BaseSize, o.BaseSize),
        .. Enumerable.Range(1, o.Levels - 1).Select(n => Residual(o, GeneratorOf(n), o.SideOf(n))),
    ];

    private static GraphGenerator Residual(LapGanOptions o, string name, int side)
    {
        List<GraphInput> inputs = [new("noise", 1, side, side), new("picture", o.OutputNc, side, side)];
        return new(name, o.LabelCount > 0 ? [.. inputs, new("label", o.LabelCount)] : inputs, o.OutputNc, side, side);
    }

    protected override GanModel Create(LapGanOptions options, Device device) => new LapGanModel(this, options, device);
}
