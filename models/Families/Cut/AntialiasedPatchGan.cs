using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Cut;

/// <summary>
/// CUT's discriminator: a PatchGAN whose strided convolutions are replaced by convolutions of stride 1 and a blur with stride 2 (Zhang
/// 2019). [N, C, H, W] to raw scores [N, 1, H', W']: with three layers, 30×30 for 256×256 pixels. State-dict keys are the reference's.
/// </summary>
internal sealed class AntialiasedPatchGan : Layer
{
    private const int WidestFactor = 8;

    private readonly Sequential _model;

    /// <param name="inputChannels">channels of the input</param>
    /// <param name="ndf">channels after the first convolution; they double with each layer, up to eightfold</param>
    /// <param name="layers">downsamplings</param>
    public AntialiasedPatchGan(int inputChannels = 3, int ndf = 64, int layers = 3) =>
        _model = Add("model", new Sequential().AppendAll(Layers(inputChannels, ndf, layers)));

    /// <summary>All layers, the first of which is a convolution to <paramref name="ndf"/> channels.</summary>
    /// <inheritdoc cref="AntialiasedPatchGan(int, int, int)"/>
    internal static Layer[] Layers(int inputChannels, int ndf, int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        List<Layer> all = [new Conv2d(inputChannels, ndf, 4, 1, 1), new LeakyRelu(), Antialiasing.Halving()];
        var width = ndf;
        for (var layer = 1; layer <= layers; layer++)
        {
            var wider = ndf * Math.Min(1 << layer, WidestFactor);
            all.AddRange([new Conv2d(width, wider, 4, 1, 1), new InstanceNorm2d(wider), new LeakyRelu()]);
            if (layer < layers)
            {
                all.Add(Antialiasing.Halving());
            }

            width = wider;
        }

        return [.. all, new Conv2d(width, 1, 4, 1, 1)];
    }

    public override Tensor Forward(Tensor x) => _model.Forward(x);

    public override string Export(GraphWriter graph, string x) => _model.Export(graph, x);
}
