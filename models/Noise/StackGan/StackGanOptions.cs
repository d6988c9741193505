namespace IlgpuGan.Models.Families.StackGan;

/// <summary>StackGAN as published for pictures of 64 and then 256 pixels by default.</summary>
public sealed record StackGanOptions : StackedOptions
{
    private const int LargestCoarseSide = 64;

    /// <summary>With more doublings, the last one has no layers of its own.</summary>
    private const int MostOwnDoublings = 3;

    public StackGanOptions() => (BatchSize, Steps) = (64, 165_600);

    public override string Model => StackGanFamily.Name;

    /// <summary>Side in pixels of the first stage's pictures.</summary>
    [Option("Side in pixels of the first stage's pictures.", Least = 8, Most = LargestCoarseSide)]
    public int CoarseSize { get; init; } = 64;

    /// <summary>Steps of the first stage.</summary>
    [Option("Steps of the first stage.", Least = 1, Most = 1_000_000)]
    public int Niter { get; init; } = 82_800;

    /// <summary>
    /// Generate pictures of <see cref="NoiseOptions.ImageSize"/> in one stage: the first generator alone, with more upsamplings. A baseline
    /// for two stages.
    /// </summary>
    [Option("Generate pictures of --image-size in one stage: the first generator alone, with more upsamplings. A baseline for two stages.",
        Off = "Generate pictures in two stages.")]
    public bool OneStage { get; init; }

    /// <summary>Base width of the generators: the first starts with eight times as many channels, the second with as many.</summary>
    [Option("Base width of the generators: the first starts with eight times as many channels, the second with as many.",
        Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 128;

    /// <summary>Smallest width of the discriminators' first layer.</summary>
    [Option("Smallest width of the discriminators' first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    /// <summary>Width of the discriminators' last layers.</summary>
    [Option("Width of the discriminators' last layers.", Least = 4, Most = 4096)]
    public int WidthD { get; init; } = 512;

    /// <summary>Downsamplings at the start of the second generator.</summary>
    [Option("Downsamplings at the start of the second generator.", Least = 1, Most = 4)]
    public int Downs { get; init; } = 2;

    /// <summary>Residual blocks of the second generator.</summary>
    [Option("Residual blocks of the second generator.", Least = 0, Most = 64)]
    public int Blocks { get; init; } = 4;

    /// <summary>Steps of a stage after which its learning rates are halved, repeatedly; 0 for constant rates.</summary>
    [Option("Steps of a stage after which its learning rates are halved, repeatedly; 0 for constant rates.",
        Least = 0, Most = int.MaxValue)]
    public int HalfLife { get; init; } = 6900;

    /// <summary>Half-life of the second stage's learning rates, in steps; 0 for <see cref="HalfLife"/>.</summary>
    [Option("Half-life of the second stage's learning rates, in steps; 0 for --half-life.", Least = 0, Most = int.MaxValue)]
    public int HalfLife2 { get; init; }

    /// <summary>Side in pixels of the first generator's pictures.</summary>
    internal int FirstSide => OneStage ? ImageSize : CoarseSize;

    /// <summary>The first generator's doublings with layers of their own; large pictures have one more, a plain upsampling.</summary>
    internal int OwnDoublings => HalvingsOf(FirstSide) - (HalvingsOf(FirstSide) > MostOwnDoublings ? 1 : 0);

    /// <summary>Minutes on two cores: 16 pixels, then 32.</summary>
    public static StackGanOptions Small() => new()
    {
        Preset = SmallPreset, ImageSize = 32, CoarseSize = 16, Nz = 16, Embedding = 32, Condition = 16, Ngf = 16, Ndf = 16, WidthD = 64,
        Downs = 1, Blocks = 2, HalfLife = 0, Flip = false, BatchSize = 32, Niter = 1500, Steps = 3000, SampleFreq = 500,
    };

    /// <summary>Width of the first layer of a discriminator for pictures of a side.</summary>
    internal int FirstWidthD(int side) => Math.Max(WidthD >> (HalvingsOf(side) - 1), Ndf);

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(!OneStage, "with --one-stage", "coarse-size", "niter", "downs", "blocks", "half-life2"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (!Conditional)
        {
            found.Add($"--no-conditional does not apply to {Model}, whose discriminators judge whether a picture matches its label");
        }

        if (OneStage && (!int.IsPow2(ImageSize) || ImageSize < 2 * SmallestSide))
        {
            found.Add($"--image-size {ImageSize} must be a power of two and at least {2 * SmallestSide}");
            return;
        }

        if (!OneStage && (!int.IsPow2(CoarseSize) || !int.IsPow2(ImageSize) || ImageSize <= CoarseSize))
        {
            found.Add($"--coarse-size {CoarseSize} and --image-size {ImageSize} must be powers of two, the second larger than the first");
            return;
        }

        if (!OneStage && CoarseSize >> Downs < SmallestSide)
        {
            found.Add($"--downs {Downs} is too large for --coarse-size {CoarseSize}: at least {SmallestSide} pixels must remain");
        }

        if ((8 * Ngf) >> OwnDoublings == 0
            || (!OneStage && (4 * Ngf) >> int.Log2(ImageSize / Math.Max(CoarseSize >> Downs, 1)) == 0))
        {
            found.Add($"--ngf {Ngf} is too small for --image-size {ImageSize}: the last layers would have no channel");
        }

        if (new[] { FirstSide, ImageSize }.Any(side => !Reaches(FirstWidthD(side) << (HalvingsOf(side) - 1))))
        {
            found.Add($"--width-d {WidthD} and --ndf {Ndf} do not fit: widths must reach --width-d by doubling and halving");
        }
    }

    /// <summary>Whether halving a width leads to that of the last layers, which must be a multiple of 4.</summary>
    private bool Reaches(int width) => width % WidthD == 0 && int.IsPow2(width / WidthD) && WidthD % 4 == 0;
}
