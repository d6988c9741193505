namespace IlgpuGan.Models.Families.Began;

/// <summary>The description of BEGAN.</summary>
internal sealed class BeganFamily : NoiseFamily<BeganOptions>
{
    public const string Name = "began";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "BEGAN",
        Summary =
            "Generates pictures from noise; the discriminator is an auto-encoder whose losses on real and generated pictures are balanced.",
        Paper = "Berthelot, Schumm, Metz 2017: BEGAN: Boundary equilibrium generative adversarial networks, arXiv:1703.10717",
        Data = PictureData,
        LearnsFrom = DataKind.Pictures, DrawnData = "attributes", Input = FromNoise,
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "carpedm20's program: 64 pixels, width 128, a uniform code of 64 numbers",
                () => new BeganOptions()),
            new(TrainingOptions.SmallPreset, "32 pixels, width 16, a balance for few steps: minutes on two cores", BeganOptions.Small),
        ],
        QualityLosses = ["M"],
        Views = s_views, SamplesShown = 1,
    };

    protected override IReadOnlyList<NetworkSpec> Networks(BeganOptions o) =>
    [
        new(NoiseOptions.GeneratorName, NetworkRole.Generator, () => BeganNetworks.Decoder(o)),
        new(NoiseOptions.DiscriminatorName, NetworkRole.Discriminator, () => new BeganAutoEncoder(o)),
    ];

    protected override GanModel Create(BeganOptions options, Device device) => new BeganModel(this, options, device);
}
