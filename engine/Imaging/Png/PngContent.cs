namespace IlgpuGan.Imaging.Png;

/// <summary>The contents of a PNG's chunks, and the places of its compressed pixels.</summary>
internal sealed class PngContent
{
    /// <summary>Whether to decode corrupt data as far as possible.</summary>
    public bool Lenient { get; private init; }

    public PngHeader Header { get; private set; }

    public int HeaderOffset { get; private set; }

    /// <summary>RGBA for each of 256 indices; those from <see cref="PaletteLength"/> on are opaque black.</summary>
    public uint[] Palette { get; private set; } = [];

    public int PaletteLength { get; private set; }

    /// <summary>The transparent gray (1) or RGB (3) as stored, or null.</summary>
    public ushort[]? TransparentColor { get; private set; }

    public bool HasTransparency { get; private set; }

    /// <summary>Whether palette indices are kept as samples.</summary>
    public bool KeepsIndices { get; set; }

    /// <summary>Channels of the decoded image.</summary>
    public int Channels => KeepsIndices && Header.Color == PngColor.Palette ? 1 : Header.DecodedChannels(HasTransparency);

    public List<(int Offset, int Length)> Idat { get; } = [];

    public long IdatBytes { get; private set; }

    /// <summary>Whether the file goes on to an IEND chunk.</summary>
    public bool HasEnd { get; private set; } = true;

    /// <summary>Remarks on what is wrong with the file or is not read.</summary>
    public List<string> Remarks { get; } = [];

    /// <param name="headerOnly">Whether to stop at the first IDAT, which may be missing.</param>
    /// <exception cref="ImageFormatException">The number, order or content of the chunks is not a PNG's.</exception>
    public static PngContent Read(ReadOnlySpan<byte> file, bool lenient, bool headerOnly)
    {
        ImageFormatException.ThrowIf(!PngSignature.Matches(file), "not a PNG image", 0);

        var content = new PngContent { Lenient = lenient };
        var chunks = new PngChunks(file);
        var idatEnded = false;
        while (chunks.Next())
        {
            if (content.HeaderOffset == 0 && chunks.Type != PngChunkType.Ihdr)
            {
                throw new ImageFormatException(
                    chunks.Type == PngChunkType.CgBi
                        ? "an iPhone app's PNG (CgBI), which Apple's Xcode has rewritten and which no other program reads; undo that " +
                            "with 'pngcrush -revert-iphone-optimizations IN OUT'"
                        : "the PNG does not begin with its header",
                    chunks.Offset);
            }

            if (!lenient && !chunks.IsSound)
            {
                if (!chunks.IsCut && PngChunkType.IsDispensable(chunks.Type))
                {
                    content.Remarks.Add(
                        $"the checksum of its chunk {PngChunkType.Name(chunks.Type)} is wrong, and the chunk is left out");
                    continue;
                }

                if (content.Idat.Count > 0 && chunks.Type != PngChunkType.Idat)
                {
                    break; // Whether all pixels precede the damage, their decompression will show.
                }

                if (!chunks.IsCut || chunks.Type != PngChunkType.Idat)
                {
                    throw chunks.Damage;
                }
            }

            if (chunks.Type == PngChunkType.Iend)
            {
                return content.Complete(chunks.Offset);
            }

            if (chunks.Type != PngChunkType.Idat)
            {
                idatEnded = content.Idat.Count > 0;
                content.ReadChunk(ref chunks);
                continue;
            }

            if (headerOnly)
            {
                return content;
            }

            ImageFormatException.ThrowIf(idatEnded && !lenient, "the PNG's IDAT chunks do not follow each other", chunks.Offset);

            content.Idat.Add((chunks.Offset, chunks.Data.Length));
            content.IdatBytes += chunks.Data.Length;
        }

        if (content.HeaderOffset == 0 || (content.Idat.Count == 0 && !(lenient || headerOnly)))
        {
            throw new ImageFormatException("the PNG is cut short: it ends before its pixels", file.Length);
        }

        content.HasEnd = false;
        return headerOnly ? content : content.Complete(file.Length);
    }

    private PngContent Complete(int offset)
    {
        if (Header.Color == PngColor.Palette && PaletteLength == 0)
        {
            throw new ImageFormatException("the PNG has no palette though its pixels are indices", offset);
        }

        return Idat.Count > 0 ? this : throw new ImageFormatException("the PNG has no pixels", offset);
    }

    private void ReadChunk(ref PngChunks chunks)
    {
        switch (chunks.Type)
        {
            case PngChunkType.Ihdr when HeaderOffset != 0:
                throw new ImageFormatException("the PNG has a second header", chunks.Offset);
            case PngChunkType.Ihdr:
                Header = PngHeader.Parse(chunks.Data, chunks.Offset);
                HeaderOffset = chunks.Offset;
                break;
            case PngChunkType.Plte:
                ReadPalette(chunks.Data, chunks.Offset);
                break;
            case PngChunkType.Trns:
                ReadTransparency(chunks.Data, chunks.Offset);
                break;
            case PngChunkType.Actl when chunks.Data.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(chunks.Data) > 1:
                Remarks.Add("it is animated, and only the first of its frames is read");
                break;
            default:
                if (PngChunkType.IsCritical(chunks.Type))
                {
                    throw new ImageFormatException(
                        $"the PNG has an unknown critical chunk {PngChunkType.Name(chunks.Type)}", chunks.Offset);
                }

                break;
        }
    }

    private void ReadPalette(ReadOnlySpan<byte> data, int offset)
    {
        if (Header.Color != PngColor.Palette)
        {
            // For RGB the palette is a suggestion, for gray it is not allowed; neither changes a pixel.
            return;
        }

        var count = data.Length / 3;
        if (PaletteLength != 0 || Idat.Count > 0 || data.Length % 3 != 0 || count is 0 or > 256)
        {
            throw new ImageFormatException("the PNG's palette is malformed or out of place", offset);
        }

        Palette = new uint[256];
        Array.Fill(Palette, 0xFF000000);
        PaletteLength = count;
        for (var i = 0; i < count; i++)
        {
            Palette[i] = 0xFF000000 | data[3 * i] | ((uint)data[(3 * i) + 1] << 8) | ((uint)data[(3 * i) + 2] << 16);
        }
    }

    private void ReadTransparency(ReadOnlySpan<byte> data, int offset)
    {
        var fits = Header.Color switch
        {
            PngColor.Gray => data.Length == 2,
            PngColor.Rgb => data.Length == 6,
            PngColor.Palette => data.Length <= PaletteLength,
            _ => false,
        };
        if (!fits || Idat.Count > 0 || HasTransparency)
        {
            throw new ImageFormatException("the PNG's transparency is malformed or out of place", offset);
        }

        HasTransparency = true;
        if (Header.Color == PngColor.Palette)
        {
            for (var i = 0; i < data.Length; i++)
            {
                Palette[i] = (Palette[i] & 0x00FFFFFF) | ((uint)data[i] << 24);
            }

            return;
        }

        TransparentColor = new ushort[data.Length / 2];
        for (var i = 0; i < TransparentColor.Length; i++)
        {
            TransparentColor[i] = BinaryPrimitives.ReadUInt16BigEndian(data[(2 * i)..]);
        }
    }
}
