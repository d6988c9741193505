using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.R3Gan;

/// <summary>R3GAN's networks (Huang et al. 2024, section 4): no norms, mirror images of each other.</summary>
internal static class R3GanNetworks
{
    /// <summary>[1, 2, 1], widened for a change of resolution.</summary>
    private static readonly float[] s_filter = [1, 3, 3, 1];

    /// <summary>Codes, with labels beside them, [N, Nz + labels], to pictures [N, C, S, S]. Key <c>model</c>.</summary>
    public static Layer Generator(R3GanOptions o)
    {
        var stages = o.Stages;
        var layers = new Sequential(new LearnedBasis(o.Nz, o.LabelCount, stages[0]));
        AppendBlocks(layers, stages[0], o);
        foreach (var (before, width) in stages.Zip(stages.Skip(1)))
        {
            AppendTransition(layers, before, width);
            layers.Append(new Blur(s_filter, up: 2, edge: PadMode.Constant));
            AppendBlocks(layers, width, o);
        }

        return new VectorToPicture("model", layers.Append(new Conv2d(stages[^1], o.OutputNc, 1, bias: false)));
    }

    /// <summary>Pictures [N, C, S, S] to a score or, with labels, a vector of the coarsest stage's width.</summary>
    public static Sequential Discriminator(R3GanOptions o)
    {
        int[] stages = [.. o.Stages.Reverse()];
        var layers = new Sequential(new Conv2d(o.OutputNc, stages[0], 1, bias: false));
        foreach (var (width, next) in stages.Zip(stages.Skip(1)))
        {
            AppendBlocks(layers, width, o);
            layers.Append(new Blur(s_filter, down: 2, edge: PadMode.Constant, padding: 1));
            AppendTransition(layers, width, next);
        }

        var last = stages[^1];
        AppendBlocks(layers, last, o);
        return layers.AppendAll(
            new Conv2d(last, last, R3GanOptions.CoarsestSide, bias: false, groups: last), new Flatten(),
            new Linear(last, o.LabelCount > 0 ? last : 1, bias: false));
    }

    /// <summary>
    /// The published initial weights: N(0, 1/fan-in); in residual blocks with the gain of a leaky ReLU, divided by the fourth root of the
    /// network's number of blocks, and 0 for a block's last convolution. A discriminator's embedding is divided by the root of its length.
    /// </summary>
    /// <param name="network">of <see cref="Generator"/> or <see cref="Discriminator"/></param>
    /// <param name="seed">of the random numbers</param>
    /// <param name="o">the options; <see cref="TrainingOptions.InitGain"/> is a factor of all weights</param>
    public static void Initialize(Module network, ulong seed, R3GanOptions o)
    {
        var gainOfBlocks = Math.Sqrt(2 / (1 + (0.2 * 0.2))) * Math.Pow(o.Blocks * o.Stages.Count, -0.25);
        foreach (var weight in network.NamedTensors().Where(t => t.Tensor.Initial == InitialValue.Drawn).ToList())
        {
            var gain = !weight.Name.Contains(".inner.", StringComparison.Ordinal)
                ? weight.Name == "embed.weight" ? 1 / Math.Sqrt(weight.Tensor.Shape[0]) : 1
                : weight.Name.EndsWith(".inner.4.weight", StringComparison.Ordinal) ? 0 : gainOfBlocks;
            var fanIn = weight.Tensor.Shape.Count / weight.Tensor.Shape[0];
            network.Initialize(
                seed, Initialization.Normal, (float)(o.InitGain * gain / Math.Sqrt(fanIn)), where: t => t.Tensor == weight.Tensor);
        }
    }

    /// <summary>Residual blocks: a 1×1 convolution to twice the width, a grouped 3×3, and a 1×1 back.</summary>
    private static void AppendBlocks(Sequential layers, int width, R3GanOptions o)
    {
        var wide = 2 * width;
        for (var n = 0; n < o.Blocks; n++)
        {
            layers.Append(new Residual(new Sequential(
                new Conv2d(width, wide, 1), new LeakyRelu(), new Conv2d(wide, wide, 3, padding: 1, groups: width / o.GroupWidth),
                new LeakyRelu(), new Conv2d(wide, width, 1, bias: false))));
        }
    }

    private static void AppendTransition(Sequential layers, int before, int width)
    {
        if (before != width)
        {
            layers.Append(new Conv2d(before, width, 1, bias: false));
        }
    }
}

/// <summary>
/// Codes [N, numbers], with labels beside them, to features [N, width, 4, 4]: learned planes, scaled by a linear map of the code and as
/// many numbers for the label. Keys <c>basis</c>, <c>linear</c>, <c>embed</c>.
/// </summary>
internal sealed class LearnedBasis : Layer
{
    private readonly (int Code, int Label) _numbers;
    private readonly ModuleTensor _basis;
    private readonly Linear _linear;
    private readonly Linear? _embed;
    private readonly Reshape _scales;

    public LearnedBasis(int numbers, int labels, int width)
    {
        (_numbers, _scales) = ((numbers, labels), new Reshape(width, 1, 1));
        _basis = AddParameter(
            "basis", new Shape(1, width, R3GanOptions.CoarsestSide, R3GanOptions.CoarsestSide), InitialValue.StandardNormal);
        _linear = Add("linear", new Linear(labels > 0 ? 2 * numbers : numbers, width, bias: false));
        _embed = labels > 0 ? Add("embed", new Linear(labels, numbers, bias: false)) : null;
    }

    public override Tensor Forward(Tensor x)
    {
        using var input = _embed is null ? x.Share() : TensorOps.Concat(
            1, x.Slice(1, 0, _numbers.Code), _embed.Forward(x.Slice(1, _numbers.Code, _numbers.Label)));
        return _scales.Forward(_linear.Forward(input)).Multiply(_basis.Value);
    }

    public override string Export(GraphWriter graph, string x)
    {
        var input = _embed is null ? x : graph.Node(
            "Concat",
            [graph.SliceOf(x, 0, _numbers.Code), _embed.Export(graph, graph.SliceOf(x, _numbers.Code, _numbers.Label))],
            OnnxAttribute.Integer("axis", 1));
        return graph.Node("Mul", [_scales.Export(graph, _linear.Export(graph, input)), graph.Tensor(_basis)]);
    }
}

/// <summary>
/// R3GAN's discriminator: with labels, the score is the product of a picture's vector and the label's (Miyato and Koyama 2018). Keys
/// <c>main</c>, <c>embed</c>.
/// </summary>
internal sealed class ProjectionDiscriminator : PictureDiscriminator
{
    private readonly Linear? _embed;

    public ProjectionDiscriminator(R3GanOptions o)
        : base(R3GanNetworks.Discriminator(o))
    {
        Add("main", Main);
        _embed = o.LabelCount > 0 ? Add("embed", new Linear(o.LabelCount, o.Stages[0], bias: false)) : null;
    }

    public override Tensor Forward(Tensor x, Tensor? labels)
    {
        var vectors = Main.Forward(x);
        return _embed is null ? vectors : (vectors * _embed.Forward(labels!)).Sum([1], keepDims: true);
    }
}
