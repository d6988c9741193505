using System.Text.Json.Serialization;

using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.Spade;

/// <summary>Which generator is trained.</summary>
public enum SpadeGeneratorKind
{
    /// <summary>Labels in every norm.</summary>
    Spade,

    /// <summary>The ablation: pix2pixHD's generator, with the labels as its input alone.</summary>
    [JsonStringEnumMemberName("pix2pixhd++")]
    Pix2PixHdPlusPlus,
}

/// <summary>Number of upsamplings in the generator.</summary>
public enum UpsamplingLayers
{
    /// <summary>4, for small pictures: the first of <see cref="Normal"/> is omitted.</summary>
    Few,

    /// <summary>5.</summary>
    Normal,

    /// <summary>6.</summary>
    More,

    /// <summary>7, with one more block.</summary>
    Most,
}

/// <summary>
/// The authors' program by default: crops of 256, synchronised batch norm, spectral norms, hinge and 10 feature matching.
/// </summary>
public sealed record SpadeOptions : LabelMapOptions
{
    public SpadeOptions() => (Epochs, EpochsDecay, Beta1, InitType, GanMode) = (50, 0, 0, Initialization.Xavier, GanMode.Hinge);

    public override string Model => SpadeFamily.Name;

    /// <summary>Generator: labels in every norm, or pix2pixhd++, with labels at the input alone.</summary>
    [Option("Generator: labels in every norm, or pix2pixhd++, with labels at the input alone.")]
    public SpadeGeneratorKind NetG { get; init; }

    /// <summary>Width of the generator's last block.</summary>
    [Option("Width of the generator's last block.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    /// <summary>Width of the discriminators' first layer.</summary>
    [Option("Width of the discriminators' first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    /// <summary>Number of upsamplings in the generator: few 4, normal 5, more 6, most 7.</summary>
    [Option("Number of upsamplings in the generator: few 4, normal 5, more 6, most 7.")]
    public UpsamplingLayers NumUpsamplingLayers { get; init; } = UpsamplingLayers.Normal;

    /// <summary>Kind of the generator's norms, and the kernel of their convolutions; on one device syncbatch is batch.</summary>
    [Option(
        "Kind of the generator's norms, and the kernel of their convolutions; on one device syncbatch is batch.",
        Values = "spadesyncbatch3x3|spadebatch3x3|spadeinstance3x3|spadeinstance5x5|…")]
    public string NormG { get; init; } = "spadesyncbatch3x3";

    /// <summary>Width of the hidden layer between labels and a norm's scale and shift.</summary>
    [Option("Width of the hidden layer between labels and a norm's scale and shift.", Least = 1, Most = 4096)]
    public int Nhidden { get; init; } = 128;

    /// <summary>Downsamplings in pix2pixhd++.</summary>
    [Option("Downsamplings in pix2pixhd++.", Least = 0, Most = 10)]
    public int NDownsampleGlobal { get; init; } = 4;

    /// <summary>Residual blocks of pix2pixhd++.</summary>
    [Option("Residual blocks of pix2pixhd++.", Least = 0, Most = 100)]
    public int NBlocksGlobal { get; init; } = 9;

    /// <summary>Number of discriminators, each at half the size of the one before.</summary>
    [Option("Number of discriminators, each at half the size of the one before.", Least = 1, Most = 6)]
    public int NumD { get; init; } = 2;

    /// <summary>Layers of a discriminator before its last one, including the one of stride 1.</summary>
    [Option("Layers of a discriminator before its last one, including the one of stride 1.", Least = 1, Most = 12)]
    public int NLayersD { get; init; } = 4;

    /// <summary>Weight of feature matching; 0 for none.</summary>
    [Option("Weight of feature matching; 0 for none.", Least = 0, Most = 1e9)]
    public float LambdaFeat { get; init; } = 10;

    /// <summary>Train a style encoder (VAE), from whose codes the generator starts.</summary>
    [Option("Train a style encoder (VAE), from whose codes the generator starts.", Off = "The generator starts from the labels.")]
    public bool UseVae { get; init; }

    /// <summary>Length of a style's code.</summary>
    [Option("Length of a style's code.", Least = 1, Most = 65536)]
    public int ZDim { get; init; } = 256;

    /// <summary>Weight of the codes' KL divergence from N(0, 1).</summary>
    [Option("Weight of the codes' KL divergence from N(0, 1).", Least = 0, Most = 1e9)]
    public float LambdaKld { get; init; } = 0.05f;

    /// <summary>Adam's second-moment decay.</summary>
    [Option("Adam's second-moment decay.", Least = 0, Most = 0.999999)]
    public float Beta2 { get; init; } = 0.9f;

    /// <summary>Half the learning rate for the generator, twice for the discriminators.</summary>
    [Option(
        "Half the learning rate for the generator, twice for the discriminators.",
        Off = "One learning rate for all, and Adam's 0.5 and 0.999 instead of --beta1 and --beta2.",
        Why = "Separate learning rates let GANs converge (arXiv 1706.08500); SPADE takes 0.0001 and 0.0004 (arXiv 1903.07291, " +
            "section 4).")]
    public bool Ttur { get; init; } = true;

    internal SpadeNormKind Norm => SpadeNormKind.Parse(NormG) ?? throw new OptionsException($"--norm-g {NormG} is not a norm");

    /// <summary>Ratio of the picture's side to that of the generator's first features.</summary>
    internal int Doublings => 4 + (int)NumUpsamplingLayers;

    protected internal override int SideMultiple => 1 << (NetG == SpadeGeneratorKind.Spade ? Doublings : NDownsampleGlobal);

    protected internal override string SideMultipleOf => NetG == SpadeGeneratorKind.Spade
        ? $"--num-upsampling-layers {NumUpsamplingLayers.ToString().ToLowerInvariant()}"
        : $"--n-downsample-global {NDownsampleGlobal}";

    /// <summary>Norms need more than one pixel.</summary>
    protected internal override int SmallestSide => 2 * SideMultiple;

    protected internal override string GeneratorName => NetG == SpadeGeneratorKind.Spade ? "spade" : "pix2pixhd++";

    /// <summary>Drawn facades of 64 pixels.</summary>
    public static SpadeOptions Small() => new()
    {
        Preset = SmallPreset, LoadSize = 72, CropSize = 64, BatchSize = 2, Steps = 2000, SampleFreq = 250, Ngf = 16, Ndf = 16,
        NumUpsamplingLayers = UpsamplingLayers.Few, NormG = "spadeinstance3x3", Nhidden = 32, NLayersD = 3, NDownsampleGlobal = 2,
        NBlocksGlobal = 4,
    };

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => LambdaFeat > 0 ? losses : [];

    /// <summary>Runs that are there have ignored what was typed.</summary>
    internal override void AddObstacles(FamilyInfo family, List<string> found)
    {
        base.AddObstacles(family, found);
        if (!Ttur && Beta1 is not (0 or 0.5f))
        {
            found.Add($"--no-ttur trains with Adam's 0.5 and 0.999, not with --beta1 {Beta1}: leave out --beta1");
        }

        if (!Ttur && Beta2 is not (0.9f or 0.999f))
        {
            found.Add($"--no-ttur trains with Adam's 0.5 and 0.999, not with --beta2 {Beta2}: leave out --beta2");
        }
    }

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(UseVae, "without --use-vae", "z-dim", "lambda-kld"),
        .. OptionEffect.Of(Ttur, "with --no-ttur, which trains with Adam's 0.5 and 0.999", "beta1", "beta2"),
        .. OptionEffect.Of(NetG == SpadeGeneratorKind.Spade, "without --net-g spade", "num-upsampling-layers", "norm-g", "nhidden"),
        .. OptionEffect.Of(
            NetG == SpadeGeneratorKind.Pix2PixHdPlusPlus, "without --net-g pix2pixhd++", "n-downsample-global", "n-blocks-global"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (NetG == SpadeGeneratorKind.Spade && SpadeNormKind.Parse(NormG) is null)
        {
            found.Add($"--norm-g {NormG} is not spadesyncbatch3x3, spadebatch3x3, spadeinstance3x3, nor one of these with another odd " +
                "kernel of one digit");
        }

        if (UseVae && NetG != SpadeGeneratorKind.Spade)
        {
            found.Add("--use-vae needs --net-g spade: pix2pixhd++ has no place for a style");
        }

        if (UseVae && !Preprocess.Crops())
        {
            found.Add("--use-vae needs a --preprocess that crops: a style makes maps of one size");
        }

        if (Preprocess.Crops() && CropSize < SmallestSide)
        {
            found.Add($"--crop-size {CropSize} must be at least {SmallestSide} for {SideMultipleOf}: its smallest maps would have a " +
                "single pixel, which a norm sets to zero");
        }
    }
}
