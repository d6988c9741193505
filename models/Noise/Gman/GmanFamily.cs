namespace IlgpuGan.Models.Families.Gman;

/// <summary>The description of GMAN.</summary>
internal sealed class GmanFamily : NoiseFamily<GmanOptions>
{
    public const string Name = "gman";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "GMAN",
        Summary = "Generates pictures from noise, judged by several discriminators; the harsher ones have larger weights.",
        Paper = "Durugkar, Gemp, Mahadevan 2016: Generative multi-adversarial networks, ICLR 2017",
        Data = PictureData,
        LearnsFrom = DataKind.Pictures, Input = FromNoise,
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program: 32 pixels, width 512, five discriminators with 100 pictures each",
                () => new GmanOptions()),
            new(TrainingOptions.SmallPreset,
                "gray glyphs of 32 pixels (data synth --kind glyphs), width 64, five discriminators with 20 each: minutes on two cores",
                GmanOptions.Small),
        ],
        Views = s_views, SamplesShown = 1,
    };

    public static IEnumerable<string> DiscriminatorsOf(GmanOptions options) =>
        Enumerable.Range(0, options.Discriminators)
            .Select(i => Invariant.Text($"{NoiseOptions.DiscriminatorName}_{i}"));

    protected override IReadOnlyList<NetworkSpec> Networks(GmanOptions o) =>
    [
        new(NoiseOptions.GeneratorName, NetworkRole.Generator, () => GmanNetworks.Generator(o)),
        .. DiscriminatorsOf(o).Select((name, i) =>
            new NetworkSpec(name, NetworkRole.Discriminator, () => GmanNetworks.Discriminator(o, i))),
    ];

    protected override GanModel Create(GmanOptions options, Device device) => new GmanModel(this, options, device);
}
