using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>
/// A discriminator that scores every pixel separately, by 1×1 convolutions. [N, C, H, W] to raw scores [N, 1, H, W]. State-dict keys are
/// the reference's.
/// </summary>
public sealed class PixelGan : Layer
{
    private readonly Sequential _net;

    /// <param name="inputChannels">channels of the picture; for pix2pix, of input and output together</param>
    /// <param name="ndf">channels after the first convolution; the second doubles them</param>
    /// <param name="norm">norm of the second convolution</param>
    public PixelGan(int inputChannels = 3, int ndf = 64, NormKind norm = NormKind.Batch)
    {
        var bias = norm.HasBias();
        _net = Add("net", new Sequential(
            new Conv2d(inputChannels, ndf, 1), new LeakyRelu(),
            new Conv2d(ndf, 2 * ndf, 1, bias: bias), norm.Layer(2 * ndf), new LeakyRelu(),
            new Conv2d(2 * ndf, 1, 1, bias: bias)));
    }

    public override Tensor Forward(Tensor x) => _net.Forward(x);

    public override string Export(GraphWriter graph, string x) => _net.Export(graph, x);
}
