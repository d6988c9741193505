using IlgpuGan.Tensors.Formats.Onnx.Proto;

namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>
/// What a graph computes of its inputs, as far as programs write it alike: its operators in the order of their names, with strides, borders
/// and slopes. What is computed of constants or of sizes alone is left out, and what changes no value.
/// </summary>
internal static class OnnxComputation
{
    /// <summary>The slope of a LeakyRelu that does not say its own.</summary>
    private const float UsualSlope = 0.01f;

    public static IReadOnlyList<string> Of(GraphProto graph)
    {
        var constants = graph.Initializer.Select(constant => constant.Name).ToHashSet(StringComparer.Ordinal);
        var values = graph.Input.Select(input => input.Name).Where(name => !constants.Contains(name)).ToHashSet(StringComparer.Ordinal);
        var operators = new List<string>();
        foreach (var node in Used(graph))
        {
            if (node.OpType is "Shape" or "Size" || !node.Input.Any(values.Contains))
            {
                continue;
            }

            values.UnionWith(node.Output.Where(name => name.Length > 0));
            if (node.OpType is not ("Identity" or "Cast" or "Dropout"))
            {
                operators.Add(Described(node));
            }
        }

        operators.Sort(StringComparer.Ordinal);
        return operators;
    }

    /// <summary>The nodes that an output needs, in the graph's order.</summary>
    private static List<NodeProto> Used(GraphProto graph)
    {
        var needed = graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var used = new List<NodeProto>();
        foreach (var node in graph.Node.Reverse())
        {
            if (node.Output.Any(needed.Contains))
            {
                used.Add(node);
                needed.UnionWith(node.Input.Where(name => name.Length > 0));
            }
        }

        used.Reverse();
        return used;
    }

    private static string Described(NodeProto node)
    {
        var operation = node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}";
        return string.Join(
            ' ',
            node.Attribute.Select(attribute => Told(operation, attribute)).OfType<string>().Order(StringComparer.Ordinal)
                .Prepend(operation));
    }

    /// <summary>An attribute that counts, unless it has the value that operators without it have.</summary>
    private static string? Told(string operation, AttributeProto attribute)
    {
        var told = (operation, attribute.Name) switch
        {
            ("Conv" or "ConvTranspose", "strides") when attribute.Ints.Any(stride => stride != 1) => string.Join(',', attribute.Ints),
            ("Conv" or "ConvTranspose", "pads") when attribute.Ints.Any(pad => pad != 0) => string.Join(',', attribute.Ints),
            ("Pad", "mode") when attribute.S.ToStringUtf8() is not "constant" and var mode => mode,
            ("Resize", "mode") when attribute.S.ToStringUtf8() is not "nearest" and var mode => mode,
            ("LeakyRelu", "alpha") when attribute.F != UsualSlope => attribute.F.ToString("R", CultureInfo.InvariantCulture),
            _ => null,
        };
        return told is null ? null : $"{attribute.Name}={told}";
    }
}
