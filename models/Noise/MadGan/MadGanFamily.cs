namespace IlgpuGan.Models.Families.MadGan;

/// <summary>The description of MAD-GAN.</summary>
internal sealed class MadGanFamily : NoiseFamily<MadGanOptions>
{
    public const string Name = "madgan";

    /// <summary>Name in checkpoints of the layers that all generators share.</summary>
    public const string SharedName = "netG_shared";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "MAD-GAN",
        Summary = "Generates points or pictures from noise by several generators, which the discriminator tells apart so that they cover " +
            "different modes.",
        Paper = "Ghosh, Kulharia, Namboodiri, Torr, Dokania 2018: Multi-agent diverse generative adversarial networks, CVPR",
        Data = "DIR/train.npy, points (N, 1) or (N, 2) of float32 within 0 and 1; with --no-points " + PictureData,
        LearnsFrom = DataKind.Pictures, Input = "noise, and which generator",
        Presets =
        [
            new(TrainingOptions.ReferencePreset,
                "the authors' toy: points of a line with five modes (data synth --kind mixture), four generators, 198,000 steps",
                () => new MadGanOptions()),
            new(TrainingOptions.SmallPreset, "five generators of glyphs of 16 pixels (data synth --kind glyphs): minutes on two cores",
                MadGanOptions.Small),
        ],
        Views = s_views, SamplesShown = 1,
    };

    public static IEnumerable<string> GeneratorsOf(MadGanOptions options) =>
        Enumerable.Range(0, options.Generators)
            .Select(i => Invariant.Text($"{NoiseOptions.GeneratorName}_{i}"));

    public override MadGanOptions AtSize(int side) =>
        MadGanOptions.Small() with { Preset = TrainingOptions.ReferencePreset, ImageSize = side };

    protected override MadGanOptions Completed(MadGanOptions o) => o.Points
        ? o with { PointNumbers = PointSet.Open(SplitPath(o, "train")).Numbers, Modes = PointSet.MixtureOf(o.Data)?.ToString() ?? "" }
        : o;

    protected override IReadOnlyList<NetworkSpec> Networks(MadGanOptions o) =>
    [
        .. o.SharedLayers > 0
            ? [new NetworkSpec(SharedName, NetworkRole.Generator, () => MadGanNetworks.Shared(o))]
            : Array.Empty<NetworkSpec>(),
        .. GeneratorsOf(o).Select(name => new NetworkSpec(name, NetworkRole.Generator, () => MadGanNetworks.Generator(o))),
        new(NoiseOptions.DiscriminatorName, NetworkRole.Discriminator, () => MadGanNetworks.Discriminator(o)),
    ];

    /// <summary>A picture's label is the index of its generator. Models of points generate no pictures.</summary>
    protected override GenerationSpec? Generation(MadGanOptions o) => o.Points ? null : base.Generation(o)! with
    {
        From = "noise and the number of a generator",
        Labels = new LabelSet([.. Enumerable.Range(0, o.Generators).Select(i => i.ToString(CultureInfo.InvariantCulture))], Exclude: true),
    };

    /// <summary>With shared layers, a generator's graph starts after them.</summary>
    protected override IReadOnlyList<GraphGenerator> GraphGenerators(MadGanOptions o)
    {
        var inputs = MadGanNetworks.InputsOf(o, o.SharedLayers);
        return
        [
            .. o.SharedLayers > 0 ? [new GraphGenerator(SharedName, o.Nz, inputs)] : Array.Empty<GraphGenerator>(),
            .. GeneratorsOf(o).Select(name => o.Points
                ? new GraphGenerator(name, inputs, o.PointNumbers)
                : new GraphGenerator(name, inputs, o.OutputNc, o.ImageSize, o.ImageSize)),
        ];
    }

    protected override SampleSource OpenData(MadGanOptions o, string split, bool forEvaluation) => o.Points
        ? PointSet.Open(SplitPath(o, split), o.SerialBatches || forEvaluation, forEvaluation ? 0 : o.MaxDatasetSize)
        : base.OpenData(o, split, forEvaluation);

    protected override bool HasSplit(MadGanOptions o, string split) =>
        o.Points ? PointSet.Exists(SplitPath(o, split)) : base.HasSplit(o, split);

    protected override Batch Noise(MadGanOptions o, Device device) => o.Points
        ? NoiseOfPoints(o, device)
        : base.Noise(o, device);

    protected override GanModel Create(MadGanOptions options, Device device) => new MadGanModel(this, options, device);

    private static Batch NoiseOfPoints(MadGanOptions o, Device device)
    {
        var points = Tensor.Uniform(new RandomKey(1, 1, 0, 0), new Shape(o.BatchSize, o.PointNumbers), device);
        return new Batch([new(PointSet.Field, points)], ["noise"], epoch: 0);
    }

    private static string SplitPath(MadGanOptions o, string split) => Path.Combine(o.Data, split);
}
