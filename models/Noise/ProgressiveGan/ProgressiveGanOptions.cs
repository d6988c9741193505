using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.ProgressiveGan;

/// <summary>Progressive growing as published for pictures of 1024 pixels by default.</summary>
public sealed record ProgressiveGanOptions : NoiseOptions, IAdversarialOptions
{
    /// <summary>Side of the coarsest level, in pixels.</summary>
    internal const int CoarsestSide = 4;

    public ProgressiveGanOptions() => (ImageSize, Nz, Flip, BatchSize, Lr, Beta1, InitGain, EmaDecay, Steps) =
        (1024, 512, true, 16, 1e-3f, 0, 1, 0.999f, 750_000);

    public override string Model => ProgressiveGanFamily.Name;

    /// <summary>Start at 4 pixels and grow.</summary>
    [Option("Start at 4 pixels and grow.", Off = "Train at full size from the start.")]
    public bool Grow { get; init; } = true;

    /// <summary>Pictures over which a new level is faded in.</summary>
    [Option("Pictures over which a new level is faded in.", Least = 0, Most = int.MaxValue)]
    public int FadeImages { get; init; } = 600_000;

    /// <summary>Pictures at each level between its fade-in and the next one's.</summary>
    [Option("Pictures at each level between its fade-in and the next one's.", Least = 1, Most = int.MaxValue)]
    public int HoldImages { get; init; } = 600_000;

    /// <summary>
    /// Twice the channels of the coarsest level's layers; they halve from level to level, limited by <see cref="FmapMax"/>.
    /// </summary>
    [Option("Twice the channels of the coarsest level's layers; they halve from level to level, limited by --fmap-max.",
        Least = 2, Most = 1 << 20)]
    public int FmapBase { get; init; } = 8192;

    /// <summary>Most channels of a layer.</summary>
    [Option("Most channels of a layer.", Least = 1, Most = 4096)]
    public int FmapMax { get; init; } = 512;

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Wgangp;

    /// <inheritdoc/>
    public float LambdaGp { get; init; } = 10;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; }

    /// <inheritdoc/>
    public float LambdaR2 { get; init; }

    /// <summary>Weight of the critic's squared scores of real pictures, which keeps them near 0.</summary>
    [Option(
        "Weight of the critic's squared scores of real pictures, which keeps them near 0.", Least = 0, Most = 1e9,
        Why = "It keeps the discriminator's scores from drifting too far from zero (arXiv 1710.10196, appendix A.1).")]
    public float LambdaDrift { get; init; } = 1e-3f;

    /// <summary>Adam's second-moment decay.</summary>
    [Option("Adam's second-moment decay.", Least = 0, Most = 0.999999)]
    public float Beta2 { get; init; } = 0.99f;

    /// <summary>Index of the finest level; 0 is the coarsest.</summary>
    internal int TopLevel => int.Log2(Math.Max(ImageSize / CoarsestSide, 1));

    private long HoldSteps => StepsOf(HoldImages);

    private long FadeSteps => StepsOf(FadeImages);

    /// <summary>Minutes on two cores: 32 pixels, 70,000 of them seen.</summary>
    public static ProgressiveGanOptions Small() => new()
    {
        Preset = SmallPreset, ImageSize = 32, Nz = 32, FmapBase = 256, FmapMax = 32, FadeImages = 10_000, HoldImages = 10_000, Flip = false,
        EmaDecay = 0.99f, Steps = 4375, SampleFreq = 625,
    };

    /// <summary>Level of a stage. Stage 0 is the coarsest level, 1 the fade-in of the next, 2 that level alone, …</summary>
    internal static int LevelOf(int stage) => (stage + 1) / 2;

    /// <summary>Side of a level in pixels; 0 is the coarsest.</summary>
    internal static int SideOf(int level) => CoarsestSide << level;

    /// <summary>The stage of a step: each level is faded in, then trained alone; the last one continues to the end.</summary>
    internal int StageAt(long step)
    {
        if (!Grow)
        {
            return 2 * TopLevel;
        }

        if (step < HoldSteps)
        {
            return 0;
        }

        var (turn, place) = Math.DivRem(step - HoldSteps, FadeSteps + HoldSteps);
        return turn >= TopLevel ? 2 * TopLevel : ((int)turn * 2) + (place < FadeSteps ? 1 : 2);
    }

    /// <summary>The weight of the level below in a step, from 1 to 0; 0 if no level is faded in.</summary>
    internal float FadeAt(long step) => StageAt(step) % 2 == 0
        ? 0
        : 1 - (((step - HoldSteps) % (FadeSteps + HoldSteps)) / (float)FadeSteps);

    /// <summary>Channels of a layer: 0 of the critic's last hidden layer, n + 1 of the layers of level n.</summary>
    internal int Channels(int stage) => Math.Max(Math.Min(FmapBase >> stage, FmapMax), 1);

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => GanMode == GanMode.Wgangp ? losses : [];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (ImageSize < 2 * CoarsestSide || !int.IsPow2(ImageSize))
        {
            found.Add($"--image-size {ImageSize} must be a power of two and at least {2 * CoarsestSide}: networks grow from " +
                $"{CoarsestSide} pixels");
        }
        else if (FmapBase >> (TopLevel + 1) == 0)
        {
            found.Add($"--fmap-base {FmapBase} is too small for --image-size {ImageSize}: its layers would have no channel");
        }
    }

    private long StepsOf(int images) => ((long)images + BatchSize - 1) / BatchSize;
}
