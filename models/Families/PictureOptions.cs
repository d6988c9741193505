using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families;

/// <summary>The score by which the best checkpoint is selected, on held-out pictures.</summary>
public enum BestMetric
{
    /// <summary>No best checkpoint is kept.</summary>
    None,

    /// <summary>Mean absolute difference from the targets.</summary>
    L1,

    /// <summary>Peak signal to noise ratio against the targets.</summary>
    Psnr,

    /// <summary>Structural similarity with the targets.</summary>
    Ssim,

    /// <summary>Structural similarity over five scales.</summary>
    MsSsim,

    /// <summary>Intersection of the colour histograms with those of real pictures; needs no pairs.</summary>
    Colours,

    /// <summary>Sliced Wasserstein distance of patches from those of real pictures; needs no pairs.</summary>
    Patches,
}

/// <summary>Options of a family that turns pictures of one domain into pictures of another.</summary>
public abstract record PictureOptions : TrainingOptions
{
    private static readonly string[] s_splits = ["train", "val", "test"];

    /// <summary>Direction of the translation: which half or folder is the input.</summary>
    [Option("Direction of the translation: which half or folder is the input.")]
    public Direction Direction { get; init; } = Direction.AToB;

    /// <summary>How pictures are resized and cropped.</summary>
    [Option("How pictures are resized and cropped.")]
    public PreprocessMode Preprocess { get; init; } = PreprocessMode.ResizeAndCrop;

    /// <summary>Side in pixels to which pictures are resized before cropping.</summary>
    [Option(
        "Side in pixels to which pictures are resized before cropping.", Least = 1, Most = OptionsValidation.LargestSide,
        Why = "Upscaling and cropping is pix2pix's random jitter, from 286 to 256 (arXiv 1611.07004, section 6.2).")]
    public int LoadSize { get; init; } = 286;

    /// <summary>Side in pixels of the networks' input.</summary>
    [Option("Side in pixels of the networks' input.", Least = 1, Most = OptionsValidation.LargestSide)]
    public int CropSize { get; init; } = 256;

    /// <summary>Flip half of the pictures horizontally.</summary>
    [Option(
        "Flip half of the pictures horizontally.", Off = "Don't flip pictures.",
        Why = "pix2pix trains with flips and random jitter (arXiv 1611.07004, section 6.2).")]
    public bool Flip { get; init; } = true;

    /// <summary>
    /// Rotate, scale, shear and shift pictures randomly, both halves of a pair alike: at 1 up to 30 degrees, a quarter and a tenth of the
    /// side; 0 for none.
    /// </summary>
    [Option(
        "Rotate, scale, shear and shift pictures randomly, both halves of a pair alike: at 1 up to 30 degrees, a quarter and a tenth of " +
            "the side; 0 for none.",
        Least = 0, Most = 1)]
    public float AugmentAffine { get; init; }

    /// <summary>Deform pictures elastically, both halves of a pair alike: at 1 as far as possible without folding; 0 for none.</summary>
    [Option(
        "Deform pictures elastically, both halves of a pair alike: at 1 as far as possible without folding; 0 for none.", Least = 0,
        Most = 1)]
    public float AugmentElastic { get; init; }

    /// <summary>
    /// Change brightness, contrast, saturation and hue of photographs randomly, both halves of a pair alike, never of label maps: at 1 by
    /// up to a half; 0 for none.
    /// </summary>
    [Option(
        "Change brightness, contrast, saturation and hue of photographs randomly, both halves of a pair alike, never of label maps: at 1 " +
            "by up to a half; 0 for none.",
        Least = 0, Most = 1)]
    public float AugmentColour { get; init; }

    /// <summary>Channels of the input pictures, such as 1, 3 or 4.</summary>
    [Option("Channels of the input pictures, such as 1, 3 or 4.", Least = 1, Most = 1024)]
    public int InputNc { get; init; } = 3;

    /// <summary>Channels of the generated pictures.</summary>
    [Option("Channels of the generated pictures.", Least = 1, Most = 1024)]
    public int OutputNc { get; init; } = 3;

    /// <summary>
    /// Keep the checkpoint that scores best on the held-out pictures as checkpoints/best.safetensors; colours and patches need no pairs.
    /// </summary>
    [Option(
        "Keep the checkpoint that scores best on the held-out pictures as checkpoints/best.safetensors; colours and patches need no pairs.",
        MayChange = true)]
    public BestMetric KeepBest { get; init; }

    /// <summary>Steps between evaluations for <see cref="KeepBest"/>; 0 for one after each epoch.</summary>
    [Option("Steps between evaluations for --keep-best; 0 for one after each epoch.", Least = 0, Most = int.MaxValue, MayChange = true)]
    public int EvaluateFreq { get; init; }

    /// <summary>Stop after that many evaluations for <see cref="KeepBest"/> in a row without improvement; 0 to train to the end.</summary>
    [Option(
        "Stop after that many evaluations for --keep-best in a row without improvement; 0 to train to the end.", Least = 0,
        Most = int.MaxValue, MayChange = true)]
    public int Patience { get; init; }

    /// <summary>Both sides of a picture must be multiples of this.</summary>
    protected internal abstract int SideMultiple { get; }

    /// <summary>The option that <see cref="SideMultiple"/> follows from, for messages: <c>--generator unet256</c>.</summary>
    protected internal abstract string SideMultipleOf { get; }

    /// <summary>Neither side may be shorter than this.</summary>
    protected internal virtual int SmallestSide => SideMultiple;

    /// <summary>Neither side of a picture to learn from may be shorter: discriminators may need more than the generator.</summary>
    internal virtual int SmallestTrainedSide => SmallestSide;

    /// <summary>The generator for messages: <c>unet256</c>.</summary>
    protected internal virtual string GeneratorName => $"{Model}'s generator";

    /// <summary>Channels of the pictures that are read and made, if the networks' are others.</summary>
    internal virtual (int Input, int Output) PictureChannels => (InputNc, OutputNc);

    /// <summary>Whether data are photographs alone, the targets, from which the inputs are made.</summary>
    internal virtual bool LearnsFromPhotographs => false;

    /// <summary>The folder of a split of photographs alone: the one of its name; for training DIR itself, if that has no splits.</summary>
    internal string FolderOf(string split) =>
        split != "train" || s_splits.Any(name => PictureList.IsIn(Path.Combine(Data, name))) ? Path.Combine(Data, split) : Data;

    /// <summary>The same for a generator of that direction, which need not be that of the training: a family may have two.</summary>
    internal PictureOptions Towards(Direction direction) => direction == Direction
        ? this
        : this with { Direction = direction, InputNc = OutputNc, OutputNc = InputNc };

    /// <summary>How pictures of the source domain and of the target domain become tensors.</summary>
    /// <param name="forEvaluation">deterministic, and all pictures</param>
    public DataSettings DataSettings(bool forEvaluation) =>
        forEvaluation ? DataSettings().ForEvaluation() with { MaxSamples = 0, SmallestSide = SmallestSide } : DataSettings();

    /// <summary>How training prepares pictures.</summary>
    public DataSettings DataSettings() => new()
    {
        Direction = Direction,
        Preprocess = Preprocess,
        LoadSize = LoadSize,
        CropSize = CropSize,
        Flip = Flip,
        Augment = AugmentAffine > 0 || AugmentElastic > 0 || AugmentColour > 0
            ? new Augmentation(AugmentAffine, AugmentElastic, AugmentColour)
            : null,
        InputChannels = PictureChannels.Input,
        OutputChannels = PictureChannels.Output,
        MaxSamples = MaxDatasetSize,
        Serial = SerialBatches,
        SideMultiple = SideMultiple,
        SmallestSide = SmallestTrainedSide,
    };

    /// <summary>A pair of noise batches with the networks' input sizes and values in [−1, 1), as in pictures.</summary>
    internal Batch NoisePair(Device device)
    {
        return Batch.OfPair(Draw(1, PictureChannels.Input), Draw(2, PictureChannels.Output), ["noise"]);

        Tensor Draw(uint stream, int channels) =>
            Tensor.Uniform(new RandomKey(1, stream, 0, 0), new Shape(BatchSize, channels, CropSize, CropSize), device).Affine(2, -1);
    }

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,

        // Not crop-size, which is also the side of a style picture, of a student's pictures, and of what a translation expects.
        .. OptionEffect.Of(
            Preprocess is not (PreprocessMode.None or PreprocessMode.Crop), $"with --preprocess {OptionsJson.TextOf(Preprocess)}",
            "load-size"),
        .. OptionEffect.Of(KeepBest != BestMetric.None, "without --keep-best", "evaluate-freq"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (Preprocess.Crops() && Preprocess != PreprocessMode.Crop && LoadSize < CropSize)
        {
            found.Add($"--load-size {LoadSize} is smaller than --crop-size {CropSize}: there would be nothing to crop");
        }

        if (Preprocess.Crops() && CropSize > 0 && CropSize % SideMultiple != 0)
        {
            found.Add($"--crop-size {CropSize} must be a multiple of {SideMultiple} for {SideMultipleOf}");
        }

        if (Patience > 0 && KeepBest == BestMetric.None)
        {
            found.Add("--patience needs --keep-best, which selects the score");
        }
    }
}

/// <summary>Options of a family that uses the reference's generators and discriminators.</summary>
public abstract record TranslationOptions : PictureOptions, IAdversarialOptions
{
    /// <summary>
    /// Generator network; -upsample replaces transposed convolutions by resize-convolutions, against checkerboard artifacts; -antialias
    /// (ResNets) blurs where sides are halved, and doubles them between the centres of pixels, as CUT; -smooth does so with layer norms
    /// where they are doubled, against droplets.
    /// </summary>
    [Option(
        "Generator network; -upsample replaces transposed convolutions by resize-convolutions, against checkerboard artifacts; " +
        "-antialias (ResNets) blurs where sides are halved, and doubles them between the centres of pixels, as CUT; -smooth does so with " +
        "layer norms where they are doubled, against droplets.",
        Values = "unet256|unet128|resnet9|resnet6|unet256-upsample|resnet9-antialias|resnet9-smooth|…",
        Why = "A U-Net's skip connections pass what input and output share, such as edges, around the bottleneck (pix2pix, arXiv " +
            "1611.07004, " +
            "section 3.2.1); CycleGAN takes residual blocks, 6 for pictures of 128 pixels and 9 from 256 on (arXiv 1703.10593, " +
            "section 4).")]
    public GeneratorKind Generator { get; init; } = GeneratorKind.UNet(8);

    /// <summary>Discriminator network; basic is the 70x70 PatchGAN.</summary>
    [Option(
        "Discriminator network; basic is the 70x70 PatchGAN.",
        Why = "L1 covers low frequencies, so a discriminator of patches suffices; 70 pixels scored best of 1, 16, 70 and " +
            "286 (pix2pix, arXiv 1611.07004, sections 3.2.2 and 4.4).")]
    public DiscriminatorKind Discriminator { get; init; } = DiscriminatorKind.Basic;

    /// <summary>Width of the generator's first layer.</summary>
    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    /// <summary>Width of the discriminator's first layer.</summary>
    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    /// <summary>Strided layers of <see cref="Discriminator"/> n-layers.</summary>
    [Option(
        "Strided layers of --discriminator n-layers.", Least = 0, Most = 12,
        Why = "They determine the receptive field: 16 pixels for 1, 34 for 2, 70 for 3, 286 for 5 (pix2pix, " +
            "arXiv 1611.07004, section 6.1.2).")]
    public int NLayersD { get; init; } = 3;

    /// <summary>Normalisation.</summary>
    [Option(
        "Normalisation.",
        Why = "Instance norm removes each picture's contrast, on which the result should not depend (arXiv 1607.08022).")]
    public NormKind Norm { get; init; } = NormKind.Batch;

    /// <summary>Use dropout in the generator.</summary>
    [Option(
        "Use dropout in the generator.", Off = "No dropout in the generator.",
        Why = "It is pix2pix's only noise, in training and at test time: the generator learned to ignore input noise (arXiv 1611.07004, " +
            "section 3.1).")]
    public bool Dropout { get; init; } = true;

    /// <summary>Padding in residual blocks.</summary>
    [Option("Padding in residual blocks.")]
    public BlockPadding Padding { get; init; } = BlockPadding.Reflect;

    // Losses

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Vanilla;

    /// <inheritdoc/>
    public float LambdaGp { get; init; } = 10;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; }

    /// <inheritdoc/>
    public float LambdaR2 { get; init; }

    protected internal sealed override int SideMultiple => Generator.SideMultiple;

    protected internal sealed override string SideMultipleOf => $"--generator {Generator}";

    protected internal sealed override int SmallestSide => Generator.SmallestSide;

    /// <summary>
    /// Each strided layer of a discriminator halves the side; the two layers after them, with kernels of 4 and a padding of 1, take one
    /// pixel each.
    /// </summary>
    internal override int SmallestTrainedSide => Math.Max(SmallestSide, Discriminator switch
    {
        DiscriminatorKind.Pixel => 1,
        DiscriminatorKind.Asymmetric => 1 << 4,
        DiscriminatorKind.NLayers => 3 << Math.Max(NLayersD, 1),
        _ => 3 << 3,
    });

    protected internal sealed override string GeneratorName => Generator.ToString();

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(Discriminator == DiscriminatorKind.NLayers, "without --discriminator n-layers", "n-layers-d"),
        .. OptionEffect.Of(Generator.Family == GeneratorFamily.ResNet, $"with --generator {Generator}", "padding"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (Discriminator == DiscriminatorKind.NLayers && Preprocess.Crops() && CropSize >> Math.Max(NLayersD, 1) < 3)
        {
            found.Add($"--n-layers-d {NLayersD} is too deep for --crop-size {CropSize}: " +
                $"{Counted.Of(CropSize >> Math.Max(NLayersD, 1), "pixel")} of a side are left, and 3 are needed");
        }
    }

    /// <summary>A generator with these numbers of channels, not yet initialised.</summary>
    public Layer CreateGenerator(int inputChannels, int outputChannels) =>
        Generator.Create(inputChannels, outputChannels, Ngf, Norm, Dropout, Padding);

    /// <summary>A discriminator of pictures with this number of channels, not yet initialised.</summary>
    public Layer CreateDiscriminator(int channels) => Discriminator switch
    {
        DiscriminatorKind.Pixel => new PixelGan(channels, Ndf, Norm),
        DiscriminatorKind.Asymmetric => new AsymmetricPatchGan(channels, Ndf, Norm),
        DiscriminatorKind.NLayers => new PatchGan(channels, Ndf, NLayersD, Norm),
        _ => new PatchGan(channels, Ndf, norm: Norm),
    };
}
