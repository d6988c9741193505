using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Translation.Layerwise;

/// <summary>
/// A forward pass of one picture of any size in bounded memory: each convolution is computed strip by strip into a temporary file before
/// the next layer starts. Nothing is approximated: the result is that of the whole picture, except for the order of sums.
/// </summary>
/// <param name="device">device of the strips</param>
/// <param name="stripValues">most floats of a strip including its input; a strip has at least one row</param>
/// <param name="folder">
/// folder of the temporary files, which take 4 bytes per pixel and channel of a layer and of the skip connections across it
/// </param>
internal sealed class LayerwiseForward(Device device, long stripValues, string folder) : IDisposable
{
    private readonly ScratchSpace _space = new(folder, device);
    private readonly List<ScratchMap> _stored = [];
    private readonly List<Tensor> _statistics = [];

    /// <summary>Rows of a map in a strip.</summary>
    public int RowsOf(FeatureMap map) => (int)Math.Clamp(stripValues / map.ValuesPerRow, 1, map.Height);

    /// <summary>Computes the output of a module for a map, which is freed.</summary>
    /// <exception cref="RunException">modules of this type can't be computed by strips</exception>
    /// <exception cref="Data.PictureException">the temporary files can't be written</exception>
    public FeatureMap Run(Layer module, FeatureMap x) => module switch
    {
        Sequential sequence => Enumerable.Range(0, sequence.Count).Aggregate(x, (map, i) => Run(sequence[i], map)),
        SkipBlock block => Skip(block, x),
        ResNetGenerator { Layers: var layers } => layers.Aggregate(x, (map, layer) => Run(layer, map)),
        SmoothNoise => new NoisyMap(x, RowsOf(x), device),
        UNet or Colorizer => Run((Layer)module.Children.Single().Module, x),
        Conv2d { Padding.IsZero: true } conv => Store(new ConvolvedMap(x, conv)),
        Conv2d { Padding: var p } conv =>
            Store(new ConvolvedMap(new PaddedMap(x, p, PadMode.Constant), conv)),
        ConvTranspose2d conv => Store(new TransposedMap(x, conv)),
        BatchNorm2d { Training: true } norm => Normalize(x, norm.Weight, norm.Bias, norm.Epsilon),
        InstanceNorm2d norm when norm.Training || norm.RunningMean is null => Normalize(x, norm.Weight, norm.Bias, norm.Epsilon),
        GroupNorm norm => Normalize(x, norm.Weight, norm.Bias, norm.Epsilon, norm.Groups),
        Padding2d p => new PaddedMap(x, p.Margins, p.Mode),
        Upsample upsample => new EnlargedMap(x, upsample),
        Blur { Up: 1, Padding: var around } blur =>
            new BlurredMap(new PaddedMap(x, around, blur.Edge), blur),
        Colorizer.Lightness => new PointwiseMap(x, module.Forward, channels: 1),
        Colorizer.Colours => new PointwiseMap(x, module.Forward),
        Identity or Dropout { Training: false } => x,
        BatchNorm2d or InstanceNorm2d or Relu or LeakyRelu or Tanh or Sigmoid => new PointwiseMap(x, module.Forward),
        _ => throw new RunException($"a network with a {module.GetType().Name} can't be computed layer by layer"),
    };

    public void Dispose()
    {
        _stored.ForEach(s => s.Close());
        _statistics.ForEach(s => s.Dispose());
    }

    private FeatureMap Skip(SkipBlock block, FeatureMap x)
    {
        if (block.Skip == SkipConnection.None)
        {
            return Run(block.Layers, x);
        }

        // Store the sum: otherwise each residual block would recompute all blocks before it.
        var joined = new JoinedMap(x.Share(), Run(block.Layers, x), added: block.Skip == SkipConnection.Sum);
        return block.Skip == SkipConnection.Sum ? Store(joined) : joined;
    }

    /// <param name="groups">groups of channels that are normalised together; null for each by itself</param>
    private PointwiseMap Normalize(FeatureMap x, ModuleTensor? weight, ModuleTensor? bias, float epsilon, int? groups = null)
    {
        var stored = x as ScratchMap ?? Store(x);
        var (means, variances) = Grouped(stored.Means(), stored.Variances(), stored.Channels / (groups ?? stored.Channels));
        var shape = new Shape(stored.Channels);
        var statistics = new RunningStatistics(Keep(Tensor.From(means, shape, device)), Keep(Tensor.From(variances, shape, device)));
        return new PointwiseMap(stored, strip => strip.BatchNorm(statistics, weight?.Value, bias?.Value, epsilon));
    }

    /// <summary>For each channel the statistics of its group of so many, all of as many pixels.</summary>
    private static (float[] Means, float[] Variances) Grouped(float[] means, float[] variances, int channels)
    {
        for (var first = 0; channels > 1 && first < means.Length; first += channels)
        {
            var m = means.AsSpan(first, channels);
            var v = variances.AsSpan(first, channels);
            double mean = 0, variance = 0;
            foreach (var value in m)
            {
                mean += (double)value / channels;
            }

            for (var i = 0; i < channels; i++)
            {
                variance += (v[i] + ((m[i] - mean) * (m[i] - mean))) / channels;
            }

            m.Fill((float)mean);
            v.Fill((float)variance);
        }

        return (means, variances);
    }

    private Tensor Keep(Tensor tensor)
    {
        _statistics.Add(tensor.Keep());
        return tensor;
    }

    private ScratchMap Store(FeatureMap map)
    {
        var stored = new ScratchMap(map.Channels, map.Height, map.Width, _space);
        _stored.Add(stored);
        var rows = RowsOf(map);
        for (var top = 0; top < map.Height; top += rows)
        {
            using var step = device.Step();
            stored.Write(top, map.Read(top, Math.Min(rows, map.Height - top)));
        }

        map.Dispose();
        return stored;
    }
}
