namespace IlgpuGan.Models.Families.StarGan;

/// <summary>The description of StarGAN.</summary>
internal sealed class StarGanFamily : Family<StarGanOptions>
{
    public const string Name = "stargan";
    public const int SideMultiple = 4;

    /// <summary>After two downsamplings, norms need more than one pixel.</summary>
    public const int SmallestSide = 2 * SideMultiple;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "StarGAN",
        Summary = "Learns one generator for all domains from labelled pictures, conditioned on the target's label.",
        Paper = "Choi, Choi, Kim, Ha, Kim, Choo 2018: StarGAN: unified generative adversarial networks for multi-domain image-to-image " +
            "translation, CVPR",
        Data = "a folder for each class in DIR/train, or DIR/train/attributes.csv (file,NAME,NAME,... with 1 and 0), or CelebA's " +
            "list_attr_celeba.txt; DIR/val or DIR/test to look at; a second such set with other labels, if any, by --data2",
        LearnsFrom = DataKind.Labelled, Input = "a picture, and the target's label (--label)",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program: CelebA at 128 pixels, five attributes", () => new StarGanOptions()),
            new(TrainingOptions.SmallPreset, "houses of 64 pixels (data synth --kind attributes) in minutes on two cores",
                StarGanOptions.Small),
        ],
        QualityLosses = ["G_rec"],
        Views = ["input", "target_1", "target_2", "target_3", "target_4"],
    };

    public override StarGanOptions AtSize(int side) =>
        new() { CentreCrop = 0, ImageSize = side, DRepeatNum = Math.Clamp(int.Log2(side) - 1, 1, 6) };

    /// <summary>Sets the names and the kind of the labels.</summary>
    protected override StarGanOptions Completed(StarGanOptions options)
    {
        var (kind, labels) = LabelsOf(options.Data, options.LabelKind, options.Labels, "--labels");
        var (kind2, labels2) = options.Data2.Length > 0
            ? LabelsOf(options.Data2, options.LabelKind2, options.Labels2, "--labels2")
            : (options.LabelKind2, options.Labels2);
        if (options is { Labels: "", Preset: TrainingOptions.ReferencePreset }
            && StarGanOptions.ReferenceLabels.Split(',') is var published && published.All(labels.Split(',').Contains))
        {
            labels = StarGanOptions.ReferenceLabels;
        }

        return options with { LabelKind = kind, Labels = labels, LabelKind2 = kind2, Labels2 = labels2 };

        static (LabelKind Kind, string Labels) LabelsOf(string data, LabelKind kind, string requested, string option) =>
            RequestedLabels.In(Path.Combine(data, "train"), kind, requested, option);
    }

    protected override IReadOnlyList<NetworkSpec> Networks(StarGanOptions o) =>
    [
        new("netG", NetworkRole.Generator, () => new LabelGenerator(o)),
        new("netD", NetworkRole.Discriminator, () => new ClassifyingDiscriminator(o)),
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(StarGanOptions o) =>
    [
        new()
        {
            Network = "netG", Direction = Direction.AToB, InputChannels = LabelGenerator.PictureChannels,
            OutputChannels = LabelGenerator.PictureChannels, SideMultiple = SideMultiple, SmallestSide = SmallestSide,
            Description = "StarGAN's generator",
            Conditions = new GeneratorConditions
            {
                Labels = o.LabelSets,
                Bind = (load, given) =>
                {
                    var generator = (LabelGenerator)load("netG");
                    return new BoundGenerator(generator, x => generator.Forward(x, given.Label!.Expand(x.Shape[0], o.LabelPlaces)));
                },
            },
        },
    ];

    protected override SampleSource OpenData(StarGanOptions o, string split, bool forEvaluation)
    {
        var first = Open(o.Data, o.LabelKind, o.CentreCrop, o.LabelSets[0]);
        return o.Data2.Length > 0
            ? new TwoLabelledSets(
                first, Open(o.Data2, o.LabelKind2, o.CentreCrop2, o.LabelSets[1]), (o.LabelSets[0].Names.Count, o.LabelSets[1].Names.Count))
            : first;

        LabelledPictures Open(string data, LabelKind kind, int crop, LabelSet labels) =>
            LabelledPictures.Open(Path.Combine(data, split), kind.AreClasses(), labels.Names, new SquareSettings(crop, o.ImageSize)
            {
                Flip = o.Flip && !forEvaluation,
                MaxSamples = forEvaluation ? 0 : o.MaxDatasetSize,
                IsSerial = o.SerialBatches || forEvaluation,
            });
    }

    protected override bool HasSplit(StarGanOptions options, string split) =>
        PictureList.IsIn(Path.Combine(options.Data, split))
            && (options.Data2.Length == 0 || PictureList.IsIn(Path.Combine(options.Data2, split)));

    /// <summary>Each sample has one label, in turn.</summary>
    protected override Batch Noise(StarGanOptions o, Device device)
    {
        var sets = o.LabelSets;
        return new Batch(
            [
                .. Fields(0, LabelledPictures.NameOfPicture, LabelledPictures.NameOfLabel),
                .. sets.Count > 1 ? Fields(1, TwoLabelledSets.NameOfSecondPicture, TwoLabelledSets.NameOfSecondLabel) : [],
            ],
            ["noise"],
            epoch: 0);

        IEnumerable<KeyValuePair<string, Tensor>> Fields(int set, string picture, string label)
        {
            var noise = Tensor.Uniform(
                new RandomKey(1, 1 + (uint)set, 0, 0), new Shape(o.BatchSize, LabelGenerator.PictureChannels, o.ImageSize, o.ImageSize),
                device).Affine(2, -1);
            var places = sets[set].Names.Count;
            var labels =
                Enumerable.Range(0, o.BatchSize).Select(n => Enumerable.Range(0, places).Select(i => i == n % places ? 1f : 0f).ToArray())
                .SelectMany(
                    own => sets.Count > 1 ? TwoLabelledSets.Masked(own, set == 1, (sets[0].Names.Count, sets[1].Names.Count)) : own);
            return [new(picture, noise), new(label, Tensor.From([.. labels], new Shape(o.BatchSize, o.LabelPlaces), device))];
        }
    }

    internal override IEnumerable<StarGanOptions> Guesses(StateShapes shapes)
    {
        const string first = "main.0.weight";
        if ((shapes.Extent(first, 2), shapes.Extent(first, 0), shapes.Extent(first, 1)) is (7, { } width, { } read)
            && read > LabelGenerator.PictureChannels)
        {
            yield return Labelled(
                read - LabelGenerator.PictureChannels) with { GConvDim = width,
                GRepeatNum = shapes.Run("main.{0}.main.0.weight", first: 9) };
        }

        if ((shapes.Extent(first, 2), shapes.Extent(first, 0), shapes.Extent("conv2.weight", 0), shapes.Extent("conv2.weight", 2))
            is (4, { } ndf, { } labels, { } side))
        {
            var halvings = shapes.Run("main.{0}.weight", step: 2);
            yield return Labelled(labels) with { DConvDim = ndf, DRepeatNum = halvings, ImageSize = side << Math.Min(halvings, 20) };
        }
    }

    protected override GanModel Create(StarGanOptions options, Device device) => new StarGanModel(this, options, device);

    /// <summary>Options with that number of labels: the published five, or numbered names, since a file has none.</summary>
    private static StarGanOptions Labelled(int count)
    {
        var published = new StarGanOptions();
        return count == published.LabelCount ? published
            : published with { Labels = string.Join(
                ',', Enumerable.Range(1, count).Select(n => Invariant.Text($"label-{n}"))) };
    }
}
