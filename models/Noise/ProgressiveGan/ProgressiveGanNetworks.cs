using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.ProgressiveGan;

/// <summary>Blends a level that is faded in with the level below, [N, …].</summary>
/// <param name="level">of the new level</param>
/// <param name="below">of the level below, at the same size</param>
internal delegate Tensor Blend(Tensor level, Tensor below);

/// <summary>Layers with an equalised learning rate: weights are scaled in each forward (Karras et al. 2018, section 4.1).</summary>
internal static class EqualizedLayers
{
    /// <summary>Gain of layers followed by a leaky ReLU.</summary>
    private static readonly float s_gain = MathF.Sqrt(2);

    /// <summary>3×3, [N, in, H, W] to [N, out, H, W].</summary>
    public static EqualizedRate Convolution(int inputs, int outputs) => new(new Conv2d(inputs, outputs, 3, 1, 1), s_gain);

    /// <summary>Pictures to features: 1×1.</summary>
    public static Sequential FromPicture(int channels, int features) =>
        new(new EqualizedRate(new Conv2d(channels, features, 1), s_gain), new LeakyRelu());

    /// <summary>Features to pictures, which are not bounded: 1×1.</summary>
    public static EqualizedRate ToPicture(int features, int channels) => new(new Conv2d(features, channels, 1));

    /// <summary>[N, in, 1, 1] to [N, out, side, side]: a linear layer with a bias for each channel.</summary>
    public static EqualizedRate Opening(int inputs, int outputs, int side) => new(new ConvTranspose2d(inputs, outputs, side), s_gain);

    public static EqualizedRate Hidden(int inputs, int outputs) => new(new Linear(inputs, outputs), s_gain);

    public static EqualizedRate Score(int inputs) => new(new Linear(inputs, 1));

    /// <summary>Upsampling by nearest neighbour.</summary>
    public static Tensor Enlarged(this Tensor pictures, int factor) => factor == 1 ? pictures : pictures.Upsample(factor);

    /// <summary>Downsampling by means.</summary>
    public static Tensor Shrunk(this Tensor pictures, int factor) => factor == 1 ? pictures : pictures.AvgPool2d(factor);
}

/// <summary>
/// The growing generator (Karras et al. 2018, table 2): codes [N, Nz] to pictures. Keys <c>level_0</c>, … of the levels' layers,
/// <c>picture_0</c>, … of the output layers, and <c>grown</c>, the finest trained level.
/// </summary>
internal sealed class GrowingGenerator : Layer
{
    private readonly Sequential[] _levels;
    private readonly Layer[] _pictures;
    private readonly ModuleTensor _grown;
    private readonly int _numbers;

    public GrowingGenerator(ProgressiveGanOptions o)
    {
        _numbers = o.Nz;
        (_levels, _pictures) = (new Sequential[o.TopLevel + 1], new Layer[o.TopLevel + 1]);
        for (var level = 0; level <= o.TopLevel; level++)
        {
            var width = o.Channels(level + 1);
            _levels[level] = Add($"level_{level}", level == 0
                ? new Sequential(
                    new PixelNorm(), EqualizedLayers.Opening(o.Nz, width, ProgressiveGanOptions.CoarsestSide), new LeakyRelu(),
                    new PixelNorm())
                : new Sequential(
                    new Upsample(2), EqualizedLayers.Convolution(o.Channels(level), width), new LeakyRelu(), new PixelNorm()));
            _levels[level].Append(EqualizedLayers.Convolution(width, width)).Append(new LeakyRelu()).Append(new PixelNorm());
            _pictures[level] = Add($"picture_{level}", EqualizedLayers.ToPicture(width, o.OutputNc));
        }

        _grown = AddBuffer("grown", new Shape(1), InitialValue.Zero);
    }

    /// <summary>The finest trained level.</summary>
    public int Grown
    {
        get => (int)_grown.Value.ToArray()[0];
        set => _grown.Value.CopyFrom([value]);
    }

    /// <summary>Pictures of the current level, enlarged to the full size, [N, C, S, S].</summary>
    public override Tensor Forward(Tensor x)
    {
        var level = Grown;
        return Forward(x, level, blend: null).Enlarged(1 << (_levels.Length - 1 - level));
    }

    /// <summary>Pictures of a level.</summary>
    /// <param name="codes">[N, Nz]</param>
    /// <param name="level">0 is the coarsest</param>
    /// <param name="blend">blends the level with the one below; null for the level alone</param>
    public Tensor Forward(Tensor codes, int level, Blend? blend)
    {
        var features = codes.Reshape(codes.Shape[0], _numbers, 1, 1);
        for (var n = 0; n < level; n++)
        {
            features = _levels[n].Forward(features);
        }

        var made = _pictures[level].Forward(_levels[level].Forward(features));
        return level == 0 || blend is null ? made : blend(made, _pictures[level - 1].Forward(features).Enlarged(2));
    }

    public override string Export(GraphWriter graph, string x)
    {
        var level = Grown;
        var features = new Reshape(_numbers, 1, 1).Export(graph, x);
        for (var n = 0; n <= level; n++)
        {
            features = _levels[n].Export(graph, features);
        }

        var made = _pictures[level].Export(graph, features);
        return level == _levels.Length - 1 ? made : new Upsample(1 << (_levels.Length - 1 - level)).Export(graph, made);
    }
}

/// <summary>
/// The growing critic: pictures of a level to raw scores [N, 1]. Keys <c>picture_0</c>, … of the levels' input layers, <c>level_1</c>, … of
/// their other layers, <c>last</c> of the coarsest level's.
/// </summary>
internal sealed class GrowingCritic : Module, INotExportable
{
    /// <summary>Number of pictures in a group of the minibatch deviation.</summary>
    private const int Group = 4;

    /// <summary>Keeps the square root's gradient finite if pictures do not differ.</summary>
    internal const float Epsilon = 1e-8f;

    private readonly Layer[] _pictures;

    /// <summary>By level; the coarsest is <see cref="_last"/>.</summary>
    private readonly Sequential?[] _levels;

    private readonly Sequential _last;

    public GrowingCritic(ProgressiveGanOptions o)
    {
        (_pictures, _levels) = (new Layer[o.TopLevel + 1], new Sequential?[o.TopLevel + 1]);
        for (var level = o.TopLevel; level >= 0; level--)
        {
            var width = o.Channels(level + 1);
            _pictures[level] = Add($"picture_{level}", EqualizedLayers.FromPicture(o.OutputNc, width));
            _levels[level] = level == 0 ? null : Add($"level_{level}", new Sequential(
                EqualizedLayers.Convolution(width, width), new LeakyRelu(), EqualizedLayers.Convolution(width, o.Channels(level)),
                new AvgPool2d(2), new LeakyRelu()));
        }

        var coarsest = o.Channels(1);
        const int pixels = ProgressiveGanOptions.CoarsestSide * ProgressiveGanOptions.CoarsestSide;
        _last = Add("last", new Sequential(
            EqualizedLayers.Convolution(coarsest + 1, coarsest), new LeakyRelu(), new Flatten(),
            EqualizedLayers.Hidden(coarsest * pixels, o.Channels(0)), new LeakyRelu(), EqualizedLayers.Score(o.Channels(0))));
    }

    public string WhyNotExportable => "compares the pictures of a batch with each other";

    /// <param name="x">pictures of the level, [N, C, S, S]</param>
    /// <param name="level">0 is the coarsest</param>
    /// <param name="blend">blends the level with the one below; null for the level alone</param>
    /// <param name="compare">
    /// adds the minibatch deviation as a channel; by default <see cref="TensorOps.MinibatchDeviation"/>
    /// </param>
    public Tensor Forward(Tensor x, int level, Blend? blend, Func<Tensor, Tensor>? compare = null)
    {
        var features = _pictures[level].Forward(x);
        for (var n = level; n > 0; n--)
        {
            features = _levels[n]!.Forward(features);
            if (n == level && blend is not null)
            {
                features = blend(features, _pictures[n - 1].Forward(x.Shrunk(2)));
            }
        }

        return _last.Forward(compare?.Invoke(features) ?? features.MinibatchDeviation(GroupOf(x.Shape[0]), Epsilon));
    }

    /// <summary>The largest group size, at most 4, that divides the batch: an epoch's last batch may have any size.</summary>
    internal static int GroupOf(int count) => Enumerable.Range(1, Group).Last(size => count % size == 0);
}
