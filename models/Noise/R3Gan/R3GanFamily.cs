namespace IlgpuGan.Models.Families.R3Gan;

/// <summary>The description of R3GAN.</summary>
internal sealed class R3GanFamily : NoiseFamily<R3GanOptions>
{
    public const string Name = "r3gan";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "R3GAN",
        Summary = "Generates pictures from noise, optionally of a class, by residual networks without norms and a relativistic loss.",
        Paper =
            "Huang, Gokaslan, Kuleshov, Tompkin 2024: The GAN is dead; long live the GAN! A modern GAN baseline, NeurIPS, arXiv 2501.05441",
        Data = LabelledData,
        LearnsFrom = DataKind.Pictures, Input = FromNoiseAndLabel,
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' for CIFAR-10: 32 pixels, four stages of width 768, batches of 512",
                () => new R3GanOptions()),
            new(TrainingOptions.SmallPreset, "glyphs of 16 pixels (data synth --kind glyphs) by width 48, in minutes on two cores",
                R3GanOptions.Small),
        ],
        Views = s_views, SamplesShown = 1,
    };

    public override R3GanOptions AtSize(int side) => new()
    {
        ImageSize = side, StageWidths = string.Join(',', Enumerable.Repeat(768, Math.Max(int.Log2(side) - 1, 1))),
    };

    protected override IReadOnlyList<NetworkSpec> Networks(R3GanOptions o) =>
    [
        new(NoiseOptions.GeneratorName, NetworkRole.Generator, () => R3GanNetworks.Generator(o)),
        new(NoiseOptions.DiscriminatorName, NetworkRole.Discriminator, () => new ProjectionDiscriminator(o)),
    ];

    protected override GanModel Create(R3GanOptions options, Device device) => new R3GanModel(this, options, device);
}
