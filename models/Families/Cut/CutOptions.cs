using System.Text.Json.Serialization;
using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.Cut;

/// <summary>Which networks are trained.</summary>
public enum CutNetworks
{
    /// <summary>An antialiased ResNet and PatchGAN.</summary>
    [JsonStringEnumMemberName("resnet")]
    ResNet,

    /// <summary>StyleGAN2's layers without styles, for crops.</summary>
    [JsonStringEnumMemberName("stylegan2")]
    StyleGan2,
}

/// <summary>The authors' CUT by default: nine residual blocks, least squares, contrastive loss on five layers with identity.</summary>
public sealed record CutOptions : PictureOptions, IAdversarialOptions
{
    /// <summary>The preset of FastCUT.</summary>
    public const string FastPreset = "fastcut";

    /// <summary>The preset of a small FastCUT.</summary>
    public const string SmallFastPreset = "small-fastcut";

    /// <summary>The preset of SinCUT.</summary>
    public const string SinPreset = "sincut";

    /// <summary>The preset of a small SinCUT.</summary>
    public const string SmallSinPreset = "small-sincut";

    public CutOptions() => (Epochs, EpochsDecay, InitType) = (200, 200, Initialization.Xavier);

    public override string Model => CutFamily.Name;

    [Option("Networks: an antialiased ResNet and PatchGAN, or StyleGAN2's layers for crops.")]
    public CutNetworks Networks { get; init; }

    [Option("Crops in an epoch, to train on one picture of each domain; 0 to train on folders.", Least = 0, Most = 100_000_000)]
    public int CropsPerEpoch { get; init; }

    [Option("Residual blocks of the generator.", Least = 1, Most = 99)]
    public int Blocks { get; init; } = 9;

    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    [Option("Downsamplings in the discriminator.", Least = 0, Most = 12)]
    public int NLayersD { get; init; } = 3;

    [Option("Weight of the adversarial loss.", Least = 0, Most = 1e9)]
    public float LambdaGan { get; init; } = 1;

    public GanMode GanMode { get; init; } = GanMode.Lsgan;

    public float LambdaGp { get; init; } = 10;

    public float LambdaR1 { get; init; }

    public float LambdaR2 { get; init; }

    [Option("Weight of the L1 identity loss on pictures of the target domain.", Least = 0, Most = 1e9)]
    public float LambdaIdentity { get; init; }

    [Option("Adam's second-moment decay.", Least = 0, Most = 0.999999)]
    public float Beta2 { get; init; } = 0.999f;

    [Option(
        "Contrast positions of all pictures of a batch.", Off = "Contrast positions within each picture.",
        Why = "Negatives from the same picture worked better (arXiv 2007.15651).")]
    public bool NceAllNegatives { get; init; }

    [Option(
        "Weight of the contrastive loss.", Least = 0, Most = 1e9,
        Why = "1 together with the identity term; 10 without it, as compensation (arXiv 2007.15651, section 3).")]
    public float LambdaNce { get; init; } = 1;

    [Option(
        "Apply the contrastive loss to pictures of the target domain, too (identity term).",
        Off = "Apply the contrastive loss to translated pictures alone.",
        Why = "It prevents unnecessary changes by the generator (arXiv 2007.15651, section 3).")]
    public bool NceIdentity { get; init; } = true;

    [Option(
        "Layers of the generator whose features are compared, ascending: 0 the picture, 4 and 8 convolutions, from 12 on blocks; for " +
            "stylegan2, 2 the downsampling, from 3 on blocks.",
        Values = "N,N,…")]
    public string NceLayers { get; init; } = "0,4,8,12,16";

    [Option("Positions of each layer that are compared in a step.", Least = 1, Most = 65_536)]
    public int NumPatches { get; init; } = 256;

    [Option("Length of the projected vectors.", Least = 1, Most = 4096)]
    public int Nnf { get; init; } = 256;

    [Option("Temperature, by which similarities are divided.", Least = 0, AboveLeast = true, Most = 1000)]
    public float NceTemperature { get; init; } = 0.07f;

    [Option(
        "Flip the generator's input in half of the steps, and its features back, so that outputs are equivariant to flips.",
        Off = "Never flip the generator's input.")]
    public bool FlipEquivariance { get; init; }

    /// <summary>Two downsamplings; one with StyleGAN2's layers.</summary>
    internal override int SideMultiple => Networks == CutNetworks.StyleGan2 ? 2 : 4;

    internal override string SideMultipleOf =>
        Networks == CutNetworks.StyleGan2 ? "the generator's halving" : "the generator's two downsamplings";

    /// <summary>Default layers to compare for generators with few blocks: up to the first block.</summary>
    internal const string FewLayers = "0,4,8,12";

    /// <summary>Blocks after the downsamplings pad by reflection and normalise, which needs more than one pixel.</summary>
    internal override int SmallestSide => 2 * SideMultiple;

    internal override string GeneratorName =>
        Networks == CutNetworks.StyleGan2 ? $"a StyleGAN2 generator of {Blocks} blocks" : $"an antialiased ResNet of {Blocks} blocks";

    /// <summary><see cref="NceLayers"/> as numbers.</summary>
    internal IReadOnlyList<int> ComparedLayers => Parsed ?? throw new OptionsException(LayersProblem);

    private string LayersProblem =>
        $"--nce-layers {NceLayers} must be ascending numbers from 0 to {LastLayer}, the last of the encoder's blocks, with commas between";

    private int LastLayer =>
        Networks == CutNetworks.StyleGan2 ? StyleGenerator.LastCompared(Blocks) : AntialiasedResNet.FirstBlock + Blocks - 1;

    private IReadOnlyList<int>? Parsed
    {
        get
        {
            var layers = NceLayers.Split(',').Select(text => int.TryParse(text, out var layer) ? layer : -1).ToList();
            var ascends = layers.Zip(layers.Skip(1)).All(pair => pair.First < pair.Second);
            return ascends && layers[0] >= 0 && layers[^1] <= LastLayer ? layers : null;
        }
    }

    /// <summary>FastCUT: a heavier contrastive loss instead of the identity term, mirrored inputs, and fewer epochs.</summary>
    internal static CutOptions Fast() => new CutOptions().MadeFast(FastPreset);

    /// <summary>FastCUT with the small networks.</summary>
    internal static CutOptions SmallFast() => Small().MadeFast(SmallFastPreset);

    /// <summary>
    /// The authors' SinCUT: 16 epochs of 100,000 crops of 64 pixels, 16 at a time. One position of each crop is contrasted with those of
    /// the other crops.
    /// </summary>
    internal static CutOptions Sin() => new()
    {
        Preset = SinPreset, Networks = CutNetworks.StyleGan2, CropsPerEpoch = 100_000, Preprocess = PreprocessMode.Crop, CropSize = 64,
        BatchSize = 16,
        Epochs = 8, EpochsDecay = 8, Blocks = 6, Ngf = 10, Ndf = 8, GanMode = GanMode.Vanilla, LambdaR1 = 1, LambdaIdentity = 1,
        LambdaNce = 4, NceLayers = "0,2,4",
        NumPatches = 1, NceAllNegatives = true, Lr = 0.002f, Beta1 = 0, Beta2 = 0.99f,
    };

    /// <summary>Minutes on two cores: crops of 32 pixels, narrower networks.</summary>
    internal static CutOptions SmallSin() => Sin() with
    {
        Preset = SmallSinPreset, CropsPerEpoch = 2_000, CropSize = 32, BatchSize = 8, Blocks = 4, Ngf = 3, Ndf = 2, Nnf = 64, Steps = 1500,
        SampleFreq = 250,
    };

    /// <summary>Two minutes on two cores.</summary>
    internal static CutOptions Small() => new()
    {
        Preset = SmallPreset, LoadSize = 72, CropSize = 64, Blocks = 4, Ngf = 16, Ndf = 16, NLayersD = 2, NceLayers = FewLayers,
        NumPatches = 64,
        Steps = 2000, SampleFreq = 200,
    };

    private CutOptions MadeFast(string preset) =>
        this with { Preset = preset, LambdaNce = 10, NceIdentity = false, FlipEquivariance = true, Epochs = 150, EpochsDecay = 50 };

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (Parsed is null)
        {
            found.Add(LayersProblem);
        }

        if (NLayersD < 1 && Networks == CutNetworks.ResNet)
        {
            found.Add("--n-layers-d must be at least 1: the antialiased discriminator starts with a downsampling");
        }

        if (NumPatches * (NceAllNegatives ? BatchSize : 1) < 2)
        {
            found.Add($"--num-patches {NumPatches} leaves a position without negatives; use more, or " +
                "--nce-all-negatives with a larger --batch-size");
        }

        if (Networks == CutNetworks.StyleGan2 && (!Preprocess.Crops() || CropSize < 8 || !int.IsPow2(CropSize)))
        {
            found.Add($"--networks stylegan2 judges crops of 8, 16, 32, … pixels: choose such a --crop-size, not {CropSize}, and a " +
                "--preprocess that crops");
        }

        if (LambdaGan == 0 && LambdaNce == 0)
        {
            found.Add("--lambda-gan and --lambda-nce are both 0: the generator would have no loss");
        }

        if (InputNc != OutputNc)
        {
            found.Add($"--input-nc {InputNc} and --output-nc {OutputNc} must be equal: the generator reads what it has made, to " +
                "compare it with its input");
        }
    }
}
