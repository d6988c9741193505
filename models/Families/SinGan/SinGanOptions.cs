using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.SinGan;

/// <summary>
/// The defaults are the authors' program. An epoch is a level of the pyramid: <see cref="Niter"/> steps, after which the level is frozen.
/// </summary>
public sealed record SinGanOptions : TrainingOptions, IAdversarialOptions
{
    /// <summary>The preset for super-resolution.</summary>
    public const string SuperResolution = "super-resolution";

    /// <summary>Receptive field of five 3x3 convolutions without padding, the smallest side of a level.</summary>
    internal const int ReceptiveField = 11;

    /// <summary>Number of levels after which the width doubles.</summary>
    private const int LevelsPerWidth = 4;

    private const int MostLevels = 100;

    public SinGanOptions() => (Lr, Epochs, EpochsDecay, SaveEpochFreq) = (5e-4f, MostLevels, 0, 1);

    public override string Model => SinGanFamily.Name;

    // The pyramid

    /// <summary>Shorter side of the coarsest level, in pixels.</summary>
    [Option("Shorter side of the coarsest level, in pixels.", Least = ReceptiveField, Most = OptionsValidation.LargestSide)]
    public int MinSize { get; init; } = 25;

    /// <summary>Longest side of the finest level, in pixels; a larger picture is shrunk to it.</summary>
    [Option(
        "Longest side of the finest level, in pixels; a larger picture is shrunk to it.", Least = ReceptiveField,
        Most = OptionsValidation.LargestSide)]
    public int MaxSize { get; init; } = 250;

    /// <summary>Approximate scale factor between levels; adjusted so that the coarsest has <see cref="MinSize"/>.</summary>
    [Option("Approximate scale factor between levels; adjusted so that the coarsest has --min-size.", Least = 0.1, Most = 0.99)]
    public float ScaleFactor { get; init; } = 0.75f;

    /// <summary>Width of the picture in pixels.</summary>
    [Option("Width of the picture in pixels.", Least = 0, Most = OptionsValidation.LargestSide, FromData = true)]
    public int PictureWidth { get; init; }

    /// <summary>Height of the picture in pixels.</summary>
    [Option("Height of the picture in pixels.", Least = 0, Most = OptionsValidation.LargestSide, FromData = true)]
    public int PictureHeight { get; init; }

    /// <summary>
    /// Scale at which paintings will be injected: it is trained on inputs reduced to five colours, as an injected picture is. 0: none.
    /// </summary>
    [Option(
        "Scale at which paintings will be injected: it is trained on inputs reduced to five colours, as an injected picture is. 0: none.",
        Least = 0, Most = MostLevels)]
    public int PaintScale { get; init; }

    // Networks

    /// <summary>Width of the networks of the four coarsest levels; it doubles every four levels.</summary>
    [Option("Width of the networks of the four coarsest levels; it doubles every four levels.", Least = 1, Most = 4096)]
    public int Nfc { get; init; } = 32;

    /// <summary>Greatest width of any level.</summary>
    [Option("Greatest width of any level.", Least = 1, Most = 4096)]
    public int MaxNfc { get; init; } = 128;

    // A level's training

    /// <summary>Steps on each level; the learning rate falls to a tenth after four fifths of them.</summary>
    [Option("Steps on each level; the learning rate falls to a tenth after four fifths of them.", Least = 1, Most = 1_000_000)]
    public int Niter { get; init; } = 2000;

    /// <summary>Updates of the discriminator in a step.</summary>
    [Option("Updates of the discriminator in a step.", Least = 1, Most = 100)]
    public int Dsteps { get; init; } = 3;

    /// <summary>Updates of the generator in a step.</summary>
    [Option("Updates of the generator in a step.", Least = 1, Most = 100)]
    public int Gsteps { get; init; } = 3;

    /// <summary>Weight of the reconstruction.</summary>
    [Option("Weight of the reconstruction.", Least = 0, Most = 1e9)]
    public float Alpha { get; init; } = 10;

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Wgangp;

    /// <summary>Weight of the gradient penalty, per pixel, under <see cref="GanMode"/> wgangp.</summary>
    [Option("Weight of the gradient penalty, per pixel, under --gan-mode wgangp.", Least = 0, Most = 1e9)]
    public float LambdaGrad { get; init; } = 0.1f;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; }

    /// <inheritdoc/>
    public float LambdaR2 { get; init; }

    /// <summary>Noise amplitude of a level, relative to the reconstruction error there.</summary>
    [Option("Noise amplitude of a level, relative to the reconstruction error there.", Least = 0, Most = 1000)]
    public float NoiseAmp { get; init; } = 0.1f;

    /// <summary>The authors' name for it is <see cref="LambdaGrad"/>.</summary>
    float IAdversarialOptions.LambdaGp => LambdaGrad;

    /// <summary>The sizes of the levels. Before the picture's size is known, those of a square of <see cref="MaxSize"/>.</summary>
    internal Pyramid Pyramid => PictureWidth > 0
        ? Pyramid.Of(PictureWidth, PictureHeight, MinSize, MaxSize, ScaleFactor, Preset == SuperResolution)
        : Pyramid.Of(MaxSize, MaxSize, MinSize, MaxSize, ScaleFactor, Preset == SuperResolution);

    /// <summary>Channels between the convolutions of a level.</summary>
    internal int WidthOf(int level) => (int)Math.Min((long)Nfc << Math.Min(level / LevelsPerWidth, 30), MaxNfc);

    /// <summary>Finer scales, for <see cref="GenerationRequest.SuperResolve"/>.</summary>
    internal static SinGanOptions ForSuperResolution() =>
        new() { Preset = SuperResolution, MinSize = 18, ScaleFactor = (float)Math.Pow(4, -1.0 / 6), Alpha = 100 };

    /// <summary>Minutes on two cores: 64 pixels in seven scales.</summary>
    internal static SinGanOptions Small() => new() { Preset = SmallPreset, MinSize = 18, MaxSize = 64, Nfc = 16, MaxNfc = 16, Niter = 500 };

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => Alpha > 0 ? losses : [];

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(Nfc <= MaxNfc, $"beyond --max-nfc {MaxNfc}", "nfc"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (BatchSize != 1)
        {
            found.Add("--batch-size must be 1: there is one picture, and its norms are those of one");
        }

        if (EpochsDecay != 0)
        {
            found.Add("--epochs-decay must be 0: an epoch is a level, and the learning rate falls within each");
        }

        if (MinSize > MaxSize)
        {
            found.Add($"--min-size {MinSize} is larger than --max-size {MaxSize}");
        }
        else if (PictureWidth > 0 && Pyramid.Problem(PictureWidth, PictureHeight, MinSize, MaxSize) is { } problem)
        {
            found.Add(problem);
        }
        else if (PictureWidth > 0 && PaintScale >= Pyramid.Levels)
        {
            found.Add($"--paint-scale {PaintScale} must be less than {Pyramid.Levels}, the number of scales");
        }
        else if (PictureWidth > 0 && Epochs > Pyramid.Levels)
        {
            found.Add($"--epochs {Epochs} is more than the {Pyramid.Levels} levels that the pyramid has");
        }
    }
}
