namespace IlgpuGan.Models.Families.SinGan;

/// <summary>The description of SinGAN.</summary>
internal sealed class SinGanFamily : Family<SinGanOptions>
{
    public const string Name = "singan";

    /// <summary>The one field of a batch, [1, 3, H, W].</summary>
    public const string Field = OnePicture.Field;

    /// <summary>One picture at a time, since their size is not bounded.</summary>
    public static GenerationSpec Spec { get; } = new()
    {
        From = "noise, for one training picture",
        Uses = GenerationUses.Size | GenerationUses.Interpolate | GenerationUses.FromScale | GenerationUses.Inject
            | GenerationUses.SuperResolve | GenerationUses.Animate,
        BatchSize = 1,
    };

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "SinGAN",
        Summary = "Learns from one picture: generates new ones of any size with its patches.",
        Paper = "Shaham, Dekel, Michaeli 2019: SinGAN: Learning a generative model from a single natural image, ICCV",
        Data = "one picture: a file, or a folder with a single one in it",
        LearnsFrom = DataKind.OnePicture,
        LearnsBySample = false,
        FirstChoiceFor = DataSituation.OnePicture,
        Input = "noise; or a picture injected at a scale",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program: sides of 25 to 250 pixels, width 32 to 128, 2000 steps a scale",
                () => new SinGanOptions()),
            new(TrainingOptions.SmallPreset, "64 pixels in seven scales from 18, width 16, 500 steps a scale: minutes on two cores",
                SinGanOptions.Small),
            new(SinGanOptions.SuperResolution,
                "for generate --super-resolve: finer scales from 18 pixels, ten times the weight of the reconstruction",
                SinGanOptions.ForSuperResolution),
        ],
        QualityLosses = ["G_rec"],
        Views = ["picture", "reconstruction", "sample_1", "sample_2", "sample_3"],
    };

    public static string GeneratorOf(int level) => $"netG_{level}";

    public static string DiscriminatorOf(int level) => $"netD_{level}";

    /// <summary>A pyramid whose coarsest level, which the first steps train, has this side.</summary>
    public override SinGanOptions AtSize(int side) => ForBenchmark(new SinGanOptions { MaxSize = side });

    /// <summary>Starts at the finest level, which takes most of the training time.</summary>
    protected override SinGanOptions ForBenchmark(SinGanOptions options)
    {
        var side = options.MaxSize;
        return options with { MinSize = side, PictureWidth = side, PictureHeight = side, Epochs = 2 };
    }

    protected override SinGanOptions Completed(SinGanOptions options)
    {
        var (width, height) = OnePicture.Open(options.Data, count: 1).Size;
        var completed = options with { PictureWidth = width, PictureHeight = height };
        return Pyramid.Problem(width, height, options.MinSize, options.MaxSize) is { } problem
            ? throw new OptionsException($"{options.Data}: {problem}")
            : completed with { Epochs = Math.Min(options.Epochs, completed.Pyramid.Levels) };
    }

    protected override IReadOnlyList<NetworkSpec> Networks(SinGanOptions options)
    {
        int[] levels = [.. Enumerable.Range(0, options.Pyramid.Levels)];
        return
        [
            .. levels.Select(
                n => new NetworkSpec(GeneratorOf(n), NetworkRole.Generator, () => SinGanNetwork.Generator(options.WidthOf(n)))),
            .. levels.Select(
                n => new NetworkSpec(DiscriminatorOf(n), NetworkRole.Discriminator, () => SinGanNetwork.Discriminator(options.WidthOf(n)))),
        ];
    }

    /// <summary>None of the networks translates pictures.</summary>
    protected override IReadOnlyList<GeneratorSpec> Generators(SinGanOptions options) => [];

    protected override GenerationSpec Generation(SinGanOptions options) => Spec;

    /// <summary>An epoch is a level, with the picture once per step.</summary>
    protected override SampleSource OpenData(SinGanOptions options, string split, bool forEvaluation)
    {
        var source = OnePicture.Open(options.Data, forEvaluation ? 1 : options.Niter);
        return options.PictureWidth == 0 || source.Size == (options.PictureWidth, options.PictureHeight)
            ? source
            : throw new PictureException($"{source.Files[0]}: has {source.Size.Width}x{source.Size.Height} pixels, but the run's picture " +
                $"had {options.PictureWidth}x{options.PictureHeight}");
    }

    protected override bool HasSplit(SinGanOptions options, string split) => false;

    protected override Batch Noise(SinGanOptions options, Device device)
    {
        var shape = new Shape(1, 3, options.PictureHeight, options.PictureWidth);
        return new Batch([new(Field, Tensor.Uniform(new RandomKey(1, 1, 0, 0), shape, device).Affine(2, -1))], ["noise"], epoch: 0);
    }

    /// <summary>A file holds the network of one level, but not which level.</summary>
    internal override IEnumerable<SinGanOptions> Guesses(StateShapes shapes) =>
        shapes.Extent("head.conv.weight", 0) is { } width ? [new() { Nfc = width, MaxNfc = width }] : [];

    protected override GanModel Create(SinGanOptions options, Device device) => new SinGanModel(this, options, device);
}
