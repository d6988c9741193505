namespace IlgpuGan.Models.Families.Cut;

/// <summary>
/// SinCUT's discriminator of crops: StyleGAN2's without the minibatch deviation. Residual blocks downsample to 4 pixels, then two linear
/// layers follow. [N, C, S, S] to raw scores [N, 1]; S is a power of two, 8 or more. Keys are the reference's,
/// <c>convs.1.conv1.0.weight</c>.
/// </summary>
internal sealed class StyleDiscriminator : Layer
{
    private const int SmallestMap = 4;
    private const int Widest = 384;

    /// <summary>Channels times side, per unit of ndf.</summary>
    private const int WidthTimesSide = 256;

    private readonly Sequential _convs;
    private readonly Sequential _last;
    private readonly Sequential _scores;
    private readonly int _side;

    /// <param name="inputChannels">channels of the input</param>
    /// <param name="ndf">a quarter of the channels at 64 pixels; each downsampling doubles them, up to 384</param>
    /// <param name="side">of the crops, in pixels</param>
    public StyleDiscriminator(int inputChannels = 3, int ndf = 8, int side = 64)
    {
        if (side < 2 * SmallestMap || !int.IsPow2(side))
        {
            throw new ArgumentOutOfRangeException(nameof(side), side, "crops need a side of 8, 16, 32, …");
        }

        _side = side;
        _convs = Add("convs", new Sequential(StyleLayers.Convolution(inputChannels, WidthAt(side), 1)));
        for (var s = side; s > SmallestMap; s /= 2)
        {
            _convs.Append(new StyleBlock(WidthAt(s), WidthAt(s / 2), halves: true));
        }

        var width = WidthAt(SmallestMap);
        _last = Add("final_conv", StyleLayers.Convolution(width, width, 3));
        _scores = Add("final_linear", new Sequential(
            new ScaledLinear(width * SmallestMap * SmallestMap, width), new EqualizedRate(new Linear(width, 1))));

        int WidthAt(int s) => Math.Min(Widest, Math.Max(1, WidthTimesSide * ndf / s));
    }

    public override Tensor Forward(Tensor x)
    {
        if (x.Shape.Rank != 4 || x.Shape[2] != _side || x.Shape[3] != _side)
        {
            throw new ShapeException($"stylegan2 discriminator: judges crops [N, C, {_side}, {_side}], not {x.Shape}");
        }

        using var maps = _convs.Forward(x);
        using var last = _last.Forward(maps);
        using var vectors = last.Reshape(x.Shape[0], -1);
        return _scores.Forward(vectors);
    }

    /// <summary>√2 · leaky ReLU of an equalised linear layer; keys <c>weight</c>, <c>bias</c>.</summary>
    private sealed class ScaledLinear : Layer
    {
        private readonly ModuleTensor _weight;
        private readonly ModuleTensor _bias;

        public ScaledLinear(int inputs, int outputs)
        {
            _weight = AddParameter("weight", new Shape(outputs, inputs), InitialValue.Drawn);
            _bias = AddParameter("bias", new Shape(outputs), InitialValue.Zero);
        }

        public override Tensor Forward(Tensor x)
        {
            using var weight = _weight.Value.Affine(1 / MathF.Sqrt(_weight.Shape[1]), 0);
            using var sum = x.Linear(weight, _bias.Value);
            using var active = sum.LeakyRelu(0.2f);
            return active.Affine(StyleLayers.Gain, 0);
        }
    }
}
