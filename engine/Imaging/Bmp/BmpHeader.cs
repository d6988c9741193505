namespace IlgpuGan.Imaging.Bmp;

/// <summary>The headers of a BMP: pixel offset, size, palette or masks.</summary>
internal sealed class BmpHeader
{
    /// <summary>The offset of the picture's size.</summary>
    public const int SizeOffset = 18;

    private const int FileHeaderBytes = 14;
    private const int CoreHeaderBytes = 12;
    private const int InfoHeaderBytes = 40;
    private const int Os2HeaderBytes = 64;

    /// <summary>The offset of the masks, which are the last part of the header or follow it.</summary>
    private const int MasksOffset = FileHeaderBytes + InfoHeaderBytes;

    public int Width { get; private init; }

    public int Height { get; private init; }

    /// <summary>Whether the first row of the file is the uppermost.</summary>
    public bool TopDown { get; private init; }

    public int BitsPerPixel { get; private init; }

    public BmpCompression Compression { get; private init; }

    /// <summary>The length of the file, as the header states it.</summary>
    public uint FileBytes { get; private init; }

    /// <summary>The offset of the first pixel.</summary>
    public uint PixelOffset { get; private init; }

    /// <summary>Red, green and blue of each colour; empty above 8 bits per pixel.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>The masks of red, green, blue and, if present, alpha; empty with a palette and for 24 bits.</summary>
    public BmpField[] Fields { get; private set; } = [];

    public bool HasPalette => BitsPerPixel <= 8;

    public bool IsRunLength => Compression is BmpCompression.RunLength8 or BmpCompression.RunLength4;

    /// <summary>Bytes of a stored row without padding.</summary>
    public long RowBytes => (((long)Width * BitsPerPixel) + 7) / 8;

    /// <summary>Bytes from one stored row to the next: padded to a multiple of four.</summary>
    public long Stride => (RowBytes + 3) / 4 * 4;

    /// <summary>Whether the palette is black and white or a ramp of grays, so that the picture is gray.</summary>
    private bool IsGray { get; set; }

    /// <summary>Whether the bytes begin with the header of a known BMP version.</summary>
    public static bool StartsImage(ReadOnlySpan<byte> file) =>
        file.Length >= FileHeaderBytes + sizeof(uint) && file.StartsWith("BM"u8)
        && Read32(file, FileHeaderBytes) is CoreHeaderBytes or InfoHeaderBytes or 52 or 56 or Os2HeaderBytes or 108 or 124;

    /// <summary>Channels of the decoded picture: 1 gray or indices, 3 colours, 4 with alpha.</summary>
    public int Channels(bool keepsIndices) => HasPalette ? keepsIndices || IsGray ? 1 : 3 : Fields.Length == 4 ? 4 : 3;

    /// <exception cref="ImageFormatException">The headers are cut short, invalid or unsupported.</exception>
    public static BmpHeader Parse(ReadOnlySpan<byte> file)
    {
        ImageFormatException.ThrowIf(!StartsImage(file), "not a BMP image", 0);

        var headerBytes = (int)Read32(file, FileHeaderBytes);
        Require(file, FileHeaderBytes + headerBytes);
        var isCore = headerBytes == CoreHeaderBytes;
        var dib = file.Slice(FileHeaderBytes, headerBytes);
        var (width, height) = isCore
            ? (Read16(dib, 4), Read16(dib, 6))
            : (BinaryPrimitives.ReadInt32LittleEndian(dib[4..]), BinaryPrimitives.ReadInt32LittleEndian(dib[8..]));
        if (width <= 0 || height is 0 or int.MinValue)
        {
            throw new ImageFormatException($"a BMP can't have {width}x{height} pixels", SizeOffset);
        }

        var header = new BmpHeader
        {
            Width = width,
            Height = Math.Abs(height),
            TopDown = height < 0,
            BitsPerPixel = Read16(dib, isCore ? 10 : 14),
            Compression = isCore ? BmpCompression.None : (BmpCompression)Read32(dib, 16),
            FileBytes = Read32(file, 2),
            PixelOffset = Read32(file, 10),
        };
        header.CheckStorage(headerBytes);
        if (header.HasPalette)
        {
            header.ReadPalette(file, FileHeaderBytes + headerBytes, isCore ? 0 : Read32(dib, 32), isCore ? 3 : 4);
        }
        else if (header.BitsPerPixel != 24)
        {
            header.ReadFields(file, headerBytes);
        }

        return header;
    }

    private void CheckStorage(int headerBytes)
    {
        var known = Compression switch
        {
            BmpCompression.None => BitsPerPixel is 1 or 2 or 4 or 8 or 16 or 24 or 32,
            BmpCompression.RunLength8 => BitsPerPixel == 8,
            BmpCompression.RunLength4 => BitsPerPixel == 4,

            // In OS/2 files this number means another compression.
            BmpCompression.BitFields => BitsPerPixel is 16 or 32 && headerBytes != Os2HeaderBytes,
            BmpCompression.AlphaBitFields => BitsPerPixel is 16 or 32 && headerBytes == InfoHeaderBytes,
            _ => false,
        };
        if (!known)
        {
            throw new ImageFormatException(
                $"a BMP of {BitsPerPixel} bits a pixel with compression {(uint)Compression} is not supported", FileHeaderBytes);
        }

        ImageFormatException.ThrowIf(IsRunLength && TopDown, "a compressed BMP can't begin with its upper row", SizeOffset);
    }

    private void ReadPalette(ReadOnlySpan<byte> file, int start, uint colours, int entryBytes)
    {
        var most = 1u << BitsPerPixel;
        if (colours > 256)
        {
            throw new ImageFormatException($"a BMP of {BitsPerPixel} bits a pixel can't have {colours} colours", start);
        }

        var count = (int)Math.Min(colours == 0 ? most : colours, most);
        if (PixelOffset > start)
        {
            // Some programs write a shorter palette than the header states; pixels follow it.
            count = (int)Math.Min(count, (PixelOffset - start) / entryBytes);
        }

        Require(file, start + (count * entryBytes));
        Palette = new byte[3 * count];
        for (var i = 0; i < count; i++)
        {
            var entry = file[(start + (i * entryBytes))..];
            (Palette[3 * i], Palette[(3 * i) + 1], Palette[(3 * i) + 2]) = (entry[2], entry[1], entry[0]);
        }

        IsGray = count > 0;
        for (var i = 0; i < count && IsGray; i++)
        {
            var level = count == 2 ? 255 * i : i;
            IsGray = Palette[3 * i] == level && Palette[(3 * i) + 1] == level && Palette[(3 * i) + 2] == level;
        }
    }

    private void ReadFields(ReadOnlySpan<byte> file, int headerBytes)
    {
        if (Compression == BmpCompression.None)
        {
            Fields = BitsPerPixel == 16
                ? [new(0x7C00), new(0x03E0), new(0x001F)]
                : [new(0xFF0000), new(0x00FF00), new(0x0000FF)];
            return;
        }

        var withAlpha = headerBytes >= 56 || Compression == BmpCompression.AlphaBitFields;
        Require(file, MasksOffset + (withAlpha ? 16 : 12));
        Fields = [new(Read32(file, MasksOffset)), new(Read32(file, MasksOffset + 4)), new(Read32(file, MasksOffset + 8))];
        if (withAlpha && Read32(file, MasksOffset + 12) is var alpha and not 0)
        {
            Fields = [.. Fields, new(alpha)];
        }

        foreach (var field in Fields)
        {
            if (field.Mask == 0 || !field.IsContiguous || (BitsPerPixel == 16 && field.Mask > ushort.MaxValue))
            {
                throw new ImageFormatException($"the BMP has the impossible colour mask {field.Mask:X8}", MasksOffset);
            }
        }
    }

    private static void Require(ReadOnlySpan<byte> file, int length)
    {
        ImageFormatException.ThrowIf(file.Length < length, "the BMP is cut short: it ends within its header", file.Length);
    }

    private static int Read16(ReadOnlySpan<byte> source, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(source[offset..]);

    private static uint Read32(ReadOnlySpan<byte> source, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(source[offset..]);
}
