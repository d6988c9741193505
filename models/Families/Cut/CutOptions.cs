using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Families.Cut;

/// <summary>The authors' CUT by default: nine residual blocks, least squares, contrastive loss on five layers with identity.</summary>
public sealed record CutOptions : PictureOptions
{
    /// <summary>The preset of FastCUT.</summary>
    public const string FastPreset = "fastcut";

    /// <summary>The preset of a small FastCUT.</summary>
    public const string SmallFastPreset = "small-fastcut";

    public CutOptions() => (Epochs, EpochsDecay, InitType) = (200, 200, Initialization.Xavier);

    public override string Model => CutFamily.Name;

    [Option("Residual blocks of the generator.", Least = 1, Most = 99)]
    public int Blocks { get; init; } = 9;

    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    [Option("Halvings in the discriminator.", Least = 0, Most = 12)]
    public int NLayersD { get; init; } = 3;

    [Option("Weight of the adversarial loss.", Least = 0, Most = 1e9)]
    public float LambdaGan { get; init; } = 1;

    [Option("Weight of the contrastive loss.", Least = 0, Most = 1e9)]
    public float LambdaNce { get; init; } = 1;

    [Option("Compare pictures of the target domain with what the generator makes of them, too.", Off = "Compare only translated pictures.")]
    public bool NceIdentity { get; init; } = true;

    [Option("Layers of the generator whose features are compared, ascending: 0 the picture, 4 and 8 convolutions, from 12 on blocks.", Values = "N,N,…")]
    public string NceLayers { get; init; } = "0,4,8,12,16";

    [Option("Places of each layer that are compared in a step.", Least = 2, Most = 65_536)]
    public int NumPatches { get; init; } = 256;

    [Option("Length of the vectors that are compared.", Least = 1, Most = 4096)]
    public int Nnf { get; init; } = 256;

    [Option("What similarities of vectors are divided by.", Least = 0, AboveLeast = true, Most = 1000)]
    public float NceTemperature { get; init; } = 0.07f;

    [Option(
        "Mirror the generator's input in half of the steps, and its features back: what is made must not depend on left and right.",
        Off = "Never mirror the generator's input.")]
    public bool FlipEquivariance { get; init; }

    /// <summary>Of two halvings.</summary>
    internal override int SideMultiple => 4;

    internal override string SideMultipleOf => "the generator's two halvings";

    /// <summary>Behind the halvings, blocks mirror the border and take norms, for which one pixel is too few.</summary>
    internal override int SmallestSide => 2 * SideMultiple;

    internal override string GeneratorName => $"an antialiased ResNet of {Blocks} blocks";

    /// <summary><see cref="NceLayers"/> as numbers.</summary>
    internal IReadOnlyList<int> ComparedLayers => Parsed ?? throw new OptionsException(LayersProblem);

    private string LayersProblem =>
        $"--nce-layers {NceLayers} must be ascending numbers from 0 to {AntialiasedResNet.FirstBlock + Blocks - 1}, the last of {Blocks} blocks, with commas between";

    private IReadOnlyList<int>? Parsed
    {
        get
        {
            var layers = NceLayers.Split(',').Select(text => int.TryParse(text, out var layer) ? layer : -1).ToList();
            var ascends = layers.Zip(layers.Skip(1)).All(pair => pair.First < pair.Second);
            return ascends && layers[0] >= 0 && layers[^1] < AntialiasedResNet.FirstBlock + Blocks ? layers : null;
        }
    }

    /// <summary>FastCUT: a heavier contrastive loss instead of the identity, and mirrored inputs; shorter.</summary>
    internal CutOptions Fast() => this with { LambdaNce = 10, NceIdentity = false, FlipEquivariance = true, Epochs = 150, EpochsDecay = 50 };

    /// <summary>Two minutes on two cores.</summary>
    internal static CutOptions Small() => new()
    {
        Preset = SmallPreset, LoadSize = 72, CropSize = 64, Blocks = 4, Ngf = 16, Ndf = 16, NLayersD = 2, NceLayers = "0,4,8,12", NumPatches = 64,
        Steps = 2000, SampleFreq = 200, LogFreq = 20,
    };

    protected internal override IEnumerable<string> Contradictions()
    {
        foreach (var problem in base.Contradictions())
        {
            yield return problem;
        }

        if (Parsed is null)
        {
            yield return LayersProblem;
        }

        if (NLayersD < 1)
        {
            yield return "--n-layers-d must be at least 1: the antialiased discriminator begins with a halving";
        }

        if (LambdaGan == 0 && LambdaNce == 0)
        {
            yield return "--lambda-gan and --lambda-nce are both 0: the generator would have nothing to learn from";
        }

        if (InputNc != OutputNc)
        {
            yield return $"--input-nc {InputNc} and --output-nc {OutputNc} must be equal: the generator reads what it has made, to compare it with its input";
        }
    }
}
