using Google.Protobuf;
using IlgpuGan.Tensors.Formats.Onnx.Proto;

namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>
/// The constants of an ONNX model. <see cref="TensorFile.Metadata"/> only describes its graph; <see cref="OnnxGraph"/> reads it.
/// </summary>
internal sealed class OnnxFile : TensorFile
{
    private const int MaxFormatVersion = 63;

    /// <exception cref="CheckpointFormatException">The file is no ONNX model, or is damaged.</exception>
    public OnnxFile(string path)
        : this(path, Parse(path))
    {
    }

    private OnnxFile(string path, ModelProto model)
        : base(path, Describe(path, model.Graph.Initializer), DescribeModel(model)) => Graph = model.Graph;

    public override string Format => "ONNX";

    /// <summary>The graph as the file holds it, unchecked but for its constants; <see cref="OnnxGraph"/> checks it.</summary>
    public GraphProto Graph { get; }

    /// <summary>Whether a file starts with the field that every ONNX writer puts first: the format's version.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> start) =>
        start.Length >= 2 && start[0] == 0x08 && start[1] is > 0 and <= MaxFormatVersion;

    private protected override NamedArray ReadAt(int index) => OnnxTensors.Read(Path, Entries[index], Graph.Initializer[index]);

    /// <exception cref="CheckpointFormatException">The file is no ONNX model, or is damaged.</exception>
    internal static ModelProto Parse(string path)
    {
        using var stream = Disk.OpenRead(path);
        try
        {
            var model = ModelProto.Parser.ParseFrom(stream);
            return model.HasIrVersion && model.Graph is not null
                ? model
                : throw new CheckpointFormatException(path, "this is no ONNX model: it has no graph");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new CheckpointFormatException(path, stream.Position, $"this is no ONNX model, or it is cut short: {e.Message}", e);
        }
    }

    private static List<TensorEntry> Describe(string path, IEnumerable<TensorProto> tensors)
    {
        var entries = new List<TensorEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new CheckpointFormatException(path, $"the name '{tensor.Name}' occurs twice");
            }
            entries.Add(OnnxTensors.Describe(path, tensor));
        }

        return entries;
    }

    private static Dictionary<string, string> DescribeModel(ModelProto model)
    {
        var text = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in model.MetadataProps)
        {
            text[property.Key] = property.Value;
        }
        text["onnx.ir_version"] = model.IrVersion.ToString(CultureInfo.InvariantCulture);
        text["onnx.opset"] =
            string.Join(", ", model.OpsetImport.Select(o => $"{(o.Domain.Length == 0 ? "ai.onnx" : o.Domain)} {o.Version}"));
        text["onnx.producer"] = $"{model.ProducerName} {model.ProducerVersion}".TrimEnd();
        text["onnx.inputs"] = string.Join("; ", model.Graph.Input.Select(DescribeValue));
        text["onnx.outputs"] = string.Join("; ", model.Graph.Output.Select(DescribeValue));
        text["onnx.nodes"] = string.Join(
            ", ",
            model.Graph.Node.CountBy(node => node.OpType).OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{pair.Value} {pair.Key}"));
        return text;
    }

    private static string DescribeValue(ValueInfoProto value)
    {
        var dimensions =
            value.Type?.TensorType?.Shape?.Dim.Select(d => d.HasDimParam ? d.DimParam : d.DimValue.ToString(CultureInfo.InvariantCulture));
        return $"{value.Name} [{string.Join(", ", dimensions ?? ["?"])}]";
    }
}
