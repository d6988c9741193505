using System.Globalization;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Models.Families.Spade;

/// <summary>
/// PatchGANs of one shape and weights of their own, each on half the size of the one before (Wang et al. 2018); their inner convolutions have spectral norms.
/// [N, S + C, H, W], labels and picture, to what every layer of every scale makes.
/// </summary>
public sealed class SpadeDiscriminator : Module
{
    /// <summary>No wider, whatever the depth.</summary>
    private const int Widest = 512;

    private static readonly PoolWindow s_halving = new(3, 2, 1);

    private readonly List<Scale> _scales = [];

    /// <param name="channels">label planes and those of the picture</param>
    /// <param name="ndf">channels of the first layer</param>
    /// <param name="layers">before the last; that before the last has stride 1</param>
    /// <param name="scales">how many discriminators</param>
    public SpadeDiscriminator(int channels, int ndf, int layers, int scales)
    {
        for (var i = 0; i < scales; i++)
        {
            _scales.Add(Add(string.Create(CultureInfo.InvariantCulture, $"discriminator_{i}"), new Scale(channels, ndf, layers)));
        }
    }

    /// <summary>For each scale, the largest first, its layers' outputs; the last one, [N, 1, h, w], is the score of each patch.</summary>
    public IReadOnlyList<IReadOnlyList<Tensor>> Forward(Tensor x)
    {
        var results = new List<IReadOnlyList<Tensor>>();
        var input = x.Share();
        foreach (var scale in _scales)
        {
            using var current = input;
            results.Add(scale.Forward(current));
            input = results.Count < _scales.Count ? current.AveragePool(s_halving, countIncludePad: false) : current.Share();
        }

        input.Dispose();
        return results;
    }

    private sealed class Scale : Module
    {
        private readonly List<Layer> _layers = [];

        public Scale(int channels, int ndf, int layers)
        {
            Append(new Conv2d(channels, ndf, 4, 2, 2), new LeakyReLU());
            var width = ndf;
            for (var i = 1; i < layers; i++)
            {
                var next = Math.Min(2 * width, Widest);
                var stride = i == layers - 1 ? 1 : 2;
                Append(new Sequential(new SpectralNorm(new Conv2d(width, next, 4, stride, 2, bias: false)), new InstanceNorm2d(next)), new LeakyReLU());
                width = next;
            }

            Append(new Conv2d(width, 1, 4, 1, 2));

            void Append(params ReadOnlySpan<Layer> parts) =>
                _layers.Add(Add(string.Create(CultureInfo.InvariantCulture, $"model{_layers.Count}"), new Sequential(parts)));
        }

        public IReadOnlyList<Tensor> Forward(Tensor x)
        {
            var outputs = new List<Tensor>();
            foreach (var layer in _layers)
            {
                outputs.Add(layer.Forward(outputs.Count == 0 ? x : outputs[^1]));
            }

            return outputs;
        }
    }
}
