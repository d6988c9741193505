using IlgpuGan.Tensors.Formats.Onnx.Proto;

namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Name in the graph.</param>
/// <param name="Type">Element type; null if the file does not state it, or states an unsupported one.</param>
/// <param name="Shape">Extents, as numbers or as names of free ones; null if the file does not state them.</param>
internal sealed record OnnxValue(string Name, ElementType? Type, IReadOnlyList<OnnxDimension>? Shape)
{
    public override string ToString() => $"{Name} [{(Shape is null ? "…" : string.Join(", ", Shape))}]";
}

/// <summary>
/// The checked graph of an ONNX model: every value is defined once and before it is used, so nodes can run in order. Nodes that no output
/// needs are removed.
/// </summary>
/// <remarks>
/// A file is hostile until checked. Weights in files outside of the model's folder and nodes with subgraphs are refused, and memory use is
/// proportional to the size of the files.
/// </remarks>
internal sealed class OnnxGraph
{
    /// <summary>Bounds of the supported versions of the standard operator set.</summary>
    public const int OldestOperatorSet = 7;

    /// <inheritdoc cref="OldestOperatorSet"/>
    public const int NewestOperatorSet = 28;

    private const int MaxNodes = 100_000;
    private const int MaxValuesOfNode = 4_096;

    private OnnxGraph(
        string path, long operatorSet, IReadOnlyList<OnnxValue> inputs, IReadOnlyList<OnnxValue> outputs, IReadOnlyList<OnnxNode> nodes,
        IReadOnlyList<NamedArray> constants)
    {
        (Path, OperatorSet) = (path, (int)operatorSet);
        (Inputs, Outputs, Nodes, Constants) = (inputs, outputs, nodes, constants);
    }

    public string Path { get; }

    /// <summary>Version of the standard operator set of the nodes.</summary>
    public int OperatorSet { get; }

    /// <summary>The inputs without the constants, which old files list as inputs, too.</summary>
    public IReadOnlyList<OnnxValue> Inputs { get; }

    public IReadOnlyList<OnnxValue> Outputs { get; }

    /// <summary>The nodes, in an order in which every value is defined before it is used.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <summary>The arrays that nodes or outputs use.</summary>
    public IReadOnlyList<NamedArray> Constants { get; }

    /// <summary>Reads and checks a model.</summary>
    /// <exception cref="CheckpointFormatException">The file is no ONNX model, is damaged, or is refused.</exception>
    /// <exception cref="IOException">The file is missing or can't be read.</exception>
    public static OnnxGraph Read(string path)
    {
        var model = OnnxFile.Parse(path);
        var graph = model.Graph;
        var version = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version
            ?? throw Refused("it does not say which operator set it is written for");
        if (version is < OldestOperatorSet or > NewestOperatorSet)
        {
            throw Refused($"it is written for operator set {version}; {OldestOperatorSet} to {NewestOperatorSet} are known");
        }
        if (graph.Node.Count > MaxNodes)
        {
            throw Refused($"it has {graph.Node.Count} nodes, more than {MaxNodes}");
        }

        if (graph.Input.Concat(graph.Output).FirstOrDefault(v => v.Type is { TensorType: null }) is { } other)
        {
            throw Refused($"its value '{OnnxNode.Shortened(other.Name)}' is no tensor");
        }

        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (var constant in graph.Initializer)
        {
            if (!made.Add(constant.Name))
            {
                throw Refused($"the name '{OnnxNode.Shortened(constant.Name)}' occurs twice");
            }
        }

        var inputs = graph.Input.Where(i => !made.Contains(i.Name)).Select(Described).ToList();
        foreach (var input in inputs)
        {
            if (input.Name.Length == 0 || !made.Add(input.Name))
            {
                throw Refused($"the name '{OnnxNode.Shortened(input.Name)}' of an input is empty or occurs twice");
            }
        }

        var nodes = graph.Node.Select((node, index) => new OnnxNode(path, node, index)).ToList();
        nodes.ForEach(node => Check(path, node, made));
        var outputs = graph.Output.Select(Described).ToList();
        if (outputs.Count == 0)
        {
            throw Refused("its graph has no output");
        }
        if (outputs.Find(o => !made.Contains(o.Name)) is { } missing)
        {
            throw Refused($"no node makes its output '{OnnxNode.Shortened(missing.Name)}'");
        }

        OnnxTensors.RequireDistinctData(path, graph.Initializer);
        var needed = outputs.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var used = Used(nodes, needed);
        var constants = graph.Initializer.Where(c => needed.Contains(c.Name))
            .Select(c => OnnxTensors.Read(path, OnnxTensors.Describe(path, c), c)).ToList();
        return new OnnxGraph(path, version, inputs, outputs, used, constants);

        CheckpointFormatException Refused(string reason) => new(path, reason);
    }

    private static void Check(string path, OnnxNode node, HashSet<string> made)
    {
        if (node.Inputs.Count > MaxValuesOfNode || node.Outputs.Count > MaxValuesOfNode)
        {
            throw new CheckpointFormatException(path, $"{node} has more than {MaxValuesOfNode} inputs or outputs");
        }
        foreach (var input in node.Inputs)
        {
            if (input.Length > 0 && !made.Contains(input))
            {
                throw new CheckpointFormatException(path, $"{node} uses '{OnnxNode.Shortened(input)}' before anything makes it");
            }
        }

        foreach (var output in node.Outputs)
        {
            if (output.Length > 0 && !made.Add(output))
            {
                throw new CheckpointFormatException(path, $"{node} makes '{OnnxNode.Shortened(output)}', which is there already");
            }
        }
    }

    /// <summary>The nodes from which the needed values are computed; adds their inputs to <paramref name="needed"/>.</summary>
    private static List<OnnxNode> Used(List<OnnxNode> nodes, HashSet<string> needed)
    {
        var used = new List<OnnxNode>();
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            if (nodes[i].Outputs.Any(needed.Contains))
            {
                used.Add(nodes[i]);
                needed.UnionWith(nodes[i].Inputs);
            }
        }

        used.Reverse();
        return used;
    }

    private static OnnxValue Described(ValueInfoProto value)
    {
        var tensor = value.Type?.TensorType;
        return new OnnxValue(
            value.Name, tensor is null ? null : OnnxTypes.Find(tensor.ElemType),
            tensor?.Shape is { } shape ? shape.Dim.Select(Extent).ToList() : null);
    }

    /// <summary>A dimension; 0 and −1, which old programs write for a free size, become a free size.</summary>
    private static OnnxDimension Extent(TensorShapeProto.Types.Dimension d) => d is { HasDimValue: true, DimValue: > 0 }
        ? d.DimValue
        : d.HasDimParam && d.DimParam.Length > 0 ? d.DimParam : "?";
}
