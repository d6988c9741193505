using System.Numerics;

namespace IlgpuGan.Imaging;

/// <summary>What share of gray each colour has: (red R + green G + blue B + half) >> shift, the shares summing to 2^shift.</summary>
internal readonly record struct GrayWeights(uint Red, uint Green, uint Blue, uint Half, int Shift)
{
    /// <summary>ITU-R BT.601 in 16 bits, rounded to nearest, as Pillow's mode L.</summary>
    public static readonly GrayWeights Bt601 = new(19595, 38470, 7471, 1 << 15, 16);

    /// <summary>The same in 8 bits, rounded down, as stb_image.</summary>
    public static readonly GrayWeights Stb = new(77, 150, 29, 0, 8);
}

/// <summary>Between gray, gray with alpha, RGB and RGB with alpha.</summary>
internal static class ChannelConversion
{
    public static Image Convert(Image image, int channels, GrayWeights weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        if (channels == image.Channels)
        {
            return image;
        }

        return image.BitsPerChannel == 8
            ? new(image.Width, image.Height, channels, Convert<byte>(image.Bytes, image.Channels, channels, byte.MaxValue, weights))
            : new(image.Width, image.Height, channels, Convert<ushort>(image.Words, image.Channels, channels, ushort.MaxValue, weights));
    }

    private static T[] Convert<T>(ReadOnlySpan<T> source, int from, int to, T opaque, GrayWeights weights)
        where T : unmanaged, IBinaryInteger<T>
    {
        var pixels = source.Length / from;
        var target = new T[(long)pixels * to];
        for (var p = 0; p < pixels; p++)
        {
            var input = source.Slice(p * from, from);
            var output = target.AsSpan(p * to, to);
            if (to < 3)
            {
                output[0] = from < 3 ? input[0] : Gray(input, weights);
            }
            else
            {
                output[0] = input[0];
                output[1] = input[from < 3 ? 0 : 1];
                output[2] = input[from < 3 ? 0 : 2];
            }

            if (to is 2 or 4)
            {
                output[to - 1] = from is 2 or 4 ? input[from - 1] : opaque;
            }
        }

        return target;
    }

    private static T Gray<T>(ReadOnlySpan<T> rgb, GrayWeights weights)
        where T : IBinaryInteger<T>
    {
        var (red, green, blue) = (uint.CreateTruncating(rgb[0]), uint.CreateTruncating(rgb[1]), uint.CreateTruncating(rgb[2]));
        return T.CreateTruncating(((weights.Red * red) + (weights.Green * green) + (weights.Blue * blue) + weights.Half) >> weights.Shift);
    }
}
