using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>DCGAN as published by default: 64 pixels, a code of 100 uniform numbers, widths from 128.</summary>
public sealed record DcganOptions : ConvolutionalOptions, IAdversarialOptions
{
    public DcganOptions() => (Ngf, Ndf, Noise, BatchSize, Epochs) = (128, 128, NoiseKind.Uniform, 128, 25);

    public override string Model => DcganFamily.Name;

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

    /// <summary>Minutes on two cores: 32 pixels.</summary>
    public static DcganOptions Small() => new()
    {
        Preset = SmallPreset, ImageSize = 32, Nz = 64, Noise = NoiseKind.Normal, Ngf = 32, Ndf = 32, BatchSize = 64, Steps = 2000,
        SampleFreq = 250,
    };

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        VanillaModel.AddContradictions(Objective, GanMode, found);
    }
}
