namespace IlgpuGan.Models.Families.StackGan;

/// <summary>The description of StackGAN.</summary>
internal sealed class StackGanFamily : StackedFamily<StackGanOptions>
{
    public const string Name = "stackgan";

    /// <summary>The first generator's name in checkpoints.</summary>
    public const string FirstGeneratorName = "netG_1";

    /// <summary>The second generator's name in checkpoints.</summary>
    public const string SecondGeneratorName = "netG_2";

    /// <summary>Names of the discriminators in checkpoints, by stage.</summary>
    private static readonly string[] s_discriminators = ["netD_1", "netD_2"];

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "StackGAN",
        Summary = "Generates pictures from attributes or a class in two stages: coarse ones, then larger ones that refine them.",
        Paper =
            "Zhang, Xu, Li, Zhang, Wang, Huang, Metaxas 2017: StackGAN: Text to photo-realistic image synthesis with stacked generative " +
            "adversarial networks, ICCV",
        Data = ContrastingData,
        LearnsFrom = DataKind.Labelled, Input = "noise and a label, or an embedding",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program for birds: 64 pixels, then 256; labels instead of captions",
                () => new StackGanOptions { HalfLife2 = 13_800 }),
            new(TrainingOptions.SmallPreset, "16 pixels, then 32 (data synth --kind attributes), width 16: minutes on two cores",
                StackGanOptions.Small),
        ],
        Views = s_views, SamplesShown = 1,
    };

    /// <summary>The discriminators' names, by stage.</summary>
    public static IEnumerable<string> DiscriminatorNames(StackGanOptions o) => s_discriminators.Take(o.OneStage ? 1 : 2);

    /// <summary>A measured step is one of the first stage, which is trained first.</summary>
    public override StackGanOptions AtSize(int side) =>
        ForBenchmark(new StackGanOptions { ImageSize = side, CoarseSize = Math.Clamp(side / 4, 8, 64), Downs = 1 });

    protected override IReadOnlyList<NetworkSpec> Networks(StackGanOptions o) =>
    [
        .. GeneratorNetworks(o),
        .. DiscriminatorNames(o).Select((name, stage) => new NetworkSpec(
            name, NetworkRole.Discriminator, () => new ConditionalDiscriminator(o, stage == 0 ? o.FirstSide : o.ImageSize))),
    ];

    private static IEnumerable<NetworkSpec> GeneratorNetworks(StackGanOptions o)
    {
        yield return new(FirstGeneratorName, NetworkRole.Generator, () => new FirstGenerator(o));
        if (!o.OneStage)
        {
            yield return new(SecondGeneratorName, NetworkRole.Generator, () => new SecondGenerator(o));
        }
    }

    /// <summary>The first generator takes a code and the label's vector, the second one a coarse picture and that vector.</summary>
    protected override IReadOnlyList<GraphGenerator> GraphGenerators(StackGanOptions o)
    {
        var first = new GraphGenerator(FirstGeneratorName, o.Nz + o.EmbeddedNumbers, o.OutputNc, o.FirstSide, o.FirstSide);
        return o.OneStage ? [first]
        : [
            first,
            new(SecondGeneratorName, [new("picture", first.Output), new("label", o.EmbeddedNumbers)], o.OutputNc, o.ImageSize, o.ImageSize),
        ];
    }

    protected override GanModel Create(StackGanOptions options, Device device) => new StackGanModel(this, options, device);
}
