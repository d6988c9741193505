using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>[N, …] to [N, rest], for a linear layer after convolutions.</summary>
public sealed class Flatten : Layer
{
    public override Tensor Forward(Tensor x) => x.Shape.Rank > 0
        ? x.Reshape(new Shape(x.Shape[0], Extents.Of("flatten", x.Shape.Count / Math.Max(1, x.Shape[0]), x.Shape)))
        : throw new ShapeException("flatten: a scalar has no batch dimension");

    public override string Export(GraphWriter graph, string x) => graph.Node("Flatten", [x], OnnxAttribute.Integer("axis", 1));
}

/// <summary>[N, …] to [N, extents].</summary>
/// <param name="extents">extents without the batch dimension</param>
public sealed class Reshape(params ReadOnlySpan<int> extents) : Layer
{
    private readonly int[] _extents = extents.ToArray();

    public override Tensor Forward(Tensor x) => x.Reshape(new Shape([x.Shape[0], .. _extents]));

    public override string Export(GraphWriter graph, string x) => graph.Node(
        "Reshape", [x, graph.Integers($"shape_{string.Join('_', _extents)}", [0, .. _extents.Select(extent => (long)extent)])]);
}

/// <summary>Any function of one tensor as a layer.</summary>
/// <param name="forward">the function, written in ops</param>
/// <param name="export">adds the same function to a graph; null if it can't be exported</param>
public sealed class Lambda(Func<Tensor, Tensor> forward, Func<GraphWriter, string, string>? export = null) : Layer
{
    public override Tensor Forward(Tensor x) => forward(x);

    public override string Export(GraphWriter graph, string x) => export is null ? base.Export(graph, x) : export(graph, x);
}

/// <summary>[N, C·r², H, W] to [N, C, H·r, W·r] (Shi et al. 2016); see <see cref="TensorOps.PixelShuffle"/>.</summary>
/// <param name="factor">r</param>
/// <exception cref="ArgumentOutOfRangeException">the factor is below 1</exception>
public sealed class PixelShuffle(int factor) : Layer
{
    private readonly int _factor = NumberSetting.Positive(factor, nameof(factor), "pixel_shuffle: the factor");

    public override Tensor Forward(Tensor x) => x.PixelShuffle(_factor);

    public override string Export(GraphWriter graph, string x) =>
        graph.Node("DepthToSpace", [x], OnnxAttribute.Integer("blocksize", _factor), OnnxAttribute.Text("mode", "CRD"));
}

/// <summary>[N, C, H·r, W·r] to [N, C·r², H, W]: the inverse of <see cref="PixelShuffle"/>.</summary>
/// <param name="factor">r</param>
/// <exception cref="ArgumentOutOfRangeException">the factor is below 1</exception>
public sealed class PixelUnshuffle(int factor) : Layer
{
    private readonly int _factor = NumberSetting.Positive(factor, nameof(factor), "pixel_unshuffle: the factor");

    public override Tensor Forward(Tensor x) => x.PixelUnshuffle(_factor);

    /// <summary>ONNX's SpaceToDepth orders channels differently, so this writes reshapes and a transposition.</summary>
    public override string Export(GraphWriter graph, string x)
    {
        var sizes = graph.Node("Div", [graph.Node("Shape", [x]), graph.Integers($"unshuffle_sides_{_factor}", 1, 1, _factor, _factor)]);
        var side = graph.Integers($"unshuffle_{_factor}", _factor);
        var height = graph.Node("Gather", [sizes, graph.Integers("places_0_1_2", 0, 1, 2)]);
        var width = graph.Node("Gather", [sizes, graph.Integers("places_3", 3)]);
        var squares = graph.Node("Reshape", [x, graph.Node("Concat", [height, side, width, side], OnnxAttribute.Integer("axis", 0))]);
        var channels = graph.Node("Transpose", [squares], OnnxAttribute.Integers("perm", 0, 1, 3, 5, 2, 4));
        return graph.Node(
            "Reshape", [channels, graph.Node("Mul", [sizes, graph.Integers($"unshuffle_channels_{_factor}", 1, _factor * _factor, 1, 1)])]);
    }
}

/// <summary>Cumulative sum along a dimension; see <see cref="TensorOps.CumulativeSum"/>.</summary>
/// <param name="axis">the dimension</param>
/// <param name="exclusive">leave out the element itself</param>
/// <param name="reverse">sum from the end</param>
public sealed class CumulativeSum(int axis, bool exclusive = false, bool reverse = false) : Layer
{
    public override Tensor Forward(Tensor x) => x.CumulativeSum(axis, exclusive, reverse);

    public override string Export(GraphWriter graph, string x) => graph.Node(
        "CumSum", [x, graph.Integers($"axis_{axis}", axis)],
        OnnxAttribute.Integer("exclusive", exclusive ? 1 : 0), OnnxAttribute.Integer("reverse", reverse ? 1 : 0));
}

/// <summary>
/// Minibatch standard deviation as an additional channel; see <see cref="TensorOps.MinibatchDeviation"/>.
/// </summary>
/// <param name="group">images of a group; all images of the batch if there are fewer</param>
/// <param name="epsilon">added to the variance</param>
public sealed class MinibatchDeviation(int group = 4, float epsilon = 1e-8f) : Layer
{
    public override Tensor Forward(Tensor x) => x.MinibatchDeviation(group, epsilon);

    /// <summary>For images [N, C, H, W] only.</summary>
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
/// A trained vector for each class: class indices […] become […, features]. Key <c>weight</c> [classes, features], initialised from N(0, 1)
/// under every scheme, as in PyTorch.
/// </summary>
public sealed class Embedding : Layer
{
    /// <summary>ONNX's TensorProto.DataType.INT64.</summary>
    private const long Int64 = 7;

    public Embedding(int classes, int features) =>
        Weight = AddParameter("weight", new Shape(classes, features), InitialValue.StandardNormal);

    public ModuleTensor Weight { get; }

    /// <param name="x">
    /// class indices, made by <see cref="Tensor.From(ReadOnlySpan{int}, Shape, Devices.Device)"/> or by an op such as argmax
    /// </param>
    /// <exception cref="DeviceException">on the CPU: an index is out of range; on other devices its vector is NaN</exception>
    public override Tensor Forward(Tensor x)
    {
        using var index = x.Reshape(-1);
        using var rows = Weight.Value.IndexSelect(0, index);
        return rows.Reshape(new Shape([.. x.Shape, Weight.Shape[1]]));
    }

    public override string Export(GraphWriter graph, string x) =>
        graph.Node("Gather", [graph.Tensor(Weight), graph.Node("Cast", [x], OnnxAttribute.Integer("to", Int64))]);
}
