using System.Buffers;
using System.IO.Compression;

namespace IlgpuGan.Imaging.Png;

/// <summary>Decompresses and unfilters a PNG's rows, from the first one on.</summary>
internal sealed class PngRows : IDisposable
{
    /// <summary>
    /// Decompressed at a time: small enough for the second-level cache, and long stretches are what inflating is fast at.
    /// </summary>
    private const int BatchBytes = 1 << 17;

    private readonly IdatStream source;
    private readonly Stream inflate;
    private readonly int step;
    private byte[] buffer;
    private int start;
    private int end;

    /// <param name="longestRow">Bytes of the longest row, with its filter type.</param>
    public PngRows(IdatStream source, PngHeader header, int longestRow, bool withoutZlibHeader)
    {
        this.source = source;
        inflate = withoutZlibHeader
            ? new DeflateStream(source, CompressionMode.Decompress)
            : new ZLibStream(source, CompressionMode.Decompress);
        step = header.FilterStep;
        buffer = ArrayPool<byte>.Shared.Rent(Math.Max(longestRow, BatchBytes));
    }

    /// <summary>About where in the file the last row was read: inflating reads ahead.</summary>
    public int Offset => source.FileOffset;

    /// <summary>Reads the next row.</summary>
    /// <param name="target">Receives the row without its filter type.</param>
    /// <param name="previous">The row above, as long as <paramref name="target"/>; empty for the first row of an image or pass.</param>
    /// <exception cref="ImageFormatException">The data ends early or is corrupt.</exception>
    public void Read(Span<byte> target, ReadOnlySpan<byte> previous)
    {
        Require(target.Length + 1);
        var filter = buffer[start];
        var row = buffer.AsSpan(start + 1, target.Length);
        start += target.Length + 1;
        if (!PngUnfilter.TryApply(filter, row, previous, target, step))
        {
            throw new ImageFormatException($"the PNG uses an unknown filter type {filter}", source.FileOffset);
        }
    }

    /// <summary>Reads to the end of the compressed data, so that its checksum is compared.</summary>
    /// <exception cref="ImageFormatException">The checksum is wrong, or the data goes on far beyond the picture.</exception>
    public void Finish()
    {
        // A few bytes too many are tolerated, as libpng does; a bomb behind the picture is not inflated.
        start = end = 0;
        while (Inflate() is var count and > 0)
        {
            end += count;
            if (end == buffer.Length)
            {
                throw new ImageFormatException("the PNG's compressed data holds more than the picture", source.FileOffset);
            }
        }
    }

    public void Dispose()
    {
        inflate.Dispose();
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private void Require(int count)
    {
        if (end - start >= count)
        {
            return;
        }

        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        while (end < count)
        {
            var read = Inflate();
            if (read == 0)
            {
                throw new ImageFormatException("the PNG is cut short: its compressed data ends before the picture", source.FileOffset);
            }

            end += read;
        }
    }

    private int Inflate()
    {
        try
        {
            return inflate.Read(buffer.AsSpan(end));
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new ImageFormatException("the PNG's compressed data is corrupt", source.FileOffset, innerException: e);
        }
    }
}
