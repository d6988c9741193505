namespace IlgpuGan.Models.Families.ProgressiveGan;

/// <summary>The description of progressive growing.</summary>
internal sealed class ProgressiveGanFamily : NoiseFamily<ProgressiveGanOptions>
{
    public const string Name = "pggan";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "PGGAN",
        Summary = "Generates pictures from noise by growing networks: training starts at 4 pixels, and each doubling is faded in.",
        Paper = "Karras, Aila, Laine, Lehtinen 2017: Progressive growing of GANs for improved quality, stability, and variation, ICLR 2018",
        Data = PictureData,
        LearnsFrom = DataKind.Pictures, DrawnData = "attributes", Input = FromNoise,
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the paper's: 1024 pixels, a code of 512, 12 million pictures seen; weeks on a fast GPU",
                () => new ProgressiveGanOptions()),
            new(TrainingOptions.SmallPreset, "32 pixels, a code of 32, at most 32 channels, 70,000 pictures seen: minutes on two cores",
                ProgressiveGanOptions.Small),
        ],
        QualityLosses = ["W"],
        Views = s_views, SamplesShown = 1,
    };

    public override ProgressiveGanOptions AtSize(int side) => ForBenchmark(new ProgressiveGanOptions { ImageSize = side });

    /// <summary>Measures a step at full size.</summary>
    protected override ProgressiveGanOptions ForBenchmark(ProgressiveGanOptions options) => options with { Grow = false };

    protected override IReadOnlyList<NetworkSpec> Networks(ProgressiveGanOptions o) =>
    [
        new(NoiseOptions.GeneratorName, NetworkRole.Generator, () => new GrowingGenerator(o)),
        new(NoiseOptions.DiscriminatorName, NetworkRole.Discriminator, () => new GrowingCritic(o)),
    ];

    protected override GanModel Create(ProgressiveGanOptions options, Device device) => new ProgressiveGanModel(this, options, device);
}
