using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.CycleGan;

/// <summary>The reference's CycleGAN by default: nine residual blocks with instance norm, least squares, pools of 50.</summary>
public sealed record CycleGanOptions : TranslationOptions
{
    /// <summary>The preset of the PyTorch-GAN collection.</summary>
    public const string PyTorchGanPreset = "pytorch-gan";

    public CycleGanOptions() => (Generator, Norm, Dropout, GanMode) = (GeneratorKind.ResNet(9), NormKind.Instance, false, GanMode.Lsgan);

    public override string Model => CycleGanFamily.Name;

    /// <summary>Weight of the cycle A to B to A.</summary>
    [Option(
        "Weight of the cycle A to B to A.", Least = 0, Most = 1e9,
        Why = "The adversarial loss alone accepts any picture of the other domain; the cycle must also reproduce the input " +
            "(arXiv 1703.10593, section 3.2).")]
    public float LambdaA { get; init; } = 10;

    /// <summary>Weight of the cycle B to A to B.</summary>
    [Option(
        "Weight of the cycle B to A to B.", Least = 0, Most = 1e9,
        Why = "The adversarial loss alone accepts any picture of the other domain; the cycle must also reproduce the input " +
            "(arXiv 1703.10593, section 3.2).")]
    public float LambdaB { get; init; } = 10;

    /// <summary>Weight of the identity terms, relative to <see cref="LambdaA"/> and <see cref="LambdaB"/>.</summary>
    [Option(
        "Weight of the identity terms, relative to --lambda-a and --lambda-b.", Least = 0, Most = 1e9,
        Why = "Without it the generators may change the tint, such as day into sunset (arXiv 1703.10593, section 5.2).")]
    public float LambdaIdentity { get; init; } = 0.5f;

    /// <summary>Weight of the adversarial loss; 0 trains the generators by the other losses alone, and no discriminator.</summary>
    [Option(
        "Weight of the adversarial loss; 0 trains the generators by the other losses alone, and no discriminator.", Least = 0, Most = 1e9)]
    public float LambdaGan { get; init; } = 1;

    /// <summary>Size of the pool of past fakes for the discriminators; 0 for none.</summary>
    [Option(
        "Size of the pool of past fakes for the discriminators; 0 for none.", Least = 0, Most = 1_000_000,
        Why = "A history of fakes reduces oscillation (arXiv 1703.10593, section 4, after arXiv 1612.07828).")]
    public int PoolSize { get; init; } = 50;

    /// <summary>
    /// CycleGAN of the PyTorch-GAN collection: nearest upsampling and a convolution in the generator, a discriminator with
    /// asymmetric padding, every loss halved (so the cycle weighs 10 and the identity 5 against the GAN terms), the shorter side scaled to
    /// 286.
    /// </summary>
    public static CycleGanOptions PyTorchGan() => new()
    {
        Preset = PyTorchGanPreset,
        Generator = GeneratorKind.ResNet(9, scaling: ScalingKind.Upsample),
        Discriminator = DiscriminatorKind.Asymmetric,
        Preprocess = PreprocessMode.ScaleShortestAndCrop,
    };

    /// <summary>Minutes on two cores: pictures of 64 pixels, four residual blocks of a quarter of the width.</summary>
    internal static CycleGanOptions Small() => new()
    {
        Preset = SmallPreset, LoadSize = 72, CropSize = 64, Generator = GeneratorKind.ResNet(4), Ngf = 16, Ndf = 16, NLayersD = 2,
        Discriminator = DiscriminatorKind.NLayers, Steps = 3000, SampleFreq = 300,
    };

    internal override bool DecaysOneEpochLater => Preset == PyTorchGanPreset;

    /// <summary>Without an adversarial loss no discriminator is trained.</summary>
    internal override int SmallestTrainedSide => LambdaGan > 0 ? base.SmallestTrainedSide : SmallestSide;

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => LambdaA > 0 || LambdaB > 0 ? losses : [];

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(LambdaGan > 0, "with --lambda-gan 0", "gan-mode", "lambda-r1", "lambda-r2", "pool-size"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (LambdaGan == 0 && LambdaA == 0 && LambdaB == 0)
        {
            found.Add("--lambda-gan, --lambda-a and --lambda-b are all 0: the generators would have no loss");
        }

        if (LambdaIdentity > 0 && InputNc != OutputNc)
        {
            found.Add($"--lambda-identity needs as many input as output channels, not {InputNc} and {OutputNc}; set it to 0");
        }
    }
}
