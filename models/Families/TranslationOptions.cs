using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families;

/// <summary>Options of a family that uses the reference's generators and discriminators.</summary>
public abstract record TranslationOptions : PictureOptions
{
    [Option(
        "Generator network; -upsample replaces transposed convolutions by resize-convolutions, against checkerboard artifacts.",
        Values = "unet256|unet128|resnet9|resnet6|unet256-upsample|…",
        Why = "A U-Net's skip connections pass what input and output share, such as edges, around the bottleneck (pix2pix, arXiv " +
            "1611.07004, " +
            "section 3.2.1); CycleGAN takes residual blocks, 6 for pictures of 128 pixels and 9 from 256 on (arXiv 1703.10593, " +
            "section 4).")]
    public GeneratorKind Generator { get; init; } = GeneratorKind.UNet(8);

    [Option(
        "Discriminator network; basic is the 70x70 PatchGAN.",
        Why = "L1 covers low frequencies, so a discriminator of patches suffices; 70 pixels scored best of 1, 16, 70 and " +
            "286 (pix2pix, arXiv 1611.07004, sections 3.2.2 and 4.4).")]
    public DiscriminatorKind Discriminator { get; init; } = DiscriminatorKind.Basic;

    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    [Option(
        "Strided layers of --discriminator n-layers.", Least = 0, Most = 12,
        Why = "They determine the receptive field: 16 pixels for 1, 34 for 2, 70 for 3, 286 for 5 (pix2pix, " +
            "arXiv 1611.07004, section 6.1.2).")]
    public int NLayersD { get; init; } = 3;

    [Option(
        "Normalisation.",
        Why = "Instance norm removes each picture's contrast, on which the result should not depend (arXiv 1607.08022).")]
    public NormKind Norm { get; init; } = NormKind.Batch;

    [Option(
        "Use dropout in the generator.", Off = "No dropout in the generator.",
        Why = "It is pix2pix's only noise, in training and at test time: the generator learned to ignore input noise (arXiv 1611.07004, " +
            "section 3.1).")]
    public bool Dropout { get; init; } = true;

    [Option("Padding in residual blocks.")]
    public BlockPadding Padding { get; init; } = BlockPadding.Reflect;

    // Losses

    [Option(
        "Adversarial loss.",
        Why = "Least squares penalise fakes on the right side of the boundary but far from it, where cross-entropy saturates (LSGAN," +
            " arXiv 1611.04076); CycleGAN found them more stable (arXiv 1703.10593, section 4).")]
    public GanMode GanMode { get; init; } = GanMode.Vanilla;

    [Option(
        "Weight of the gradient penalty under --gan-mode wgangp.", Least = 0, Most = 1e9,
        Why = "10 worked well for many architectures and data sets (arXiv 1704.00028, section 4).")]
    public float LambdaGp { get; init; } = 10;

    internal sealed override int SideMultiple => Generator.SideMultiple;

    internal sealed override string SideMultipleOf => $"--generator {Generator}";

    internal sealed override int SmallestSide => Generator.SmallestSide;

    internal sealed override string GeneratorName => Generator.ToString();

    /// <summary>A generator with these numbers of channels, not yet initialised.</summary>
    public Layer CreateGenerator(int inputChannels, int outputChannels) =>
        Generator.Create(inputChannels, outputChannels, Ngf, Norm, Dropout, Padding);

    /// <summary>A discriminator of pictures with this number of channels, not yet initialised.</summary>
    public Layer CreateDiscriminator(int channels) => Discriminator.Create(channels, Ndf, NLayersD, Norm);
}
