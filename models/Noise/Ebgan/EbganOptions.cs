namespace IlgpuGan.Models.Families.Ebgan;

/// <summary>Kinds of EBGAN's networks.</summary>
public enum EbganLayers
{
    /// <summary>DCGAN's generator, an auto-encoder with three downsamplings.</summary>
    Convolutions,

    /// <summary>Linear layers, for small pictures.</summary>
    Perceptrons,
}

/// <summary>Reconstruction error of a picture.</summary>
public enum EbganEnergy
{
    /// <summary>The Euclidean distance.</summary>
    Distance,

    /// <summary>Its square.</summary>
    SquaredDistance,
}

/// <summary>EBGAN as published for faces of 64 pixels by default.</summary>
public sealed record EbganOptions : NoiseOptions
{
    /// <summary>Number of downsamplings of the convolutional auto-encoder.</summary>
    internal const int Halvings = 3;

    private const int SmallestSide = 16;

    public EbganOptions() => (BatchSize, Epochs) = (64, 100);

    public override string Model => EbganFamily.Name;

    /// <summary>Kind of the networks' layers.</summary>
    [Option("Kind of the networks' layers.")]
    public EbganLayers Layers { get; init; }

    /// <summary>With <see cref="Layers"/> convolutions, width of the generator's last hidden layer; it doubles towards the code.</summary>
    [Option("With --layers convolutions, width of the generator's last hidden layer; it doubles towards the code.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 128;

    /// <summary>With <see cref="Layers"/> convolutions, width of the auto-encoder's first layer.</summary>
    [Option("With --layers convolutions, width of the auto-encoder's first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    /// <summary>With <see cref="Layers"/> perceptrons, comma-separated widths of the generator's hidden layers.</summary>
    [Option("With --layers perceptrons, comma-separated widths of the generator's hidden layers.", Values = "WIDTHS")]
    public string GWidths { get; init; } = "400,400";

    /// <summary>With <see cref="Layers"/> perceptrons, comma-separated widths of the encoder's layers; the last one is the code.</summary>
    [Option("With --layers perceptrons, comma-separated widths of the encoder's layers; the last one is the code.", Values = "WIDTHS")]
    public string DWidths { get; init; } = "128";

    /// <summary>Energy of a picture: how its reconstruction error is measured.</summary>
    [Option("Energy of a picture: how its reconstruction error is measured.")]
    public EbganEnergy Energy { get; init; }

    /// <summary>Energy of fakes above which the discriminator has no loss.</summary>
    [Option("Energy of fakes above which the discriminator has no loss.", Least = 0, AboveLeast = true, Most = 1e9)]
    public float Margin { get; init; } = 20;

    /// <summary>Weight of the pulling-away term, which keeps the codes of fakes apart; 0 for none.</summary>
    [Option(
        "Weight of the pulling-away term, which keeps the codes of fakes apart; 0 for none.", Least = 0, Most = 1e9,
        Why = "It keeps the codes of a batch apart, which prevents mode collapse (arXiv 1609.03126, " +
            "section 2.4).")]
    public float LambdaPt { get; init; } = 0.1f;

    /// <summary>First steps, in which the auto-encoder learns from real pictures alone and the generator does not learn.</summary>
    [Option("First steps, in which the auto-encoder learns from real pictures alone and the generator does not learn.", Least = 0,
        Most = 1_000_000_000)]
    public int PretrainD { get; init; }

    /// <summary>Minutes on two cores: glyphs of 16 pixels.</summary>
    public static EbganOptions Small() => new()
    {
        Preset = SmallPreset, Layers = EbganLayers.Perceptrons, ImageSize = 16, OutputNc = 1, Energy = EbganEnergy.SquaredDistance,
        Margin = 10, Lr = 1e-3f,
        BatchSize = 100, InitType = Initialization.Default, Steps = 3000, SampleFreq = 500,
    };

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(Layers == EbganLayers.Convolutions, "without --layers convolutions", "ngf", "ndf"),
        .. OptionEffect.Of(Layers == EbganLayers.Perceptrons, "without --layers perceptrons", "g-widths", "d-widths"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (Layers == EbganLayers.Convolutions)
        {
            if (ImageSize < SmallestSide || !int.IsPow2(ImageSize))
            {
                found.Add($"--image-size {ImageSize} must be a power of two and at least {SmallestSide} for --layers convolutions");
            }

            return;
        }

        found.AddRange(Widths.Problems(GWidths, DWidths));
    }
}
