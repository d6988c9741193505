using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Families;

/// <summary>Options of a family that uses the reference's generators and discriminators.</summary>
public abstract record TranslationOptions : PictureOptions
{
    [Option(
        "Generator network; -upsample resizes and convolves where others have transposed convolutions, against checkerboards.",
        Values = "unet256|unet128|resnet9|resnet6|unet256-upsample|…",
        Why = "A U-Net's skips carry what input and output share, such as edges, past the bottleneck (pix2pix, arXiv 1611.07004, " +
            "section 3.2.1); CycleGAN takes residual blocks, 6 for pictures of 128 pixels and 9 from 256 on (arXiv 1703.10593, " +
            "section 4).")]
    public GeneratorKind Generator { get; init; } = GeneratorKind.UNet(8);

    [Option(
        "Discriminator network; basic is the 70x70 PatchGAN.",
        Why = "L1 sees to low frequencies, so that a discriminator need judge patches only; 70 pixels scored best of 1, 16, 70 and " +
            "286 (pix2pix, arXiv 1611.07004, sections 3.2.2 and 4.4).")]
    public DiscriminatorKind Discriminator { get; init; } = DiscriminatorKind.Basic;

    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    [Option(
        "Strided layers of --discriminator n-layers.", Least = 0, Most = 12,
        Why = "Each widens the patch that is judged: 1 makes it 16 pixels, 2 make it 34, 3 make it 70, 5 make it 286 (pix2pix, " +
            "arXiv 1611.07004, section 6.1.2).")]
    public int NLayersD { get; init; } = 3;

    [Option(
        "Normalisation.",
        Why = "Instance norm takes each picture's contrast away, on which the result should not depend (arXiv 1607.08022).")]
    public NormKind Norm { get; init; } = NormKind.Batch;

    [Option(
        "Put dropout into the generator.", Off = "Leave dropout out of the generator.",
        Why = "It is pix2pix's only noise, in training and in use: noise at the input was learnt to be ignored (arXiv 1611.07004, " +
            "section 3.1).")]
    public bool Dropout { get; init; } = true;

    [Option("What surrounds pictures in residual blocks.")]
    public BlockPadding Padding { get; init; } = BlockPadding.Reflect;

    // Losses

    [Option(
        "Adversarial loss.",
        Why = "Least squares still pull at fakes that pass but lie far from real pictures, where cross-entropy has no slope (LSGAN," +
            " arXiv 1611.04076); CycleGAN found them more stable (arXiv 1703.10593, section 4).")]
    public GanMode GanMode { get; init; } = GanMode.Vanilla;

    [Option(
        "Weight of the gradient penalty under --gan-mode wgangp.", Least = 0, Most = 1e9,
        Why = "10 did well over many architectures and data sets (arXiv 1704.00028, section 4).")]
    public float LambdaGp { get; init; } = 10;

    internal sealed override int SideMultiple => Generator.SideMultiple;

    internal sealed override string SideMultipleOf => $"--generator {Generator}";

    internal sealed override int SmallestSide => Generator.SmallestSide;

    internal sealed override string GeneratorName => Generator.ToString();

    /// <summary>The generator from so many channels to so many, without weights yet.</summary>
    public Layer CreateGenerator(int inputChannels, int outputChannels) =>
        Generator.Create(inputChannels, outputChannels, Ngf, Norm, Dropout, Padding);

    /// <summary>The discriminator of pictures of so many channels, without weights yet.</summary>
    public Layer CreateDiscriminator(int channels) => Discriminator.Create(channels, Ndf, NLayersD, Norm);
}
