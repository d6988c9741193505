using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.LapGan;

/// <summary>LAPGAN's optimisers.</summary>
public enum LapGanOptimizer
{
    /// <summary>Stochastic gradient descent with momentum, as published.</summary>
    Sgd,

    /// <summary>Adam, for short runs.</summary>
    Adam,
}

/// <summary>LAPGAN as published for pictures of 32 pixels by default.</summary>
public sealed record LapGanOptions : LabelledNoiseOptions, IAdversarialOptions
{
    /// <summary>Without epochs: a run lasts to the end of its finest level.</summary>
    public LapGanOptions() => (ImageSize, Noise, BatchSize, Lr, InitType, Epochs) =
        (32, NoiseKind.Uniform, 64, 0.02f, Initialization.Default, 0);

    public override string Model => LapGanFamily.Name;

    /// <summary>
    /// Side in pixels of the coarsest level; each next one is twice as large. Equal to <see cref="NoiseOptions.ImageSize"/>: a plain GAN of
    /// perceptrons.
    /// </summary>
    [Option("Side in pixels of the coarsest level; each next one is twice as large. Equal to --image-size: a plain GAN of perceptrons.",
        Least = 4, Most = 4096)]
    public int BaseSize { get; init; } = 8;

    /// <summary>
    /// Steps on each level; without <see cref="TrainingOptions.Steps"/> and <see cref="TrainingOptions.Epochs"/> a run ends after the
    /// finest.
    /// </summary>
    [Option("Steps on each level; without --steps and --epochs a run ends after the finest.", Least = 1, Most = 1_000_000)]
    public int Niter { get; init; } = 80_000;

    /// <summary>Channels of the levels' networks.</summary>
    [Option("Channels of the levels' networks.", Least = 1, Most = 4096)]
    public int Nfc { get; init; } = 64;

    /// <summary>Width of the coarsest level's generator.</summary>
    [Option("Width of the coarsest level's generator.", Least = 1, Most = 65_536)]
    public int BaseWidthG { get; init; } = 1200;

    /// <summary>Width of the coarsest level's discriminator.</summary>
    [Option("Width of the coarsest level's discriminator.", Least = 1, Most = 65_536)]
    public int BaseWidthD { get; init; } = 600;

    /// <summary>Use dropout in the discriminators.</summary>
    [Option("Use dropout in the discriminators.", Off = "No dropout in the discriminators.")]
    public bool Dropout { get; init; } = true;

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Vanilla;

    /// <inheritdoc/>
    public float LambdaGp { get; init; } = 10;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; }

    /// <inheritdoc/>
    public float LambdaR2 { get; init; }

    /// <summary>Optimiser.</summary>
    [Option("Optimiser.")]
    public LapGanOptimizer Optimizer { get; init; }

    /// <summary>Momentum of <see cref="Optimizer"/> sgd.</summary>
    [Option("Momentum of --optimizer sgd.", Least = 0, Most = 0.9999)]
    public float Momentum { get; init; } = 0.5f;

    /// <summary>Number of levels, including the coarsest.</summary>
    internal int Levels => int.Log2(Math.Max(ImageSize / BaseSize, 1)) + 1;

    internal override long? WholeLength => (long)Niter * Levels;

    /// <summary>
    /// Minutes on two cores: 32 pixels in three levels from 8. The published loss would need more steps: after 4,500 houses had blotches
    /// around them.
    /// </summary>
    public static LapGanOptions Small() => new()
    {
        Preset = SmallPreset, Nfc = 16, BaseWidthG = 400, BaseWidthD = 200, BatchSize = 32, Optimizer = LapGanOptimizer.Adam, Lr = 2e-4f,
        Dropout = false, GanMode = GanMode.Rpgan, LambdaR1 = 0.5f, LambdaR2 = 0.5f, EmaDecay = 0.998f, Niter = 2500, SampleFreq = 500,
    };

    /// <summary>In pixels; 0 is the coarsest.</summary>
    internal int SideOf(int level) => BaseSize << level;

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(Optimizer == LapGanOptimizer.Sgd, "without --optimizer sgd", "momentum"),
        .. OptionEffect.Of(Optimizer == LapGanOptimizer.Adam, "without --optimizer adam", "beta1"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (ImageSize < BaseSize || BaseSize << (Levels - 1) != ImageSize)
        {
            found.Add($"--image-size {ImageSize} must be 1, 2, 4, 8, ... times --base-size {BaseSize}: a level is twice as large as " +
                "the one below");
        }
        else if (BaseSize < 5)
        {
            found.Add($"--base-size {BaseSize} is too small: a discriminator's two convolutions of 5 pixels need 10 on the level above");
        }
    }
}
