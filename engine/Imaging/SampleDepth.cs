using System.Numerics;

namespace IlgpuGan.Imaging;

/// <summary>Samples between 8 and 16 bits, full scale to full scale.</summary>
internal static class SampleDepth
{
    public static byte[] ToEightBits(ReadOnlySpan<ushort> words)
    {
        var bytes = new byte[words.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            // v / 257 rounded to nearest, exactly, for every 16-bit v.
            bytes[i] = (byte)(((words[i] * 255) + 32895) >> 16);
        }

        return bytes;
    }

    public static ushort[] ToSixteenBits(ReadOnlySpan<byte> bytes)
    {
        var words = new ushort[bytes.Length];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = (ushort)(bytes[i] * 257);
        }

        return words;
    }
}

/// <summary>Between gray, gray with alpha, RGB and RGB with alpha.</summary>
internal static class ChannelConversion
{
    public static T[] Convert<T>(ReadOnlySpan<T> source, int from, int to, T opaque)
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

    private static T Gray<T>(ReadOnlySpan<T> rgb)
        where T : IBinaryInteger<T> => T.CreateTruncating(
            ((77 * int.CreateTruncating(rgb[0])) + (150 * int.CreateTruncating(rgb[1])) + (29 * int.CreateTruncating(rgb[2]))) >> 8);
}
