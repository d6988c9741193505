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
            var type = (FieldType)file.Unsigned(entry + 2, 2);
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
        _fields.TryGetValue(tag, out var field) && field.Count > 0 ? Integer(file, field, 0, tag) : otherwise;

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
            values[i] = Integer(file, field, i, tag);
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
            FieldType.Float => BitConverter.UInt32BitsToSingle((uint)file.Unsigned(field.Place, 4)),
            FieldType.Double => BitConverter.UInt64BitsToDouble(file.Unsigned(field.Place, 8)),
            FieldType.Rational => (double)file.Unsigned(field.Place, 4) / file.Unsigned(field.Place + 4, 4),
            _ => Integer(file, field, 0, tag),
        };
    }

    /// <exception cref="ImageFormatException">The value is not an unsigned integer, or is beyond the end of the file.</exception>
    private static long Integer(TiffReader file, Field field, int index, TiffTag tag)
    {
        if (field.Type is not (FieldType.Byte or FieldType.Short or FieldType.Long or FieldType.Directory
            or FieldType.BigLong or FieldType.BigDirectory))
        {
            throw new ImageFormatException(
                $"the TIFF's {tag} has values of type {(int)field.Type}, where whole numbers belong", field.Place);
        }

        var bytes = SizeOf(field.Type);
        var value = file.Unsigned(field.Place + ((long)index * bytes), bytes);
        return value <= TiffReader.MaxNumber
            ? (long)value
            : throw new ImageFormatException($"the TIFF's {tag} is {value}", field.Place);
    }

    /// <summary>Bytes of a value; 0 for an unknown type.</summary>
    private static int SizeOf(FieldType type) => type switch
    {
        FieldType.Byte or FieldType.Text or FieldType.SignedByte or FieldType.Undefined => 1,
        FieldType.Short or FieldType.SignedShort => 2,
        FieldType.Long or FieldType.SignedLong or FieldType.Float or FieldType.Directory => 4,
        FieldType.Rational or FieldType.SignedRational or FieldType.Double => 8,
        FieldType.BigLong or FieldType.SignedBigLong or FieldType.BigDirectory => 8,
        _ => 0,
    };

    /// <summary>TIFF's numbers of types; the last three are BigTIFF's.</summary>
    private enum FieldType
    {
        Byte = 1,
        Text = 2,
        Short = 3,
        Long = 4,
        Rational = 5,
        SignedByte = 6,
        Undefined = 7,
        SignedShort = 8,
        SignedLong = 9,
        SignedRational = 10,
        Float = 11,
        Double = 12,
        Directory = 13,
        BigLong = 16,
        SignedBigLong = 17,
        BigDirectory = 18,
    }

    /// <param name="Count">The number of values.</param>
    /// <param name="Place">The offset of the first value.</param>
    private readonly record struct Field(FieldType Type, long Count, long Place);
}
