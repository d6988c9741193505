namespace IlgpuGan.Models.Families.StackGan;

/// <summary>StackGAN, to the rest of the program.</summary>
internal sealed class StackGanFamily : NoiseFamily<StackGanOptions>
{
    public const string Name = "stackgan";

    /// <summary>In checkpoints.</summary>
    public const string FirstGeneratorName = "netG_1";

    /// <summary>In checkpoints.</summary>
    public const string SecondGeneratorName = "netG_2";

    /// <summary>In checkpoints, by stage.</summary>
    private static readonly string[] s_discriminators = ["netD_1", "netD_2"];

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "StackGAN",
        Summary = "Generates pictures from attributes or a class in two stages: coarse ones, then larger ones that refine them.",
        Paper =
            "Zhang, Xu, Li, Zhang, Wang, Huang, Metaxas 2017: StackGAN: Text to photo-realistic image synthesis with stacked generative " +
            "adversarial networks, ICCV",
        Data = PictureData + ": a folder for each class there, or attributes.csv (file,NAME,NAME,... with 1 and 0); for --own-embeddings " +
            "an array NAME.npy beside each NAME.png",
        LearnsFrom = DataKind.Labelled, Input = "noise and a label, or an embedding",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program for birds: 64 pixels, then 256; labels instead of captions"),
            new(TrainingOptions.SmallPreset, "16 pixels, then 32 (data synth --kind attributes), width 16: minutes on two cores"),
        ],
        Views = s_views, SamplesShown = 1,
    };

    public override IReadOnlyList<Claim> Claims => [StackGanClaim.Stages];

    /// <summary>The discriminators' names, by stage.</summary>
    public static IEnumerable<string> JudgesOf(StackGanOptions o) => s_discriminators.Take(o.OneStage ? 1 : 2);

    protected override StackGanOptions OfPreset(string preset) =>
        preset == TrainingOptions.SmallPreset ? StackGanOptions.Small() : new StackGanOptions { HalfLife2 = 13_800 };

    protected override StackGanOptions AtSize(int side) =>
        Measured(new StackGanOptions { ImageSize = side, CoarseSize = Math.Clamp(side / 4, 8, 64), Downs = 1 });

    /// <summary>Steps train the first stage first, which is what a measured step is of.</summary>
    protected override StackGanOptions Measured(StackGanOptions options) =>
        options with { Labels = "a,b", LabelKind = LabelKind.Classes };

    protected override IReadOnlyList<NetworkSpec> Networks(StackGanOptions o) =>
    [
        .. Makers(o),
        .. JudgesOf(o).Select((name, stage) => new NetworkSpec(
            name, NetworkRole.Discriminator, () => new SuitingJudge(o, stage == 0 ? o.FirstSide : o.ImageSize))),
    ];

    private static IEnumerable<NetworkSpec> Makers(StackGanOptions o)
    {
        yield return new(FirstGeneratorName, NetworkRole.Generator, () => new FirstGenerator(o));
        if (!o.OneStage)
        {
            yield return new(SecondGeneratorName, NetworkRole.Generator, () => new SecondGenerator(o));
        }
    }

    /// <summary>The first stage's generator, of a code and the label's vector; the second's, of its picture and that vector.</summary>
    protected override IReadOnlyList<GraphGenerator> GraphGenerators(StackGanOptions o)
    {
        var first = new GraphGenerator(FirstGeneratorName, o.Nz + o.EmbeddedNumbers, o.OutputNc, o.FirstSide, o.FirstSide);
        return o.OneStage ? [first]
        : [
            first,
            new(SecondGeneratorName, [new("picture", first.Output), new("label", o.EmbeddedNumbers)], o.OutputNc, o.ImageSize, o.ImageSize),
        ];
    }

    protected override GenerationSpec? Generation(StackGanOptions o) => o.OwnEmbeddings
        ? base.Generation(o)! with { From = "noise and an embedding", Embedding = o.Embedding }
        : base.Generation(o);

    /// <summary>To learn from, each picture has one beside it that its label does not suit.</summary>
    protected override SampleSource OpenData(StackGanOptions o, string split, bool forEvaluation)
    {
        if (o.OwnEmbeddings)
        {
            var embedded = EmbeddedPictures.Open(FolderOf(o, split), o.Embedding, Squares(o, forEvaluation));
            return forEvaluation ? embedded : new ContrastingPictures(embedded, FolderOf(o, split));
        }

        var source = base.OpenData(o, split, forEvaluation);
        return !forEvaluation && source is LabelledPictures pictures
            ? new ContrastingPictures(pictures, FolderOf(o, split))
            : source;
    }

    protected override Batch Noise(StackGanOptions o, Device device)
    {
        var (noise, shape) = (base.Noise(o, device), new Shape(o.BatchSize, o.OutputNc, o.ImageSize, o.ImageSize));
        var other = Tensor.Uniform(new RandomKey(1, 2, 0, 0), shape, device).Affine(2, -1);
        List<KeyValuePair<string, Tensor>> fields = [.. noise.Fields, new(ContrastingPictures.NameOfOther, other)];
        if (o.OwnEmbeddings)
        {
            var told = Tensor.Normal(new RandomKey(1, 3, 0, 0), new Shape(o.BatchSize, o.Embedding), device);
            fields.Add(new(LabelledPictures.NameOfLabel, told));
        }

        return new Batch(fields, noise.Names, noise.Epoch);
    }

    protected override GanModel Create(StackGanOptions options, Device device) => new StackGanModel(options, device);
}
