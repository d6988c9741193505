using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>
/// The patch discriminator of pix2pix: each score has a receptive field of 9·2^layers − 2 pixels (three layers: the 70×70 PatchGAN). [N, C,
/// H, W] to raw scores [N, 1, H', W'] with H' = H / 2^layers − 2 if H is divisible. State-dict keys are the reference's.
/// </summary>
public sealed class PatchGan : Layer
{
    private const int WidestFactor = 8;

    private readonly Sequential _model;

    /// <param name="inputChannels">channels of the picture; for pix2pix, of input and output together</param>
    /// <param name="ndf">channels after the first convolution; they double with each layer, up to eightfold</param>
    /// <param name="layers">
    /// strided layers; with 0 the receptive field is 16 pixels and the layers are not widened, as in the reference
    /// </param>
    /// <param name="norm">norm of all layers but the first and the last</param>
    public PatchGan(int inputChannels = 3, int ndf = 64, int layers = 3, NormKind norm = NormKind.Batch)
    {
        _model = Add("model", Layers(inputChannels, ndf, layers, norm));
    }

    /// <summary>The layers only, for networks that contain several such discriminators.</summary>
    /// <inheritdoc cref="PatchGan(int, int, int, NormKind)"/>
    public static Sequential Layers(int inputChannels, int ndf, int layers, NormKind norm)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        var model = new Sequential(new Conv2d(inputChannels, ndf, 4, 2, 1), new LeakyRelu());
        var width = ndf;
        for (var layer = 1; layer < layers; layer++)
        {
            Widen(layer, stride: 2);
        }

        Widen(layers, stride: 1);
        return model.Append(new Conv2d(width, 1, 4, 1, 1));

        void Widen(int layer, int stride)
        {
            var wider = ndf * Math.Min(1 << layer, WidestFactor);
            model.AppendAll(new Conv2d(width, wider, 4, stride, 1, norm.HasBias()), norm.Layer(wider), new LeakyRelu());
            width = wider;
        }
    }

    public override Tensor Forward(Tensor x) => _model.Forward(x);

    public override string Export(GraphWriter graph, string x) => _model.Export(graph, x);
}
