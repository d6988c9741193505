using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.Cut;

/// <summary>Options of families that compare patches of a generator's output with those of its input (CUT and its successors).</summary>
public abstract record ContrastiveOptions : PictureOptions, IAdversarialOptions
{
    /// <summary>Residual blocks of the generator.</summary>
    [Option("Residual blocks of the generator.", Least = 1, Most = 99)]
    public int Blocks { get; init; } = 9;

    /// <summary>Width of the generator's first layer.</summary>
    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    /// <summary>Width of the discriminator's first layer.</summary>
    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    /// <summary>Downsamplings in the discriminator, if it is a PatchGAN.</summary>
    [Option("Downsamplings in the discriminator, if it is a PatchGAN.", Least = 0, Most = 12)]
    public int NLayersD { get; init; } = 3;

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Lsgan;

    /// <inheritdoc/>
    public float LambdaGp { get; init; } = 10;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; }

    /// <inheritdoc/>
    public float LambdaR2 { get; init; }

    /// <summary>Weight of the adversarial loss.</summary>
    [Option("Weight of the adversarial loss.", Least = 0, Most = 1e9)]
    public float LambdaGan { get; init; } = 1;

    /// <summary>Adam's second-moment decay.</summary>
    [Option("Adam's second-moment decay.", Least = 0, Most = 0.999999)]
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Weight of the contrastive loss.</summary>
    [Option(
        "Weight of the contrastive loss.", Least = 0, Most = 1e9,
        Why = "1 together with the identity term; 10 without it, as compensation (arXiv 2007.15651, section 3).")]
    public float LambdaNce { get; init; } = 1;

    /// <summary>Apply the contrastive loss to pictures of the target domain, too (identity term).</summary>
    [Option(
        "Apply the contrastive loss to pictures of the target domain, too (identity term).",
        Off = "Apply the contrastive loss to translated pictures alone.",
        Why = "It prevents unnecessary changes by the generator (arXiv 2007.15651, section 3).")]
    public bool NceIdentity { get; init; } = true;

    /// <summary>
    /// Layers of the generator whose features are compared, ascending: 0 the picture, 4 and 8 convolutions, from 12 on blocks; of
    /// StyleGAN2's layers, 2 the downsampling, from 3 on blocks.
    /// </summary>
    [Option(
        "Layers of the generator whose features are compared, ascending: 0 the picture, 4 and 8 convolutions, from 12 on blocks; of " +
            "StyleGAN2's layers, 2 the downsampling, from 3 on blocks.",
        Values = "N,N,…")]
    public string NceLayers { get; init; } = "0,4,8,12,16";

    /// <summary>Positions of each layer that are compared in a step.</summary>
    [Option("Positions of each layer that are compared in a step.", Least = 1, Most = 65_536)]
    public int NumPatches { get; init; } = 256;

    /// <summary>Length of the projected vectors.</summary>
    [Option("Length of the projected vectors.", Least = 1, Most = 4096)]
    public int Nnf { get; init; } = 256;

    /// <summary>Temperature, by which similarities are divided.</summary>
    [Option("Temperature, by which similarities are divided.", Least = 0, AboveLeast = true, Most = 1000)]
    public float NceTemperature { get; init; } = 0.07f;

    /// <summary>Default layers to compare for generators with few blocks: up to the first block.</summary>
    internal const string FewLayers = "0,4,8,12";

    /// <summary>Two downsamplings.</summary>
    protected internal override int SideMultiple => 4;

    protected internal override string SideMultipleOf => "the generator's two downsamplings";

    /// <summary>Blocks after the downsamplings pad by reflection and normalise, which needs more than one pixel.</summary>
    protected internal override int SmallestSide => 2 * SideMultiple;

    /// <summary>Each layer of the antialiased discriminator halves a side; the last two layers take one pixel each.</summary>
    internal override int SmallestTrainedSide => IsResNet ? Math.Max(SmallestSide, 3 << NLayersD) : SmallestSide;

    protected internal override string GeneratorName => $"an antialiased ResNet of {Blocks} blocks";

    /// <summary>Whether the networks are an antialiased ResNet and PatchGAN.</summary>
    internal virtual bool IsResNet => true;

    /// <summary>Whether positions of all pictures of a batch are contrasted with each other.</summary>
    internal virtual bool ContrastsBatch => false;

    /// <summary><see cref="NceLayers"/> as numbers.</summary>
    internal IReadOnlyList<int> ComparedLayers => Parsed ?? throw new OptionsException(LayersProblem);

    private string LayersProblem =>
        $"--nce-layers {NceLayers} must be ascending numbers from 0 to {LastLayer}, the last of the encoder's blocks, with commas between";

    /// <summary>The last layer of the encoder.</summary>
    private protected virtual int LastLayer => AntialiasedResNet.FirstBlock + Blocks - 1;

    private IReadOnlyList<int>? Parsed
    {
        get
        {
            var layers = NceLayers.Split(',').Select(text => int.TryParse(text, out var layer) ? layer : -1).ToList();
            var ascends = layers.Zip(layers.Skip(1)).All(pair => pair.First < pair.Second);
            return ascends && layers[0] >= 0 && layers[^1] <= LastLayer ? layers : null;
        }
    }

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => LambdaNce > 0 ? losses : [];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (Parsed is null)
        {
            found.Add(LayersProblem);
        }

        if (NLayersD < 1 && IsResNet)
        {
            found.Add("--n-layers-d must be at least 1: the antialiased discriminator starts with a downsampling");
        }

        if (InputNc != OutputNc)
        {
            found.Add($"--input-nc {InputNc} and --output-nc {OutputNc} must be equal: the generator reads what it has made, to " +
                "compare it with its input");
        }
    }
}
