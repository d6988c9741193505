namespace IlgpuGan.Models.Networks;

/// <summary>
/// PatchGANs of one architecture with separate weights; each sees the picture at half the size of the one before (Wang et al. 2018, section
/// 3.2). Convolutions are 4×4 with padding 2: a side n becomes n/2 + 1, or n + 1 with stride 1. State-dict keys are those of pix2pixHD,
/// <c>scale1_layer0.0.weight</c>, where the highest scale is the full size; with spectral norms those of SPADE,
/// <c>discriminator_0.model0.0.weight</c>, where the first is the full size.
/// </summary>
public sealed class MultiscaleDiscriminator : Module, IGrownNetwork
{
    /// <summary>Most channels of a layer.</summary>
    private const int Widest = 512;

    private readonly Sequential[][] _scales;

    /// <summary>Halves each side; padding does not count in the averages.</summary>
    private readonly AvgPool2d _half = new(3, 2, 1, countIncludePad: false);

    /// <param name="inputChannels">channels of input and output together</param>
    /// <param name="ndf">channels after the first convolution; they double with each layer, up to 512</param>
    /// <param name="layers">between the first, whose stride is 2, and the scores; the last of them has stride 1, the others 2</param>
    /// <param name="scales">number of scales</param>
    /// <param name="spectral">spectral norms on the weights of those layers, which then have no bias (Park et al. 2019)</param>
    public MultiscaleDiscriminator(int inputChannels, int ndf = 64, int layers = 3, int scales = 2, bool spectral = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(scales, 1);
        var all = Enumerable.Range(0, scales).Select(scale => Scale(scale, inputChannels, ndf, layers, spectral)).ToArray();
        _scales = spectral ? all : [.. all.Reverse()];
    }

    /// <summary>
    /// The outputs [N, C, H', W'] of all layers of each scale, full size first. The last output of each scale are raw scores, [N, 1, H',
    /// W'].
    /// </summary>
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

    /// <summary>The sum of the scores of all scales, a scalar.</summary>
    internal Tensor SumOfScores(Tensor x) => Forward(x).Select(scale => scale[^1].Sum()).Aggregate((sum, scores) => sum + scores);

    /// <summary>Copies the weights of a discriminator with fewer scales to the scales of the same names.</summary>
    /// <inheritdoc/>
    public bool TryInitializeFrom(Module smaller)
    {
        if (smaller is not MultiscaleDiscriminator)
        {
            return false;
        }

        var own = NamedTensors().ToDictionary(t => t.Name, t => t.Tensor);
        var given = smaller.NamedTensors().ToList();
        if (given.Exists(t => !own.TryGetValue(t.Name, out var tensor) || tensor.Shape != t.Tensor.Shape))
        {
            return false;
        }

        given.ForEach(t => own[t.Name].Value.CopyFrom(t.Tensor.Value.ToArray()));
        return true;
    }

    private Sequential[] Scale(int scale, int inputChannels, int ndf, int layers, bool spectral)
    {
        var width = ndf;
        List<Sequential> all = [new Sequential(new Conv2d(inputChannels, width, 4, 2, 2), new LeakyRelu())];
        for (var layer = 1; layer <= layers; layer++)
        {
            var wider = Math.Min(2 * width, Widest);
            var convolution = new Conv2d(width, wider, 4, layer < layers ? 2 : 1, 2, bias: !spectral);
            all.Add(spectral
                ? new Sequential(new Sequential(new SpectralNorm(convolution), new InstanceNorm2d(wider)), new LeakyRelu())
                : new Sequential(convolution, new InstanceNorm2d(wider), new LeakyRelu()));
            width = wider;
        }

        all.Add(new Sequential(new Conv2d(width, 1, 4, 1, 2)));
        var name = spectral
            ? Invariant.Text($"discriminator_{scale}.model")
            : Invariant.Text($"scale{scale}_layer");
        return [.. all.Select((layer, i) => Add(Invariant.Text($"{name}{i}"), layer))];
    }
}
