using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Families;

/// <summary>Options of a family that uses the reference's generators and discriminators.</summary>
public abstract record TranslationOptions : PictureOptions
{
    [Option(
        "Generator network; -upsample resizes and convolves where others have transposed convolutions, against checkerboards.",
        Values = "unet256|unet128|resnet9|resnet6|unet256-upsample|…")]
    public GeneratorKind Generator { get; init; } = GeneratorKind.UNet(8);

    [Option("Discriminator network; basic is the 70x70 PatchGAN.")]
    public DiscriminatorKind Discriminator { get; init; } = DiscriminatorKind.Basic;

    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    [Option("Strided layers of --discriminator n-layers.", Least = 0, Most = 12)]
    public int NLayersD { get; init; } = 3;

    [Option("Normalisation.")]
    public NormKind Norm { get; init; } = NormKind.Batch;

    [Option("Put dropout into the generator.", Off = "Leave dropout out of the generator.")]
    public bool Dropout { get; init; } = true;

    [Option("What surrounds pictures in residual blocks.")]
    public BlockPadding Padding { get; init; } = BlockPadding.Reflect;

    // Losses

    [Option("Adversarial loss.")]
    public GanMode GanMode { get; init; } = GanMode.Vanilla;

    [Option("Weight of the gradient penalty under --gan-mode wgangp.", Least = 0, Most = 1e9)]
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
