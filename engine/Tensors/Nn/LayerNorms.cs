using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>Layer norm (Ba et al. 2016) over the last dimensions; keys <c>weight</c> and <c>bias</c> of their shape.</summary>
public sealed class LayerNorm : Layer
{
    private readonly Shape _shape;
    private readonly float _epsilon;

    /// <param name="shape">extents of the trailing dimensions, which are normalised together</param>
    /// <param name="affine">whether there are a weight and a bias</param>
    /// <param name="epsilon">added to the variance</param>
    /// <param name="bias">false for a weight without a bias</param>
    public LayerNorm(Shape shape, bool affine = true, float epsilon = 1e-5f, bool bias = true)
    {
        (_shape, _epsilon) = (shape, NormSetting.Epsilon("layer_norm", epsilon));
        Weight = affine ? AddParameter("weight", shape, InitialValue.One) : null;
        Bias = affine && bias ? AddParameter("bias", shape, InitialValue.Zero) : null;
    }

    public ModuleTensor? Weight { get; }

    public ModuleTensor? Bias { get; }

    public override Tensor Forward(Tensor x)
    {
        var last = x.Shape.Rank - _shape.Rank;
        return last >= 0 && x.Shape.ToArray().AsSpan(last).SequenceEqual(_shape.ToArray())
            ? x.LayerNorm(_shape.Rank, Weight?.Value, Bias?.Value, _epsilon)
            : throw new ShapeException($"layer_norm: the last dimensions of {x.Shape} are not {_shape}");
    }

    public override string Export(GraphWriter graph, string x)
    {
        var extents = _shape.ToLongs();
        var scale = Weight is { } weight ? graph.Tensor(weight)
            : graph.Constant(
                $"ones_{string.Join('x', extents)}",
                name => NamedArray.From(name, extents, Enumerable.Repeat(1f, (int)_shape.Count).ToArray()));
        return graph.Node(
            "LayerNormalization", Bias is { } bias ? [x, scale, graph.Tensor(bias)] : [x, scale],
            OnnxAttribute.Integer("axis", -_shape.Rank), OnnxAttribute.Float("epsilon", _epsilon));
    }
}

/// <summary>Group norm (Wu and He 2018) of [N, C, …]; keys <c>weight</c> and <c>bias</c>, [C].</summary>
public sealed class GroupNorm : Layer
{
    /// <param name="groups">divides the channels</param>
    /// <param name="channels">channels of the input</param>
    /// <param name="affine">whether there are a weight and a bias</param>
    /// <param name="epsilon">added to the variance</param>
    /// <param name="bias">false for a weight without a bias</param>
    public GroupNorm(int groups, int channels, bool affine = true, float epsilon = 1e-5f, bool bias = true)
    {
        if (groups < 1 || channels % groups != 0)
        {
            throw new ArgumentException($"group_norm: {channels} channels do not divide into {groups} groups", nameof(groups));
        }

        (Groups, Epsilon) = (groups, NormSetting.Epsilon("group_norm", epsilon));
        Weight = affine ? AddParameter("weight", new Shape(channels), InitialValue.One) : null;
        Bias = affine && bias ? AddParameter("bias", new Shape(channels), InitialValue.Zero) : null;
    }

    /// <summary>Groups of channels.</summary>
    internal int Groups { get; }

    internal float Epsilon { get; }

    public ModuleTensor? Weight { get; }

    public ModuleTensor? Bias { get; }

    public override Tensor Forward(Tensor x) => x.GroupNorm(Groups, Weight?.Value, Bias?.Value, Epsilon);

    /// <summary>For [N, C, H, W]: instance norm of [N, groups, rest], then weight and bias.</summary>
    public override string Export(GraphWriter graph, string x)
    {
        var rows = graph.Node("Reshape", [x, graph.Integers($"groups_{Groups}", 0, Groups, -1)]);
        var normalized = graph.Node(
            "InstanceNormalization", [rows, graph.Filled("ones", Groups, 1), graph.Filled("zeros", Groups, 0)],
            OnnxAttribute.Float("epsilon", Epsilon));
        var y = graph.Node("Reshape", [normalized, graph.Node("Shape", [x])]);
        var scaled = Weight is null ? y : graph.Node("Mul", [y, Channels(Weight)]);
        return Bias is null ? scaled : graph.Node("Add", [scaled, Channels(Bias)]);

        string Channels(ModuleTensor tensor) =>
            graph.Node("Reshape", [graph.Tensor(tensor), graph.Integers($"channels_{tensor.Shape[0]}", tensor.Shape[0], 1, 1)]);
    }
}

/// <summary>Scales each pixel's vector of channels to length √C (Karras et al. 2018).</summary>
public sealed class PixelNorm(float epsilon = 1e-8f) : Layer
{
    public override Tensor Forward(Tensor x) => x.PixelNorm(epsilon);

    public override string Export(GraphWriter graph, string x)
    {
        var mean = graph.Node("ReduceMean", [graph.Node("Mul", [x, x])], OnnxAttribute.Integers("axes", 1));
        return graph.Node("Div", [x, graph.Node("Sqrt", [graph.Node("Add", [mean, graph.Scalar(epsilon)])])]);
    }
}

/// <summary>
/// A norm whose scale and shift are inputs: norm(x)·(1 + γ) + β. With γ and β [N, C, 1, 1] it is adaptive instance norm (Huang and Belongie
/// 2017), with [N, C, H, W] it is SPADE (Park et al. 2019).
/// </summary>
public sealed class ModulatedNorm : Module
{
    private readonly Layer _norm;

    /// <param name="norm">the norm, such as <c>new InstanceNorm2d(channels)</c>; registered as <c>norm</c></param>
    public ModulatedNorm(Layer norm) => _norm = Add("norm", norm);

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="gamma">γ, broadcast to x</param>
    /// <param name="beta">β, broadcast to x</param>
    public Tensor Forward(Tensor x, Tensor gamma, Tensor beta)
    {
        ArgumentNullException.ThrowIfNull(x);
        TensorOps.RequireFit("modulated_norm", gamma, x.Shape);
        TensorOps.RequireFit("modulated_norm", beta, x.Shape);
        using var normalized = _norm.Forward(x);
        using var scale = gamma.Affine(1, 1);
        using var scaled = normalized.Multiply(scale);
        return scaled.Add(beta);
    }

    public override IReadOnlyList<string> Export(GraphWriter graph, IReadOnlyList<string> inputs)
    {
        var scale = graph.Node("Add", [inputs[1], graph.Scalar(1)]);
        return [graph.Node("Add", [graph.Node("Mul", [_norm.Export(graph, inputs[0]), scale]), inputs[2]])];
    }
}
