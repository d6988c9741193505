namespace IlgpuGan.Imaging.WebP.Lossless;

internal enum LosslessTransformKind
{
    /// <summary>Pixels are residuals of a prediction from their neighbours.</summary>
    Predictor,

    /// <summary>Red and blue are residuals of a prediction from green and red.</summary>
    CrossColor,

    /// <summary>Green was subtracted from red and blue.</summary>
    SubtractGreen,

    /// <summary>Green holds one or several palette indices.</summary>
    Palette,
}

/// <summary>A transform that the encoder applied to the pixels.</summary>
/// <param name="Width">The width of the rows before the transform.</param>
/// <param name="Bits">
/// Each block of 2^bits by 2^bits pixels has one entry in <paramref name="Data"/>; with a palette, a pixel holds 2^bits indices.
/// </param>
/// <param name="Data">Predictor modes, factors or colours.</param>
internal sealed record LosslessTransform(LosslessTransformKind Kind, int Width, int Bits, uint[] Data)
{
    /// <summary>The number of predictor modes.</summary>
    public const int PredictorModes = 14;

    private const uint Black = 0xFF000000;

    /// <summary>Undoes the transform, in place except for a palette with several indices per pixel.</summary>
    public uint[] Undo(uint[] pixels, int height)
    {
        switch (Kind)
        {
            case LosslessTransformKind.Predictor:
                UndoPredictor(pixels, height);
                return pixels;
            case LosslessTransformKind.CrossColor:
                UndoCrossColor(pixels, height);
                return pixels;
            case LosslessTransformKind.SubtractGreen:
                foreach (ref var pixel in pixels.AsSpan())
                {
                    var green = (pixel >> 8) & 0xFF;
                    pixel = (pixel & 0xFF00FF00) | (((pixel & 0x00FF00FF) + (green << 16) + green) & 0x00FF00FF);
                }

                return pixels;
            default:
                return UndoPalette(pixels, height);
        }
    }

    /// <summary>The <see cref="Bits"/> of a palette with that many colours.</summary>
    public static int PaletteBits(int colours) => colours switch { > 16 => 0, > 4 => 1, > 2 => 2, _ => 3 };

    /// <summary>The sum of two pixels, channel by channel.</summary>
    public static uint Add(uint a, uint b) =>
        (((a & 0xFF00FF00) + (b & 0xFF00FF00)) & 0xFF00FF00) | (((a & 0x00FF00FF) + (b & 0x00FF00FF)) & 0x00FF00FF);

    private void UndoPredictor(uint[] pixels, int height)
    {
        var across = LosslessPixels.Blocks(Width, Bits);
        for (int y = 0, i = 0; y < height; y++)
        {
            for (var x = 0; x < Width; x++, i++)
            {
                pixels[i] = Add(
                    pixels[i], Predict((int)(Data[((y >> Bits) * across) + (x >> Bits)] >> 8) & 15, pixels, i, Width));
            }
        }
    }

    /// <summary>Predicts a pixel from its left and upper neighbours; at an edge, from the only neighbour.</summary>
    public static uint Predict(int mode, uint[] pixels, int i, int width)
    {
        if (i < width || i % width == 0)
        {
            return i == 0 ? Black : i < width ? pixels[i - 1] : pixels[i - width];
        }

        var (left, top, right, corner) = (pixels[i - 1], pixels[i - width], pixels[i - width + 1], pixels[i - width - 1]);
        return mode switch
        {
            1 => left,
            2 => top,
            3 => right,
            4 => corner,
            5 => Average(Average(left, right), top),
            6 => Average(left, corner),
            7 => Average(left, top),
            8 => Average(corner, top),
            9 => Average(top, right),
            10 => Average(Average(left, corner), Average(top, right)),
            11 => Select(top, left, corner),
            12 => PerChannel(left, top, corner, static (a, b, c) => a + b - c),
            13 => PerChannel(Average(left, top), corner, 0, static (a, b, _) => a + ((a - b) / 2)),
            _ => Black,
        };
    }

    private static uint Average(uint a, uint b) => (((a ^ b) & 0xFEFEFEFE) >> 1) + (a & b);

    /// <summary>The specification's Select: the neighbour nearer to top + left - corner.</summary>
    private static uint Select(uint top, uint left, uint corner)
    {
        var difference = 0;
        for (var shift = 0; shift < 32; shift += 8)
        {
            var (t, l, c) = (Channel(top, shift), Channel(left, shift), Channel(corner, shift));
            difference += Math.Abs(l - c) - Math.Abs(t - c);
        }

        return difference <= 0 ? top : left;
    }

    private static uint PerChannel(uint a, uint b, uint c, Func<int, int, int, int> made)
    {
        var result = 0u;
        for (var shift = 0; shift < 32; shift += 8)
        {
            result |= (uint)Math.Clamp(made(Channel(a, shift), Channel(b, shift), Channel(c, shift)), 0, 255) << shift;
        }

        return result;
    }

    private static int Channel(uint pixel, int shift) => (int)(pixel >> shift) & 0xFF;

    private void UndoCrossColor(uint[] pixels, int height)
    {
        var across = LosslessPixels.Blocks(Width, Bits);
        for (int y = 0, i = 0; y < height; y++)
        {
            for (var x = 0; x < Width; x++, i++)
            {
                var factors = Data[((y >> Bits) * across) + (x >> Bits)];
                var pixel = pixels[i];
                var red = (int)(pixel >> 16) + Part(factors, pixel >> 8);
                var blue = (int)pixel + Part(factors >> 8, pixel >> 8) + Part(factors >> 16, (uint)red);
                pixels[i] = (pixel & 0xFF00FF00) | (((uint)red & 0xFF) << 16) | ((uint)blue & 0xFF);
            }
        }

        static int Part(uint factor, uint channel) => ((sbyte)factor * (sbyte)channel) >> 5;
    }

    private uint[] UndoPalette(uint[] stored, int height)
    {
        var pixels = Bits == 0 ? stored : new uint[Width * height];
        var (storedWidth, indexBits) = (LosslessPixels.Blocks(Width, Bits), 8 >> Bits);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var packed = stored[(y * storedWidth) + (x >> Bits)] >> 8;
                var index = (packed >> ((x & ((1 << Bits) - 1)) * indexBits)) & ((1u << indexBits) - 1);
                pixels[(y * Width) + x] = index < Data.Length ? Data[index] : 0;
            }
        }

        return pixels;
    }
}
