using IlgpuGan.Models.Families.StackGan;

namespace IlgpuGan.Models.Families.StackGanV2;

/// <summary>StackGAN++ (StackGAN-v2) as published for birds of 64, 128 and 256 pixels by default.</summary>
public sealed record StackGanV2Options : StackedOptions
{
    /// <summary>The steps are 600 epochs of CUB's 8855 birds, without each epoch's last, smaller batch.</summary>
    public StackGanV2Options() => (BatchSize, Steps, EmaDecay, InitType, InitGain) =
        (24, 220_800, 0.999f, Initialization.Orthogonal, 1);

    public override string Model => StackGanV2Family.Name;

    /// <summary>
    /// Generators, each of pictures of twice the side of those before it; the last makes <see cref="NoiseOptions.ImageSize"/>.
    /// </summary>
    [Option("Generators, each of pictures of twice the side of those before it; the last makes --image-size.", Least = 1, Most = 5)]
    public int BranchNum { get; init; } = 3;

    /// <summary>Width of the features that the first pictures are made of; each generator after it has half as many.</summary>
    [Option("Width of the features that the first pictures are made of; each generator after it has half as many.",
        Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    /// <summary>Width of the discriminators' first layer.</summary>
    [Option("Width of the discriminators' first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    /// <summary>Residual blocks of each generator after the first.</summary>
    [Option("Residual blocks of each generator after the first.", Least = 0, Most = 64)]
    public int Blocks { get; init; } = 2;

    /// <summary>
    /// With <see cref="LabelledNoiseOptions.Conditional"/>, weight of the losses of pictures alone, whatever their label is; 0 for none.
    /// </summary>
    [Option("With --conditional, weight of the losses of pictures alone, whatever their label is; 0 for none.", Least = 0, Most = 1e9)]
    public float UncondLoss { get; init; } = 1;

    /// <summary>
    /// Weight of the colour-consistency regularisation: mean and covariance of the colours of each picture and of the one below it.
    /// </summary>
    [Option(
        "Weight of the colour-consistency regularisation: mean and covariance of the colours of each picture and of the one below it.",
        Least = 0, Most = 1e9,
        Why = "Its weight is 50 without captions, and 0 with them, whose condition is the stronger constraint (arXiv 1710.10916, " +
            "section 4).")]
    public float ColorLoss { get; init; }

    /// <summary>Minutes on two cores: 8, 16 and 32 pixels.</summary>
    public static StackGanV2Options Small() => new()
    {
        Preset = SmallPreset, ImageSize = 32, Nz = 16, Embedding = 32, Condition = 16, Ngf = 32, Ndf = 32, Flip = false, BatchSize = 32,
        Steps = 3000, SampleFreq = 500,
    };

    /// <summary>Side in pixels of the pictures of a branch, from 0.</summary>
    internal int SideOf(int branch) => ImageSize >> (BranchNum - 1 - branch);

    /// <summary>Width of the last layers of all discriminators.</summary>
    internal int WidthD => Ndf << (HalvingsOf(SideOf(0)) - 1);

    /// <summary>Length of the vector that generators get with the features: the condition, or the code without labels.</summary>
    internal int ConditionLength => Conditional ? Condition : Nz;

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(Conditional, "with --no-conditional", "embedding", "condition", "augment", "lambda-kl", "uncond-loss"),
        .. OptionEffect.Of(BranchNum > 1, "with --branch-num 1", "blocks", "color-loss"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (OwnEmbeddings && !Conditional)
        {
            found.Add("--own-embeddings needs --conditional: without it the networks have no label");
        }

        if (!int.IsPow2(ImageSize) || SideOf(0) < 2 * SmallestSide)
        {
            found.Add($"--image-size {ImageSize} and --branch-num {BranchNum}: the size must be a power of two, and the first " +
                $"generator's pictures have at least {2 * SmallestSide} pixels");
        }

        if (Ngf % (1 << (BranchNum - 1)) != 0)
        {
            found.Add($"--ngf {Ngf} can't be halved for each of the generators after the first (--branch-num {BranchNum})");
        }
    }
}
