namespace IlgpuGan.Imaging.Png;

/// <summary>The IDAT chunks of a file as one compressed stream.</summary>
/// <param name="file">The file, pinned for the life of the stream.</param>
/// <param name="chunks">Offset and length of each chunk's data.</param>
internal sealed unsafe class IdatStream(byte* file, IReadOnlyList<(int Offset, int Length)> chunks) : Stream
{
    private int _chunk;
    private int _consumed;

    /// <summary>The offset in the file of the next byte.</summary>
    public int FileOffset => _chunk < chunks.Count ? chunks[_chunk].Offset + _consumed : chunks[^1].Offset + chunks[^1].Length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_chunk < chunks.Count && _consumed == chunks[_chunk].Length)
        {
            _chunk++;
            _consumed = 0;
        }

        if (_chunk == chunks.Count)
        {
            return 0;
        }

        var (start, length) = chunks[_chunk];
        var count = Math.Min(buffer.Length, length - _consumed);
        new ReadOnlySpan<byte>(file + start + _consumed, count).CopyTo(buffer);
        _consumed += count;
        return count;
    }

    /// <summary>Skips bytes of the compressed data, at most to its end.</summary>
    public void Skip(int count)
    {
        Span<byte> skipped = stackalloc byte[count];
        _ = this.ReadAtLeast(skipped, count, throwOnEndOfStream: false);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
