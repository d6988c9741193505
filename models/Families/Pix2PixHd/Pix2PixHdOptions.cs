namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>
/// The authors' pix2pixHD by default, without the VGG loss, which needs external weights: global generator, two scales, least squares.
/// </summary>
public sealed record Pix2PixHdOptions : LabelMapOptions
{
    /// <summary>The preset of the coarse-to-fine generator.</summary>
    public const string LocalPreset = "local";

    public Pix2PixHdOptions() => (Preprocess, LoadSize, CropSize) = (PreprocessMode.ScaleWidth, 1024, 512);

    public override string Model => Pix2PixHdFamily.Name;

    /// <summary>Train on label maps.</summary>
    [Option("Train on label maps.", Off = "Train on pairs of pictures, as pix2pix does.")]
    public bool LabelMaps { get; init; } = true;

    /// <summary>Width of the generator's first layer, at the full size.</summary>
    [Option("Width of the generator's first layer, at the full size.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    /// <summary>Width of the discriminators' first layers.</summary>
    [Option("Width of the discriminators' first layers.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    /// <summary>Downsamplings in the global generator.</summary>
    [Option("Downsamplings in the global generator.", Least = 0, Most = 10)]
    public int NDownsampleGlobal { get; init; } = 4;

    /// <summary>Residual blocks of the global generator.</summary>
    [Option("Residual blocks of the global generator.", Least = 0, Most = 100)]
    public int NBlocksGlobal { get; init; } = 9;

    /// <summary>Enhancers around the global generator, each of which doubles the resolution; 0 for the global generator alone.</summary>
    [Option(
        "Enhancers around the global generator, each of which doubles the resolution; 0 for the global generator alone.", Least = 0,
            Most = 4)]
    public int NLocalEnhancers { get; init; }

    /// <summary>Residual blocks of each enhancer.</summary>
    [Option("Residual blocks of each enhancer.", Least = 0, Most = 100)]
    public int NBlocksLocal { get; init; } = 3;

    /// <summary>Initial epochs in which the last enhancer is trained alone.</summary>
    [Option("Initial epochs in which the last enhancer is trained alone.", Least = 0, Most = 1_000_000)]
    public int NiterFixGlobal { get; init; }

    /// <summary>Strided layers of each discriminator.</summary>
    [Option("Strided layers of each discriminator.", Least = 0, Most = 12)]
    public int NLayersD { get; init; } = 3;

    /// <summary>Number of discriminators; each sees half the size of the one before.</summary>
    [Option(
        "Number of discriminators; each sees half the size of the one before.", Least = 1, Most = 6,
        Why = "Several scales cover structure and detail; a single one caused repeated patterns (arXiv 1711.11585, section" +
            " 3.2).")]
    public int NumD { get; init; } = 2;

    /// <summary>Weight of feature matching, the L1 distance of the discriminators' features; 0 for none.</summary>
    [Option(
        "Weight of feature matching, the L1 distance of the discriminators' features; 0 for none.", Least = 0,
        Most = 1e9,
        Why = "It stabilises training, since fakes must match real pictures at several scales (arXiv 1711.11585, section 3.2).")]
    public float LambdaFeat { get; init; } = 10;

    /// <summary>
    /// Train an encoder of the photograph's features, averaged over each instance, as inputs of the generator beside the labels.
    /// </summary>
    [Option(
        "Train an encoder of the photograph's features, averaged over each instance, as inputs of the generator beside the labels.",
        Off = "The labels are the generator's only input.")]
    public bool InstanceFeat { get; init; }

    /// <summary>With <see cref="InstanceFeat"/>, average features over each class, even with instance maps.</summary>
    [Option(
        "With --instance-feat, average features over each class, even with instance maps.",
        Off = "With --instance-feat, average features over each instance.")]
    public bool LabelFeat { get; init; }

    /// <summary>Number of features of an instance.</summary>
    [Option("Number of features of an instance.", Least = 1, Most = 256)]
    public int FeatNum { get; init; } = 3;

    /// <summary>Downsamplings in the feature encoder.</summary>
    [Option("Downsamplings in the feature encoder.", Least = 0, Most = 10)]
    public int NDownsampleE { get; init; } = 4;

    /// <summary>Width of the feature encoder's first layer.</summary>
    [Option("Width of the feature encoder's first layer.", Least = 1, Most = 4096)]
    public int Nef { get; init; } = 16;

    /// <summary>Clusters of a class's features in the training pictures; one is drawn where there is no photograph.</summary>
    [Option("Clusters of a class's features in the training pictures; one is drawn where there is no photograph.", Least = 1, Most = 1000)]
    public int NClusters { get; init; } = 10;

    internal override bool ReadsLabelMaps => LabelMaps;

    internal override bool ReadsInstances => InstanceFeat;

    internal override bool InstancesAreClasses => LabelFeat;

    /// <summary>Channels of the generator's input that the discriminators see.</summary>
    internal int ConditionPlanes => LabelMaps ? InputPlanes : InputNc;

    /// <summary>Channels of the generator's input: the condition, then the features.</summary>
    internal int GeneratorPlanes => ConditionPlanes + (InstanceFeat ? FeatNum : 0);

    private int EncoderHalvings => InstanceFeat ? NDownsampleE : 0;

    protected internal override int SideMultiple => 1 << Math.Max(NDownsampleGlobal + NLocalEnhancers, EncoderHalvings);

    protected internal override string SideMultipleOf =>
        NDownsampleGlobal + NLocalEnhancers < EncoderHalvings ? $"--n-downsample-e {NDownsampleE}"
        : NLocalEnhancers == 0 ? $"--n-downsample-global {NDownsampleGlobal}"
        : $"--n-downsample-global {NDownsampleGlobal} and --n-local-enhancers {NLocalEnhancers}";

    /// <summary>Blocks after the downsamplings pad by reflection and normalise, which needs more than one pixel.</summary>
    protected internal override int SmallestSide => 2 * SideMultiple;

    protected internal override string GeneratorName =>
        $"a global generator of {NDownsampleGlobal} downsamplings and {NBlocksGlobal} " +
            $"blocks{(NLocalEnhancers == 0 ? "" : $" with {Counted.Of(NLocalEnhancers, "enhancer")}")}";

    /// <summary>
    /// The authors' for widths of 2048: an enhancer around the global generator, three discriminators, ten epochs for the enhancer alone.
    /// </summary>
    internal static Pix2PixHdOptions Local() => new()
    {
        Preset = LocalPreset, LoadSize = 2048, CropSize = 1024, Ngf = 32, NLocalEnhancers = 1, NiterFixGlobal = 10, NumD = 3, Epochs = 50,
        EpochsDecay = 50,
    };

    /// <summary>Three minutes on two cores.</summary>
    internal static Pix2PixHdOptions Small() => new()
    {
        Preset = SmallPreset, Preprocess = PreprocessMode.ResizeAndCrop, LoadSize = 72, CropSize = 64,
        Ngf = 16, Ndf = 16, NDownsampleGlobal = 2, NBlocksGlobal = 4, NLayersD = 2, BatchSize = 2, Steps = 2000, SampleFreq = 200,
    };

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => LambdaFeat > 0 ? losses : [];

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(InstanceFeat, "without --instance-feat", "feat-num", "n-downsample-e", "nef", "n-clusters"),
        .. OptionEffect.Of(NLocalEnhancers > 0, "without --n-local-enhancers", "n-blocks-local"),
        .. OptionEffect.Of(LabelMaps, "with --no-label-maps", "label-nc", "contain-dontcare-label", "palette", "instance"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (NLayersD < 1)
        {
            found.Add("--n-layers-d must be at least 1: each discriminator starts with a strided layer");
        }

        if (InstanceFeat && !LabelMaps)
        {
            found.Add("--instance-feat needs label maps, which define the instances: it can't be combined with --no-label-maps");
        }

        if (LabelFeat && !InstanceFeat)
        {
            found.Add("--label-feat needs --instance-feat: without it there are no features");
        }

        if (NiterFixGlobal > 0 && NLocalEnhancers == 0)
        {
            found.Add($"--niter-fix-global {NiterFixGlobal} needs --n-local-enhancers: without an enhancer there is nothing that " +
                "could learn alone");
        }
    }
}
