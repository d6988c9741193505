using IlgpuGan.Models.Data;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Everything that decides how a run goes: with the data and the seed it gives the same bits again.
/// Names and defaults are the reference's for each model; start from <see cref="ForPix2Pix"/> or <see cref="ForCycleGan"/>.
/// </summary>
public sealed record TrainingOptions
{
    public ModelKind Model { get; init; } = ModelKind.Pix2Pix;

    public Preset Preset { get; init; } = Preset.Reference;

    // Data

    /// <summary>Root of the data set: holds <c>train</c> (pairs side by side) or <c>trainA</c> and <c>trainB</c>.</summary>
    public string Data { get; init; } = "";

    public Direction Direction { get; init; } = Direction.AToB;

    public PreprocessMode Preprocess { get; init; } = PreprocessMode.ResizeAndCrop;

    /// <summary>Side in pixels to which pictures are scaled before they are cropped.</summary>
    public int LoadSize { get; init; } = 286;

    /// <summary>Side in pixels of what the networks see.</summary>
    public int CropSize { get; init; } = 256;

    /// <summary>Mirror half of the pictures, left to right.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Channels of what the generator reads, after <see cref="Direction"/>.</summary>
    public int InputNc { get; init; } = 3;

    /// <summary>Channels of what the generator makes.</summary>
    public int OutputNc { get; init; } = 3;

    /// <summary>Use only that many samples of the set; 0 for all.</summary>
    public int MaxDatasetSize { get; init; }

    /// <summary>Take the samples in the order of their names, and the i-th of A with the i-th of B.</summary>
    public bool SerialBatches { get; init; }

    public int BatchSize { get; init; } = 1;

    // Length and learning rate

    /// <summary>Epochs at the full learning rate.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Epochs of the decay that follows.</summary>
    public int EpochsDecay { get; init; } = 100;

    /// <summary>Training steps in all, instead of epochs; 0 only writes the initial checkpoint. The schedule still counts epochs.</summary>
    public long? Steps { get; init; }

    public float Lr { get; init; } = 2e-4f;

    public float Beta1 { get; init; } = 0.5f;

    public LearningRatePolicy LrPolicy { get; init; } = LearningRatePolicy.Linear;

    /// <summary>Epochs between the tenfold drops of the step policy.</summary>
    public int LrDecayEpochs { get; init; } = 50;

    // Networks

    /// <summary><c>unet256</c>, <c>resnet9</c>, …: see <see cref="GeneratorKind"/>.</summary>
    public GeneratorKind Generator { get; init; } = GeneratorKind.UNet(8);

    public DiscriminatorKind Discriminator { get; init; } = DiscriminatorKind.Basic;

    public int Ngf { get; init; } = 64;

    public int Ndf { get; init; } = 64;

    /// <summary>Strided layers of the <c>n-layers</c> discriminator.</summary>
    public int NLayersD { get; init; } = 3;

    public NormKind Norm { get; init; } = NormKind.Batch;

    public bool Dropout { get; init; } = true;

    /// <summary>What surrounds the pictures in a ResNet's residual blocks.</summary>
    public BlockPadding Padding { get; init; } = BlockPadding.Reflect;

    public Initialization InitType { get; init; } = Initialization.Normal;

    public float InitGain { get; init; } = 0.02f;

    // Losses

    public GanMode GanMode { get; init; } = GanMode.Vanilla;

    public float LambdaL1 { get; init; } = 100;

    /// <summary>Weight of pix2pix's adversarial loss; 0 trains the generator by L1 alone, and no discriminator.</summary>
    public float LambdaGan { get; init; } = 1;

    /// <summary>Weight of A → B → A.</summary>
    public float LambdaA { get; init; } = 10;

    /// <summary>Weight of B → A → B.</summary>
    public float LambdaB { get; init; } = 10;

    /// <summary>Weight of the identity terms, as a part of <see cref="LambdaA"/> and <see cref="LambdaB"/>.</summary>
    public float LambdaIdentity { get; init; } = 0.5f;

    /// <summary>Weight of the gradient penalty of <see cref="GanMode.Wgangp"/>.</summary>
    public float LambdaGp { get; init; } = 10;

    /// <summary>Past fakes kept to train the discriminators on; 0 for none.</summary>
    public int PoolSize { get; init; }

    // The run

    public ulong Seed { get; init; } = 1;

    /// <summary>Worker threads of the CPU device; 0 for all processors. Changes no result.</summary>
    public int Threads { get; init; }

    public string Device { get; init; } = "auto";

    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>Compute each step as it is written, instead of recording the second one and repeating its kernel calls. Changes no result.</summary>
    public bool Eager { get; init; }

    /// <summary>Epochs between numbered checkpoints.</summary>
    public int SaveEpochFreq { get; init; } = 5;

    /// <summary>Steps between refreshes of the latest checkpoint; it is also written after every epoch.</summary>
    public int SaveSteps { get; init; } = 5000;

    /// <summary>Numbered checkpoints to keep; 0 for all.</summary>
    public int KeepLast { get; init; }

    /// <summary>Steps between sample pictures; 0 for none.</summary>
    public int SampleFreq { get; init; } = 400;

    /// <summary>Steps between lines of the log.</summary>
    public int LogFreq { get; init; } = 100;

    /// <summary>The reference's pix2pix: U-Net with batch norm and dropout, cross-entropy, 100·L1.</summary>
    public static TrainingOptions ForPix2Pix() => new();

    /// <summary>The reference's CycleGAN: nine residual blocks with instance norm, least squares, pools of 50.</summary>
    public static TrainingOptions ForCycleGan() => new()
    {
        Model = ModelKind.CycleGan,
        Generator = GeneratorKind.ResNet(9),
        Norm = NormKind.Instance,
        Dropout = false,
        GanMode = GanMode.Lsgan,
        PoolSize = 50,
    };

    /// <summary>
    /// CycleGAN as the PyTorch-GAN collection has it: nearest upsampling and a convolution in the generator, a discriminator with
    /// asymmetric padding, every loss halved (so the cycle weighs 10 and the identity 5 against the GAN terms), the shorter side scaled to 286.
    /// </summary>
    public static TrainingOptions ForPyTorchGan() => ForCycleGan() with
    {
        Preset = Preset.PytorchGan,
        Generator = GeneratorKind.ResNet(9, upsample: true),
        Discriminator = DiscriminatorKind.Asymmetric,
        Preprocess = PreprocessMode.ScaleShortestAndCrop,
    };

    /// <summary>The defaults of a model, before the user's own choices.</summary>
    public static TrainingOptions For(ModelKind model, Preset preset = Preset.Reference) => (model, preset) switch
    {
        (ModelKind.Pix2Pix, Preset.Reference) => ForPix2Pix(),
        (ModelKind.CycleGan, Preset.Reference) => ForCycleGan(),
        (ModelKind.CycleGan, _) => ForPyTorchGan(),
        _ => throw new OptionsException("--preset pytorch-gan is a variant of CycleGAN; pix2pix has only the preset reference"),
    };

    /// <summary>How pictures of the source domain and of the target domain become tensors.</summary>
    public DataSettings DataSettings() => new()
    {
        Direction = Direction,
        Preprocess = Preprocess,
        LoadSize = LoadSize,
        CropSize = CropSize,
        Flip = Flip,
        InputChannels = InputNc,
        OutputChannels = OutputNc,
        MaxSamples = MaxDatasetSize,
        Serial = SerialBatches,
        SideMultiple = Generator.SideMultiple,
    };
}
