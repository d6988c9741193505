using IlgpuGan.Tensors.Formats.Onnx.Proto;
using static IlgpuGan.Tensors.Formats.Onnx.Proto.AttributeProto.Types;

namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>A node of a graph that was read: an operator, the names of its inputs and outputs, and its attributes.</summary>
internal sealed class OnnxNode
{
    private readonly string _path;
    private readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);

    internal OnnxNode(string path, NodeProto proto, int index)
    {
        _path = path;
        Operation = proto.Domain is "" or "ai.onnx" ? proto.OpType : $"{proto.Domain}.{proto.OpType}";
        Name = proto.Name.Length > 0 ? proto.Name : proto.Output.FirstOrDefault(o => o.Length > 0) ?? $"number {index}";
        (Inputs, Outputs) = ([.. proto.Input], [.. proto.Output]);
        foreach (var attribute in proto.Attribute)
        {
            if (!_attributes.TryAdd(attribute.Name, attribute))
            {
                throw Damaged($"has two attributes '{attribute.Name}'");
            }
        }
    }

    /// <summary>The node's name, or that of its first output if it has none.</summary>
    public string Name { get; }

    /// <summary>The operator, such as <c>Conv</c>; a non-standard one is prefixed with its domain.</summary>
    public string Operation { get; }

    /// <summary>Names of the inputs in the operator's order; empty for an omitted optional one.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Names of the outputs; empty for one that is not used.</summary>
    public IReadOnlyList<string> Outputs { get; }

    public bool Has(string attribute) => _attributes.ContainsKey(attribute);

    /// <summary>An attribute's value, or <paramref name="otherwise"/> if the node does not have it.</summary>
    /// <exception cref="CheckpointFormatException">The attribute is of another type.</exception>
    public long Integer(string name, long otherwise) => Find(name, AttributeType.Int)?.I ?? otherwise;

    /// <inheritdoc cref="Integer"/>
    public float Float(string name, float otherwise) => Find(name, AttributeType.Float)?.F ?? otherwise;

    /// <inheritdoc cref="Integer"/>
    public string Text(string name, string otherwise) => Find(name, AttributeType.String)?.S.ToStringUtf8() ?? otherwise;

    /// <summary>An attribute's value; null if the node does not have it.</summary>
    /// <inheritdoc cref="Integer"/>
    public long[]? Integers(string name) => Find(name, AttributeType.Ints) is { } found ? [.. found.Ints] : null;

    /// <inheritdoc cref="Integers"/>
    public float[]? Floats(string name) => Find(name, AttributeType.Floats) is { } found ? [.. found.Floats] : null;

    /// <inheritdoc cref="Integers"/>
    public NamedArray? Tensor(string name) =>
        Find(name, AttributeType.Tensor)?.T is { } tensor ? OnnxTensors.Read(_path, OnnxTensors.Describe(_path, tensor), tensor) : null;

    public override string ToString() => $"node '{Shortened(Name)}' ({Shortened(Operation)})";

    /// <summary>A name shortened for messages: a file may contain names of any length.</summary>
    internal static string Shortened(string name) => name.Length > 100 ? name[..100] + "…" : name;

    private AttributeProto? Find(string name, AttributeType type)
    {
        if (!_attributes.TryGetValue(name, out var attribute))
        {
            return null;
        }
        return attribute.Type == type
            ? attribute
            : throw Damaged($"has an attribute '{name}' that is no {type.ToString().ToLowerInvariant()}");
    }

    private CheckpointFormatException Damaged(string reason) => new(_path, $"{this} {reason}");
}
