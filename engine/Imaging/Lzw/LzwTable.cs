namespace IlgpuGan.Imaging.Lzw;

/// <summary>The strings that LZW's codes of at most 12 bits stand for; GIF and TIFF differ only in how codes are stored.</summary>
internal sealed class LzwTable
{
    public const int MaxCodeBits = 12;

    /// <summary>No string is longer: each code adds one byte to another's.</summary>
    public const int MaxCodes = 1 << MaxCodeBits;

    private readonly ushort[] prefixes = new ushort[MaxCodes];
    private readonly ushort[] lengths = new ushort[MaxCodes];
    private readonly byte[] first = new byte[MaxCodes];
    private readonly byte[] last = new byte[MaxCodes];
    private readonly byte[] text = new byte[MaxCodes];
    private readonly int literals;

    /// <param name="literals">Codes that are one byte each; two codes follow that mean something else.</param>
    public LzwTable(int literals)
    {
        this.literals = literals;
        for (var i = 0; i < literals; i++)
        {
            (first[i], last[i], lengths[i]) = ((byte)i, (byte)i, 1);
        }

        Clear();
    }

    /// <summary>The code that says to forget all strings.</summary>
    public int ClearCode => literals;

    /// <summary>The code that says that no more follows.</summary>
    public int EndCode => literals + 1;

    /// <summary>The code that the next string gets; <see cref="MaxCodes"/> where there is none left.</summary>
    public int Next { get; private set; }

    public void Clear() => Next = literals + 2;

    /// <summary>Most bytes that so many codes can stand for.</summary>
    public static long MostBytes(long codes) => codes * Math.Min(codes, MaxCodes);

    /// <summary>Takes note of a code that was read: after another one, a new string is theirs.</summary>
    /// <param name="previous">The code before; −1 for none since the table was cleared.</param>
    /// <returns>Whether the code stands for a string.</returns>
    public bool TryTake(int code, int previous)
    {
        if (previous < 0)
        {
            return code < literals;
        }

        if (code > Next || code == ClearCode || code == EndCode)
        {
            return false;
        }

        if (Next < MaxCodes)
        {
            prefixes[Next] = (ushort)previous;
            lengths[Next] = (ushort)(lengths[previous] + 1);
            first[Next] = first[previous];
            last[Next] = first[code == Next ? previous : code];
            Next++;
        }

        return code < Next;
    }

    /// <summary>What a code stands for; valid until the next call.</summary>
    public ReadOnlySpan<byte> TextOf(int code)
    {
        var length = lengths[code];
        for (var i = length - 1; i >= 0; i--)
        {
            text[i] = last[code];
            code = prefixes[code];
        }

        return text.AsSpan(0, length);
    }
}
