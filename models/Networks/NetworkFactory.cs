namespace IlgpuGan.Models.Networks;

/// <summary>Builds networks from their kinds and widths; weights are not initialised.</summary>
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

    /// <param name="kind">the architecture</param>
    /// <param name="channels">channels of the pictures</param>
    /// <param name="ndf">channels of the first layer</param>
    /// <param name="layers">number of strided layers of <see cref="DiscriminatorKind.NLayers"/></param>
    /// <param name="norm">norm of the inner layers</param>
    public static Layer Create(this DiscriminatorKind kind, int channels, int ndf, int layers, NormKind norm) => kind switch
    {
        DiscriminatorKind.Pixel => new PixelGan(channels, ndf, norm),
        DiscriminatorKind.Asymmetric => new AsymmetricPatchGan(channels, ndf, norm),
        DiscriminatorKind.NLayers => new PatchGan(channels, ndf, layers, norm),
        _ => new PatchGan(channels, ndf, norm: norm),
    };
}
