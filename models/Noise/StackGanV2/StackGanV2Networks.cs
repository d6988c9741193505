using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.StackGanV2;

/// <summary>The tree's output for a batch of codes.</summary>
/// <param name="Pictures">by branch, from the coarsest, [N, C, S, S]</param>
/// <param name="Sampled">the conditions; null without labels</param>
internal readonly record struct TreeResult(IReadOnlyList<Tensor> Pictures, SampledCondition? Sampled);

/// <summary>Building blocks; convolutions have no bias.</summary>
internal static class StackGanV2Layers
{
    /// <summary>3×3 convolution, norm, gated linear unit.</summary>
    public static Sequential Gated(int inputs, int outputs) => new(
        StackGanLayers.Convolution(inputs, 2 * outputs), new BatchNorm2d(2 * outputs), new GLU(outputs));

    /// <summary>Upsampling to twice the side and half the width.</summary>
    public static Sequential Doubling(int width) => new(new Upsample(2), Gated(width, width / 2));

    /// <summary>A gated convolution, and a plain one with a norm.</summary>
    public static Sequential Inner(int width) => new(
        Gated(width, width), StackGanLayers.Convolution(width, width), new BatchNorm2d(width));
}

/// <summary>
/// The generators as one tree (Zhang et al. 2017, StackGAN++, section 4): codes [N, Nz] and labels' vectors [N, numbers] to features of
/// growing size, and at each branch to a picture. The condition is sampled once, and every branch takes it. Keys <c>ca_net</c>, and for
/// each branch <c>h_net1</c>, <c>img_net1</c>, …
/// </summary>
internal sealed class TreeGenerator : Layer
{
    private readonly ConditioningAugmentation? _augment;
    private readonly List<Sequential> _features = [];
    private readonly List<Sequential> _pictures = [];
    private readonly (int Codes, int Label) _numbers;

    public TreeGenerator(StackGanV2Options o)
    {
        _numbers = (o.Nz, o.EmbeddedNumbers);
        _augment = o.Conditional ? Add("ca_net", new ConditioningAugmentation(o, isGated: true)) : null;
        for (var (branch, width) = (0, o.Ngf); branch < o.BranchNum; branch++)
        {
            var features = branch == 0 ? First(o) : Next(o, width);
            width = branch == 0 ? width : width / 2;
            _features.Add(Add($"h_net{branch + 1}", features));
            _pictures.Add(Add($"img_net{branch + 1}", new Sequential(StackGanLayers.Convolution(width, o.OutputNc), new Tanh())));
        }
    }

    /// <param name="codes">[N, Nz]</param>
    /// <param name="label">the label's vector, [N, numbers]; null without labels</param>
    /// <param name="noise">of conditions, [N, condition]; null without labels</param>
    public TreeResult Forward(Tensor codes, Tensor? label, Tensor? noise)
    {
        SampledCondition? drawn = label is null ? null : _augment!.Forward(label, noise!);
        return new TreeResult(Generate(codes, drawn?.Condition), drawn);
    }

    /// <summary>A code and a label's vector side by side, [N, Nz + numbers], to the largest picture; the condition is its mean.</summary>
    public override Tensor Forward(Tensor x) => _augment is null
        ? Generate(x, null)[^1]
        : Generate(x.Slice(1, 0, _numbers.Codes), _augment.Mean(x.Slice(1, _numbers.Codes, _numbers.Label)))[^1];

    public override string Export(GraphWriter graph, string x)
    {
        var (beside, features) = (x, x);
        if (_augment is not null)
        {
            var codes = graph.SliceOf(x, 0, _numbers.Codes);
            beside = _augment.ExportMean(graph, graph.SliceOf(x, _numbers.Codes, _numbers.Label));
            features = graph.Node("Concat", [beside, codes], OnnxAttribute.Integer("axis", 1));
        }

        features = _features[0].Export(graph, features);
        foreach (var next in _features.Skip(1))
        {
            features = next.Export(graph, graph.WithPlanes(features, beside));
        }

        return _pictures[^1].Export(graph, features);
    }

    /// <summary>4 pixels, doubled up to the size of the first pictures.</summary>
    private static Sequential First(StackGanV2Options o)
    {
        const int side = StackedOptions.SmallestSide;
        var width = o.Ngf << StackedOptions.HalvingsOf(o.SideOf(0));
        var numbers = width * side * side;
        var layers = new Sequential(
            new Linear(o.Conditional ? o.Condition + o.Nz : o.Nz, 2 * numbers, bias: false), new BatchNorm2d(2 * numbers), new GLU(numbers),
            new Reshape(width, side, side));
        for (; width > o.Ngf; width /= 2)
        {
            layers.Append(StackGanV2Layers.Doubling(width));
        }

        return layers;
    }

    /// <summary>Takes the features of the branch below and the condition as planes.</summary>
    private static Sequential Next(StackGanV2Options o, int width)
    {
        var layers = new Sequential(StackGanV2Layers.Gated(width + o.ConditionLength, width));
        for (var n = 0; n < o.Blocks; n++)
        {
            layers.Append(new Residual(StackGanV2Layers.Inner(width)));
        }

        return layers.Append(StackGanV2Layers.Doubling(width));
    }

    private List<Tensor> Generate(Tensor codes, Tensor? condition)
    {
        var features = _features[0].Forward(condition is null ? codes : TensorOps.Concat(1, condition, codes));
        List<Tensor> made = [_pictures[0].Forward(features)];
        for (var branch = 1; branch < _features.Count; branch++)
        {
            features = _features[branch].Forward(features.WithPlanes(condition ?? codes));
            made.Add(_pictures[branch].Forward(features));
        }

        return made;
    }
}

/// <summary>Raw scores [N, 1, 1, 1] of matching a condition, null without labels, and of being real.</summary>
internal readonly record struct TreeScores(Tensor? Conditional, Tensor Unconditional);

/// <summary>
/// A branch's discriminator: pictures [N, C, S, S] and conditions' means [N, condition] to two raw scores each, [N, 1, 1, 1]. Pictures of
/// later branches have more downsamplings, with growing widths, and convolutions that narrow the features again. Keys
/// <c>img_code</c>, <c>jointConv</c>, <c>logits</c>, <c>uncond_logits</c>; without labels <c>img_code</c> and <c>logits</c> alone.
/// </summary>
internal sealed class BranchDiscriminator : Module
{
    private readonly Sequential _code;
    private readonly Sequential? _joint;
    private readonly Conv2d _logits;
    private readonly Conv2d? _unconditional;

    public BranchDiscriminator(StackGanV2Options o, int side)
    {
        var (layers, width, last) = (new Sequential(StackGanLayers.Halving(o.OutputNc, o.Ndf), new LeakyRelu()), o.Ndf, o.WidthD);
        for (var n = 1; n < StackedOptions.HalvingsOf(side); n++, width *= 2)
        {
            layers.AppendAll(StackGanLayers.Halving(width, 2 * width), new BatchNorm2d(2 * width), new LeakyRelu());
        }

        for (; width > last; width /= 2)
        {
            layers.AppendAll(Narrowing(width, width / 2));
        }

        _code = Add("img_code", layers);
        _joint = o.Conditional ? Add("jointConv", new Sequential(Narrowing(last + o.Condition, last))) : null;
        _logits = Add("logits", new Conv2d(last, 1, StackedOptions.SmallestSide));
        _unconditional = o.Conditional ? Add("uncond_logits", new Conv2d(last, 1, StackedOptions.SmallestSide)) : null;
    }

    public TreeScores Forward(Tensor x, Tensor? mean)
    {
        var code = _code.Forward(x);
        return _joint is null
            ? new TreeScores(null, _logits.Forward(code))
            : new TreeScores(_logits.Forward(_joint.Forward(code.WithPlanes(mean!))), _unconditional!.Forward(code));
    }

    private static Layer[] Narrowing(int inputs, int outputs) =>
        [StackGanLayers.Convolution(inputs, outputs), new BatchNorm2d(outputs), new LeakyRelu()];
}
