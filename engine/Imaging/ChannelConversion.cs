using System.Numerics;

namespace IlgpuGan.Imaging;

/// <summary>Converts between gray, gray with alpha, RGB and RGB with alpha.</summary>
internal static class ChannelConversion
{
    public static Image Convert(Image image, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        if (channels == image.Channels)
        {
            return image;
        }

        return image.BitsPerChannel == 8
            ? new(image.Width, image.Height, channels, Convert<byte>(image.Bytes, image.Channels, channels, byte.MaxValue))
            : new(image.Width, image.Height, channels, Convert<ushort>(image.Words, image.Channels, channels, ushort.MaxValue));
    }

    private static T[] Convert<T>(ReadOnlySpan<T> source, int from, int to, T opaque)
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
                output[0] = from < 3 ? input[0] : Gray(input);
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

    /// <summary>Luma of ITU-R BT.601 in 16-bit fixed point, rounded to nearest, as in Pillow's mode L.</summary>
    private static T Gray<T>(ReadOnlySpan<T> rgb)
        where T : IBinaryInteger<T>
    {
        var (red, green, blue) = (uint.CreateTruncating(rgb[0]), uint.CreateTruncating(rgb[1]), uint.CreateTruncating(rgb[2]));
        return T.CreateTruncating(((19595 * red) + (38470 * green) + (7471 * blue) + (1 << 15)) >> 16);
    }
}
