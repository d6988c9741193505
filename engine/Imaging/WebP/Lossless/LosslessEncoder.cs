using System.Numerics;

namespace IlgpuGan.Imaging.WebP.Lossless;

/// <summary>
/// Encodes VP8L. Pictures of up to 256 colours use the palette transform, others subtract-green and the predictor transform with a mode per
/// block. Then LZ77 with the left and upper neighbour and the last match of a hash, and one group of prefix codes.
/// </summary>
internal static class LosslessEncoder
{
    private const int MaxColours = 256;
    private const int BlockBits = 4;
    private const int Literals = 256;
    private const int MaxLength = 4096;
    private const int MinLength = 3;
    private const int HashBits = 16;

    /// <summary>Distance codes for the neighbourhood; the pixel above and the one to the left have the first two.</summary>
    private const int MappedDistances = 120;

    private const int MaxDistance = (1 << 20) - MappedDistances;

    /// <param name="pixels">[height, width], each ARGB from the highest byte down.</param>
    /// <returns>The data after the header with the size.</returns>
    public static byte[] Encode(uint[] pixels, int width, int height)
    {
        var bits = new LosslessBitWriter();
        var palette = PaletteOf(pixels);
        if (palette is not null)
        {
            (pixels, width) = WritePaletteTransform(bits, pixels, width, height, palette);
        }
        else
        {
            pixels = WritePredictorTransform(bits, pixels, width, height);
        }

        bits.Write(0, 1); // No further transform.
        WritePixels(bits, pixels, width, isPicture: true);
        return bits.ToBytes();
    }

    private static uint[]? PaletteOf(uint[] pixels)
    {
        var colours = new HashSet<uint>();
        foreach (var pixel in pixels)
        {
            if (colours.Add(pixel) && colours.Count > MaxColours)
            {
                return null;
            }
        }

        return [.. colours.Order()];
    }

    /// <summary>Writes the palette, and returns indices in the green channel, several per pixel if they are small.</summary>
    private static (uint[] Pixels, int Width) WritePaletteTransform(
        LosslessBitWriter bits, uint[] pixels, int width, int height, uint[] palette)
    {
        bits.Write(1, 1);
        bits.Write((uint)LosslessTransformKind.Palette, 2);
        bits.Write((uint)palette.Length - 1, 8);
        WritePixels(bits, [.. palette.Select((colour, i) => i == 0 ? colour : Subtract(colour, palette[i - 1]))], palette.Length, false);
        var packing = LosslessTransform.PaletteBits(palette.Length);
        var indexBits = 8 >> packing;
        var across = LosslessPixels.Blocks(width, packing);
        var packed = new uint[across * height];
        Array.Fill(packed, 0xFF000000);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var index = (uint)Array.BinarySearch(palette, pixels[(y * width) + x]);
                packed[(y * across) + (x >> packing)] |= index << (8 + ((x & ((1 << packing) - 1)) * indexBits));
            }
        }

        return (packed, across);
    }

    /// <summary>Writes the subtract-green transform and the predictor mode of each block, and returns the residuals.</summary>
    private static uint[] WritePredictorTransform(LosslessBitWriter bits, uint[] pixels, int width, int height)
    {
        bits.Write(1, 1);
        bits.Write((uint)LosslessTransformKind.SubtractGreen, 2);
        uint[] plain = Array.ConvertAll(pixels, pixel =>
        {
            var green = (pixel >> 8) & 0xFF;
            return Subtract(pixel, (green << 16) | green);
        });

        var across = LosslessPixels.Blocks(width, BlockBits);
        var modes = new uint[across * LosslessPixels.Blocks(height, BlockBits)];
        var differences = new uint[plain.Length];
        for (var block = 0; block < modes.Length; block++)
        {
            var (left, top) = (block % across << BlockBits, block / across << BlockBits);
            var best = long.MaxValue;
            var chosen = 0;
            for (var mode = 1; mode < LosslessTransform.PredictorModes; mode++)
            {
                var cost = 0L;
                ForEachPixel(left, top, i => cost += CostOf(Subtract(plain[i], LosslessTransform.Predict(mode, plain, i, width))));
                (best, chosen) = cost < best ? (cost, mode) : (best, chosen);
            }

            modes[block] = 0xFF000000 | ((uint)chosen << 8);
            ForEachPixel(left, top, i => differences[i] = Subtract(plain[i], LosslessTransform.Predict(chosen, plain, i, width)));
        }

        bits.Write(1, 1);
        bits.Write((uint)LosslessTransformKind.Predictor, 2);
        bits.Write(BlockBits - 2, 3);
        WritePixels(bits, modes, across, isPicture: false);
        return differences;

        void ForEachPixel(int left, int top, Action<int> visit)
        {
            for (var y = top; y < Math.Min(top + (1 << BlockBits), height); y++)
            {
                for (var x = left; x < Math.Min(left + (1 << BlockBits), width); x++)
                {
                    visit((y * width) + x);
                }
            }
        }
    }

    /// <summary>The sum of the absolute values of a residual's channels.</summary>
    private static int CostOf(uint difference)
    {
        var cost = 0;
        for (; difference != 0; difference >>= 8)
        {
            cost += Math.Abs((int)(sbyte)difference);
        }

        return cost;
    }

    private static uint Subtract(uint a, uint b) =>
        (((a | 0x00FF00FF) - (b & 0xFF00FF00)) & 0xFF00FF00) | (((a | 0xFF00FF00) - (b & 0x00FF00FF)) & 0x00FF00FF);

    private static void WritePixels(LosslessBitWriter bits, uint[] pixels, int width, bool isPicture)
    {
        bits.Write(0, 1); // No colour cache.
        if (isPicture)
        {
            bits.Write(0, 1); // One group of codes everywhere.
        }

        var references = BackwardReferences(pixels, width);
        int[][] frequencies =
        [
            new int[Literals + LosslessPixels.LengthSymbols], new int[Literals], new int[Literals], new int[Literals],
            new int[LosslessPixels.DistanceSymbols],
        ];
        foreach (var (at, length, distance) in references)
        {
            if (length == 0)
            {
                frequencies[0][(byte)(pixels[at] >> 8)]++;
                frequencies[1][(byte)(pixels[at] >> 16)]++;
                frequencies[2][(byte)pixels[at]]++;
                frequencies[3][(byte)(pixels[at] >> 24)]++;
            }
            else
            {
                frequencies[0][Literals + SymbolOf(length).Symbol]++;
                frequencies[4][SymbolOf(distance).Symbol]++;
            }
        }

        var codes = Array.ConvertAll(frequencies, f => new PrefixCodeWriter(f));
        foreach (var code in codes)
        {
            code.WriteTo(bits);
        }

        foreach (var (at, length, distance) in references)
        {
            if (length == 0)
            {
                codes[0].Write(bits, (byte)(pixels[at] >> 8));
                codes[1].Write(bits, (byte)(pixels[at] >> 16));
                codes[2].Write(bits, (byte)pixels[at]);
                codes[3].Write(bits, (byte)(pixels[at] >> 24));
                continue;
            }

            var (symbol, extra, extraBits) = SymbolOf(length);
            codes[0].Write(bits, Literals + symbol);
            bits.Write(extra, extraBits);
            (symbol, extra, extraBits) = SymbolOf(distance);
            codes[4].Write(bits, symbol);
            bits.Write(extra, extraBits);
        }
    }

    /// <summary>Literals (length 0) and copies, whose distances are given as distance codes.</summary>
    private static List<(int At, int Length, int Distance)> BackwardReferences(uint[] pixels, int width)
    {
        var references = new List<(int, int, int)>();
        var last = new int[1 << HashBits];
        Array.Fill(last, -1);
        for (var i = 0; i < pixels.Length;)
        {
            var (length, distance) = (0, 0);
            TryMatch(1);
            TryMatch(width);
            if (i + MinLength <= pixels.Length)
            {
                var hash = HashAt(i);
                TryMatch(last[hash] < 0 ? 0 : i - last[hash]);
                last[hash] = i;
            }

            if (length < MinLength)
            {
                references.Add((i++, 0, 0));
                continue;
            }

            references.Add((i, length, distance == width ? 1 : distance == 1 ? 2 : distance + MappedDistances));
            i += length;

            void TryMatch(int candidate)
            {
                if (candidate < 1 || candidate > i || candidate > MaxDistance)
                {
                    return;
                }

                var most = Math.Min(MaxLength, pixels.Length - i);
                var found = 0;
                while (found < most && pixels[i + found] == pixels[i + found - candidate])
                {
                    found++;
                }

                (length, distance) = found > length ? (found, candidate) : (length, distance);
            }
        }

        return references;

        int HashAt(int i) =>
            (int)(((pixels[i] * 0x9E3779B1) ^ (pixels[i + 1] * 0x85EBCA6B) ^ (pixels[i + 2] * 0xC2B2AE35)) >> (32 - HashBits));
    }

    /// <summary>Splits a number from 1 on into a prefix symbol and extra bits.</summary>
    private static (int Symbol, uint Extra, int Bits) SymbolOf(int number)
    {
        if (number <= 4)
        {
            return (number - 1, 0, 0);
        }

        var rest = (uint)number - 1;
        var high = BitOperations.Log2(rest);
        var extraBits = high - 1;
        return ((2 * high) + (int)((rest >> extraBits) & 1), rest & ((1u << extraBits) - 1), extraBits);
    }
}
