using System.Buffers.Binary;
using System.Text.Json;

namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>
/// Writes a state_dict in PyTorch's zip format, for <c>torch.load</c> of 1.6 and later, also with <c>weights_only</c>.
/// </summary>
public static class PthWriter
{
    private const string Root = "archive/";

    /// <summary>
    /// The entry of the metadata beside the pickle: an object of texts. PyTorch reads the entries that it knows, and passes over this one.
    /// </summary>
    internal const string MetadataEntry = "ilgpugan.json";

    /// <summary>
    /// Writes the arrays, in their order, as one OrderedDict of contiguous CPU tensors; atomically (<see cref="AtomicFile"/>).
    /// </summary>
    /// <exception cref="ArgumentException">Two arrays have the same name, or a type is unknown to PyTorch (U16, U32, U64).</exception>
    /// <exception cref="IOException">The file can't be written, or would reach 4 GiB.</exception>
    public static void Write(string path, IReadOnlyList<NamedArray> arrays) => Write(path, arrays, new Dictionary<string, string>());

    /// <summary>The same with metadata, which <see cref="TensorFile.Metadata"/> gives back and PyTorch ignores.</summary>
    /// <inheritdoc cref="Write(string, IReadOnlyList{NamedArray})"/>
    public static void Write(string path, IReadOnlyList<NamedArray> arrays, IReadOnlyDictionary<string, string> metadata)
    {
        var pickle = StateDict(arrays);
        AtomicFile.Write(path, stream =>
        {
            var zip = new StoredZipWriter(stream);
            zip.Add(Root + "data.pkl", pickle);
            zip.Add(Root + "byteorder", "little"u8);
            for (var i = 0; i < arrays.Count; i++)
            {
                zip.Add($"{Root}data/{i.ToString(CultureInfo.InvariantCulture)}", arrays[i].Bytes.Span);
            }
            zip.Add(Root + "version", "3\n"u8);
            if (metadata.Count > 0)
            {
                zip.Add(Root + MetadataEntry, TextsOf(metadata));
            }
            zip.Finish();
        });
    }

    /// <summary>
    /// The pickle (protocol 2) of OrderedDict(name → _rebuild_tensor_v2(storage i, 0, shape, strides, False, OrderedDict())).
    /// </summary>
    private static byte[] StateDict(IReadOnlyList<NamedArray> arrays)
    {
        using var code = new MemoryStream();
        code.Write([0x80, 2]);
        EmptyOrderedDict(code);
        code.WriteByte((byte)'(');
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < arrays.Count; i++)
        {
            if (!names.Add(arrays[i].Name))
            {
                throw new ArgumentException($"two arrays are named '{arrays[i].Name}'");
            }
            Text(code, arrays[i].Name);
            Tensor(code, arrays[i], i);
        }

        code.Write("u."u8);
        return code.ToArray();
    }

    private static byte[] TextsOf(IReadOnlyDictionary<string, string> metadata)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var (key, value) in metadata)
            {
                json.WriteString(key, value);
            }
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static void Tensor(MemoryStream code, NamedArray array, int index)
    {
        code.Write("ctorch._utils\n_rebuild_tensor_v2\n(("u8);
        Text(code, "storage");
        code.Write(Encoding.ASCII.GetBytes($"ctorch\n{TorchGlobals.StorageName(array.Type)}\n"));
        Text(code, index.ToString(CultureInfo.InvariantCulture));
        Text(code, "cpu");
        Integer(code, array.Count);
        code.Write("tQ"u8);
        Integer(code, 0);
        Tuple(code, array.Shape);
        Tuple(code, Strides(array.Shape));
        code.WriteByte(0x89);
        EmptyOrderedDict(code);
        code.Write("tR"u8);
    }

    private static long[] Strides(long[] shape)
    {
        var strides = new long[shape.Length];
        long step = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(shape[i], 1);
        }

        return strides;
    }

    private static void EmptyOrderedDict(MemoryStream code) => code.Write("ccollections\nOrderedDict\n)R"u8);

    private static void Tuple(MemoryStream code, long[] values)
    {
        code.WriteByte((byte)'(');
        foreach (var value in values)
        {
            Integer(code, value);
        }
        code.WriteByte((byte)'t');
    }

    private static void Text(MemoryStream code, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)'X';
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], bytes.Length);
        code.Write(head);
        code.Write(bytes);
    }

    private static void Integer(MemoryStream code, long value)
    {
        Span<byte> field = stackalloc byte[10];
        if (value is >= int.MinValue and <= int.MaxValue)
        {
            field[0] = (byte)'J';
            BinaryPrimitives.WriteInt32LittleEndian(field[1..], (int)value);
            code.Write(field[..5]);
            return;
        }

        (field[0], field[1]) = (0x8A, 8);
        BinaryPrimitives.WriteInt64LittleEndian(field[2..], value);
        code.Write(field);
    }
}
