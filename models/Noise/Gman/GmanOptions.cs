namespace IlgpuGan.Models.Families.Gman;

/// <summary>How the values of several discriminators are averaged.</summary>
public enum GmanMean
{
    Arithmetic,
    Geometric,
    Harmonic,
}

/// <summary>GMAN as the authors' program has it for 32 pixels by default: five discriminators.</summary>
public sealed record GmanOptions : NoiseOptions
{
    /// <summary>Side at which the generator's upsampling starts.</summary>
    internal const int FirstSide = 4;

    /// <summary>Side at which the discriminators' downsampling ends.</summary>
    internal const int LastSide = 8;

    public GmanOptions() => (ImageSize, Noise, BatchSize, Epochs) = (32, NoiseKind.Uniform, 500, 25);

    public override string Model => GmanFamily.Name;

    /// <summary>Number of discriminators; each sees its own part of a batch.</summary>
    [Option("Number of discriminators; each sees its own part of a batch.", Least = 1, Most = 64)]
    public int Discriminators { get; init; } = 5;

    /// <summary>
    /// Channels of the generator's first layer and of the discriminators' last; they halve from layer to layer towards the picture.
    /// </summary>
    [Option("Channels of the generator's first layer and of the discriminators' last; they halve from layer to layer towards the picture.",
        Least = 1, Most = 4096)]
    public int Width { get; init; } = 512;

    /// <summary>The generator's loss for each discriminator: log(1 - D), or -log D.</summary>
    [Option("The generator's loss for each discriminator: log(1 - D), or -log D.")]
    public GeneratorObjective Objective { get; init; }

    /// <summary>How the discriminators' values are averaged.</summary>
    [Option("How the discriminators' values are averaged.")]
    public GmanMean Mean { get; init; }

    /// <summary>How much more weight harsher discriminators have: 0 for equal weights, large for the harshest alone.</summary>
    [Option("How much more weight harsher discriminators have: 0 for equal weights, large for the harshest alone.", Least = 0, Most = 1e6)]
    public float LambdaMean { get; init; } = 1;

    /// <summary>Use dropout in the discriminators.</summary>
    [Option("Use dropout in the discriminators.", Off = "No dropout in the discriminators.")]
    public bool Dropout { get; init; } = true;

    /// <summary>Upsamplings of the generator after its first layer.</summary>
    internal int Doublings => int.Log2(Math.Max(ImageSize / FirstSide, 1));

    /// <summary>
    /// Minutes on two cores: glyphs of 32 pixels. The authors' initial weights suit their width: at an eighth of it, pictures hardly
    /// depended on the codes at first, and all became the same glyph.
    /// </summary>
    public static GmanOptions Small() => new()
    {
        Preset = SmallPreset, OutputNc = 1, Width = 64, InitGain = 0.1f, Objective = GeneratorObjective.Modified, Dropout = false,
        BatchSize = 100, EmaDecay = 0.99f, Steps = 4000, SampleFreq = 500,
    };

    /// <summary>Dropout rate, a different one for each discriminator.</summary>
    internal float DropoutOf(int discriminator) => Dropout ? 0.6f - (0.2f / Discriminators * (discriminator + 1)) : 0;

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (ImageSize < 2 * LastSide || !int.IsPow2(ImageSize))
        {
            found.Add($"--image-size {ImageSize} must be a power of two and at least {2 * LastSide}: networks double from {FirstSide} " +
                "pixels");
        }
        else if (Width % (1 << (Doublings - 1)) != 0)
        {
            found.Add($"--width {Width} must be a multiple of {1 << (Doublings - 1)} for --image-size {ImageSize}");
        }

        if (BatchSize < Discriminators)
        {
            found.Add($"--batch-size {BatchSize} is too small: each of --discriminators {Discriminators} needs a picture of its own");
        }
    }
}
