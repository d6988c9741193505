namespace IlgpuGan.Models.Families.DiscoGan;

/// <summary>The description of DiscoGAN.</summary>
internal sealed class DiscoGanFamily : TwoWayFamily<DiscoGanOptions>
{
    public const string Name = "discogan";

    private const int MostDowns = 4;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "DiscoGAN",
        Summary = "Discovers the correspondence between two unpaired sets of small pictures: A in DIR/trainA, B in DIR/trainB.",
        Paper = "Kim, Cha, Kim, Lee, Kim 2017: Learning to discover cross-domain relations with generative adversarial networks, ICML",
        Data = TwoSets, LearnsFrom = DataKind.TwoSets, Input = "a picture, either way",
        Presets =
        [
            new(TrainingOptions.ReferencePreset,
                "the authors' program: 64 pixels, four downsamplings, batches of 64, reconstruction 0.01, then 0.5 from step 10,000",
                () => new DiscoGanOptions()),
            new(DiscoGanOptions.PointsPreset,
                "the paper's toy: points of the plane, DIR/trainA.npy and DIR/trainB.npy; perceptrons of width 64, 50,000 steps of 200",
                DiscoGanOptions.OfPoints),
            new(TrainingOptions.SmallPreset,
                "32 pixels, three downsamplings, width 16, reconstruction 0.5 from step 600 of 3000: minutes on two cores",
                DiscoGanOptions.Small),
        ],
        QualityLosses = ["recon_A", "recon_B"], Views = s_views, ComparedViews = new("fake_B", "real_B"),
    };

    public override DiscoGanOptions AtSize(int side) =>
        new() { LoadSize = side, CropSize = side, Downs = Math.Clamp(int.Log2(side) - 2, 1, MostDowns) };

    protected override Layer CreateGenerator(DiscoGanOptions o, int inputChannels, int outputChannels) => o.Points
        ? DiscoGanNetworks.Perceptron(hidden: 2, outputs: 2)
        : DiscoGanNetworks.Generator(inputChannels, outputChannels, o.Ngf, o.Downs);

    protected override Layer CreateDiscriminator(DiscoGanOptions o, int channels) =>
        o.Points ? DiscoGanNetworks.Perceptron(hidden: 4, outputs: 1) : DiscoGanNetworks.Discriminator(channels, o.Ndf, o.Downs);

    protected override IReadOnlyList<GeneratorSpec> Generators(DiscoGanOptions o) => o.Points ? [] : base.Generators(o);

    protected override IReadOnlyList<GraphGenerator> GraphGenerators(DiscoGanOptions o) =>
        o.Points ? [new(Forwards, 2, 2), new(Backwards, 2, 2)] : [];

    protected override SampleSource OpenData(DiscoGanOptions o, string split, bool forEvaluation) => o.Points
        ? PointSets.Open(Path.Combine(o.Data, split), o.Direction, o.SerialBatches, forEvaluation ? 0 : o.MaxDatasetSize)
        : base.OpenData(o, split, forEvaluation);

    protected override bool HasSplit(DiscoGanOptions o, string split) =>
        o.Points ? PointSets.Exist(Path.Combine(o.Data, split)) : base.HasSplit(o, split);

    protected override GanModel Create(DiscoGanOptions options, Device device) => new DiscoGanModel(this, options, device);
}
