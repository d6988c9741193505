using System.Buffers;
using System.IO.Compression;

namespace IlgpuGan.Imaging.Png;

/// <summary>Decompresses and unfilters a PNG's rows in order.</summary>
internal sealed class PngRows : IDisposable
{
    /// <summary>Bytes inflated at a time: few enough for the second-level cache, many enough for zlib's fast loop.</summary>
    private const int BatchBytes = 1 << 17;

    private const int ZlibHeaderBytes = 2;

    private readonly IdatStream _source;
    private readonly Stream _inflate;
    private readonly bool _isRaw;
    private readonly int _step;
    private byte[] _buffer;
    private int _start;
    private int _end;

    /// <param name="longestRow">Bytes of the longest row, with its filter type.</param>
    /// <param name="isRaw">Whether to ignore zlib's header and its checksum behind the data.</param>
    public PngRows(IdatStream source, PngHeader header, int longestRow, bool isRaw)
    {
        _source = source;
        _isRaw = isRaw;
        if (isRaw)
        {
            source.Skip(ZlibHeaderBytes);
        }

        _inflate = isRaw
            ? new DeflateStream(source, CompressionMode.Decompress)
            : new ZLibStream(source, CompressionMode.Decompress);
        _step = header.FilterStep;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(longestRow, BatchBytes));
    }

    /// <summary>The approximate offset of the last row in the file; inflating reads ahead.</summary>
    public int Offset => _source.FileOffset;

    /// <summary>Reads the next row.</summary>
    /// <param name="target">Receives the row without its filter type.</param>
    /// <param name="previous">The row above, as long as <paramref name="target"/>; empty for the first row of an image or pass.</param>
    /// <exception cref="ImageFormatException">The data ends early or is corrupt.</exception>
    public void Read(Span<byte> target, ReadOnlySpan<byte> previous)
    {
        Require(target.Length + 1);
        var filter = _buffer[_start];
        var row = _buffer.AsSpan(_start + 1, target.Length);
        _start += target.Length + 1;
        if (!PngUnfilter.TryApply(filter, row, previous, target, _step))
        {
            throw new ImageFormatException($"the PNG uses an unknown filter type {filter}", _source.FileOffset);
        }
    }

    /// <summary>Reads to the end of the compressed data, so that its checksum is compared.</summary>
    /// <exception cref="ImageFormatException">The checksum is wrong, or the data goes on far beyond the picture.</exception>
    public void Finish()
    {
        // A few extra bytes are tolerated, as by libpng; a decompression bomb after the picture is not inflated.
        _start = _end = 0;
        while (!_isRaw && Inflate() is var count and > 0)
        {
            _end += count;
            if (_end == _buffer.Length)
            {
                throw new ImageFormatException("the PNG's compressed data holds more than the picture", _source.FileOffset);
            }
        }
    }

    public void Dispose()
    {
        _inflate.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Require(int count)
    {
        if (_end - _start >= count)
        {
            return;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        while (_end < count)
        {
            var read = Inflate();
            if (read == 0)
            {
                throw new ImageFormatException("the PNG is cut short: its compressed data ends before the picture", _source.FileOffset);
            }

            _end += read;
        }
    }

    private int Inflate()
    {
        try
        {
            return _inflate.Read(_buffer.AsSpan(_end));
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not ImageFormatException))
        {
            throw new ImageFormatException("the PNG's compressed data is corrupt", _source.FileOffset, innerException: e);
        }
    }
}
