using System.Numerics;
using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data;

/// <summary>
/// The rule for colours that transparency hides, wherever a picture with alpha is read without it: a fully transparent pixel is white, of
/// any other pixel the colour is taken as it is stored. Training, translation, evaluation and exported pages follow it.
/// </summary>
internal static class HiddenColours
{
    /// <summary>The image with its fully transparent pixels white; the image itself if it has none.</summary>
    public static Image Whitened(Image image) => LeastAlpha(image) > 0 ? image
        : image.BitsPerChannel == 8
            ? new Image(image.Width, image.Height, image.Channels, Whitened(image.Bytes, image.Channels))
            : new Image(image.Width, image.Height, image.Channels, Whitened(image.Words, image.Channels));

    /// <summary>A remark on the transparent pixels of a picture whose alpha is not read; null if it has none.</summary>
    public static string? RemarkOn(Picture picture) => picture.Layers is not [var image] ? null : LeastAlpha(image) switch
    {
        0 => "fully transparent pixels are read as white, whatever colour is hidden there; transparency is not read",
        < 1 => "partly transparent pixels are read as if they were opaque",
        _ => null,
    };

    /// <summary>Whether pixels are not opaque.</summary>
    public static bool AreTransparentIn(Image image) => LeastAlpha(image) < 1;

    /// <summary>The least alpha of all pixels, from 0 to 1; 1 for an image without alpha.</summary>
    private static double LeastAlpha(Image image) => !image.HasAlpha ? 1
        : image.BitsPerChannel == 8 ? (double)LeastAlpha(image.Bytes, image.Channels) / byte.MaxValue
        : (double)LeastAlpha(image.Words, image.Channels) / ushort.MaxValue;

    private static T LeastAlpha<T>(T[] samples, int channels)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var least = T.MaxValue;
        for (var i = channels - 1; i < samples.Length && least > T.Zero; i += channels)
        {
            least = T.Min(least, samples[i]);
        }

        return least;
    }

    private static T[] Whitened<T>(T[] samples, int channels)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var result = samples.AsSpan().ToArray();
        for (var i = 0; i < result.Length; i += channels)
        {
            if (result[i + channels - 1] == T.Zero)
            {
                result.AsSpan(i, channels - 1).Fill(T.MaxValue);
            }
        }

        return result;
    }
}
