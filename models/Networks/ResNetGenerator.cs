using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>
/// CycleGAN's generator (Zhu et al. 2017, after Johnson et al. 2016): two downsamplings, residual blocks, two upsamplings; with four
/// instead of two, pix2pixHD's global generator (Wang et al. 2018). [N, in, H, W] to [N, out, H, W] in (−1, 1); H and W must be multiples
/// of 2^halvings, and at least twice that if blocks use reflection padding or norms. State-dict keys are the reference's, with
/// <see cref="ScalingKind.Upsample"/> those of the PyTorch-GAN collection, with <see cref="ScalingKind.Antialias"/> those of CUT,
/// which <see cref="ScalingKind.Smooth"/> adds weights of norms to.
/// </summary>
public sealed class ResNetGenerator : Layer
{
    /// <summary>Pixels of reflection around a <see cref="ScalingKind.Painting"/>, whose frame would else show.</summary>
    internal const int Surroundings = 32;

    private const int BorderOf7 = 3;

    private readonly Sequential _model;
    private readonly int _sideMultiple;

    /// <param name="inputChannels">channels of the input</param>
    /// <param name="outputChannels">channels of the output</param>
    /// <param name="blocks">residual blocks: 6 for 128 pixels, 9 for 256 and more</param>
    /// <param name="ngf">channels after the first convolution; each downsampling doubles them</param>
    /// <param name="norm">norm of all but the last convolution</param>
    /// <param name="dropout">drop half of the values within each block</param>
    /// <param name="padding">padding of the blocks' convolutions</param>
    /// <param name="scaling">how sides are halved and doubled</param>
    /// <param name="halvings">downsamplings before the blocks, and upsamplings after them</param>
    /// <param name="spectral">spectral norms on all convolutions but the last</param>
    public ResNetGenerator(
        int inputChannels = 3, int outputChannels = 3, int blocks = 9, int ngf = 64, NormKind norm = NormKind.Instance,
        bool dropout = false, BlockPadding padding = BlockPadding.Reflect, ScalingKind scaling = ScalingKind.Strided,
        int halvings = 2, bool spectral = false)
    {
        _sideMultiple = 1 << halvings;
        _model = Add("model", Trunk(inputChannels, blocks, ngf, norm, dropout, padding, scaling, halvings, spectral));
        _model.AppendAll(Painting(ngf, outputChannels));
        Layers = scaling == ScalingKind.Painting ? Surrounded([_model]) : [_model];
    }

    /// <summary>What a picture passes through.</summary>
    internal IReadOnlyList<Layer> Layers { get; private set; }

    /// <summary>All but the last three layers: [N, in, H, W] to [N, ngf, H, W].</summary>
    /// <inheritdoc cref="ResNetGenerator(int, int, int, int, NormKind, bool, BlockPadding, ScalingKind, int, bool)"/>
    internal static Sequential Trunk(
        int inputChannels, int blocks, int ngf, NormKind norm = NormKind.Instance, bool dropout = false,
        BlockPadding padding = BlockPadding.Reflect,
        ScalingKind scaling = ScalingKind.Strided, int halvings = 2, bool spectral = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        var trunk = new Sequential().AppendAll([.. Encoder(inputChannels, ngf, norm, scaling, halvings, spectral)]);
        for (var i = 0; i < blocks; i++)
        {
            // PyTorch-GAN's name for the layers of a block, where the doublings are its own.
            var name = scaling == ScalingKind.Upsample ? "block" : "conv_block";
            trunk.Append(new ResidualBlock(ngf << halvings, norm, dropout, padding, name, spectral));
        }

        return trunk.AppendAll([.. Decoder(ngf, norm, scaling, halvings, spectral)]);
    }

    /// <summary>The layers before the residual blocks: [N, in, H, W] to [N, ngf·2^halvings, H/2^halvings, W/2^halvings].</summary>
    /// <inheritdoc cref="Trunk"/>
    internal static IEnumerable<Layer> Encoder(
        int inputChannels, int ngf, NormKind norm = NormKind.Instance, ScalingKind scaling = ScalingKind.Strided, int halvings = 2,
        bool spectral = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(halvings);
        var bias = norm.HasBias();
        norm = scaling == ScalingKind.Painting ? NormKind.None : norm;
        Layer[] first =
        [
            new ReflectionPad2d(BorderOf7), Weighted(new Conv2d(inputChannels, ngf, 7, bias: bias), spectral), norm.Layer(ngf), new Relu(),
        ];
        var blurred = scaling >= ScalingKind.Antialias;
        return first.Concat(Enumerable.Range(0, halvings).Select(level => ngf << level).SelectMany(width => (Layer[])
        [
            Weighted(new Conv2d(width, 2 * width, 3, blurred ? 1 : 2, 1, bias), spectral), norm.Layer(2 * width), new Relu(),
            .. blurred ? (Layer[])[Antialiasing.Halving()] : [],
        ]));
    }

    /// <summary>The layers after the residual blocks: [N, ngf·2^halvings, H/2^halvings, W/2^halvings] to [N, ngf, H, W].</summary>
    /// <inheritdoc cref="Trunk"/>
    internal static IEnumerable<Layer> Decoder(
        int ngf, NormKind norm = NormKind.Instance, ScalingKind scaling = ScalingKind.Strided, int halvings = 2, bool spectral = false) =>
        Enumerable.Range(0, halvings).Select(level => ngf << (halvings - level)).SelectMany(width =>
        {
            var (narrow, bias) = (width / 2, norm.HasBias());
            Layer[] doubling = scaling == ScalingKind.Strided
                ? [Weighted(new ConvTranspose2d(width, narrow, 3, 2, 1, outputPadding: 1, bias), spectral)]
                :
                [
                    scaling == ScalingKind.Upsample ? new Upsample(2) : Antialiasing.Doubling(),
                    Weighted(new Conv2d(width, narrow, 3, 1, 1, bias), spectral),
                ];
            return doubling.Concat([scaling >= ScalingKind.Smooth ? new GroupNorm(1, narrow) : norm.Layer(narrow), new Relu()]);
        });

    /// <summary>The last three layers: [N, ngf, H, W] to [N, out, H, W] in (−1, 1).</summary>
    internal static Layer[] Painting(int ngf, int outputChannels) =>
        [new ReflectionPad2d(BorderOf7), new Conv2d(ngf, outputChannels, 7), new Tanh()];

    public override Tensor Forward(Tensor x) => x.Shape.Rank == 4 && x.Shape[2] % _sideMultiple == 0 && x.Shape[3] % _sideMultiple == 0
        ? Layers.Aggregate(x, (map, layer) => layer.Forward(map))
        : throw new ShapeException(
            $"resnet: {int.Log2(_sideMultiple)} downsamplings need [N, C, H, W] with sides that are multiples of {_sideMultiple}, not " +
                $"{x.Shape}");

    /// <summary>
    /// Makes a <see cref="ScalingKind.Smooth"/> generator a <see cref="ScalingKind.Painting"/>: folds the encoder's instance norms into the
    /// convolutions before them, with the mean and variance that they meet in some pictures [1, C, H, W] together.
    /// </summary>
    /// <exception cref="ShapeException">a picture does not fit</exception>
    internal void FoldEncoder(IEnumerable<Tensor> pictures)
    {
        var encoder = Enumerable.Range(0, _model.Count).TakeWhile(i => _model[i] is not ResidualBlock);
        int[] norms = [.. encoder.Where(i => _model[i] is InstanceNorm2d)];
        var moments = norms.ToDictionary(i => i, i =>
        {
            var channels = Convolution(i).Weight.Shape[0];
            return (Mean: new double[channels], Square: new double[channels]);
        });
        var count = 0;
        foreach (var picture in pictures)
        {
            using var step = picture.Device.Step();
            var map = picture;
            for (var i = 0; i <= norms[^1]; i++)
            {
                if (moments.TryGetValue(i, out var met))
                {
                    Sum(met.Mean, map.Mean([0, 2, 3]));
                    Sum(met.Square, map.Square().Mean([0, 2, 3]));
                }

                map = _model[i].Forward(map);
            }

            count++;
        }

        foreach (var (i, (mean, square)) in moments)
        {
            var conv = Convolution(i);
            var epsilon = ((InstanceNorm2d)_model[i]).Epsilon;
            double Variance(int c) => (square[c] / count) - (mean[c] / count * mean[c] / count);
            var scale = mean.Select((_, c) => 1 / Math.Sqrt(Variance(c) + epsilon)).ToArray();
            var each = (int)conv.Weight.Shape.Count / scale.Length;
            Change(conv.Weight, (w, k) => w * scale[k / each]);
            Change(conv.Bias!, (b, c) => (b - (mean[c] / count)) * scale[c]);
        }

        Layers = Surrounded(
            Enumerable.Range(0, _model.Count)
                .Where(i => !moments.ContainsKey(i))
                .Select(i => _model[i]));

        Conv2d Convolution(int norm) => (Conv2d)_model[norm - 1];

        static void Sum(double[] sums, Tensor values)
        {
            var some = values.ToArray();
            for (var c = 0; c < sums.Length; c++)
            {
                sums[c] += some[c];
            }
        }

        static void Change(ModuleTensor tensor, Func<double, int, double> change) =>
            tensor.Value.CopyFrom([.. tensor.Value.ToArray().Select((v, i) => (float)change(v, i))]);
    }

    public override string Export(GraphWriter graph, string x) => Layers.Aggregate(x, (map, layer) => layer.Export(graph, map));

    private static Layer[] Surrounded(IEnumerable<Layer> model) =>
        [new SmoothNoise(), new ReflectionPad2d(Surroundings), .. model, new ZeroPad2d(-Surroundings)];

    private static Layer Weighted(Layer convolution, bool spectral) => spectral ? new SpectralNorm(convolution) : convolution;
}
