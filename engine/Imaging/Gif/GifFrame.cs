namespace IlgpuGan.Imaging.Gif;

/// <summary>The headers of a GIF's screen and its first picture.</summary>
internal sealed class GifFrame
{
    private const int SignatureBytes = 6;
    private const byte Extension = 0x21;
    private const byte Descriptor = 0x2C;
    private const byte Trailer = 0x3B;
    private const byte GraphicControl = 0xF9;
    private const string WithoutEnd = "its end mark is missing, and all pixels are there";

    /// <summary>Columns of the screen, enlarged if the picture extends beyond it.</summary>
    public int ScreenWidth { get; private set; }

    public int ScreenHeight { get; private set; }

    public int Left { get; private set; }

    public int Top { get; private set; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    public bool Interlaced { get; private set; }

    /// <summary>The transparent index; −1 for none.</summary>
    public int Transparent { get; private set; } = -1;

    /// <summary>Red, green and blue of each colour.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>Bits of an index, 1 to 8. LZW codes begin with one more.</summary>
    public int IndexBits { get; private set; }

    /// <summary>The offset of the first block of compressed indices.</summary>
    public int DataOffset { get; private set; }

    /// <summary>Whether the bytes begin with a GIF signature.</summary>
    public static bool StartsImage(ReadOnlySpan<byte> file) => file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8);

    /// <summary>Channels of the decoded picture: 1 indices, 3 colours, 4 with transparency.</summary>
    public int Channels(bool keepsIndices) => keepsIndices ? 1 : Transparent >= 0 ? 4 : 3;

    /// <exception cref="ImageFormatException">The data is not a GIF, has no picture, or ends before it.</exception>
    public static GifFrame Parse(ReadOnlySpan<byte> file)
    {
        ImageFormatException.ThrowIf(!StartsImage(file), "not a GIF image", 0);

        var blocks = new GifBlocks(file, SignatureBytes);
        var frame = new GifFrame { ScreenWidth = blocks.Word(), ScreenHeight = blocks.Word() };
        var flags = blocks.Byte();
        blocks.Take(2);
        frame.ReadPalette(ref blocks, flags);
        while (true)
        {
            var offset = blocks.Position;
            switch (blocks.Byte())
            {
                case Extension:
                    frame.ReadExtension(ref blocks);
                    break;
                case Descriptor:
                    frame.ReadDescriptor(ref blocks);
                    return frame;
                case Trailer:
                    throw new ImageFormatException("the GIF has no picture", offset);
                case var other:
                    throw new ImageFormatException($"the GIF has an unknown block {other:X2}", offset);
            }
        }
    }

    /// <summary>A remark on what follows the first picture; null if it is the end.</summary>
    public string? Rest(ReadOnlySpan<byte> file)
    {
        var blocks = new GifBlocks(file, DataOffset);
        try
        {
            blocks.Skip();
            while (true)
            {
                switch (blocks.Byte())
                {
                    case Extension:
                        blocks.Byte();
                        blocks.Skip();
                        break;
                    case Descriptor:
                        return "it is animated, and only the first of its frames is read";
                    case Trailer:
                        return null;
                    default:
                        return WithoutEnd;
                }
            }
        }
        catch (ImageFormatException)
        {
            return WithoutEnd;
        }
    }

    private void ReadExtension(ref GifBlocks blocks)
    {
        var isControl = blocks.Byte() == GraphicControl;
        for (var block = blocks.Block(); !block.IsEmpty; block = blocks.Block())
        {
            if (isControl && block.Length >= 4)
            {
                Transparent = (block[0] & 1) != 0 ? block[3] : -1;
            }
        }
    }

    private void ReadDescriptor(ref GifBlocks blocks)
    {
        var offset = blocks.Position;
        Left = blocks.Word();
        Top = blocks.Word();
        Width = blocks.Word();
        Height = blocks.Word();
        if (Width == 0 || Height == 0)
        {
            throw new ImageFormatException($"a GIF can't have a picture of {Width}x{Height} pixels", offset);
        }

        ScreenWidth = Math.Max(ScreenWidth, Left + Width);
        ScreenHeight = Math.Max(ScreenHeight, Top + Height);
        var flags = blocks.Byte();
        Interlaced = (flags & 0x40) != 0;
        ReadPalette(ref blocks, flags);
        IndexBits = blocks.Byte();
        if (IndexBits is 0 or > 8)
        {
            throw new ImageFormatException($"a GIF can't have indices of {IndexBits} bits", blocks.Position - 1);
        }

        if (Palette.Length == 0)
        {
            Palette = [.. Enumerable.Range(0, 256).SelectMany(level => Enumerable.Repeat((byte)level, 3))];
        }

        DataOffset = blocks.Position;
    }

    /// <summary>Reads the palette of the screen or the picture, if the flags announce one.</summary>
    private void ReadPalette(ref GifBlocks blocks, byte flags)
    {
        if ((flags & 0x80) != 0)
        {
            Palette = blocks.Take(3 << ((flags & 7) + 1)).ToArray();
        }
    }
}
