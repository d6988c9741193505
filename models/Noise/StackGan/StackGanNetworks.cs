using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.StackGan;

/// <summary>A stage's output, [N, C, S, S], and the KL divergence of its conditions from N(0, 1), [1].</summary>
internal readonly record struct StageResult(Tensor Picture, Tensor Divergence);

/// <summary>The activation of x + f(x). Key <c>inner</c>.</summary>
internal sealed class ActivatedResidual : Layer
{
    private readonly Sequential _inner;
    private readonly Layer _activation;

    private ActivatedResidual(Sequential inner, Layer activation) => (_inner, _activation) = (Add("inner", inner), activation);

    /// <summary>A bottleneck block with a quarter of the channels: 1×1, 3×3, 3×3.</summary>
    public static ActivatedResidual Narrow(int width, Func<Layer> activation) => new(
        new Sequential(
            new Conv2d(width, width / 4, 1, bias: false), new BatchNorm2d(width / 4), activation(),
            StackGanLayers.Convolution(width / 4, width / 4), new BatchNorm2d(width / 4), activation(),
            StackGanLayers.Convolution(width / 4, width), new BatchNorm2d(width)),
        activation());

    /// <summary>Two 3×3 convolutions.</summary>
    public static ActivatedResidual Plain(int width) => new(
        new Sequential(
            StackGanLayers.Convolution(width, width), new BatchNorm2d(width), new Relu(), StackGanLayers.Convolution(width, width),
            new BatchNorm2d(width)),
        new Relu());

    public override Tensor Forward(Tensor x) => _activation.Forward(x.Add(_inner.Forward(x)));

    public override string Export(GraphWriter graph, string x) =>
        _activation.Export(graph, graph.Node("Add", [x, _inner.Export(graph, x)]));
}

/// <summary>Building blocks of both stages; convolutions have no bias.</summary>
internal static class StackGanLayers
{
    /// <summary>A 3×3 convolution.</summary>
    public static Conv2d Convolution(int inputs, int outputs) => new(inputs, outputs, 3, 1, 1, bias: false);

    /// <summary>A 4×4 convolution of stride 2.</summary>
    public static Conv2d Halving(int inputs, int outputs) => new(inputs, outputs, 4, 2, 1, bias: false);
}

/// <summary>
/// The first generator (Zhang et al. 2017, section 3.3): codes [N, Nz] and labels' vectors [N, numbers] to coarse pictures, or to pictures
/// of the full size without a second stage. Keys <c>augment</c>, <c>opening</c>, <c>main</c>.
/// </summary>
internal sealed class FirstGenerator : Layer
{
    private readonly ConditioningAugmentation _augment;
    private readonly Sequential _opening;
    private readonly Sequential _main;
    private readonly (int Codes, int Label) _numbers;

    public FirstGenerator(StackGanOptions o)
    {
        _numbers = (o.Nz, o.EmbeddedNumbers);
        _augment = Add("augment", new ConditioningAugmentation(o));
        const int side = StackGanOptions.SmallestSide;
        var width = 8 * o.Ngf;
        _opening = Add("opening", new Sequential(
            new Linear(o.Condition + o.Nz, width * side * side), new BatchNorm2d(width * side * side), new Reshape(width, side, side)));
        _main = new Sequential(ActivatedResidual.Narrow(width, () => new Relu()));
        for (var n = 0; n < o.OwnDoublings; n++, width /= 2)
        {
            _main.AppendAll(new Upsample(2), StackGanLayers.Convolution(width, width / 2), new BatchNorm2d(width / 2));
            _main.Append(n == 0 ? (Layer)ActivatedResidual.Narrow(width / 2, () => new Relu()) : new Relu());
        }

        if (side << o.OwnDoublings < o.FirstSide)
        {
            _main.Append(new Upsample(2));
        }

        Add("main", _main.AppendAll(StackGanLayers.Convolution(width, o.OutputNc), new Tanh()));
    }

    /// <param name="codes">[N, Nz]</param>
    /// <param name="label">the label's vector, [N, numbers]</param>
    /// <param name="noise">of conditions, [N, condition]</param>
    public StageResult Forward(Tensor codes, Tensor label, Tensor noise)
    {
        var drawn = _augment.Forward(label, noise);
        return new StageResult(Generate(drawn.Condition, codes), drawn.Divergence);
    }

    /// <summary>A code and a label's vector side by side, [N, Nz + numbers]; the condition is its mean.</summary>
    public override Tensor Forward(Tensor x) =>
        Generate(_augment.Mean(x.Slice(1, _numbers.Codes, _numbers.Label)), x.Slice(1, 0, _numbers.Codes));

    public override string Export(GraphWriter graph, string x)
    {
        var condition = _augment.ExportMean(graph, graph.SliceOf(x, _numbers.Codes, _numbers.Label));
        var codes = graph.SliceOf(x, 0, _numbers.Codes);
        return _main.Export(graph, _opening.Export(graph, graph.Node("Concat", [condition, codes], OnnxAttribute.Integer("axis", 1))));
    }

    private Tensor Generate(Tensor condition, Tensor codes) => _main.Forward(_opening.Forward(TensorOps.Concat(1, condition, codes)));
}

/// <summary>
/// The second generator: coarse pictures and labels' vectors to pictures of the full size. Keys <c>augment</c>, <c>encode</c>,
/// <c>decode</c>.
/// </summary>
internal sealed class SecondGenerator : Module
{
    private readonly ConditioningAugmentation _augment;
    private readonly Sequential _encode;
    private readonly Sequential _decode;

    public SecondGenerator(StackGanOptions o)
    {
        _augment = Add("augment", new ConditioningAugmentation(o));
        var width = o.Ngf;
        _encode = new Sequential(StackGanLayers.Convolution(o.OutputNc, width), new Relu());
        for (var n = 0; n < o.Downs; n++, width *= 2)
        {
            _encode.AppendAll(StackGanLayers.Halving(width, 2 * width), new BatchNorm2d(2 * width), new Relu());
        }

        Add("encode", _encode);
        var inside = 4 * o.Ngf;
        _decode = new Sequential(StackGanLayers.Convolution(width + o.Condition, inside), new BatchNorm2d(inside), new Relu());
        for (var n = 0; n < o.Blocks; n++)
        {
            _decode.Append(ActivatedResidual.Plain(inside));
        }

        for (var side = o.CoarseSize >> o.Downs; side < o.ImageSize; side *= 2, inside /= 2)
        {
            _decode.AppendAll(new Upsample(2), StackGanLayers.Convolution(inside, inside / 2), new BatchNorm2d(inside / 2), new Relu());
        }

        Add("decode", _decode.AppendAll(StackGanLayers.Convolution(inside, o.OutputNc), new Tanh()));
    }

    /// <param name="coarse">[N, C, s, s]</param>
    /// <param name="label">the label's vector, [N, numbers]</param>
    /// <param name="noise">of conditions, [N, condition]</param>
    public StageResult Forward(Tensor coarse, Tensor label, Tensor noise)
    {
        var drawn = _augment.Forward(label, noise);
        return new StageResult(_decode.Forward(_encode.Forward(coarse).WithPlanes(drawn.Condition)), drawn.Divergence);
    }

    /// <summary>Inputs are a coarse picture and a label's vector; the condition is its mean.</summary>
    public override IReadOnlyList<string> Export(GraphWriter graph, IReadOnlyList<string> inputs) =>
        [_decode.Export(graph, graph.WithPlanes(_encode.Export(graph, inputs[0]), _augment.ExportMean(graph, inputs[1])))];
}

/// <summary>
/// A conditional discriminator: pictures [N, C, S, S] and labels' vectors [N, numbers] to raw scores [N, 1, 1, 1] of matching. Keys
/// <c>picture</c>, <c>told</c>, <c>both</c>.
/// </summary>
internal sealed class ConditionalDiscriminator : Module
{
    private readonly Sequential _picture;
    private readonly Sequential _label;
    private readonly Sequential _both;

    public ConditionalDiscriminator(StackGanOptions o, int side)
    {
        var (layers, inputs, width) = (new Sequential(), o.OutputNc, o.FirstWidthD(side));
        for (var n = 0; n < StackGanOptions.HalvingsOf(side); n++, width *= 2)
        {
            Append(StackGanLayers.Halving(inputs, width), width);
        }

        for (width = inputs / 2; width >= o.WidthD; width /= 2)
        {
            Append(new Conv2d(inputs, width, 1, bias: false), width);
        }

        _picture = Add("picture", layers.Append(ActivatedResidual.Narrow(o.WidthD, () => new LeakyRelu())));
        _label = Add("told", new Sequential(new Linear(o.EmbeddedNumbers, o.Condition), new LeakyRelu()));
        _both = Add("both", new Sequential(
            new Conv2d(o.WidthD + o.Condition, o.WidthD, 1, bias: false), new BatchNorm2d(o.WidthD), new LeakyRelu(),
            new Conv2d(o.WidthD, 1, StackGanOptions.SmallestSide, bias: false)));

        // The activation comes before the next layer: the last layer has none, since the residual block after it has its own.
        void Append(Conv2d convolution, int outputs)
        {
            if (layers.Count == 0)
            {
                layers.Append(convolution);
            }
            else
            {
                layers.AppendAll(new LeakyRelu(), convolution, new BatchNorm2d(outputs));
            }

            inputs = outputs;
        }
    }

    public Tensor Forward(Tensor x, Tensor label) => _both.Forward(_picture.Forward(x).WithPlanes(_label.Forward(label)));
}
