namespace IlgpuGan.Imaging.Lzw;

/// <summary>The strings that LZW's codes of at most 12 bits stand for; GIF and TIFF differ only in how codes are stored.</summary>
internal sealed class LzwTable
{
    public const int MaxCodeBits = 12;

    /// <summary>No string is longer: each code adds one byte to another's.</summary>
    public const int MaxCodes = 1 << MaxCodeBits;

    private readonly ushort[] _prefixes = new ushort[MaxCodes];
    private readonly ushort[] _lengths = new ushort[MaxCodes];
    private readonly byte[] _first = new byte[MaxCodes];
    private readonly byte[] _last = new byte[MaxCodes];
    private readonly byte[] _text = new byte[MaxCodes];
    private readonly int _literals;

    /// <param name="literals">Codes that are one byte each; two codes follow that mean something else.</param>
    public LzwTable(int literals)
    {
        _literals = literals;
        for (var i = 0; i < literals; i++)
        {
            (_first[i], _last[i], _lengths[i]) = ((byte)i, (byte)i, 1);
        }

        Clear();
    }

    /// <summary>The code that says to forget all strings.</summary>
    public int ClearCode => _literals;

    /// <summary>The code that says that no more follows.</summary>
    public int EndCode => _literals + 1;

    /// <summary>The code that the next string gets; <see cref="MaxCodes"/> where there is none left.</summary>
    public int Next { get; private set; }

    public void Clear() => Next = _literals + 2;

    /// <summary>Most bytes that so many codes can stand for.</summary>
    public static long MaxBytes(long codes) => codes * Math.Min(codes, MaxCodes);

    /// <summary>Takes note of a code that was read: after another one, a new string is theirs.</summary>
    /// <param name="previous">The code before; −1 for none since the table was cleared.</param>
    /// <returns>Whether the code stands for a string.</returns>
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

    /// <summary>What a code stands for; valid until the next call.</summary>
    public ReadOnlySpan<byte> StringOf(int code)
    {
        var length = _lengths[code];
        for (var i = length - 1; i >= 0; i--)
        {
            _text[i] = _last[code];
            code = _prefixes[code];
        }

        return _text.AsSpan(0, length);
    }
}
