using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.StackGan;

/// <summary>Options shared by StackGAN and StackGAN++, whose pictures are conditioned on vectors.</summary>
public abstract record StackedOptions : LabelledNoiseOptions, IAdversarialOptions
{
    /// <summary>Side at which upsampling starts and downsampling ends.</summary>
    internal const int SmallestSide = 4;

    protected StackedOptions() => (Conditional, ImageSize, Flip) = (true, 256, true);

    /// <summary>
    /// Condition on your own embeddings: beside each NAME.png an array NAME.npy of float32, (numbers) or (captions, numbers).
    /// </summary>
    [Option("Condition on your own embeddings: beside each NAME.png an array NAME.npy of float32, (numbers) or (captions, numbers).",
        Off = "Condition on labels.")]
    public bool OwnEmbeddings { get; init; }

    /// <summary>
    /// Length of a label's embedding by a fixed random matrix; 0 to use the label itself. With <see cref="OwnEmbeddings"/>, the length of
    /// yours.
    /// </summary>
    [Option("Length of a label's embedding by a fixed random matrix; 0 to use the label itself. With " +
        "--own-embeddings, the length of yours.",
        Least = 0, Most = 65_536)]
    public int Embedding { get; init; } = 1024;

    /// <summary>Length of the condition that generators sample for a label.</summary>
    [Option("Length of the condition that generators sample for a label.", Least = 1, Most = 65_536)]
    public int Condition { get; init; } = 128;

    /// <summary>Sample the generators' conditions around a label's mean (conditioning augmentation).</summary>
    [Option(
        "Sample the generators' conditions around a label's mean (conditioning augmentation).",
        Off = "Use a label's mean condition, without sampling.")]
    public bool Augment { get; init; } = true;

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Vanilla;

    /// <inheritdoc/>
    public float LambdaGp { get; init; } = 10;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; }

    /// <inheritdoc/>
    public float LambdaR2 { get; init; }

    /// <summary>Weight of the conditions' KL divergence from N(0, 1).</summary>
    [Option("Weight of the conditions' KL divergence from N(0, 1).", Least = 0, Most = 1e9)]
    public float LambdaKl { get; init; } = 2;

    /// <summary>Length of a label's vector.</summary>
    internal int EmbeddedNumbers => Embedding > 0 ? Embedding : LabelCount;

    /// <summary>Halvings from a side to the smallest.</summary>
    internal static int HalvingsOf(int side) => int.Log2(Math.Max(side / SmallestSide, 1));

    /// <summary>The options with the labels of a folder, or the length of its embeddings.</summary>
    internal override NoiseOptions WithLabelsOf(string folder) =>
        OwnEmbeddings ? this with { Embedding = EmbeddedPictures.NumbersIn(folder) } : base.WithLabelsOf(folder);

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (OwnEmbeddings && (Labels.Length > 0 || Embedding == 0))
        {
            found.Add($"{(Labels.Length > 0 ? $"--labels {Labels}" : "--embedding 0")} can't be combined with --own-embeddings, which " +
                "pictures are conditioned on instead of labels");
        }
    }
}
