using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>Concatenates a vector to a picture: each number becomes a constant plane; and slices of vectors.</summary>
internal static class VectorPlanes
{
    /// <summary>[N, C, H, W] and [N, numbers] to [N, C + numbers, H, W].</summary>
    public static Tensor WithPlanes(this Tensor x, Tensor vector)
    {
        var (count, numbers) = (vector.Shape[0], vector.Shape[1]);
        using var places = vector.Reshape(count, numbers, 1, 1);
        using var planes = places.Expand(count, numbers, x.Shape[2], x.Shape[3]);
        return TensorOps.Concat(1, x, planes);
    }

    /// <summary>The same as nodes of an ONNX graph.</summary>
    /// <param name="graph">receives the nodes</param>
    /// <param name="x">name of a value [N, C, H, W]</param>
    /// <param name="vector">name of a value [N, numbers]</param>
    public static string WithPlanes(this GraphWriter graph, string x, string vector)
    {
        var places = graph.Node("Unsqueeze", [vector, graph.Integers("planes_axes", 2, 3)]);
        var sides = graph.Node("Slice", [graph.Node("Shape", [x]), graph.Integers("planes_first", 2), graph.Integers("planes_last", 4)]);
        var shape = graph.Node("Concat", [graph.Integers("planes_ones", 1, 1), sides], OnnxAttribute.Integer("axis", 0));
        return graph.Node("Concat", [x, graph.Node("Expand", [places, shape])], OnnxAttribute.Integer("axis", 1));
    }

    /// <summary>A slice of vectors [N, numbers], or of channels, as nodes of an ONNX graph.</summary>
    public static string SliceOf(this GraphWriter graph, string x, int first, int length) => graph.Node(
        "Slice",
        [
            x, graph.Integers($"place_{first}", first), graph.Integers($"place_{first + length}", first + length),
            graph.Integers("axis_1", 1),
        ]);
}
