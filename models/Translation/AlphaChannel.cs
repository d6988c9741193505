using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Translation;

/// <summary>Copies transparency from one image to another of the same size.</summary>
internal static class AlphaChannel
{
    /// <summary>Appends the last channel of an image as alpha to an opaque image (1 or 3 channels).</summary>
    public static Image Copy(Image from, Image to) => to.BitsPerChannel == 8
        ? new Image(to.Width, to.Height, to.Channels + 1, Append(to.Bytes, to.Channels, from.ToEightBits().Bytes, from.Channels))
        : new Image(to.Width, to.Height, to.Channels + 1, Append(to.Words, to.Channels, from.ToSixteenBits().Words, from.Channels));

    private static T[] Append<T>(T[] colour, int channels, T[] alphaSource, int alphaStride)
    {
        var pixels = colour.Length / channels;
        var result = new T[pixels * (channels + 1)];
        for (var i = 0; i < pixels; i++)
        {
            colour.AsSpan(i * channels, channels).CopyTo(result.AsSpan(i * (channels + 1)));
            result[(i * (channels + 1)) + channels] = alphaSource[(i * alphaStride) + alphaStride - 1];
        }

        return result;
    }
}
