using System.Security.Cryptography;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Formats.Onnx.Proto;
using IlgpuGan.Tensors.Nn.Import.Operators;

namespace IlgpuGan.Tensors.Nn.Import;

/// <summary>
/// What a graph computes of its inputs, as far as programs write it alike: the operators that lead to its first output, each with its
/// settings and with what it takes. Weights count by their keys, small constants by their values. What is computed of sizes alone is left
/// out, and what changes no value.
/// </summary>
internal sealed class GraphComputation
{
    /// <summary>A constant of more elements counts as unknown.</summary>
    private const int MaxElements = 4096;

    /// <summary>Maximum number of elements that are computed of constants in all.</summary>
    private const int MaxFolded = 1 << 20;

    /// <summary>Of pictures.</summary>
    private const int Rank = 4;

    private const string Absent = "";
    private const string Unknown = "?";

    private readonly string _path;
    private readonly IReadOnlyCollection<string> _weights;
    private readonly Dictionary<string, HostArray> _constants = new(StringComparer.Ordinal);

    /// <summary>What is computed of the inputs and the weights: each value, and what is left of it above zero.</summary>
    private readonly Dictionary<string, (string Value, string Positive)> _values = new(StringComparer.Ordinal);

    private int _folded;

    private GraphComputation(string path, IReadOnlyCollection<string> weights) => (_path, _weights) = (path, weights);

    /// <summary>A text that two graphs share if they compute the same.</summary>
    /// <param name="path">the graph's file, beside which data may lie</param>
    /// <param name="graph">the graph</param>
    /// <param name="weights">the network's keys, which the names of weights end with</param>
    /// <exception cref="CheckpointFormatException">a node or a constant is damaged</exception>
    public static string Of(string path, GraphProto graph, IReadOnlyCollection<string> weights)
    {
        var computation = new GraphComputation(path, weights);
        foreach (var constant in graph.Initializer)
        {
            computation.Add(constant);
        }

        var initialized = graph.Initializer.Select(constant => constant.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (index, input) in graph.Input.Where(value => !initialized.Contains(value.Name)).Index())
        {
            computation._values[input.Name] = ($"input {index}", $"input {index}");
        }

        foreach (var (index, node) in graph.Node.Index())
        {
            computation.Add(new OnnxNode(path, node, index));
        }

        return graph.Output.Count > 0 ? computation.Taken(graph.Output[0].Name) : Absent;
    }

    private void Add(TensorProto constant)
    {
        var key = _weights
            .Where(own => constant.Name.EndsWith(own, StringComparison.Ordinal)
                && (constant.Name.Length == own.Length || constant.Name[^(own.Length + 1)] == '.'))
            .MaxBy(own => own.Length);
        if (key is not null)
        {
            _values[constant.Name] = ($"weight {key}", $"weight {key}");
            return;
        }

        var entry = OnnxTensors.Describe(_path, constant);
        if (NamedArray.ElementCount(entry.Shape) <= MaxElements
            && Computed(() => HostArray.Of(OnnxTensors.Read(_path, entry, constant))) is { } array)
        {
            _constants[constant.Name] = array;
        }
    }

    private void Add(OnnxNode node)
    {
        if (node.Outputs.Count == 0)
        {
            return;
        }

        if (node.Inputs.All(name => name.Length == 0 || _constants.ContainsKey(name)))
        {
            if (_folded < MaxFolded && Folded(node) is { } constant)
            {
                _folded += constant.Values.Length;
                _constants[node.Outputs[0]] = constant;
            }

            return;
        }

        if (node.Operation is "Shape" or "Size" || !node.Inputs.Any(_values.ContainsKey))
        {
            return;
        }

        var first = (Value: Taken(node.Inputs[0]), Positive: Positive(node.Inputs[0]));
        if (ChangesNothing(node))
        {
            _values[node.Outputs[0]] = first;
            return;
        }

        // Programs differ in whether a skip connection begins before or behind an activation, where a Relu follows both.
        var value = Hash(node, node.Operation == "Relu" ? [first.Positive] : InputsOf(node));
        var positive = node.Operation switch
        {
            "Relu" => first.Positive,
            "LeakyRelu" when SlopeOf(node) >= 0 => first.Positive,
            "Concat" => Hash(node, [.. node.Inputs.Select(Positive)]),
            _ => value,
        };
        foreach (var (index, output) in node.Outputs.Index().Where(made => made.Item.Length > 0))
        {
            _values[output] = index == 0 ? (value, positive) : ($"{value} {index}", $"{value} {index}");
        }
    }

    private HostArray? Folded(OnnxNode node) => Computed(() => OperatorTable.OnHost(new NodeCall(
        node, OnnxGraphBuilder.OperatorSet, [.. node.Inputs.Select(name => name.Length == 0 ? null : RunningValue.Of(_constants[name]))],
        device: null)));

    /// <summary>A constant; null if it can't be computed on the host.</summary>
    private static HostArray? Computed(Func<HostArray?> compute)
    {
        try
        {
            return compute();
        }
        catch (Exception e) when (e is ArgumentException or ArithmeticException)
        {
            return null;
        }
    }

    private bool ChangesNothing(OnnxNode node) => node.Operation switch
    {
        "Identity" => true,
        "Cast" => OnnxTypes.Find((int)node.Integer("to", 0)) is { IsFloat: true },
        "Dropout" => node.Inputs.Count < 3 || node.Inputs[2].Length == 0
            || _constants.GetValueOrDefault(node.Inputs[2]) is { Values: [0] },
        _ => false,
    };

    private string[] InputsOf(OnnxNode node)
    {
        List<string> inputs = [.. node.Inputs.Select(Taken)];
        if (node.Operation == "Pad")
        {
            if (node.Integers("pads") is { } amounts)
            {
                inputs.Add(TextOf(amounts)); // Of an old operator set.
            }
            else if (inputs.Count > 2 && _constants.GetValueOrDefault(node.Inputs[2]) is { Values: [0] })
            {
                inputs[2] = Absent; // The number that borders have unasked.
            }
        }

        if (node.Operation is "Add" or "Mul")
        {
            inputs.Sort(StringComparer.Ordinal);
        }

        return [.. inputs.Take(inputs.FindLastIndex(input => input != Absent) + 1)];
    }

    private string Taken(string name) => name.Length == 0 ? Absent
        : _values.TryGetValue(name, out var computed) ? computed.Value
        : !_constants.TryGetValue(name, out var constant) ? Unknown
        : constant.Values.Length == 0 ? Absent
        : TextOf(constant.Values);

    private string Positive(string name) => _values.TryGetValue(name, out var computed) ? computed.Positive : Taken(name);

    private static string TextOf<T>(T[] values) => $"[{string.Join(',', values)}]";

    private static string Hash(OnnxNode node, string[] inputs) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{string.Join(' ', SettingsOf(node).Prepend(node.Operation))} ({string.Join(" | ", inputs)})")));

    /// <summary>The settings that count, unless they are those of an operator that does not say them.</summary>
    private static IEnumerable<string> SettingsOf(OnnxNode node)
    {
        foreach (var (name, usual) in ((string, long)[])[("strides", 1), ("dilations", 1), ("pads", 0), ("output_padding", 0)])
        {
            if (node.Operation != "Pad" && node.Integers(name) is { } given && Array.Exists(given, number => number != usual))
            {
                yield return $"{name}={TextOf(given)}";
            }
        }

        foreach (var (name, usual) in ((string, long)[])[("group", 1), ("training_mode", 0)])
        {
            if (node.Integer(name, usual) != usual)
            {
                yield return $"{name}={node.Integer(name, usual)}";
            }
        }

        if (node.Operation == "BatchNormalization" && node.Outputs.Skip(1).Any(output => output.Length > 0))
        {
            yield return "statistics"; // How old operator sets say that a norm trains.
        }

        if (node.Operation == "Concat")
        {
            yield return $"axis={(node.Integer("axis", 1) + Rank) % Rank}";
        }

        foreach (var (name, usual, given) in new[]
        {
            ("epsilon", 1e-5f, node.Float("epsilon", 1e-5f)), ("alpha", UsualSlopeOf(node), SlopeOf(node)),
        })
        {
            if (given != usual)
            {
                yield return $"{name}={given.ToString("R", CultureInfo.InvariantCulture)}";
            }
        }

        if (node.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID") and var padding)
        {
            yield return $"auto_pad={padding}";
        }

        if (node.Integers("output_shape") is { } made)
        {
            yield return $"output_shape={TextOf(made)}";
        }

        var mode = node.Text("mode", "");
        if (mode is not ("" or "constant" or "nearest"))
        {
            yield return $"mode={mode}";
        }

        if (node.Operation == "Resize")
        {
            var rounding = mode is "" or "nearest" ? node.Text("nearest_mode", "round_prefer_floor") : "none";
            yield return $"coordinates={node.Text("coordinate_transformation_mode", "half_pixel")} rounding={rounding}";
        }
    }

    private static float SlopeOf(OnnxNode node) => node.Float("alpha", UsualSlopeOf(node));

    private static float UsualSlopeOf(OnnxNode node) => node.Operation == "LeakyRelu" ? 0.01f : 1;
}
