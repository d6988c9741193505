namespace IlgpuGan.Imaging.WebP.Lossless;

/// <summary>Reads the code lengths of a prefix code, which are themselves compressed.</summary>
internal static class PrefixCodeReader
{
    private const int LengthCodes = 19;
    private const int RepeatPrevious = 16;

    /// <summary>The storage order of the code-length code's lengths.</summary>
    public static ReadOnlySpan<byte> Order => [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    /// <exception cref="ImageFormatException">The data ends early or has no valid code.</exception>
    public static PrefixCode Read(ref LosslessBitReader bits, int symbols)
    {
        // A simple code may name a symbol outside the alphabet; it is ignored.
        var lengths = new byte[Math.Max(symbols, 256)];
        if (bits.Flag())
        {
            var two = bits.Flag();
            lengths[bits.Read(bits.Flag() ? 8 : 1)] = 1;
            if (two)
            {
                lengths[bits.Read(8)] = 1;
            }

            return new(lengths.AsSpan(0, symbols));
        }

        Span<byte> own = stackalloc byte[LengthCodes];
        var count = bits.Read(4) + 4;
        for (var i = 0; i < count; i++)
        {
            own[Order[i]] = (byte)bits.Read(3);
        }

        var code = new PrefixCode(own);
        var left = bits.Flag() ? 2 + bits.Read(2 + (2 * bits.Read(3))) : symbols;
        ImageFormatException.ThrowIf(left > symbols, "the WebP has a prefix code of too many symbols");

        byte previous = 8;
        for (var symbol = 0; symbol < symbols && left > 0; left--)
        {
            var length = code.Read(ref bits);
            if (length < RepeatPrevious)
            {
                lengths[symbol++] = (byte)length;
                previous = length != 0 ? (byte)length : previous;
                continue;
            }

            var repeats = length switch
            {
                RepeatPrevious => 3 + bits.Read(2),
                17 => 3 + bits.Read(3),
                _ => 11 + bits.Read(7),
            };
            ImageFormatException.ThrowIf(symbol + repeats > symbols, "the WebP has a prefix code of too many symbols");

            lengths.AsSpan(symbol, repeats).Fill(length == RepeatPrevious ? previous : (byte)0);
            symbol += repeats;
        }

        return new(lengths.AsSpan(0, symbols));
    }
}
