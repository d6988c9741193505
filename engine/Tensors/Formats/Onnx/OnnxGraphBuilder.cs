using Google.Protobuf;
using IlgpuGan.Tensors.Formats.Onnx.Proto;

namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>Builds an ONNX model node by node; every value must be defined before it is used.</summary>
/// <example>
/// <code>
/// var graph = new OnnxGraphBuilder("generator");
/// var x = graph.Input("image", ElementType.F32, "batch", 3, "height", "width");
/// var y = graph.Node("Conv", [x, graph.Constant(weight)], OnnxAttribute.Integers("strides", 2, 2));
/// graph.Output("result", y, ElementType.F32, "batch", 64, "rows", "columns");
/// graph.Save("generator.onnx");
/// </code>
/// </example>
internal sealed class OnnxGraphBuilder
{
    /// <summary>Version of the standard operator set of the nodes.</summary>
    public const int OperatorSet = 17;

    /// <summary>Version of the file format that belongs to operator set 17.</summary>
    private const int FormatVersion = 8;

    private readonly HashSet<string> _values = new(StringComparer.Ordinal);

    public OnnxGraphBuilder(string name) => Graph.Name = name;

    /// <summary>Metadata of the model, shown by model viewers.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>The graph as it is so far.</summary>
    public GraphProto Graph { get; } = new();

    /// <summary>Declares an input of the model and returns its name.</summary>
    public string Input(string name, ElementType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        Graph.Input.Add(Describe(Declare(name), type, shape));
        return name;
    }

    /// <summary>
    /// Adds a constant, such as a weight, and returns its name. Its bytes are not copied until the model is saved.
    /// </summary>
    public string Constant(NamedArray array)
    {
        var proto = new TensorProto { Name = Declare(array.Name), DataType = OnnxTypes.Number(array.Type) };
        proto.Dims.Add(array.Shape);
        proto.RawData = UnsafeByteOperations.UnsafeWrap(array.Bytes);
        Graph.Initializer.Add(proto);
        return array.Name;
    }

    /// <summary>Adds a node with one output and returns that output's name.</summary>
    /// <param name="operation">The operator, such as <c>Conv</c>.</param>
    /// <param name="inputs">Names of existing values, in the operator's order; empty for an omitted optional one.</param>
    /// <param name="attributes">The operator's attributes.</param>
    /// <exception cref="ArgumentException">An input is not defined yet.</exception>
    public string Node(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        var name = $"{operation}_{Graph.Node.Count.ToString(CultureInfo.InvariantCulture)}";
        Add(operation, name, inputs, attributes);
        return name;
    }

    /// <summary>Declares an output of the model: the name under which it returns an existing value.</summary>
    public void Output(string name, string value, ElementType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        Add("Identity", name, [value], []);
        Graph.Output.Add(Describe(name, type, shape));
    }

    /// <summary>Writes the model atomically (<see cref="AtomicFile"/>).</summary>
    /// <exception cref="InvalidOperationException">The model has no output, or exceeds the format's limit of 2 GiB.</exception>
    /// <exception cref="IOException">The file can't be written; an existing file stays as it was.</exception>
    public void Save(string path)
    {
        if (Graph.Output.Count == 0)
        {
            throw new InvalidOperationException($"the graph '{Graph.Name}' has no output");
        }
        // Summed here, because the size that Protobuf computes is an Int32.
        if (Graph.Initializer.Sum(constant => (long)constant.RawData.Length) > int.MaxValue - (1 << 24))
        {
            throw new InvalidOperationException($"the weights of '{Graph.Name}' pass the 2 GiB that an ONNX file can hold");
        }
        var model = new ModelProto { IrVersion = FormatVersion, ProducerName = "IlgpuGan", Graph = Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSet });
        foreach (var (key, value) in Metadata)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }
        AtomicFile.Write(path, model.WriteTo);
    }

    private void Add(string operation, string output, ReadOnlySpan<string> inputs, ReadOnlySpan<OnnxAttribute> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = output };
        foreach (var input in inputs)
        {
            if (input.Length > 0 && !_values.Contains(input))
            {
                throw new ArgumentException($"{operation} uses the value '{input}', which is not made yet");
            }
            node.Input.Add(input);
        }

        foreach (var attribute in attributes)
        {
            node.Attribute.Add(attribute.Proto);
        }
        node.Output.Add(Declare(output));
        Graph.Node.Add(node);
    }

    private string Declare(string name)
    {
        if (name.Length == 0 || !_values.Add(name))
        {
            throw new ArgumentException($"a value is named '{name}' already");
        }
        return name;
    }

    private static ValueInfoProto Describe(string name, ElementType type, ReadOnlySpan<OnnxDimension> shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var dimension in shape)
        {
            dimensions.Dim.Add(dimension.Name is null
                ? new TensorShapeProto.Types.Dimension { DimValue = dimension.Size }
                : new TensorShapeProto.Types.Dimension { DimParam = dimension.Name });
        }

        var tensor = new TypeProto.Types.Tensor { ElemType = OnnxTypes.Number(type), Shape = dimensions };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
