namespace IlgpuGan.Imaging.Tiff;

/// <summary>One directory of a TIFF: the places of each tag's values.</summary>
internal sealed class TiffDirectory
{
    private readonly Dictionary<TiffTag, Field> _fields = [];

    private TiffDirectory(long offset) => Offset = offset;

    /// <summary>The directory's offset in the file.</summary>
    public long Offset { get; }

    /// <summary>The offset of the next directory; 0 for none.</summary>
    public long Next { get; private set; }

    /// <summary>Size in bytes, without values stored elsewhere.</summary>
    public long Bytes { get; private set; }

    /// <exception cref="ImageFormatException">The file ends within the directory.</exception>
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

    /// <summary>The first value of a tag; <paramref name="otherwise"/> if the tag is missing.</summary>
    /// <exception cref="ImageFormatException">The value is not an unsigned integer, or is beyond the end of the file.</exception>
    public long Number(TiffReader file, TiffTag tag, long otherwise) =>
        _fields.TryGetValue(tag, out var field) && field.Count > 0 ? file.Integer(field, 0, tag) : otherwise;

    /// <summary>All values of a tag; empty if it is missing.</summary>
    /// <param name="most">The largest number of values to read.</param>
    /// <exception cref="ImageFormatException">A value is not an unsigned integer, or is beyond the end of the file.</exception>
    public long[] Numbers(TiffReader file, TiffTag tag, long most)
    {
        if (!_fields.TryGetValue(tag, out var field))
        {
            return [];
        }

        // Check that the file holds the values before allocating.
        var count = Math.Min(field.Count, most);
        _ = file.At(field.Place, count * SizeOf(field.Type));
        var values = new long[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = file.Integer(field, i, tag);
        }

        return values;
    }

    /// <summary>The bytes of a tag's values; empty if it is missing.</summary>
    /// <exception cref="ImageFormatException">They are beyond the end of the file.</exception>
    public ReadOnlySpan<byte> Raw(TiffReader file, TiffTag tag) =>
        _fields.TryGetValue(tag, out var field) ? file.At(field.Place, field.Count * SizeOf(field.Type)) : default;

    /// <summary>The first value of a tag as a floating-point number; <paramref name="otherwise"/> if the tag is missing.</summary>
    /// <exception cref="ImageFormatException">The value is of another type, or is beyond the end of the file.</exception>
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

    /// <summary>Bytes of a value; 0 for an unknown type.</summary>
    private static int SizeOf(int type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or Field.Float or 13 => 4,
        Field.Rational or 10 or Field.Double or 16 or 17 or 18 => 8,
        _ => 0,
    };

    /// <param name="Type">TIFF's number of the type.</param>
    /// <param name="Count">The number of values.</param>
    /// <param name="Place">The offset of the first value.</param>
    internal readonly record struct Field(int Type, long Count, long Place)
    {
        public const int Rational = 5;
        public const int Float = 11;
        public const int Double = 12;
    }
}

/// <summary>Reads values of fields.</summary>
internal static class TiffValues
{
    /// <exception cref="ImageFormatException">The value is not an unsigned integer, or is beyond the end of the file.</exception>
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
