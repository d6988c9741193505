using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Networks;

/// <summary>The networks that options describe, without weights yet.</summary>
public static class NetworkFactory
{
    public static Module CreateGenerator(this TrainingOptions o, int inputChannels, int outputChannels) => o.Generator.Family switch
    {
        GeneratorFamily.ResNet => new ResNetGenerator(inputChannels, outputChannels, o.Generator.Depth, o.Ngf, o.Norm, o.Dropout, o.Padding, o.Generator.Upsample),
        var family => new UNet(inputChannels, outputChannels, o.Generator.Depth, o.Ngf, o.Norm, o.Dropout, skips: family == GeneratorFamily.UNet),
    };

    public static Module CreateDiscriminator(this TrainingOptions o, int inputChannels) => o.Discriminator switch
    {
        DiscriminatorKind.Pixel => new PixelGan(inputChannels, o.Ndf, o.Norm),
        DiscriminatorKind.Asymmetric => new AsymmetricPatchGan(inputChannels, o.Ndf, o.Norm),
        DiscriminatorKind.NLayers => new PatchGan(inputChannels, o.Ndf, o.NLayersD, o.Norm),
        _ => new PatchGan(inputChannels, o.Ndf, norm: o.Norm),
    };
}
