namespace IlgpuGan.Imaging.Gif;

/// <summary>Reads a GIF from a position: numbers, and data in sub-blocks of up to 255 bytes.</summary>
internal ref struct GifBlocks(ReadOnlySpan<byte> file, int position)
{
    private readonly ReadOnlySpan<byte> _file = file;

    private int _left;
    private bool _ended;

    /// <summary>The offset of the next byte.</summary>
    public int Position { get; private set; } = position;

    /// <exception cref="ImageFormatException">The file ends.</exception>
    public byte Byte() => Take(1)[0];

    /// <exception cref="ImageFormatException">The file ends.</exception>
    public int Word() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <exception cref="ImageFormatException">The file ends.</exception>
    public ReadOnlySpan<byte> Take(int count)
    {
        ImageFormatException.ThrowIf(_file.Length - Position < count, "the GIF is cut short", _file.Length);

        var taken = _file.Slice(Position, count);
        Position += count;
        return taken;
    }

    /// <summary>The next sub-block of an extension or a picture; empty for the last one.</summary>
    /// <exception cref="ImageFormatException">The file ends.</exception>
    public ReadOnlySpan<byte> Block() => Take(Byte());

    /// <summary>Skips the sub-blocks up to the last one.</summary>
    /// <exception cref="ImageFormatException">The file ends.</exception>
    public void Skip()
    {
        while (!Block().IsEmpty)
        {
        }
    }

    /// <summary>Reads the next byte across sub-blocks.</summary>
    /// <returns>false at the end of the sub-blocks or the file.</returns>
    public bool TryNext(out byte next)
    {
        next = 0;
        if (_left == 0 && !_ended)
        {
            _left = Position < _file.Length ? _file[Position++] : 0;
            _ended = _left == 0;
        }

        if (_ended || Position >= _file.Length)
        {
            return false;
        }

        _left--;
        next = _file[Position++];
        return true;
    }
}
