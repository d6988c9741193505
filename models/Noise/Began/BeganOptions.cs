namespace IlgpuGan.Models.Families.Began;

/// <summary>BEGAN as carpedm20's program has it, for 64 pixels, by default.</summary>
public sealed record BeganOptions : NoiseOptions
{
    /// <summary>Side at which upsampling starts and downsampling ends.</summary>
    internal const int SmallestSide = 8;

    public BeganOptions()
    {
        (Nz, Noise) = (64, NoiseKind.Uniform);
        (InitType, InitGain) = (Initialization.XavierUniform, 1);
        (Lr, Beta1) = (8e-5f, 0.9f);
        (BatchSize, Steps) = (16, 500_000);
    }

    public override string Model => BeganFamily.Name;

    /// <summary>
    /// Channels of generator and decoder, and of the encoder's first level; the encoder's grow by as many from level to level.
    /// </summary>
    [Option("Channels of generator and decoder, and of the encoder's first level; the encoder's grow by as many from level to level.",
        Least = 1, Most = 4096)]
    public int Width { get; init; } = 128;

    /// <summary>Target ratio of the loss of generated pictures to that of real ones: small for quality, large for diversity.</summary>
    [Option("Target ratio of the loss of generated pictures to that of real ones: small for quality, large for diversity.", Least = 0,
        Most = 1,
        Why = "With less, pictures are less diverse, since the discriminator then minds the coding of real ones more (arXiv " +
            "1703.10717, section 3).")]
    public float Gamma { get; init; } = 0.5f;

    /// <summary>Step size of the balance.</summary>
    [Option("Step size of the balance.", Least = 0, Most = 1)]
    public float LambdaK { get; init; } = 0.001f;

    /// <summary>Steps after which the learning rate is halved, down to a quarter; 0 for never.</summary>
    [Option("Steps after which the learning rate is halved, down to a quarter; 0 for never.", Least = 0, Most = int.MaxValue)]
    public int HalfLife { get; init; } = 100_000;

    /// <summary>Number of resolutions from 8 pixels to the picture's side.</summary>
    internal int Levels => int.Log2(Math.Max(ImageSize / SmallestSide, 1)) + 1;

    /// <summary>
    /// Minutes on two cores: 32 pixels. The balance takes larger steps, since there are few; with the published ones all generated houses
    /// looked alike.
    /// </summary>
    public static BeganOptions Small() => new()
    {
        Preset = SmallPreset, ImageSize = 32, Width = 16, InitGain = 1.3f, Gamma = 0.9f, LambdaK = 0.02f, Lr = 1e-4f, EmaDecay = 0.99f,
        Steps = 6000, SampleFreq = 1000,
    };

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (ImageSize < 2 * SmallestSide || !int.IsPow2(ImageSize))
        {
            found.Add($"--image-size {ImageSize} must be a power of two and at least {2 * SmallestSide}: networks double from " +
                $"{SmallestSide} pixels");
        }
    }
}
