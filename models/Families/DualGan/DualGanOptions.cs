using System.Text.Json.Serialization;

namespace IlgpuGan.Models.Families.DualGan;

/// <summary>How a Wasserstein critic's slope is bounded.</summary>
public enum WganMode
{
    /// <summary>Weights are clipped after each step (Arjovsky et al. 2017).</summary>
    Wgan,

    /// <summary>The slope between real and fake is penalised (Gulrajani et al. 2017).</summary>
    [JsonStringEnumMemberName("wgan-gp")]
    WganGp,
}

/// <summary>What a critic scores.</summary>
public enum CriticKind
{
    /// <summary>The whole picture, by a linear layer.</summary>
    Global,

    /// <summary>Patches of it, by one more convolution.</summary>
    Patch,
}

/// <summary>
/// The authors' DualGAN by default: a U-Net of 256 pixels, critics of whole pictures with a gradient penalty, RMSProp, and a reconstruction
/// weight of 500.
/// </summary>
public sealed record DualGanOptions : PictureOptions
{
    public DualGanOptions() => (LoadSize, Flip, Epochs, EpochsDecay, LrPolicy, Lr, InitType) =
        (256, false, 100, 0, LearningRatePolicy.Constant, 5e-5f, Initialization.TruncatedNormal);

    public override string Model => DualGanFamily.Name;

    /// <summary>How the critics' slope is bounded: gradient penalty or weight clipping.</summary>
    [Option("How the critics' slope is bounded: gradient penalty or weight clipping.")]
    public WganMode WganMode { get; init; } = WganMode.WganGp;

    /// <summary>Weight of the gradient penalty under <see cref="WganMode"/> wgan-gp.</summary>
    [Option("Weight of the gradient penalty under --wgan-mode wgan-gp.", Least = 0, Most = 1e9)]
    public float LambdaGp { get; init; } = 10;

    /// <summary>Largest weight of a critic under <see cref="WganMode"/> wgan.</summary>
    [Option("Largest weight of a critic under --wgan-mode wgan.", Least = 0, AboveLeast = true, Most = 1000)]
    public float Clip { get; init; } = 0.01f;

    /// <summary>Critic steps per generator step.</summary>
    [Option("Critic steps per generator step.", Least = 1, Most = 1000)]
    public int NCritic { get; init; } = 1;

    /// <summary>Weight of the reconstruction A to B to A.</summary>
    [Option("Weight of the reconstruction A to B to A.", Least = 0, Most = 1e9)]
    public float LambdaA { get; init; } = 500;

    /// <summary>Weight of the reconstruction B to A to B.</summary>
    [Option("Weight of the reconstruction B to A to B.", Least = 0, Most = 1e9)]
    public float LambdaB { get; init; } = 500;

    /// <summary>What a critic scores.</summary>
    [Option("What a critic scores.")]
    public CriticKind Critic { get; init; } = CriticKind.Global;

    /// <summary>Downsamplings in the generator.</summary>
    [Option("Downsamplings in the generator.", Least = 1, Most = 12)]
    public int Downs { get; init; } = 8;

    /// <summary>Downsamplings in the discriminator.</summary>
    [Option("Downsamplings in the discriminator.", Least = 1, Most = 12)]
    public int NLayersD { get; init; } = 5;

    /// <summary>Width of the generator's first layer.</summary>
    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    /// <summary>Width of the discriminator's first layer.</summary>
    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    /// <summary>Use dropout in the generator.</summary>
    [Option("Use dropout in the generator.", Off = "No dropout in the generator.")]
    public bool Dropout { get; init; }

    /// <summary>Minutes on two cores.</summary>
    internal static DualGanOptions Small() => new()
    {
        Preset = SmallPreset, LoadSize = 64, CropSize = 64, Downs = 6, NLayersD = 4, Ngf = 16, Ndf = 16, Lr = 2e-4f, Steps = 3000,
        SampleFreq = 300,
    };

    protected internal override int SideMultiple => 1 << Downs;

    protected internal override string SideMultipleOf => $"--downs {Downs}";

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => LambdaA > 0 || LambdaB > 0 ? losses : [];

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(WganMode == WganMode.WganGp, "without --wgan-mode wgan-gp", "lambda-gp"),
        .. OptionEffect.Of(WganMode == WganMode.Wgan, "without --wgan-mode wgan", "clip"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (!Preprocess.Crops())
        {
            if (Critic == CriticKind.Global)
            {
                found.Add("--critic global needs pictures of one size, which this --preprocess does not make; take --critic patch");
            }

            return;
        }

        var halvings = Critic == CriticKind.Patch ? NLayersD + 1 : NLayersD;
        if (CropSize % (1 << halvings) != 0)
        {
            found.Add($"--crop-size {CropSize} must be a multiple of {1 << halvings} for --n-layers-d {NLayersD}");
        }
        else if (CropSize >> NLayersD < 2)
        {
            found.Add($"--crop-size {CropSize} is too small for --n-layers-d {NLayersD}: a norm over one pixel leaves nothing of it");
        }
    }
}
