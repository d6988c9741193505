using System.Buffers.Binary;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Walks the marker segments of a JPEG file; knows nothing of what is in them.</summary>
internal ref struct SegmentReader(ReadOnlySpan<byte> file)
{
    private readonly ReadOnlySpan<byte> file = file;

    /// <summary>The byte that is read next.</summary>
    public int Position { get; set; } = 2;

    /// <summary>Skips to the next marker, over fill bytes and anything stray, and past it.</summary>
    /// <returns>The marker's second byte.</returns>
    /// <exception cref="ImageFormatException">The file ends first.</exception>
    public byte NextMarker()
    {
        while (true)
        {
            var skip = file[Position..].IndexOf((byte)0xFF);
            if (skip < 0 || Position + skip + 1 >= file.Length)
            {
                Position = file.Length;
                throw new ImageFormatException("the JPEG is cut short: it ends before its end-of-image marker", file.Length);
            }

            Position += skip + 1;
            if (file[Position] is not (0 or 0xFF))
            {
                return file[Position++];
            }
        }
    }

    /// <summary>The payload of the segment whose marker has just been read; the position moves past it.</summary>
    /// <exception cref="ImageFormatException">The length is below 2 or reaches past the end of the file.</exception>
    public ReadOnlySpan<byte> Payload()
    {
        var length = Position + 2 <= file.Length ? BinaryPrimitives.ReadUInt16BigEndian(file[Position..]) : 0;
        if (length < 2 || length > file.Length - Position)
        {
            throw new ImageFormatException(
                length < 2 && Position + 2 <= file.Length
                    ? "a JPEG segment has an impossible length"
                    : "the JPEG is cut short within a segment",
                Position);
        }

        var payload = file.Slice(Position + 2, length - 2);
        Position += length;
        return payload;
    }
}
