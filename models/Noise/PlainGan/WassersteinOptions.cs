using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>Options of a family with a Wasserstein critic.</summary>
public abstract record WassersteinOptions : ConvolutionalOptions
{
    protected WassersteinOptions() => (BatchSize, Epochs) = (64, 100);

    /// <summary>Discriminator steps per generator step.</summary>
    [Option(
        "Discriminator steps per generator step.", Least = 1, Most = 1000,
        Why = "The critic must be near its optimum for its gradient to be that of the distance (arXiv 1701.07875, section 3).")]
    public int NCritic { get; init; } = 5;

    /// <summary>Weight of the gradient penalty; 0 for none.</summary>
    internal abstract float PenaltyWeight { get; }

    /// <summary>The optimiser of the generator, or of the critic.</summary>
    internal abstract Optimizer CreateOptimizer(IEnumerable<NamedTensor> parameters, bool ofCritic);
}

/// <summary>WGAN as published by default: RMSProp, a critic with batch norm whose weights are clipped.</summary>
public sealed record WganOptions : WassersteinOptions
{
    private const float Decay = 0.99f;

    public WganOptions() => Lr = 5e-5f;

    public override string Model => WganFamily.Name;

    /// <summary>Largest weight of a critic.</summary>
    [Option(
        "Largest weight of a critic.", Least = 0, AboveLeast = true, Most = 1000,
        Why = "Clipping bounds the critic's slope; a large bound slows its convergence, with a small one " +
            "gradients vanish (arXiv 1701.07875, section 3).")]
    public float Clip { get; init; } = 0.01f;

    internal override float PenaltyWeight => 0;

    /// <summary>Minutes on two cores: glyphs of 32 pixels, 3000 steps of the generator.</summary>
    public static WganOptions Small() => new()
    {
        Preset = SmallPreset, ImageSize = 32, OutputNc = 1, Nz = 64, Ngf = 32, Ndf = 32, NormD = NormKind.None, Lr = 2e-4f, BatchSize = 16,
        EmaDecay = 0.99f, Steps = 15_000, SampleFreq = 1500,
    };

    internal override Optimizer CreateOptimizer(IEnumerable<NamedTensor> parameters, bool ofCritic) =>
        new RmsProp(parameters, Lr, Decay) { ClipWeights = ofCritic ? Clip : null };
}

/// <summary>
/// The paper's Algorithm 1 by default, with DCGAN's networks of 64 pixels: Adam without momentum, a critic without norms.
/// </summary>
public sealed record WganGpOptions : WassersteinOptions
{
    public WganGpOptions() => (Lr, Beta1, Nz, NormD) = (1e-4f, 0, 128, NormKind.None);

    public override string Model => WganGpFamily.Name;

    /// <summary>Weight of the gradient penalty.</summary>
    [Option(
        "Weight of the gradient penalty.", Least = 0, Most = 1e9,
        Why = "10 worked well for many architectures and data sets (arXiv 1704.00028, section 4).")]
    public float LambdaGp { get; init; } = 10;

    /// <summary>Adam's second-moment decay.</summary>
    [Option("Adam's second-moment decay.", Least = 0, Most = 0.999999)]
    public float Beta2 { get; init; } = 0.9f;

    internal override float PenaltyWeight => LambdaGp;

    /// <summary>Minutes on two cores: 32 pixels, 1500 steps of the generator.</summary>
    public static WganGpOptions Small() => new()
    {
        Preset = SmallPreset, ImageSize = 32, Nz = 64, Ngf = 32, Ndf = 32, BatchSize = 16, Steps = 7500, SampleFreq = 750,
    };

    internal override Optimizer CreateOptimizer(IEnumerable<NamedTensor> parameters, bool ofCritic) =>
        new Adam(parameters, Lr, Beta1, Beta2);

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (NormD == NormKind.Batch && LambdaGp > 0)
        {
            found.Add("--norm-d batch can't be combined with --lambda-gp, which penalises each picture's gradient separately; choose " +
                "instance or none");
        }
    }
}
