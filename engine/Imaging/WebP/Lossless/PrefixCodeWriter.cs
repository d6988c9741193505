namespace IlgpuGan.Imaging.WebP.Lossless;

/// <summary>A prefix code for symbols of known frequencies, written as <see cref="PrefixCodeReader"/> reads it.</summary>
internal sealed class PrefixCodeWriter
{
    private const int MaxBits = 15;
    private const int MaxBitsOfLengths = 7;
    private const int LengthSymbols = 19;

    private readonly byte[] _lengths;
    private readonly ushort[] _codes;
    private readonly bool _hasOneSymbol;

    /// <param name="frequencies">The frequency of each symbol. If all are 0, the code contains the first symbol.</param>
    public PrefixCodeWriter(int[] frequencies)
        : this(frequencies, MaxBits)
    {
    }

    private PrefixCodeWriter(int[] frequencies, int mostBits)
    {
        _lengths = LengthsFor(frequencies, mostBits);
        _hasOneSymbol = _lengths.Count(length => length > 0) == 1;
        _codes = CodesFor(_lengths);
    }

    /// <summary>Writes a symbol; nothing if the code has a single symbol.</summary>
    public void Write(LosslessBitWriter bits, int symbol)
    {
        if (!_hasOneSymbol)
        {
            bits.Write(_codes[symbol], _lengths[symbol]);
        }
    }

    /// <summary>Writes the code itself.</summary>
    public void WriteTo(LosslessBitWriter bits)
    {
        int[] used = [.. Enumerable.Range(0, _lengths.Length).Where(symbol => _lengths[symbol] > 0)];
        if (used.Length <= 2 && used[^1] < 256)
        {
            // A simple code: one symbol with no bits, or two with one bit each.
            bits.Write(1, 1);
            bits.Write((uint)used.Length - 1, 1);
            bits.Write(1, 1);
            foreach (var symbol in used)
            {
                bits.Write((uint)symbol, 8);
            }

            return;
        }

        bits.Write(0, 1);
        var runs = Runs(_lengths);
        var frequencies = new int[LengthSymbols];
        foreach (var (symbol, _, _) in runs)
        {
            frequencies[symbol]++;
        }

        var code = new PrefixCodeWriter(frequencies, MaxBitsOfLengths);
        var count = LengthSymbols;
        while (count > 4 && code._lengths[PrefixCodeReader.Order[count - 1]] == 0)
        {
            count--;
        }

        bits.Write((uint)count - 4, 4);
        for (var i = 0; i < count; i++)
        {
            bits.Write(code._lengths[PrefixCodeReader.Order[i]], 3);
        }

        bits.Write(0, 1); // Lengths of all symbols follow.
        foreach (var (symbol, extra, width) in runs)
        {
            code.Write(bits, symbol);
            bits.Write(extra, width);
        }
    }

    /// <summary>Code lengths, with runs of zeros as one symbol.</summary>
    private static List<(int Symbol, uint Extra, int Width)> Runs(byte[] lengths)
    {
        var runs = new List<(int, uint, int)>();
        for (var i = 0; i < lengths.Length;)
        {
            var run = 1;
            while (i + run < lengths.Length && lengths[i + run] == lengths[i] && run < 138)
            {
                run++;
            }

            if (lengths[i] == 0 && run >= 3)
            {
                runs.Add(run <= 10 ? (17, (uint)run - 3, 3) : (18, (uint)run - 11, 7));
                i += run;
            }
            else
            {
                runs.Add((lengths[i], 0, 0));
                i++;
            }
        }

        return runs;
    }

    /// <summary>Code lengths by Huffman's algorithm, repeated with a larger minimum frequency until none is too long.</summary>
    private static byte[] LengthsFor(int[] frequencies, int mostBits)
    {
        var result = new byte[frequencies.Length];
        int[] used = [.. Enumerable.Range(0, frequencies.Length).Where(symbol => frequencies[symbol] > 0)];
        if (used.Length <= 1)
        {
            result[used.Length == 1 ? used[0] : 0] = 1;
            return result;
        }

        for (var least = 1; ; least *= 2)
        {
            var queue = new PriorityQueue<int, long>();
            var weights = new List<long>();
            var parents = new int[2 * used.Length];
            foreach (var symbol in used)
            {
                queue.Enqueue(weights.Count, weights.Count + ((long)Math.Max(frequencies[symbol], least) << 20));
                weights.Add(Math.Max(frequencies[symbol], least));
            }

            while (queue.Count > 1)
            {
                var (a, b) = (queue.Dequeue(), queue.Dequeue());
                parents[a] = parents[b] = weights.Count;
                queue.Enqueue(weights.Count, weights.Count + ((weights[a] + weights[b]) << 20));
                weights.Add(weights[a] + weights[b]);
            }

            var depths = new int[weights.Count];
            for (var node = weights.Count - 2; node >= 0; node--)
            {
                depths[node] = depths[parents[node]] + 1;
            }

            if (depths.Max() <= mostBits)
            {
                for (var i = 0; i < used.Length; i++)
                {
                    result[used[i]] = (byte)depths[i];
                }

                return result;
            }
        }
    }

    /// <summary>Canonical codes, bits reversed, since a code's first bit is written lowest.</summary>
    private static ushort[] CodesFor(byte[] lengths)
    {
        var result = new ushort[lengths.Length];
        var next = 0;
        for (var length = 1; length <= MaxBits; length++, next <<= 1)
        {
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] != length)
                {
                    continue;
                }

                for (var bit = 0; bit < length; bit++)
                {
                    result[symbol] |= (ushort)(((next >> bit) & 1) << (length - 1 - bit));
                }

                next++;
            }
        }

        return result;
    }
}
