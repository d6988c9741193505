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

/// <summary>[N, C·r², H, W] to [N, C, H·r, W·r] (Shi et al. 2016); see <see cref="TensorOps.PixelShuffle"/>.</summary>
/// <param name="factor">r</param>
public sealed class PixelShuffle(int factor) : Layer
{
    public override Tensor Forward(Tensor x) => x.PixelShuffle(factor);

    public override string Export(GraphWriter graph, string x) =>
        graph.Node("DepthToSpace", [x], OnnxAttribute.Integer("blocksize", factor), OnnxAttribute.Text("mode", "CRD"));
}

/// <summary>[N, C, H·r, W·r] to [N, C·r², H, W]: the inverse of <see cref="PixelShuffle"/>.</summary>
/// <param name="factor">r</param>
public sealed class PixelUnshuffle(int factor) : Layer
{
    public override Tensor Forward(Tensor x) => x.PixelUnshuffle(factor);

    /// <summary>SpaceToDepth has another order of channels: here as the reshapes and the transposition that it is.</summary>
    public override string Export(GraphWriter graph, string x)
    {
        var sizes = graph.Node("Div", [graph.Node("Shape", [x]), graph.Integers($"unshuffle_sides_{factor}", 1, 1, factor, factor)]);
        var side = graph.Integers($"unshuffle_{factor}", factor);
        var height = graph.Node("Gather", [sizes, graph.Integers("places_0_1_2", 0, 1, 2)]);
        var width = graph.Node("Gather", [sizes, graph.Integers("places_3", 3)]);
        var squares = graph.Node("Reshape", [x, graph.Node("Concat", [height, side, width, side], OnnxAttribute.Integer("axis", 0))]);
        var channels = graph.Node("Transpose", [squares], OnnxAttribute.Integers("perm", 0, 1, 3, 5, 2, 4));
        return graph.Node(
            "Reshape", [channels, graph.Node("Mul", [sizes, graph.Integers($"unshuffle_channels_{factor}", 1, factor * factor, 1, 1)])]);
    }
}

/// <summary>Sums along a dimension up to each element; see <see cref="TensorOps.CumulativeSum"/>.</summary>
/// <param name="axis">the dimension</param>
/// <param name="exclusive">whether the element itself is left out</param>
/// <param name="reverse">whether sums begin at the end</param>
public sealed class CumulativeSum(int axis, bool exclusive = false, bool reverse = false) : Layer
{
    public override Tensor Forward(Tensor x) => x.CumulativeSum(axis, exclusive, reverse);

    public override string Export(GraphWriter graph, string x) => graph.Node(
        "CumSum", [x, graph.Integers($"axis_{axis}", axis)],
        OnnxAttribute.Integer("exclusive", exclusive ? 1 : 0), OnnxAttribute.Integer("reverse", reverse ? 1 : 0));
}

/// <summary>
/// A channel that says how much the images of a batch differ, behind the others; see <see cref="TensorOps.MinibatchDeviation"/>.
/// </summary>
/// <param name="group">images whose differences are measured together</param>
/// <param name="epsilon">added to the variance</param>
public sealed class MinibatchDeviation(int group = 4, float epsilon = 1e-8f) : Layer
{
    public override Tensor Forward(Tensor x) => x.MinibatchDeviation(group, epsilon);

    /// <summary>Of images [N, C, H, W].</summary>
    public override string Export(GraphWriter graph, string x)
    {
        var shape = graph.Node("Shape", [x]);
        var size = graph.Node("Min", [Extents("places_0", 0), graph.Integers($"group_{group}", group)]);
        var sides = Extents("places_2_3", 2, 3);
        var rows = graph.Node("Reshape", [x, Joined(size, graph.Integers("rest", -1), Extents("places_1_2_3", 1, 2, 3))]);
        var centred = graph.Node("Sub", [rows, Mean(rows, 0)]);
        var variance = Mean(graph.Node("Mul", [centred, centred]), 0);
        var deviation = Mean(graph.Node("Sqrt", [graph.Node("Add", [variance, graph.Scalar(epsilon)])]), 2, 3, 4);
        var one = graph.Integers("one", 1);
        var maps = graph.Node("Expand", [deviation, Joined(size, one, one, sides)]);
        return graph.Node(
            "Concat", [x, graph.Node("Reshape", [maps, Joined(Extents("places_0", 0), one, sides)])], OnnxAttribute.Integer("axis", 1));

        string Extents(string name, params long[] places) => graph.Node("Gather", [shape, graph.Integers(name, places)]);
        string Joined(params ReadOnlySpan<string> parts) => graph.Node("Concat", parts, OnnxAttribute.Integer("axis", 0));
        string Mean(string value, params ReadOnlySpan<long> axes) =>
            graph.Node("ReduceMean", [value], OnnxAttribute.Integers("axes", axes));
    }
}

/// <summary>
/// A vector of trained numbers for each of some classes: an index […] of whole numbers from 0 becomes […, features]. Key <c>weight</c>
/// [classes, features], drawn from N(0, 1) as PyTorch does, whatever the scheme.
/// </summary>
public sealed class Embedding : Layer
{
    /// <summary>ONNX's TensorProto.DataType.INT64.</summary>
    private const long Int64 = 7;

    public Embedding(int classes, int features) =>
        Weight = AddParameter("weight", new Shape(classes, features), InitialValue.StandardNormal);

    public ModuleTensor Weight { get; }

    /// <param name="x">
    /// classes, as <see cref="Tensor.From(ReadOnlySpan{int}, Shape, Devices.Device)"/> or an op such as argmax makes them
    /// </param>
    /// <exception cref="DeviceException">on the processor: a class that there is not; on other devices its vector is NaN</exception>
    public override Tensor Forward(Tensor x)
    {
        using var index = x.Reshape(-1);
        using var rows = Weight.Value.IndexSelect(0, index);
        return rows.Reshape(new Shape([.. x.Shape, Weight.Shape[1]]));
    }

    public override string Export(GraphWriter graph, string x) =>
        graph.Node("Gather", [graph.Tensor(Weight), graph.Node("Cast", [x], OnnxAttribute.Integer("to", Int64))]);
}
