using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>A GAN of perceptrons; by default PyTorch-GAN's for digits of 28 pixels.</summary>
public sealed record GanOptions : LabelledNoiseOptions, IAdversarialOptions
{
    public GanOptions() => (ImageSize, OutputNc, BatchSize, Epochs, InitType) = (28, 1, 64, 200, Initialization.Default);

    public override string Model => GanFamily.Name;

    /// <summary>Comma-separated widths of the generator's hidden layers; all but the first are normalised.</summary>
    [Option("Comma-separated widths of the generator's hidden layers; all but the first are normalised.", Values = "WIDTHS")]
    public string GWidths { get; init; } = "128,256,512,1024";

    /// <summary>Comma-separated widths of the discriminator's hidden layers.</summary>
    [Option("Comma-separated widths of the discriminator's hidden layers.", Values = "WIDTHS")]
    public string DWidths { get; init; } = "512,256";

    /// <summary>The generator's loss: log(1 - D), the minimax game's, or -log D.</summary>
    [Option("The generator's loss: log(1 - D), the minimax game's, or -log D.")]
    public GeneratorObjective Objective { get; init; } = GeneratorObjective.Modified;

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Vanilla;

    /// <inheritdoc/>
    public float LambdaGp { get; init; } = 10;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; }

    /// <inheritdoc/>
    public float LambdaR2 { get; init; }

    /// <summary>Minutes on two cores: glyphs of 16 pixels.</summary>
    public static GanOptions Small() => new()
    {
        Preset = SmallPreset, ImageSize = 16, Nz = 64, GWidths = "128,256", DWidths = "256,128", Steps = 5000, SampleFreq = 500,
    };

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        VanillaModel.AddContradictions(Objective, GanMode, found);
        found.AddRange(Widths.Problems(GWidths, DWidths));
    }
}
