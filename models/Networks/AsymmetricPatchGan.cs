using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>
/// The discriminator of the PyTorch-GAN collection's CycleGAN: four strided layers, then a row and a column of zeros above and left only.
/// [N, C, H, W] to raw scores [N, 1, H/16, W/16], each with a receptive field of 94×94 pixels. All layers have biases; state-dict keys are
/// the collection's.
/// </summary>
internal sealed class AsymmetricPatchGan : Layer
{
    private readonly Sequential _model;

    /// <param name="inputChannels">channels of the picture</param>
    /// <param name="ndf">channels after the first convolution; they double with each layer</param>
    /// <param name="norm">norm of the second to fourth layer; instance norm in the collection</param>
    public AsymmetricPatchGan(int inputChannels = 3, int ndf = 64, NormKind norm = NormKind.Instance)
    {
        _model = Add("model", new Sequential(new Conv2d(inputChannels, ndf, 4, 2, 1), new LeakyRelu()));
        for (var width = ndf; width < 8 * ndf; width *= 2)
        {
            _model.AppendAll(new Conv2d(width, 2 * width, 4, 2, 1), norm.Layer(2 * width), new LeakyRelu());
        }

        _model.AppendAll(new ZeroPad2d((1, 0, 1, 0)), new Conv2d(8 * ndf, 1, 4, 1, 1));
    }

    public override Tensor Forward(Tensor x) => _model.Forward(x);

    public override string Export(GraphWriter graph, string x) => _model.Export(graph, x);
}
