using IlgpuGan.Models.Data;

namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>
/// The authors' pix2pixHD by default, without the loss that needs another program's weights: global generator, two scales, least squares.
/// </summary>
public sealed record Pix2PixHdOptions : LabelMapOptions
{
    /// <summary>The preset of the coarse-to-fine generator.</summary>
    public const string LocalPreset = "local";

    public Pix2PixHdOptions() => (Preprocess, LoadSize, CropSize) = (PreprocessMode.ScaleWidth, 1024, 512);

    public override string Model => Pix2PixHdFamily.Name;

    [Option("Learn from label maps.", Off = "Learn from pairs of pictures, as pix2pix does.")]
    public bool LabelMaps { get; init; } = true;

    [Option("Width of the generator's first layer, at the full size.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    [Option("Width of the discriminators' first layers.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    [Option("Halvings in the global generator.", Least = 0, Most = 10)]
    public int NDownsampleGlobal { get; init; } = 4;

    [Option("Residual blocks of the global generator.", Least = 0, Most = 100)]
    public int NBlocksGlobal { get; init; } = 9;

    [Option(
        "Enhancers around the global generator, each of which doubles the size; 0 for the global generator alone.", Least = 0, Most = 4)]
    public int NLocalEnhancers { get; init; }

    [Option("Residual blocks of each enhancer.", Least = 0, Most = 100)]
    public int NBlocksLocal { get; init; } = 3;

    [Option("Epochs at first in which the last enhancer learns alone.", Least = 0, Most = 1_000_000)]
    public int NiterFixGlobal { get; init; }

    [Option("Strided layers of each discriminator.", Least = 0, Most = 12)]
    public int NLayersD { get; init; } = 3;

    [Option(
        "Discriminators, each of which sees half of the size of the one before.", Least = 1, Most = 6,
        Why = "Several scales see the whole and the detail; with one alone, patterns repeated themselves (arXiv 1711.11585, section" +
            " 3.2).")]
    public int NumD { get; init; } = 2;

    [Option(
        "Weight of feature matching: fakes should look to the discriminators' layers as real pictures do; 0 for none.", Least = 0,
        Most = 1e9,
        Why = "It steadies the training, since fakes must match real pictures at several scales (arXiv 1711.11585, section 3.2).")]
    public float LambdaFeat { get; init; } = 10;

    [Option(
        "Learn an encoder of features of the photograph, a mean over each instance, that the generator is given beside the labels.",
        Off = "The generator is given the labels alone.")]
    public bool InstanceFeat { get; init; }

    [Option(
        "With --instance-feat, means of features over each class, though there be instance maps.",
        Off = "With --instance-feat, means of features over each instance.")]
    public bool LabelFeat { get; init; }

    [Option("Features of an instance.", Least = 1, Most = 256)]
    public int FeatNum { get; init; } = 3;

    [Option("Halvings in the encoder of features.", Least = 0, Most = 10)]
    public int NDownsampleE { get; init; } = 4;

    [Option("Width of the first layer of the encoder of features.", Least = 1, Most = 4096)]
    public int Nef { get; init; } = 16;

    [Option(
        "Clusters of a class's features in the training pictures, of which one is given where there is no photograph.",
        Least = 1, Most = 1000)]
    public int NClusters { get; init; } = 10;

    internal override bool ReadsLabelMaps => LabelMaps;

    internal override bool ReadsInstances => InstanceFeat;

    internal override bool InstancesAreClasses => LabelFeat;

    /// <summary>Channels that say what is to be made: all that the discriminators are given of it.</summary>
    internal int ConditionPlanes => LabelMaps ? InputPlanes : InputNc;

    /// <summary>Channels that the generator is given: features come last.</summary>
    internal int GeneratorPlanes => ConditionPlanes + (InstanceFeat ? FeatNum : 0);

    private int EncoderHalvings => InstanceFeat ? NDownsampleE : 0;

    internal override int SideMultiple => 1 << Math.Max(NDownsampleGlobal + NLocalEnhancers, EncoderHalvings);

    internal override string SideMultipleOf => NDownsampleGlobal + NLocalEnhancers < EncoderHalvings ? $"--n-downsample-e {NDownsampleE}"
        : NLocalEnhancers == 0 ? $"--n-downsample-global {NDownsampleGlobal}"
        : $"--n-downsample-global {NDownsampleGlobal} and --n-local-enhancers {NLocalEnhancers}";

    /// <summary>Behind the halvings, blocks mirror the border and take norms, for which one pixel is too few.</summary>
    internal override int SmallestSide => 2 * SideMultiple;

    internal override string GeneratorName =>
        $"a global generator of {NDownsampleGlobal} halvings and {NBlocksGlobal} " +
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
        LogFreq = 20,
    };

    protected internal override IEnumerable<string> Contradictions()
    {
        foreach (var problem in base.Contradictions())
        {
            yield return problem;
        }

        if (NLayersD < 1)
        {
            yield return "--n-layers-d must be at least 1: each discriminator begins with a strided layer";
        }

        if (InstanceFeat && !LabelMaps)
        {
            yield return "--instance-feat needs label maps, which tell what an instance is: it can't go with --no-label-maps";
        }

        if (LabelFeat && !InstanceFeat)
        {
            yield return "--label-feat needs --instance-feat: without it no features are learnt";
        }

        if (NiterFixGlobal > 0 && NLocalEnhancers == 0)
        {
            yield return $"--niter-fix-global {NiterFixGlobal} needs --n-local-enhancers: without an enhancer there is nothing that " +
                "could learn alone";
        }
    }
}
