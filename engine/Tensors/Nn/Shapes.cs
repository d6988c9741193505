using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>[N, …] to [N, rest]: what stands between convolutions and a linear layer.</summary>
public sealed class Flatten : Layer
{
    public override Tensor Forward(Tensor x) => x.Shape.Rank > 0
        ? x.Reshape(new Shape(x.Shape[0], checked((int)(x.Shape.Count / Math.Max(1, x.Shape[0])))))
        : throw new ShapeException("flatten: a scalar has no batch dimension");

    public override string Export(GraphWriter graph, string x) => graph.Node("Flatten", [x], OnnxAttribute.Integer("axis", 1));
}

/// <summary>[N, …] to [N, extents]: the same numbers of each image under another shape.</summary>
/// <param name="extents">all but the batch's</param>
public sealed class Reshape(params ReadOnlySpan<int> extents) : Layer
{
    private readonly int[] _extents = extents.ToArray();

    public override Tensor Forward(Tensor x) => x.Reshape(new Shape([x.Shape[0], .. _extents]));

    public override string Export(GraphWriter graph, string x) => graph.Node(
        "Reshape", [x, graph.Integers($"shape_{string.Join('_', _extents)}", [0, .. _extents.Select(extent => (long)extent)])]);
}

/// <summary>Any function of one tensor as a layer.</summary>
/// <param name="forward">the function, written in ops</param>
/// <param name="export">the same as nodes of a graph; null for a function that can't be exported</param>
public sealed class Lambda(Func<Tensor, Tensor> forward, Func<GraphWriter, string, string>? export = null) : Layer
{
    public override Tensor Forward(Tensor x) => forward(x);

    public override string Export(GraphWriter graph, string x) => export is null ? base.Export(graph, x) : export(graph, x);
}
