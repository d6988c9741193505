namespace IlgpuGan.Models.Networks;

/// <summary>The networks that names and widths describe, without weights yet.</summary>
public static class NetworkFactory
{
    public static Layer Create(
        this GeneratorKind kind, int inputChannels, int outputChannels, int ngf, NormKind norm, bool dropout, BlockPadding padding =
            BlockPadding.Reflect) => kind.Family switch
    {
        GeneratorFamily.ResNet =>
            new ResNetGenerator(inputChannels, outputChannels, kind.Depth, ngf, norm, dropout, padding, kind.Upsample),
        var family =>
            new UNet(inputChannels, outputChannels, kind.Depth, ngf, norm, dropout, skips: family == GeneratorFamily.UNet, kind.Upsample),
    };

    /// <param name="kind">which one</param>
    /// <param name="channels">of the pictures that it judges</param>
    /// <param name="ndf">width of the first layer</param>
    /// <param name="layers">strided layers of <see cref="DiscriminatorKind.NLayers"/></param>
    /// <param name="norm">normalisation</param>
    public static Layer Create(this DiscriminatorKind kind, int channels, int ndf, int layers, NormKind norm) => kind switch
    {
        DiscriminatorKind.Pixel => new PixelGan(channels, ndf, norm),
        DiscriminatorKind.Asymmetric => new AsymmetricPatchGan(channels, ndf, norm),
        DiscriminatorKind.NLayers => new PatchGan(channels, ndf, layers, norm),
        _ => new PatchGan(channels, ndf, norm: norm),
    };
}
