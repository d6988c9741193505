namespace IlgpuGan.Imaging.WebP.Lossy;

/// <summary>Reads the coefficients of blocks (RFC 6386, section 13) and applies the inverse transforms (section 14).</summary>
internal sealed class Vp8Coefficients(byte[] tokenProbabilities)
{
    /// <summary>Block types: luma whose DC is in the Y2 block, that block, chroma, luma with its own DC.</summary>
    public const int LumaWithoutDc = 0, Y2 = 1, Chroma = 2, LumaWithDc = 3;

    private const int Scale1 = 20091;
    private const int Scale2 = 35468;

    private static ReadOnlySpan<byte> ZigZag => [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];

    private static ReadOnlySpan<byte> Bands => [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];

    private static ReadOnlySpan<byte> Category3 => [173, 148, 140];

    private static ReadOnlySpan<byte> Category4 => [176, 155, 140, 135];

    private static ReadOnlySpan<byte> Category5 => [180, 157, 141, 134, 130];

    private static ReadOnlySpan<byte> Category6 => [254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129];

    /// <summary>Reads a block's coefficients and dequantises them.</summary>
    /// <param name="context">The number of neighbours, above and to the left, that have coefficients: 0 to 2.</param>
    /// <param name="block">16 zeroed elements.</param>
    /// <returns>The position after the last coefficient.</returns>
    public int Read(BoolDecoder reader, int kind, int context, int dcStep, int acStep, Span<short> block)
    {
        var n = kind == LumaWithoutDc ? 1 : 0;
        var p = Probabilities(kind, n, context);
        for (; n < 16; n++)
        {
            if (!reader.Read(p[0]))
            {
                return n;
            }

            while (!reader.Read(p[1]))
            {
                if (++n == 16)
                {
                    return 16;
                }

                p = Probabilities(kind, n, 0);
            }

            var isOne = !reader.Read(p[2]);
            var value = isOne ? 1 : ReadLarge(reader, p);
            p = Probabilities(kind, n + 1, isOne ? 1 : 2);
            block[ZigZag[n]] = (short)((reader.Flag() ? -value : value) * (n > 0 ? acStep : dcStep));
        }

        return 16;
    }

    /// <summary>Inverse Walsh–Hadamard transform from the Y2 block to the DC of each of the sixteen luma blocks.</summary>
    public static void InverseWalshHadamard(ReadOnlySpan<short> y2, Span<short> blocks)
    {
        Span<int> half = stackalloc int[16];
        for (var i = 0; i < 4; i++)
        {
            var (a0, a1) = (y2[i] + y2[12 + i], y2[4 + i] + y2[8 + i]);
            var (a2, a3) = (y2[4 + i] - y2[8 + i], y2[i] - y2[12 + i]);
            (half[i], half[4 + i], half[8 + i], half[12 + i]) = (a0 + a1, a3 + a2, a0 - a1, a3 - a2);
        }

        for (var i = 0; i < 4; i++)
        {
            var row = half.Slice(4 * i, 4);
            var first = row[0] + 3;
            var (a0, a1, a2, a3) = (first + row[3], row[1] + row[2], row[1] - row[2], first - row[3]);
            var target = blocks[(64 * i)..];
            (target[0], target[16], target[32], target[48]) =
                ((short)((a0 + a1) >> 3), (short)((a3 + a2) >> 3), (short)((a0 - a1) >> 3), (short)((a3 - a2) >> 3));
        }
    }

    /// <summary>Adds the inverse DCT of a block to 4×4 samples.</summary>
    public static void AddInverseDct(ReadOnlySpan<short> block, byte[] plane, int place, int stride)
    {
        if (block.IndexOfAnyExcept((short)0) < 0)
        {
            return;
        }

        Span<int> half = stackalloc int[16];
        for (var i = 0; i < 4; i++)
        {
            var (a, b) = (block[i] + block[8 + i], block[i] - block[8 + i]);
            var (c, d) = (By2(block[4 + i]) - By1(block[12 + i]), By1(block[4 + i]) + By2(block[12 + i]));
            (half[4 * i], half[(4 * i) + 1], half[(4 * i) + 2], half[(4 * i) + 3]) = (a + d, b + c, b - c, a - d);
        }

        for (var i = 0; i < 4; i++)
        {
            var mean = half[i] + 4;
            var (a, b) = (mean + half[8 + i], mean - half[8 + i]);
            var (c, d) = (By2(half[4 + i]) - By1(half[12 + i]), By1(half[4 + i]) + By2(half[12 + i]));
            var row = plane.AsSpan(place + (i * stride), 4);
            (row[0], row[1], row[2], row[3]) = (
                Clipped(row[0] + ((a + d) >> 3)), Clipped(row[1] + ((b + c) >> 3)),
                Clipped(row[2] + ((b - c) >> 3)), Clipped(row[3] + ((a - d) >> 3)));
        }

        static int By1(int value) => ((value * Scale1) >> 16) + value;

        static int By2(int value) => (int)(((long)value * Scale2) >> 16);

        static byte Clipped(int value) => (byte)Math.Clamp(value, 0, 255);
    }

    private ReadOnlySpan<byte> Probabilities(int kind, int n, int context) => tokenProbabilities.AsSpan(
        ((((kind * Vp8Tables.Bands) + Bands[n]) * Vp8Tables.Contexts) + context) * Vp8Tables.Branches, Vp8Tables.Branches);

    private static int ReadLarge(BoolDecoder reader, ReadOnlySpan<byte> p)
    {
        if (!reader.Read(p[3]))
        {
            return !reader.Read(p[4]) ? 2 : 3 + Bit(reader, p[5]);
        }

        if (!reader.Read(p[6]))
        {
            return !reader.Read(p[7]) ? 5 + Bit(reader, 159) : 7 + (2 * Bit(reader, 165)) + Bit(reader, 145);
        }

        var high = Bit(reader, p[8]);
        var size = (2 * high) + Bit(reader, p[9 + high]);
        var value = 0;
        foreach (var probability in size switch { 0 => Category3, 1 => Category4, 2 => Category5, _ => Category6 })
        {
            value = (value << 1) + Bit(reader, probability);
        }

        return value + 3 + (8 << size);
    }

    private static int Bit(BoolDecoder reader, int probability) => reader.Read(probability) ? 1 : 0;
}
