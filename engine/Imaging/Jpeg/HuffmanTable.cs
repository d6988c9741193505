namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// A Huffman code made ready for decoding. Most coefficients of a photograph have a code and value bits of ten bits in all; for those one
/// look at the next ten bits gives run, value and length at once (<see cref="Combined"/>). The next tier gives the symbol
/// (<see cref="Symbols"/>), the last compares against the largest code of each length.
/// </summary>
internal sealed class HuffmanTable
{
    /// <summary>Bits looked up at once.</summary>
    public const int LookAhead = 10;

    /// <summary>The run that stands for an end of block in <see cref="Combined"/>: far enough to leave any block.</summary>
    public const int EndOfBlockRun = 128;

    private readonly byte[] _values;
    private readonly int[] _largestCode = new int[17];
    private readonly int[] _valueOffset = new int[17];

    private HuffmanTable(byte[] values) => _values = values;

    /// <summary>Per ten bits: value &lt;&lt; 16 | run &lt;&lt; 8 | length of code and value; 0 where ten bits don't hold both.</summary>
    public int[] Combined { get; } = new int[1 << LookAhead];

    /// <summary>Per ten bits: length of the code &lt;&lt; 8 | symbol; 0 where the code is longer.</summary>
    public ushort[] Symbols { get; } = new ushort[1 << LookAhead];

    /// <param name="counts">16 numbers of codes of length 1 to 16.</param>
    /// <param name="values">The symbols in order of their codes.</param>
    /// <param name="forDc">Whether symbols are sizes of DC differences; else they are run and size of AC coefficients.</param>
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
    /// The symbol and the length of its code. Where no code begins like this, 0 and 17 bits, as the IJG's decoder has it.
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
            // End of block. With a run of 1 to 14 it is the progressive mode's end of band, whose length follows in extra bits.
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
