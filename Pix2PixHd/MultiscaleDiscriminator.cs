using System.Globalization;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>
/// PatchGANs of one shape and weights of their own, each of which sees the picture at half the size of the one before (Wang et al. 2018, section 3.2).
/// Convolutions of 4 pixels with borders of 2: sides n/2 + 1, and n + 1 where the stride is 1. Keys are the reference's, <c>scale1_layer0.0.weight</c>:
/// the highest scale is the full size.
/// </summary>
public sealed class MultiscaleDiscriminator : Module
{
    /// <summary>No layer is wider.</summary>
    private const int Widest = 512;

    private readonly Sequential[][] _scales;

    /// <summary>Half of each side; zeros of the border don't count.</summary>
    private readonly AvgPool2d _half = new(3, 2, 1, countIncludePad: false);

    /// <param name="inputChannels">channels judged: those of input and output together</param>
    /// <param name="ndf">channels after the first convolution; they double with each layer, up to 512</param>
    /// <param name="layers">strided layers of each</param>
    /// <param name="scales">how many there are</param>
    public MultiscaleDiscriminator(int inputChannels, int ndf = 64, int layers = 3, int scales = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scales, 1);
        _scales = [.. Enumerable.Range(0, scales).Select(scale => Scale(scale, inputChannels, ndf, layers)).Reverse()];
    }

    /// <summary>Outputs of all layers of each scale, [N, C, H', W'], the full size first; the last of each are raw scores, [N, 1, H', W'].</summary>
    /// <param name="x">[N, C, H, W]</param>
    public IReadOnlyList<IReadOnlyList<Tensor>> Forward(Tensor x)
    {
        var outputs = new List<IReadOnlyList<Tensor>>();
        var current = x.Share();
        foreach (var scale in _scales)
        {
            var ofScale = new List<Tensor>();
            foreach (var layer in scale)
            {
                ofScale.Add(layer.Forward(ofScale.Count == 0 ? current : ofScale[^1]));
            }

            outputs.Add(ofScale);
            using var before = current;
            current = outputs.Count < _scales.Length ? _half.Forward(before) : before;
        }

        return outputs;
    }

    private Sequential[] Scale(int scale, int inputChannels, int ndf, int layers)
    {
        var width = ndf;
        List<Sequential> all = [new Sequential(new Conv2d(inputChannels, width, 4, 2, 2), new LeakyReLU())];
        for (var layer = 1; layer <= layers; layer++)
        {
            var wider = Math.Min(2 * width, Widest);
            all.Add(new Sequential(new Conv2d(width, wider, 4, layer < layers ? 2 : 1, 2), new InstanceNorm2d(wider), new LeakyReLU()));
            width = wider;
        }

        all.Add(new Sequential(new Conv2d(width, 1, 4, 1, 2)));
        return [.. all.Select((layer, i) => Add(string.Create(CultureInfo.InvariantCulture, $"scale{scale}_layer{i}"), layer))];
    }
}
