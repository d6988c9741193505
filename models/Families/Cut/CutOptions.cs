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
public sealed record CutOptions : ContrastiveOptions
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

    /// <summary>Networks: an antialiased ResNet and PatchGAN, or StyleGAN2's layers for crops.</summary>
    [Option("Networks: an antialiased ResNet and PatchGAN, or StyleGAN2's layers for crops.")]
    public CutNetworks Networks { get; init; }

    /// <summary>Crops in an epoch, to train on one picture of each domain; 0 to train on folders.</summary>
    [Option("Crops in an epoch, to train on one picture of each domain; 0 to train on folders.", Least = 0, Most = 100_000_000)]
    public int CropsPerEpoch { get; init; }

    /// <summary>Weight of the L1 identity loss on pictures of the target domain.</summary>
    [Option("Weight of the L1 identity loss on pictures of the target domain.", Least = 0, Most = 1e9)]
    public float LambdaIdentity { get; init; }

    /// <summary>Contrast positions of all pictures of a batch.</summary>
    [Option(
        "Contrast positions of all pictures of a batch.", Off = "Contrast positions within each picture.",
        Why = "Negatives from the same picture worked better (arXiv 2007.15651).")]
    public bool NceAllNegatives { get; init; }

    /// <summary>Flip the generator's input in half of the steps, and its features back, so that outputs are equivariant to flips.</summary>
    [Option(
        "Flip the generator's input in half of the steps, and its features back, so that outputs are equivariant to flips.",
        Off = "Never flip the generator's input.")]
    public bool FlipEquivariance { get; init; }

    /// <summary>StyleGAN2's generator has one downsampling.</summary>
    protected internal override int SideMultiple => IsResNet ? base.SideMultiple : 2;

    protected internal override string SideMultipleOf => IsResNet ? base.SideMultipleOf : "the generator's halving";

    protected internal override string GeneratorName => IsResNet ? base.GeneratorName : $"a StyleGAN2 generator of {Blocks} blocks";

    internal override bool IsResNet => Networks == CutNetworks.ResNet;

    internal override bool ContrastsBatch => NceAllNegatives;

    private protected override int LastLayer => IsResNet ? base.LastLayer : StyleGenerator.LastCompared(Blocks);

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

    /// <summary>Runs that are there have one block fewer than was asked for.</summary>
    internal override void AddObstacles(FamilyInfo family, List<string> found)
    {
        base.AddObstacles(family, found);
        if (Networks == CutNetworks.StyleGan2 && Blocks % 2 != 0)
        {
            found.Add($"--blocks {Blocks} must be even for --networks stylegan2, whose encoder and decoder have half of them each");
        }
    }

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(IsResNet, "with --networks stylegan2", "n-layers-d"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
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
    }
}
