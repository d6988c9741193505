using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.R3Gan;

/// <summary>R3GAN as published for CIFAR-10 by default: 32 pixels, four stages of width 768.</summary>
public sealed record R3GanOptions : LabelledNoiseOptions, IAdversarialOptions
{
    /// <summary>Side of the generator's first features and of the discriminator's last ones, in pixels.</summary>
    internal const int CoarsestSide = 4;

    /// <summary>The steps are those of the burn-in; the authors' program has no fixed end.</summary>
    public R3GanOptions() => (ImageSize, Nz, Flip, BatchSize, Beta1, InitGain, EmaDecay, Steps) =
        (32, 64, true, 512, 0, 1, 0.99993f, 39_063);

    public override string Model => R3GanFamily.Name;

    /// <summary>Comma-separated widths of the stages, from 4 pixels to the pictures' side.</summary>
    [Option("Comma-separated widths of the stages, from 4 pixels to the pictures' side.", Values = "WIDTHS")]
    public string StageWidths { get; init; } = "768,768,768,768";

    /// <summary>Residual blocks of each stage.</summary>
    [Option("Residual blocks of each stage.", Least = 1, Most = 64)]
    public int Blocks { get; init; } = 2;

    /// <summary>Channels of a stage for each group of its grouped convolutions, which have twice as many.</summary>
    [Option("Channels of a stage for each group of its grouped convolutions, which have twice as many.", Least = 1, Most = 4096)]
    public int GroupWidth { get; init; } = 8;

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Rpgan;

    /// <inheritdoc/>
    public float LambdaGp { get; init; } = 10;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; } = 0.05f;

    /// <inheritdoc/>
    public float LambdaR2 { get; init; } = 0.05f;

    /// <summary>Adam's second-moment decay at the start.</summary>
    [Option("Adam's second-moment decay at the start.", Least = 0, Most = 0.999999)]
    public float Beta2 { get; init; } = 0.9f;

    /// <summary>
    /// Pictures over which the learning rate, Adam's second-moment decay, the penalties' weights and the moving average go from their
    /// values at the start to those at the end, along half a cosine; 0 for those at the end from the first step on.
    /// </summary>
    [Option(
        "Pictures over which the learning rate, Adam's second-moment decay, the penalties' weights and the moving average go from their " +
            "values at the start to those at the end, along half a cosine; 0 for those at the end from the first step on.",
        Least = 0, Most = 1e12)]
    public long BurnIn { get; init; } = 20_000_000;

    /// <summary>Learning rate after <see cref="BurnIn"/>.</summary>
    [Option("Learning rate after --burn-in.", Least = 0, AboveLeast = true, Most = 10)]
    public float LrEnd { get; init; } = 5e-5f;

    /// <summary>Adam's second-moment decay after <see cref="BurnIn"/>.</summary>
    [Option("Adam's second-moment decay after --burn-in.", Least = 0, Most = 0.999999)]
    public float Beta2End { get; init; } = 0.99f;

    /// <summary>Factor of <see cref="LambdaR1"/> and <see cref="LambdaR2"/> after <see cref="BurnIn"/>.</summary>
    [Option("Factor of --lambda-r1 and --lambda-r2 after --burn-in.", Least = 0, Most = 1000)]
    public float PenaltyEnd { get; init; } = 0.1f;

    /// <summary>Widths of the stages, from the coarsest.</summary>
    internal IReadOnlyList<int> Stages => Widths.Parse(StageWidths);

    /// <summary>Minutes on two cores: 16 pixels, 80,000 of them seen.</summary>
    public static R3GanOptions Small() => new()
    {
        Preset = SmallPreset, ImageSize = 16, OutputNc = 1, Nz = 32, StageWidths = "48,48,48", Blocks = 1, Flip = false, BatchSize = 32,
        Lr = 1e-3f, LrEnd = 2.5e-4f, LambdaR1 = 1, LambdaR2 = 1, EmaDecay = 0.998f, BurnIn = 60_000, Steps = 2500, SampleFreq = 500,
    };

    /// <summary>How much of the burn-in is over before a step, from 0 to 1, along half a cosine.</summary>
    internal float BurntIn(long step)
    {
        var pictures = (double)step * BatchSize;
        return pictures >= BurnIn ? 1 : (float)((1 - Math.Cos(Math.PI * pictures / BurnIn)) / 2);
    }

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects.Where(effect => effect.Name != "init-gain"), // It is a factor of the published weights, whatever their type.
        .. OptionEffect.Of(BurnIn > 0, "with --burn-in 0, where --lr-end is the rate", "lr"),
        .. OptionEffect.Of(BurnIn > 0, "with --burn-in 0, where --beta2-end is the decay", "beta2"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (Widths.Problem("--stage-widths", StageWidths) is { } problem)
        {
            found.Add(problem);
        }
        else if (!int.IsPow2(ImageSize) || Stages.Count != int.Log2(ImageSize) - 1)
        {
            found.Add($"--stage-widths {StageWidths}: --image-size {ImageSize} must be a power of two, with a width for each side from " +
                $"{CoarsestSide} pixels on");
        }
        else if (Stages.Any(width => width % GroupWidth != 0))
        {
            found.Add($"--stage-widths {StageWidths} must be multiples of --group-width {GroupWidth}");
        }
    }
}
