using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using IlgpuGan.Tensors.Formats.Onnx.Proto;

namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>The constants of an ONNX model. Its graph is only described, in <see cref="TensorFile.Metadata"/>.</summary>
public sealed class OnnxFile : TensorFile
{
    private const int LargestFormatVersion = 63;

    private readonly IReadOnlyList<TensorProto> _tensors;

    /// <exception cref="CheckpointFormatException">The file is no ONNX model, is damaged, or keeps its weights in another file.</exception>
    public OnnxFile(string path)
        : this(path, Parse(path))
    {
    }

    private OnnxFile(string path, ModelProto model)
        : base(path, Describe(path, model.Graph.Initializer), DescribeModel(model)) => _tensors = model.Graph.Initializer;

    public override string Format => "ONNX";

    /// <summary>Whether a file starts with the field that every ONNX writer puts first: the format's version.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> start) =>
        start.Length >= 2 && start[0] == 0x08 && start[1] is > 0 and <= LargestFormatVersion;

    private protected override NamedArray ReadAt(int index)
    {
        var (entry, tensor) = (Entries[index], _tensors[index]);
        return new NamedArray(entry.Name, entry.Type, entry.Shape, Bytes(tensor, entry.Type));
    }

    private static ModelProto Parse(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            var model = ModelProto.Parser.ParseFrom(stream);
            return model.HasIrVersion && model.Graph is not null
                ? model
                : throw new CheckpointFormatException(path, 0, "this is no ONNX model: it has no graph");
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
                throw new CheckpointFormatException(path, 0, $"the name '{tensor.Name}' occurs twice");
            if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
                throw new CheckpointFormatException(path, 0, $"'{tensor.Name}' lies in another file, which is not supported");
            if (OnnxTypes.Find(tensor.DataType) is not { } type)
                throw new CheckpointFormatException(path, 0, $"'{tensor.Name}' has the unsupported element type {tensor.DataType}");
            var entry = new TensorEntry(tensor.Name, type, [.. tensor.Dims]);
            if (!HasItsSize(tensor, entry))
                throw new CheckpointFormatException(path, 0, $"{entry} has data of another size");
            entries.Add(entry);
        }

        return entries;
    }

    private static bool HasItsSize(TensorProto tensor, TensorEntry entry)
    {
        try
        {
            if (entry.Shape.Any(dimension => dimension < 0))
                return false;
            var count = NamedArray.ElementCount(entry.Shape);
            return tensor.HasRawData
                ? tensor.RawData.Length == checked(count * entry.Type.Size)
                : count == entry.Type switch
                {
                    ElementType.F32 => tensor.FloatData.Count,
                    ElementType.F64 => tensor.DoubleData.Count,
                    ElementType.I64 => tensor.Int64Data.Count,
                    ElementType.U32 or ElementType.U64 => tensor.Uint64Data.Count,
                    _ => tensor.Int32Data.Count,
                };
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> Bytes(TensorProto tensor, ElementType type)
    {
        if (tensor.HasRawData)
            return tensor.RawData.Memory;
        return type switch
        {
            ElementType.F32 => AsBytes<float>([.. tensor.FloatData]),
            ElementType.F64 => AsBytes<double>([.. tensor.DoubleData]),
            ElementType.I64 => AsBytes<long>([.. tensor.Int64Data]),
            ElementType.U64 => AsBytes<ulong>([.. tensor.Uint64Data]),
            ElementType.U32 => AsBytes<uint>([.. tensor.Uint64Data.Select(x => (uint)x)]),
            ElementType.I32 => AsBytes<int>([.. tensor.Int32Data]),
            // Narrow types, half floats among them, are stored as the low bits of an Int32.
            _ when type.Size == 2 => AsBytes<ushort>([.. tensor.Int32Data.Select(x => (ushort)x)]),
            _ => AsBytes<byte>([.. tensor.Int32Data.Select(x => (byte)x)]),
        };
    }

    private static byte[] AsBytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    private static Dictionary<string, string> DescribeModel(ModelProto model)
    {
        var text = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in model.MetadataProps)
            text[property.Key] = property.Value;
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
