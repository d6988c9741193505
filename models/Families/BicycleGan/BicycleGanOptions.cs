using System.Text.Json.Serialization;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.BicycleGan;

/// <summary>BicycleGAN, or one of its paper's baselines.</summary>
public enum BicycleVariant
{
    /// <summary>Both objectives: picture to code to picture, and code to picture to code.</summary>
    Bicycle,

    /// <summary>Picture to code to picture alone.</summary>
    CvaeGan,

    /// <summary>Code to picture to code alone.</summary>
    ClrGan,

    /// <summary>pix2pix with a random code as an input of the generator, which is not reconstructed.</summary>
    [JsonStringEnumMemberName("pix2pix-noise")]
    Pix2PixNoise,
}

/// <summary>Where the code enters the U-Net.</summary>
public enum CodePlace
{
    /// <summary>At the input only.</summary>
    Input,

    /// <summary>At the input of every downsampling convolution.</summary>
    All,
}

/// <summary>The published configuration for 256 pixels by default.</summary>
public sealed record BicycleGanOptions : PictureOptions, IAdversarialOptions
{
    internal const string ShoesPreset = "edges2shoes";

    public BicycleGanOptions() => (BatchSize, LoadSize, Epochs, EpochsDecay, InitType) = (2, 256, 200, 200, Initialization.Xavier);

    public override string Model => BicycleGanFamily.Name;

    /// <summary>What is trained: BicycleGAN, one of its two objectives, or pix2pix with noise.</summary>
    [Option("What is trained: BicycleGAN, one of its two objectives, or pix2pix with noise.")]
    public BicycleVariant Variant { get; init; } = BicycleVariant.Bicycle;

    /// <summary>Length of the latent code that selects an output.</summary>
    [Option(
        "Length of the latent code that selects an output.", Least = 1, Most = 4096,
        Why = "Short codes limit the diversity; long ones hold more than is needed and are hard to sample (arXiv 1711.11586).")]
    public int Nz { get; init; } = 8;

    /// <summary>Where the code enters the generator.</summary>
    [Option("Where the code enters the generator.")]
    public CodePlace WhereAdd { get; init; } = CodePlace.All;

    /// <summary>Downsamplings in the generator: 8 for 256 pixels.</summary>
    [Option("Downsamplings in the generator: 8 for 256 pixels.", Least = 3, Most = 12)]
    public int NumDowns { get; init; } = 8;

    /// <summary>Width of the generator's first layer.</summary>
    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    /// <summary>Width of the discriminators' first layer; half of it at half size.</summary>
    [Option("Width of the discriminators' first layer; half of it at half size.", Least = 2, Most = 4096)]
    public int Ndf { get; init; } = 64;

    /// <summary>Strided layers of the discriminators.</summary>
    [Option("Strided layers of the discriminators.", Least = 1, Most = 12)]
    public int NLayersD { get; init; } = 3;

    /// <summary>Width of the encoder's first layer.</summary>
    [Option("Width of the encoder's first layer.", Least = 1, Most = 4096)]
    public int Nef { get; init; } = 64;

    /// <summary>Downsamplings in the encoder before its average pooling: 5 for 256 pixels.</summary>
    [Option("Downsamplings in the encoder before its average pooling: 5 for 256 pixels.", Least = 2, Most = 10)]
    public int EncoderBlocks { get; init; } = 5;

    /// <summary>Use dropout in the generator.</summary>
    [Option("Use dropout in the generator.", Off = "No dropout in the generator.")]
    public bool Dropout { get; init; } = true;

    /// <summary>Condition the discriminators on the input.</summary>
    [Option("Condition the discriminators on the input.", Off = "The discriminators see outputs alone.")]
    public bool ConditionalD { get; init; }

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Lsgan;

    /// <inheritdoc/>
    public float LambdaGp { get; init; } = 10;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; }

    /// <inheritdoc/>
    public float LambdaR2 { get; init; }

    /// <summary>Weight of the adversarial loss of outputs near targets; <see cref="Variant"/> clr-gan has none.</summary>
    [Option("Weight of the adversarial loss of outputs near targets; --variant clr-gan has none.", Least = 0, Most = 1e9)]
    public float LambdaGan { get; init; } = 1;

    /// <summary>Weight of the adversarial loss of outputs from random codes, under <see cref="Variant"/> bicycle and clr-gan.</summary>
    [Option("Weight of the adversarial loss of outputs from random codes, under --variant bicycle and clr-gan.", Least = 0, Most = 1e9)]
    public float LambdaGan2 { get; init; } = 1;

    /// <summary>Weight of the L1 loss; <see cref="Variant"/> clr-gan has none.</summary>
    [Option("Weight of the L1 loss; --variant clr-gan has none.", Least = 0, Most = 1e9)]
    public float LambdaL1 { get; init; } = 10;

    /// <summary>
    /// Weight of the codes' KL divergence from N(0, 1), a sum over the batch, under <see cref="Variant"/> bicycle and cvae-gan.
    /// </summary>
    [Option("Weight of the codes' KL divergence from N(0, 1), a sum over the batch, under --variant bicycle and cvae-gan.",
        Least = 0, Most = 1e9)]
    public float LambdaKl { get; init; } = 0.01f;

    /// <summary>Weight of the reconstruction of a random code from its output, under <see cref="Variant"/> bicycle and clr-gan.</summary>
    [Option("Weight of the reconstruction of a random code from its output, under --variant bicycle and clr-gan.", Least = 0, Most = 1e9)]
    public float LambdaZ { get; init; } = 0.5f;

    /// <summary>Whether there is a network that encodes pictures.</summary>
    internal bool HasEncoder => Variant != BicycleVariant.Pix2PixNoise;

    /// <summary>Whether the code of the target is encoded and reconstructs the target.</summary>
    internal bool Encodes => Variant is BicycleVariant.Bicycle or BicycleVariant.CvaeGan;

    /// <summary>Whether random codes are reconstructed from their outputs.</summary>
    internal bool ReconstructsCode => Variant is BicycleVariant.Bicycle or BicycleVariant.ClrGan;

    protected internal override int SideMultiple => 1 << NumDowns;

    protected internal override string SideMultipleOf => $"--num-downs {NumDowns}";

    /// <summary>At half size, each strided layer of a discriminator halves the side; the last two layers take one pixel each.</summary>
    internal override int SmallestTrainedSide => Math.Max(SmallestSide, 6 << NLayersD);

    protected internal override string GeneratorName => $"a U-Net of {NumDowns} downsamplings";

    /// <summary>Minutes on two cores: edges to shapes of 64 pixels.</summary>
    public static BicycleGanOptions Small() => new()
    {
        Preset = SmallPreset, LoadSize = 64, CropSize = 64, NumDowns = 6, Nz = 4, Ngf = 16, Ndf = 16, NLayersD = 2, Nef = 16,
        EncoderBlocks = 3, Steps = 4000, SampleFreq = 500,
    };

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) =>
        Variant != BicycleVariant.ClrGan && LambdaL1 > 0 ? losses : [];

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(HasEncoder, "with --variant pix2pix-noise", "nef", "encoder-blocks"),
        .. OptionEffect.Of(Variant != BicycleVariant.ClrGan, "with --variant clr-gan", "lambda-gan", "lambda-l1"),
        .. OptionEffect.Of(ReconstructsCode, $"with --variant {OptionsJson.TextOf(Variant)}", "lambda-gan2", "lambda-z"),
        .. OptionEffect.Of(Encodes, $"with --variant {OptionsJson.TextOf(Variant)}", "lambda-kl"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (Variant == BicycleVariant.Bicycle && BatchSize % 2 != 0)
        {
            found.Add($"--batch-size {BatchSize} must be even under --variant bicycle: one half is encoded, the other shows what is " +
                "real");
        }

        if (Preprocess.Crops() && CropSize >> NLayersD < 4)
        {
            found.Add($"--crop-size {CropSize} is too small for --n-layers-d {NLayersD}: at half size, nothing would be left to judge");
        }

        if (HasEncoder && Preprocess.Crops() && CropSize >> EncoderBlocks < 2)
        {
            found.Add($"--crop-size {CropSize} is too small for --encoder-blocks {EncoderBlocks}: norms would see single pixels");
        }
    }
}
