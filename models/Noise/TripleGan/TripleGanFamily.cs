namespace IlgpuGan.Models.Families.TripleGan;

/// <summary>The description of Triple-GAN.</summary>
internal sealed class TripleGanFamily : NoiseFamily<TripleGanOptions>
{
    public const string Name = "triplegan";

    /// <summary>The classifier's name in checkpoints.</summary>
    public const string ClassifierName = "netC";

    private const string FolderWithoutLabels = "unlabelled";

    /// <summary>Number of classes of the published digits, for networks without a data set.</summary>
    private const int Digits = 10;

    /// <summary>Only the direction of these weights matters; the initial length determines how fast it changes.</summary>
    private const float DeviationD = 0.1f;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "Triple-GAN",
        Summary = "Generates pictures of a class and classifies pictures, from few labels, by three networks.",
        Paper = "Li, Xu, Zhu, Zhang 2017: Triple generative adversarial nets, NIPS",
        Data = "a folder for each class in DIR/train, or in DIR itself; beside DIR/train also DIR/unlabelled, pictures without labels",
        LearnsFrom = DataKind.Labelled, DrawnData = "glyphs", Input = "noise and a label",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program: gray digits of 28 pixels, 100 labels",
                () => new TripleGanOptions()),
            new(TrainingOptions.SmallPreset,
                "gray glyphs of 16 pixels (data synth --kind glyphs), 100 labels, widths halved: minutes on two cores",
                TripleGanOptions.Small),
        ],
        Views = s_views, SamplesShown = 1,
    };

    public override TripleGanOptions AtSize(int side) => ForBenchmark(new TripleGanOptions { ImageSize = side });

    /// <summary>Measures adversarial training with all losses, without steps of the classifier alone.</summary>
    protected override TripleGanOptions ForBenchmark(TripleGanOptions options) => options with
    {
        ClassifierSteps = 0,
        FakesFrom = 0,
        DecayEvery = 0,
        Labels = string.Join(',', Enumerable.Range(0, Digits).Select(i => i.ToString(CultureInfo.InvariantCulture))),
    };

    /// <exception cref="PictureException">pictures without labels are among the folders of classes, and would be one</exception>
    protected override TripleGanOptions Completed(TripleGanOptions o) =>
        FolderOf(o, "train") == o.Data && PictureList.IsIn(Path.Combine(o.Data, FolderWithoutLabels))
            ? throw new PictureException(
                $"{o.Data}: {FolderWithoutLabels} lies among the folders of classes and would be one; move these to " +
                    Path.Combine(o.Data, "train"))
            : base.Completed(o);

    protected override IReadOnlyList<NetworkSpec> Networks(TripleGanOptions o) =>
    [
        new(NoiseOptions.GeneratorName, NetworkRole.Generator, () => new ConditionalGenerator(o))
        {
            InitType = Initialization.XavierUniform, InitGain = 1,
        },
        new(NoiseOptions.DiscriminatorName, NetworkRole.Discriminator, () => new PairDiscriminator(o)) { InitGain = DeviationD },
        new(ClassifierName, NetworkRole.Classifier, () => new TripleGanClassifier(o)),
    ];

    /// <summary>For training, few pictures have labels; for evaluation, all of them.</summary>
    protected override SampleSource OpenData(TripleGanOptions o, string split, bool forEvaluation) => forEvaluation || o.LabelSet is null
        ? base.OpenData(o, split, forEvaluation)
        : PartlyLabelledPictures.Open(
            FolderOf(o, split), Path.Combine(o.Data, FolderWithoutLabels), o.LabelSet.Names, o.Labelled, o.Seed, Squares(o, forEvaluation));

    protected override Batch Noise(TripleGanOptions o, Device device)
    {
        var (noise, shape) = (base.Noise(o, device), new Shape(o.BatchSize, o.OutputNc, o.ImageSize, o.ImageSize));
        var known = Tensor.Uniform(new RandomKey(1, 2, 0, 0), shape, device).Affine(2, -1);
        return new Batch([.. noise.Fields, new(PartlyLabelledPictures.NameOfKnown, known)], noise.Names, noise.Epoch);
    }

    protected override GanModel Create(TripleGanOptions options, Device device) => new TripleGanModel(this, options, device);
}
