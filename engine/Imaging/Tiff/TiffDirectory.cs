namespace IlgpuGan.Imaging.Tiff;

/// <summary>One directory of a TIFF: where the values of each tag are.</summary>
internal sealed class TiffDirectory
{
    private readonly Dictionary<TiffTag, Field> _fields = [];

    private TiffDirectory(long offset) => Offset = offset;

    /// <summary>Where in the file it begins.</summary>
    public long Offset { get; }

    /// <summary>Where the next one begins; 0 for none.</summary>
    public long Next { get; private set; }

    /// <summary>Bytes that it takes, without values that lie elsewhere.</summary>
    public long Bytes { get; private set; }

    /// <exception cref="ImageFormatException">The file ends within it.</exception>
    public static TiffDirectory Read(TiffReader file, long offset)
    {
        var (countBytes, entryBytes, offsetBytes) = file.IsBig ? (8, 20, 8) : (2, 12, 4);
        var count = (long)Math.Min(file.Unsigned(offset, countBytes), (ulong)file.Length);
        var first = offset + countBytes;
        _ = file.At(first, count * entryBytes);
        var directory = new TiffDirectory(offset) { Bytes = countBytes + (count * entryBytes) + offsetBytes };
        for (var entry = first; entry < first + (count * entryBytes); entry += entryBytes)
        {
            var type = (int)file.Unsigned(entry + 2, 2);
            var values = file.Offset(entry + 4);
            var place = entry + 4 + offsetBytes;
            if (SizeOf(type) is not 0 and var size)
            {
                place = values <= offsetBytes / size ? place : file.Offset(place);
                directory._fields.TryAdd((TiffTag)file.Unsigned(entry, 2), new(type, values, place));
            }
        }

        directory.Next = file.Offset(first + (count * entryBytes));
        return directory;
    }

    public bool Has(TiffTag tag) => _fields.ContainsKey(tag);

    /// <summary>The first value of a tag, or what it is where the tag is left out.</summary>
    /// <exception cref="ImageFormatException">The value is no whole number from 0, or lies beyond the file.</exception>
    public long Number(TiffReader file, TiffTag tag, long otherwise) =>
        _fields.TryGetValue(tag, out var field) && field.Count > 0 ? file.Integer(field, 0, tag) : otherwise;

    /// <summary>All values of a tag; none where it is left out.</summary>
    /// <param name="most">Values that are read at most.</param>
    /// <exception cref="ImageFormatException">A value is no whole number from 0, or lies beyond the file.</exception>
    public long[] Numbers(TiffReader file, TiffTag tag, long most)
    {
        if (!_fields.TryGetValue(tag, out var field))
        {
            return [];
        }

        // Whether the file holds them, before there is room for them.
        var count = Math.Min(field.Count, most);
        _ = file.At(field.Place, count * SizeOf(field.Type));
        var values = new long[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = file.Integer(field, i, tag);
        }

        return values;
    }

    /// <summary>The bytes of a tag's values; none where it is left out.</summary>
    /// <exception cref="ImageFormatException">They lie beyond the file.</exception>
    public ReadOnlySpan<byte> Raw(TiffReader file, TiffTag tag) =>
        _fields.TryGetValue(tag, out var field) ? file.At(field.Place, field.Count * SizeOf(field.Type)) : default;

    /// <summary>The first value of a tag as a number with a fraction.</summary>
    /// <exception cref="ImageFormatException">The value is of another kind, or lies beyond the file.</exception>
    public double Real(TiffReader file, TiffTag tag, double otherwise)
    {
        if (!_fields.TryGetValue(tag, out var field) || field.Count == 0)
        {
            return otherwise;
        }

        return field.Type switch
        {
            Field.Float => BitConverter.UInt32BitsToSingle((uint)file.Unsigned(field.Place, 4)),
            Field.Double => BitConverter.UInt64BitsToDouble(file.Unsigned(field.Place, 8)),
            Field.Rational => (double)file.Unsigned(field.Place, 4) / file.Unsigned(field.Place + 4, 4),
            _ => file.Integer(field, 0, tag),
        };
    }

    /// <summary>Bytes of a value; 0 for a type that does not exist.</summary>
    private static int SizeOf(int type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or Field.Float or 13 => 4,
        Field.Rational or 10 or Field.Double or 16 or 17 or 18 => 8,
        _ => 0,
    };

    /// <param name="Type">The number that TIFF gives to a type.</param>
    /// <param name="Count">How many values there are.</param>
    /// <param name="Place">The offset of the first.</param>
    internal readonly record struct Field(int Type, long Count, long Place)
    {
        public const int Rational = 5;
        public const int Float = 11;
        public const int Double = 12;
    }
}

/// <summary>Values of fields.</summary>
internal static class TiffValues
{
    /// <exception cref="ImageFormatException">The value is no whole number from 0, or lies beyond the file.</exception>
    public static long Integer(this TiffReader file, TiffDirectory.Field field, int index, TiffTag tag)
    {
        var bytes = field.Type switch
        {
            1 => 1,
            3 => 2,
            4 or 13 => 4,
            16 or 18 => 8,
            _ => throw new ImageFormatException(
                $"the TIFF's {tag} has values of type {field.Type}, where whole numbers belong", field.Place),
        };
        var value = file.Unsigned(field.Place + ((long)index * bytes), bytes);
        return value <= long.MaxValue / 32
            ? (long)value
            : throw new ImageFormatException($"the TIFF's {tag} is {value}", field.Place);
    }
}
