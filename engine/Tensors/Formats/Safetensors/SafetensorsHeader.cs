using System.Text.Json;
using System.Text.Unicode;

namespace IlgpuGan.Tensors.Formats.Safetensors;

/// <summary>The checked header of a safetensors file. <see cref="Begins"/> are offsets in the file.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The format's own limit in bytes, so that a claimed length can't exhaust memory.</summary>
    public const int MaximumLength = 100_000_000;

    private const int MaximumRank = 32;
    private const int Prefix = 8;

    private readonly string _file;
    private readonly long _dataStart;
    private readonly long _dataLength;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<TensorEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(string file, int headerLength, long dataLength) =>
        (_file, _dataStart, _dataLength) = (file, Prefix + (long)headerLength, dataLength);

    public IReadOnlyList<TensorEntry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    public List<long> Begins { get; } = [];

    public List<int> Lengths { get; } = [];

    /// <param name="file">The file, for messages.</param>
    /// <param name="json">The header.</param>
    /// <param name="dataLength">Number of bytes after the header.</param>
    public static SafetensorsHeader Parse(string file, ReadOnlySpan<byte> json, long dataLength)
    {
        var header = new SafetensorsHeader(file, json.Length, dataLength);
        if (!Utf8.IsValid(json))
        {
            throw header.Error(0, "the header is not valid UTF-8");
        }
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
        try
        {
            header.ReadObject(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape is half of a surrogate pair. The reader's message is not used: it may quote the header.
            throw header.Error(reader.BytesConsumed, "the header is not valid JSON", e);
        }

        header.CheckTiling();
        return header;
    }

    private void ReadObject(ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(ref reader, JsonTokenType.StartObject, "the header must be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!_names.Add(name))
            {
                throw Error(reader.TokenStartIndex, $"the name '{name}' occurs twice");
            }
            reader.Read();
            if (name == "__metadata__")
            {
                ReadMetadata(ref reader);
            }
            else
            {
                ReadEntry(ref reader, name);
            }
        }

        // Reads to the end: only white space may follow the object.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, "__metadata__ must be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (key, at) = (reader.GetString()!, reader.TokenStartIndex);
            reader.Read();
            Expect(ref reader, JsonTokenType.String, $"the metadata '{key}' must be text");
            if (!_metadata.TryAdd(key, reader.GetString()!))
            {
                throw Error(at, $"the metadata '{key}' occurs twice");
            }
        }
    }

    private void ReadEntry(ref Utf8JsonReader reader, string name)
    {
        var start = reader.TokenStartIndex;
        Expect(ref reader, JsonTokenType.StartObject, $"the entry of '{name}' must be an object");
        ElementType? type = null;
        long[]? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (property, at) = (reader.GetString()!, reader.TokenStartIndex);
            reader.Read();
            var repeated = property switch
            {
                "dtype" => type is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => throw Error(at, $"'{name}' has an unknown property '{property}'"),
            };
            if (repeated)
            {
                throw Error(at, $"'{name}' states its {property} twice");
            }
            if (property == "dtype")
            {
                type = ReadType(ref reader, name);
            }
            else if (property == "shape")
            {
                shape = ReadIntegers(ref reader, name, property);
            }
            else
            {
                offsets = ReadIntegers(ref reader, name, property);
            }
        }

        if (type is null || shape is null || offsets is null)
        {
            throw Error(start, $"'{name}' lacks its {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        }
        Add(start, new TensorEntry(name, type.Value, shape), offsets);
    }

    private void Add(long at, TensorEntry entry, long[] offsets)
    {
        if (offsets.Length != 2 || offsets[0] > offsets[1])
        {
            throw Error(at, $"'{entry.Name}' has the data_offsets [{string.Join(", ", offsets)}], not a begin and an end");
        }
        var length = offsets[1] - offsets[0];
        if (offsets[1] > _dataLength)
        {
            throw Error(
                at,
                $"'{entry.Name}' ends at byte {offsets[1]} of the data, but the file holds {_dataLength}; the file is cut short or its " +
                    "header is wrong");
        }
        long expected;
        try
        {
            expected = checked(NamedArray.ElementCount(entry.Shape) * entry.Type.Size);
        }
        catch (OverflowException e)
        {
            throw Error(at, $"the shape of {entry} overflows", e);
        }

        if (length != expected)
        {
            throw Error(at, $"{entry} needs {expected} bytes, but its data_offsets span {length}");
        }
        if (length > int.MaxValue)
        {
            throw Error(at, $"{entry} is larger than the 2 GiB supported");
        }
        _entries.Add(entry);
        Begins.Add(_dataStart + offsets[0]);
        Lengths.Add((int)length);
    }

    /// <summary>Checks that the arrays cover the data exactly: no overlap, no gap, nothing after them.</summary>
    private void CheckTiling()
    {
        var order = Enumerable.Range(0, _entries.Count).OrderBy(i => Begins[i]).ThenBy(i => Lengths[i]);
        var end = _dataStart;
        foreach (var i in order)
        {
            if (Begins[i] != end)
            {
                var how = Begins[i] < end ? "overlaps the array before it" : $"leaves a gap of {Begins[i] - end} bytes before it";
                throw new CheckpointFormatException(_file, Begins[i], $"the data of '{_entries[i].Name}' {how}");
            }

            end += Lengths[i];
        }

        if (end != _dataStart + _dataLength)
        {
            throw new CheckpointFormatException(_file, end, $"{_dataStart + _dataLength - end} bytes follow the last array");
        }
    }

    private ElementType ReadType(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.String, $"the dtype of '{name}' must be text");
        var text = reader.GetString()!;
        foreach (var type in Enum.GetValues<ElementType>())
        {
            if (text == (type == ElementType.Bool ? "BOOL" : type.ToString()))
            {
                return type;
            }
        }

        throw Error(reader.TokenStartIndex, $"'{name}' has the unknown dtype '{text}'");
    }

    private long[] ReadIntegers(ref Utf8JsonReader reader, string name, string property)
    {
        Expect(ref reader, JsonTokenType.StartArray, $"the {property} of '{name}' must be a list");
        var values = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var value) || value < 0)
            {
                throw Error(reader.TokenStartIndex, $"the {property} of '{name}' holds something else than integers from 0 to 2^63 - 1");
            }
            if (values.Count == MaximumRank)
            {
                throw Error(reader.TokenStartIndex, $"the {property} of '{name}' has more than {MaximumRank} numbers");
            }
            values.Add(value);
        }

        return [.. values];
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType type, string rule)
    {
        if (reader.TokenType != type)
        {
            throw Error(reader.TokenStartIndex, rule);
        }
    }

    private CheckpointFormatException Error(long at, string reason, Exception? inner = null) => new(_file, Prefix + at, reason, inner);
}
