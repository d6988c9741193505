namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// A Huffman code, prepared for decoding. For most coefficients of a photograph, code and value together have at most ten bits; for those
/// one look-up of the next ten bits yields run, value and length at once (<see cref="Combined"/>). The second tier yields the symbol
/// (<see cref="Symbols"/>), the last compares with the largest code of each length.
/// </summary>
internal sealed class HuffmanTable
{
    /// <summary>Bits looked up at once.</summary>
    public const int LookAhead = 10;

    /// <summary>The run that encodes an end of block in <see cref="Combined"/>; it exceeds any block.</summary>
    public const int EndOfBlockRun = 128;

    private readonly byte[] _values;
    private readonly int[] _largestCode = new int[17];
    private readonly int[] _valueOffset = new int[17];

    private HuffmanTable(byte[] values) => _values = values;

    /// <summary>Per ten bits: value &lt;&lt; 16 | run &lt;&lt; 8 | length of code and value; 0 if ten bits don't hold both.</summary>
    public int[] Combined { get; } = new int[1 << LookAhead];

    /// <summary>Per ten bits: length of the code &lt;&lt; 8 | symbol; 0 if the code is longer.</summary>
    public ushort[] Symbols { get; } = new ushort[1 << LookAhead];

    /// <param name="counts">The numbers of codes of length 1 to 16.</param>
    /// <param name="values">The symbols in order of their codes.</param>
    /// <param name="forDc">Whether symbols are sizes of DC differences; otherwise they are runs and sizes of AC coefficients.</param>
    /// <returns>null if the lengths over-subscribe the code or a DC size is above 15.</returns>
    public static HuffmanTable? Create(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> values, bool forDc)
    {
        var table = new HuffmanTable(values.ToArray());
        var (code, index) = (0, 0);
        for (var length = 1; length <= 16; length++, code <<= 1)
        {
            var count = counts[length - 1];
            if (code + count > 1 << length)
            {
                return null;
            }

            table._valueOffset[length] = index - code;
            for (var i = 0; i < count; i++, index++, code++)
            {
                if (forDc && values[index] > 15)
                {
                    return null;
                }

                if (length <= LookAhead)
                {
                    table.FillLookAhead(code, length, values[index], forDc);
                }
            }

            table._largestCode[length] = count == 0 ? -1 : code - 1;
        }

        return table;
    }

    /// <summary>Decodes a code that is longer than <see cref="LookAhead"/> from the next 16 bits.</summary>
    /// <returns>
    /// The symbol and the length of its code. If no code matches, 0 and 17 bits, as in the IJG's decoder.
    /// </returns>
    public (int Symbol, int Length) DecodeLong(int next16)
    {
        for (var length = LookAhead + 1; length <= 16; length++)
        {
            var code = next16 >> (16 - length);
            if (code <= _largestCode[length])
            {
                return (_values[code + _valueOffset[length]], length);
            }
        }

        return (0, 17);
    }

    private void FillLookAhead(int code, int length, int symbol, bool forDc)
    {
        var free = LookAhead - length;
        var first = code << free;
        Symbols.AsSpan(first, 1 << free).Fill((ushort)((length << 8) | symbol));
        var (run, size) = forDc ? (0, symbol) : (symbol >> 4, symbol & 15);
        if (size == 0 && !forDc && run != 15)
        {
            // End of block. A run of 1 to 14 is the progressive mode's end-of-band run, whose length follows in extra bits.
            if (run == 0)
            {
                Combined.AsSpan(first, 1 << free).Fill((EndOfBlockRun << 8) | length);
            }

            return;
        }

        if (size > free)
        {
            return;
        }

        for (var bits = 0; bits < 1 << free; bits++)
        {
            var value = Extend(bits >> (free - size), size);
            Combined[first + bits] = (value << 16) | (run << 8) | (length + size);
        }
    }

    /// <summary>The signed value that <paramref name="size"/> bits stand for (T.81, F.2.2.1): a leading 0 means negative.</summary>
    public static int Extend(int bits, int size) => size == 0 || bits >= 1 << (size - 1) ? bits : bits - (1 << size) + 1;
}
