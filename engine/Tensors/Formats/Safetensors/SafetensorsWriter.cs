using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IlgpuGan.Tensors.Formats.Safetensors;

/// <summary>Writes safetensors files atomically (<see cref="AtomicFile"/>), each array straight from its memory.</summary>
public static class SafetensorsWriter
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the arrays in the given order; the data are laid out by descending element size, so that all are aligned.</summary>
    /// <exception cref="ArgumentException">Two arrays have the same name, or a name is that of the metadata.</exception>
    /// <exception cref="IOException">The file can't be written; an existing file stays as it was.</exception>
    public static void Write(string path, IReadOnlyList<NamedArray> arrays, IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(path, [.. arrays.Select(a => new TensorEntry(a.Name, a.Type, a.Shape))], i => arrays[i].Bytes, metadata);

    /// <summary>Writes arrays that are fetched one at a time, so that only one needs to be in the host's memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="arrays">Name, type and shape of each.</param>
    /// <param name="read">Returns the little-endian bytes of an array by index; the next call may overwrite them.</param>
    /// <param name="metadata">Metadata of the file.</param>
    /// <inheritdoc cref="Write(string, IReadOnlyList{NamedArray}, IReadOnlyDictionary{string, string}?)"/>
    public static void Write(
        string path, IReadOnlyList<TensorEntry> arrays, Func<int, ReadOnlyMemory<byte>> read,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = Header(arrays, metadata, out var order);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (var i in order)
            {
                var bytes = read(i);
                if (bytes.Length != LengthOf(arrays[i]))
                {
                    throw new ArgumentException($"{arrays[i]} needs {LengthOf(arrays[i])} bytes, got {bytes.Length}");
                }
                stream.Write(bytes.Span);
            }
        });
    }

    private static long LengthOf(TensorEntry array) => checked(NamedArray.ElementCount(array.Shape) * array.Type.Size);

    private static byte[] Header(IReadOnlyList<TensorEntry> arrays, IReadOnlyDictionary<string, string>? metadata, out int[] order)
    {
        order = [.. Enumerable.Range(0, arrays.Count).OrderByDescending(i => arrays[i].Type.Size)];
        var begins = new long[arrays.Count];
        long end = 0;
        foreach (var i in order)
        {
            begins[i] = end;
            end += LengthOf(arrays[i]);
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_json))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                WriteMetadata(json, metadata);
            }
            var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
            for (var i = 0; i < arrays.Count; i++)
            {
                if (!names.Add(arrays[i].Name))
                {
                    throw new ArgumentException($"the name '{arrays[i].Name}' is taken");
                }
                WriteEntry(json, arrays[i], begins[i]);
            }

            json.WriteEndObject();
        }

        // The header is padded with spaces, as the format allows, so that the data start at a multiple of 8.
        if (buffer.WrittenCount > SafetensorsHeader.MaximumLength - 8)
        {
            throw new ArgumentException($"names and metadata make a header of {buffer.WrittenCount} bytes; the format's limit is " +
                $"{SafetensorsHeader.MaximumLength}");
        }
        var length = (buffer.WrittenCount + 7) / 8 * 8;
        var header = new byte[8 + length];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        buffer.WrittenSpan.CopyTo(header.AsSpan(8));
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject("__metadata__");
        foreach (var (key, value) in metadata)
        {
            json.WriteString(key, value);
        }
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, TensorEntry array, long begin)
    {
        json.WriteStartObject(array.Name);
        json.WriteString("dtype", array.Type == ElementType.Bool ? "BOOL" : array.Type.ToString());
        json.WriteStartArray("shape");
        foreach (var dimension in array.Shape)
        {
            json.WriteNumberValue(dimension);
        }
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + LengthOf(array));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
