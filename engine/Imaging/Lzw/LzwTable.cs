namespace IlgpuGan.Imaging.Lzw;

/// <summary>The string table of LZW with codes of at most 12 bits. GIF and TIFF differ only in how codes are stored.</summary>
internal sealed class LzwTable
{
    public const int MaxCodeBits = 12;

    /// <summary>Also the longest string: each code's string is one byte longer than another's.</summary>
    public const int MaxCodes = 1 << MaxCodeBits;

    private readonly ushort[] _prefixes = new ushort[MaxCodes];
    private readonly ushort[] _lengths = new ushort[MaxCodes];
    private readonly byte[] _first = new byte[MaxCodes];
    private readonly byte[] _last = new byte[MaxCodes];
    private readonly byte[] _buffer = new byte[MaxCodes];
    private readonly int _literals;

    /// <param name="literals">The number of single-byte codes; <see cref="ClearCode"/> and <see cref="EndCode"/> follow them.</param>
    public LzwTable(int literals)
    {
        _literals = literals;
        for (var i = 0; i < literals; i++)
        {
            (_first[i], _last[i], _lengths[i]) = ((byte)i, (byte)i, 1);
        }

        Clear();
    }

    /// <summary>The code that clears the table.</summary>
    public int ClearCode => _literals;

    /// <summary>The code that ends the data.</summary>
    public int EndCode => _literals + 1;

    /// <summary>The code of the next string; <see cref="MaxCodes"/> if the table is full.</summary>
    public int Next { get; private set; }

    public void Clear() => Next = _literals + 2;

    /// <summary>The most bytes that <paramref name="codes"/> codes can encode.</summary>
    public static long MaxBytes(long codes) => codes * Math.Min(codes, MaxCodes);

    /// <summary>Processes a code that was read. With a previous code, adds their new string to the table.</summary>
    /// <param name="previous">The previous code; −1 directly after the table was cleared.</param>
    /// <returns>Whether the code is defined.</returns>
    public bool TryAdd(int code, int previous)
    {
        if (previous < 0)
        {
            return code < _literals;
        }

        if (code > Next || code == ClearCode || code == EndCode)
        {
            return false;
        }

        if (Next < MaxCodes)
        {
            _prefixes[Next] = (ushort)previous;
            _lengths[Next] = (ushort)(_lengths[previous] + 1);
            _first[Next] = _first[previous];
            _last[Next] = _first[code == Next ? previous : code];
            Next++;
        }

        return code < Next;
    }

    /// <summary>The string of a code; valid until the next call.</summary>
    public ReadOnlySpan<byte> StringOf(int code)
    {
        var length = _lengths[code];
        for (var i = length - 1; i >= 0; i--)
        {
            _buffer[i] = _last[code];
            code = _prefixes[code];
        }

        return _buffer.AsSpan(0, length);
    }
}
