namespace IlgpuGan.Imaging.WebP;

/// <summary>The parts of a WebP file that make up its picture, or the first one of an animation.</summary>
internal sealed class WebPFile
{
    private const int RiffHeaderBytes = 12;
    private const int ChunkHeaderBytes = 8;
    private const int ExtendedBytes = 10;
    private const int FrameHeaderBytes = 16;

    /// <summary>Columns of the canvas.</summary>
    public int Width { get; private set; }

    public int Height { get; private set; }

    public bool HasAlpha { get; private set; }

    /// <summary>The column of an animation's first frame; 0 for a single picture.</summary>
    public int Left { get; private set; }

    public int Top { get; private set; }

    /// <summary>Columns of the frame.</summary>
    public int FrameWidth { get; private set; }

    public int FrameHeight { get; private set; }

    public bool IsLossless { get; private set; }

    /// <summary>The compressed picture: a VP8 or VP8L chunk.</summary>
    public Range Data { get; private set; }

    /// <summary>The alpha plane of a VP8 picture; empty if there is none.</summary>
    public Range Alpha { get; private set; }

    /// <summary>The EXIF data; empty if there is none.</summary>
    public Range Exif { get; private set; }

    /// <summary>The ICC profile; empty if there is none.</summary>
    public Range Profile { get; private set; }

    /// <summary>Whether there is more than one frame.</summary>
    public bool IsAnimated { get; private set; }

    /// <summary>Whether the file is shorter than its header says.</summary>
    public bool IsShort { get; private set; }

    /// <summary>Whether the file ends within its picture or its alpha.</summary>
    public bool IsCut { get; private set; }

    private bool HasPicture { get; set; }

    private bool IsExtended { get; set; }

    /// <summary>Whether the bytes begin with the signature of WebP.</summary>
    public static bool StartsImage(ReadOnlySpan<byte> file) =>
        file.Length >= RiffHeaderBytes && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    /// <exception cref="ImageFormatException">The data is not a WebP, or ends before its picture.</exception>
    public static WebPFile Parse(ReadOnlySpan<byte> file)
    {
        ImageFormatException.ThrowIf(!StartsImage(file), "not a WebP image", 0);

        var parsed = new WebPFile
        {
            Alpha = ..0, Exif = ..0, Profile = ..0,
            IsShort = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) > file.Length - ChunkHeaderBytes,
        };
        parsed.ReadChunks(file, RiffHeaderBytes, file.Length, isFrame: false);
        return parsed.HasPicture ? parsed : throw CutShort(file);
    }

    public static ImageFormatException CutShort(ReadOnlySpan<byte> file) => new("the WebP is cut short", file.Length);

    private void ReadChunks(ReadOnlySpan<byte> file, int position, int end, bool isFrame)
    {
        while (end - position >= ChunkHeaderBytes)
        {
            var name = file.Slice(position, 4);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(file[(position + 4)..]);
            var start = position + ChunkHeaderBytes;
            var stop = (int)Math.Min(start + (long)size, end);
            if (name.SequenceEqual("EXIF"u8))
            {
                Exif = Imaging.Exif.SaysMore(file[start..stop], than: file[Exif]) ? start..stop : Exif;
            }
            else if (name.SequenceEqual("ICCP"u8))
            {
                Profile = start..stop;
            }
            else if (!HasPicture)
            {
                IsCut |= start + (long)size > end && !name.SequenceEqual("ANMF"u8);
                ReadPart(file, name, start, stop, isFrame);
            }
            else if (name.SequenceEqual("ANMF"u8))
            {
                IsAnimated = true;
            }

            if ((isFrame || !IsExtended) && HasPicture)
            {
                return;
            }

            position = (int)Math.Min(start + (long)size + (size & 1), end);
        }
    }

    private void ReadPart(ReadOnlySpan<byte> file, ReadOnlySpan<byte> name, int start, int stop, bool isFrame)
    {
        var data = file[start..stop];
        if (name.SequenceEqual("VP8X"u8) && !isFrame)
        {
            Require(file, data, ExtendedBytes);
            IsExtended = true;
            HasAlpha = (data[0] & 0x10) != 0;
            (Width, Height) = (1 + Read24(data[4..]), 1 + Read24(data[7..]));
        }
        else if (name.SequenceEqual("ANMF"u8) && IsExtended && !isFrame)
        {
            Require(file, data, FrameHeaderBytes);
            (Left, Top) = (2 * Read24(data), 2 * Read24(data[3..]));
            ReadChunks(file, start + FrameHeaderBytes, stop, isFrame: true);
        }
        else if (name.SequenceEqual("ALPH"u8))
        {
            Alpha = start..stop;
        }
        else if (name.SequenceEqual("VP8 "u8))
        {
            Require(file, data, 10);
            if ((data[0] & 1) != 0 || !data[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
            {
                throw new ImageFormatException("the WebP's VP8 data does not begin with a picture of its own", start);
            }

            Found(
                start..stop, false, BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF, alpha: !Alpha.Equals(..0));
        }
        else if (name.SequenceEqual("VP8L"u8))
        {
            Require(file, data, 5);
            var header = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            ImageFormatException.ThrowIf(data[0] != 0x2F || header >> 29 != 0, "the WebP's lossless data is of an unknown version", start);

            Found(start..stop, true, (int)(header & 0x3FFF) + 1, (int)((header >> 14) & 0x3FFF) + 1, (header & (1 << 28)) != 0);
        }
    }

    private void Found(Range data, bool isLossless, int width, int height, bool alpha)
    {
        (HasPicture, Data, IsLossless, FrameWidth, FrameHeight) = (true, data, isLossless, width, height);
        if (!IsExtended)
        {
            (Width, Height, HasAlpha) = (width, height, alpha && isLossless);
        }

        if (width == 0 || height == 0 || Left + width > Width || Top + height > Height)
        {
            throw new ImageFormatException(
                $"a WebP of {Width}x{Height} pixels can't have a picture of {width}x{height} at {Left},{Top}", data.Start.Value);
        }
    }

    private static void Require(ReadOnlySpan<byte> file, ReadOnlySpan<byte> data, int count)
    {
        if (data.Length < count)
        {
            throw CutShort(file);
        }
    }

    private static int Read24(ReadOnlySpan<byte> data) => data[0] | (data[1] << 8) | (data[2] << 16);
}
