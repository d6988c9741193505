namespace IlgpuGan.Imaging.WebP.Lossless;

/// <summary>A canonical prefix code of up to 15 bits.</summary>
internal sealed class PrefixCode
{
    private const int MaxBits = 15;

    /// <summary>The most bits of the look-up table; longer codes are decoded bit by bit.</summary>
    private const int MaxTableBits = 8;

    private readonly ushort[] _sorted;
    private readonly int[] _counts = new int[MaxBits + 1];

    /// <summary>By the next bits: length of the code &lt;&lt; 16 | symbol; 0 if the code is longer.</summary>
    private readonly uint[] _table;

    private readonly bool _hasOneSymbol;

    /// <param name="lengths">The length of each symbol's code in bits; 0 for an unused symbol.</param>
    /// <exception cref="ImageFormatException">The lengths are not those of a complete prefix code.</exception>
    public PrefixCode(ReadOnlySpan<byte> lengths)
    {
        foreach (var length in lengths)
        {
            _counts[length]++;
        }

        var symbols = lengths.Length - _counts[0];
        _counts[0] = 0;
        _sorted = new ushort[symbols];
        _hasOneSymbol = symbols == 1;
        Span<int> next = stackalloc int[MaxBits + 2];
        var left = 1;
        for (var length = 1; length <= MaxBits; length++)
        {
            left = (left << 1) - _counts[length];
            next[length + 1] = next[length] + _counts[length];
            if (left < 0)
            {
                throw Impossible();
            }
        }

        if (symbols == 0 || (left != 0 && !_hasOneSymbol))
        {
            throw Impossible();
        }

        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
            {
                _sorted[next[lengths[symbol]]++] = (ushort)symbol;
            }
        }

        _table = _hasOneSymbol ? [] : new uint[1 << Math.Min(MaxTableBits, Array.FindLastIndex(_counts, count => count > 0))];
        FillTable();
    }

    /// <summary>Reads the next symbol. A code with a single symbol takes no bits.</summary>
    /// <exception cref="ImageFormatException">The data ends.</exception>
    public int Read(ref LosslessBitReader bits)
    {
        if (_hasOneSymbol)
        {
            return _sorted[0];
        }

        var ahead = bits.Peek(MaxBits);
        var entry = _table[ahead & (_table.Length - 1)];
        if (entry != 0)
        {
            bits.Skip((int)(entry >> 16));
            return (ushort)entry;
        }

        // Codes of one length are consecutive, starting after the extensions of all shorter codes.
        var (code, first, index) = (0, 0, 0);
        for (var length = 1; length <= MaxBits; length++)
        {
            code |= (int)(ahead >> (length - 1)) & 1;
            if (code - first < _counts[length])
            {
                bits.Skip(length);
                return _sorted[index + code - first];
            }

            index += _counts[length];
            first = (first + _counts[length]) << 1;
            code <<= 1;
        }

        throw Impossible();
    }

    private void FillTable()
    {
        var (code, index) = (0, 0);
        for (var length = 1; 1 << length <= _table.Length; length++, code <<= 1)
        {
            for (var n = 0; n < _counts[length]; n++, code++, index++)
            {
                var reversed = 0;
                for (var bit = 0; bit < length; bit++)
                {
                    reversed |= ((code >> bit) & 1) << (length - 1 - bit);
                }

                for (var i = reversed; i < _table.Length; i += 1 << length)
                {
                    _table[i] = ((uint)length << 16) | _sorted[index];
                }
            }
        }
    }

    private static ImageFormatException Impossible() => new("the WebP has an impossible prefix code");
}
