namespace IlgpuGan.Imaging.WebP.Lossless;

/// <summary>Decodes an entropy-coded image, before transforms are undone: literals, copies and colour-cache references.</summary>
internal static class LosslessPixels
{
    public const int LengthSymbols = 24;
    public const int DistanceSymbols = 40;

    private const int Literals = 256;
    private const int MaxCacheBits = 11;
    private const int CodesPerGroup = 5;

    /// <summary>
    /// Neighbours of the distance codes 1 to 120: the rows up in the high four bits, the column in the low four (8 is the same column).
    /// </summary>
    private static ReadOnlySpan<byte> DistanceMap =>
    [
        24, 7, 23, 25, 40, 6, 39, 41, 22, 26, 38, 42, 56, 5, 55, 57, 21, 27, 54, 58, 37, 43, 72, 4, 71, 73, 20, 28, 53, 59,
        70, 74, 36, 44, 88, 69, 75, 52, 60, 3, 87, 89, 19, 29, 86, 90, 35, 45, 68, 76, 85, 91, 51, 61, 104, 2, 103, 105, 18, 30,
        102, 106, 34, 46, 84, 92, 67, 77, 101, 107, 50, 62, 120, 1, 119, 121, 83, 93, 17, 31, 100, 108, 66, 78, 118, 122, 33, 47, 117, 123,
        49, 63, 99, 109, 82, 94, 0, 116, 124, 65, 79, 16, 32, 98, 110, 48, 115, 125, 81, 95, 64, 114, 126, 97, 111, 80, 113, 127, 96, 112,
    ];

    /// <summary>Reads pixels [height, width], each ARGB from the highest byte down.</summary>
    /// <param name="isPicture">Whether this is the main image, whose blocks may have their own groups of prefix codes.</param>
    /// <param name="lenient">Whether pixels after damage stay zero.</param>
    /// <exception cref="ImageFormatException">The data ends, or is corrupt.</exception>
    public static uint[] Read(ref LosslessBitReader bits, int width, int height, bool isPicture, bool lenient = false)
    {
        var cacheBits = bits.Flag() ? bits.Read(4) : 0;
        if (cacheBits > MaxCacheBits)
        {
            throw new ImageFormatException($"the WebP has a cache of {cacheBits} bits, which is more than there can be");
        }

        var (groupNumbers, blockBits, across) = (Array.Empty<uint>(), 0, 0);
        var groups = 1;
        if (isPicture && bits.Flag())
        {
            blockBits = bits.Read(3) + 2;
            across = Blocks(width, blockBits);
            groupNumbers = Read(ref bits, across, Blocks(height, blockBits), isPicture: false);
            foreach (ref var number in groupNumbers.AsSpan())
            {
                number = (ushort)(number >> 8);
                groups = Math.Max(groups, (int)number + 1);
            }
        }

        var codes = ReadCodes(ref bits, groups, groupNumbers, Literals + LengthSymbols + (cacheBits > 0 ? 1 << cacheBits : 0));
        var pixels = new uint[width * height];
        try
        {
            Fill(ref bits, pixels, width, codes, new EntropyImage(groupNumbers, blockBits, across), cacheBits);
        }
        catch (ImageFormatException) when (lenient)
        {
            // Decoded samples are kept, the rest is zero.
        }

        return pixels;
    }

    /// <summary>The number of blocks of 2^<paramref name="bits"/> pixels that cover a side.</summary>
    public static int Blocks(int side, int bits) => (side + (1 << bits) - 1) >> bits;

    private static void Fill(
        ref LosslessBitReader bits, uint[] pixels, int width, PrefixCode[]?[] codes, EntropyImage entropyImage, int cacheBits)
    {
        var cache = new uint[cacheBits > 0 ? 1 << cacheBits : 0];
        var group = codes[0];
        var (x, y, cached) = (0, 0, 0);
        for (var i = 0; i < pixels.Length;)
        {
            // Up to the end of the current block, which has one group of codes.
            var stop = width;
            if (entropyImage.Groups.Length > 0)
            {
                group = codes[entropyImage.Groups[((y >> entropyImage.Bits) * entropyImage.Across) + (x >> entropyImage.Bits)]];
                stop = Math.Min(width, (x | ((1 << entropyImage.Bits) - 1)) + 1);
            }

            while (x < stop && i < pixels.Length)
            {
                var symbol = group![0].Read(ref bits);
                if (symbol < Literals)
                {
                    var red = (uint)group[1].Read(ref bits);
                    var blue = (uint)group[2].Read(ref bits);
                    pixels[i++] = ((uint)group[3].Read(ref bits) << 24) | (red << 16) | ((uint)symbol << 8) | blue;
                    x++;
                }
                else if (symbol < Literals + LengthSymbols)
                {
                    var length = ReadPrefixCoded(ref bits, symbol - Literals);
                    var distance = DistanceOf(ReadPrefixCoded(ref bits, group[4].Read(ref bits)), width);
                    if (distance > i || length > pixels.Length - i)
                    {
                        throw new ImageFormatException("the WebP's compressed data copies what is not there");
                    }

                    for (var end = i + length; i < end; i++)
                    {
                        pixels[i] = pixels[i - distance];
                    }

                    x += length;
                }
                else
                {
                    cached = AddToCache(pixels, cached, i, cache, cacheBits);
                    pixels[i++] = cache[symbol - Literals - LengthSymbols];
                    x++;
                }
            }

            if (cache.Length > 0)
            {
                cached = AddToCache(pixels, cached, i, cache, cacheBits);
            }

            (y, x) = (y + (x / width), x % width);
        }
    }

    private static PrefixCode[]?[] ReadCodes(ref LosslessBitReader bits, int groups, uint[] groupNumbers, int symbols)
    {
        // Group numbers may be sparse. Unused groups are read from the file, but not kept in memory.
        var used = new bool[groups];
        used[0] = groupNumbers.Length == 0;
        foreach (var number in groupNumbers)
        {
            used[number] = true;
        }

        var codes = new PrefixCode[]?[groups];
        for (var g = 0; g < groups; g++)
        {
            var group = new PrefixCode[CodesPerGroup];
            for (var c = 0; c < CodesPerGroup; c++)
            {
                group[c] = PrefixCodeReader.Read(ref bits, c switch { 0 => symbols, 4 => DistanceSymbols, _ => Literals });
            }

            codes[g] = used[g] ? group : null;
        }

        return codes;
    }

    private static int ReadPrefixCoded(ref LosslessBitReader bits, int symbol)
    {
        if (symbol < 4)
        {
            return symbol + 1;
        }

        var extra = (symbol - 2) >> 1;
        return ((2 + (symbol & 1)) << extra) + bits.Read(extra) + 1;
    }

    private static int DistanceOf(int code, int width)
    {
        if (code > DistanceMap.Length)
        {
            return code - DistanceMap.Length;
        }

        var place = DistanceMap[code - 1];
        return Math.Max(1, ((place >> 4) * width) + 8 - (place & 15));
    }

    /// <summary>Adds the pixels decoded since the last call to the colour cache.</summary>
    private static int AddToCache(uint[] pixels, int from, int to, uint[] cache, int cacheBits)
    {
        for (; from < to; from++)
        {
            cache[(0x1E35A7BD * pixels[from]) >> (32 - cacheBits)] = pixels[from];
        }

        return from;
    }

    /// <summary>The group of prefix codes of each block of 2^bits pixels; empty if there is only one group.</summary>
    private readonly record struct EntropyImage(uint[] Groups, int Bits, int Across);
}
