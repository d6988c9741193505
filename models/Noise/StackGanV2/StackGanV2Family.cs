using IlgpuGan.Models.Families.StackGan;

namespace IlgpuGan.Models.Families.StackGanV2;

/// <summary>The description of StackGAN++.</summary>
internal sealed class StackGanV2Family : StackedFamily<StackGanV2Options>
{
    public const string Name = "stackgan-v2";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "StackGAN++",
        Summary = "Generates pictures of several sizes at once by a tree of generators that are trained together, with labels or without.",
        Paper =
            "Zhang, Xu, Li, Zhang, Wang, Huang, Metaxas 2017: StackGAN++: Realistic image synthesis with stacked generative adversarial " +
            "networks, arXiv 1710.10916",
        Data = ContrastingData + "; with --no-conditional pictures alone",
        LearnsFrom = DataKind.Labelled, Input = "noise and a label, or an embedding; with --no-conditional noise",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program for birds: 64, 128 and 256 pixels; labels instead of captions",
                () => new StackGanV2Options()),
            new(TrainingOptions.SmallPreset, "8, 16 and 32 pixels (data synth --kind attributes), width 32: minutes on two cores",
                StackGanV2Options.Small),
        ],
        Views = s_views, SamplesShown = 1,
    };

    /// <summary>The discriminators' names, by branch, as in the authors' program.</summary>
    public static IEnumerable<string> DiscriminatorNames(StackGanV2Options o) =>
        Enumerable.Range(0, o.BranchNum).Select(branch => $"{NoiseOptions.DiscriminatorName}{branch}");

    public override StackGanV2Options AtSize(int side) => ForBenchmark(new StackGanV2Options
    {
        ImageSize = side, BranchNum = Math.Clamp(int.Log2(side) - 2, 1, 3),
    });

    protected override IReadOnlyList<NetworkSpec> Networks(StackGanV2Options o) =>
    [
        new(NoiseOptions.GeneratorName, NetworkRole.Generator, () => new TreeGenerator(o)),
        .. DiscriminatorNames(o).Select((name, branch) => new NetworkSpec(
            name, NetworkRole.Discriminator, () => new BranchDiscriminator(o, o.SideOf(branch)))),
    ];

    /// <summary>It takes a code and the label's vector.</summary>
    protected override IReadOnlyList<GraphGenerator> GraphGenerators(StackGanV2Options o) =>
        [new(NoiseOptions.GeneratorName, o.Conditional ? o.Nz + o.EmbeddedNumbers : o.Nz, o.OutputNc, o.ImageSize, o.ImageSize)];

    protected override GanModel Create(StackGanV2Options options, Device device) => new StackGanV2Model(this, options, device);
}
