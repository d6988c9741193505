using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data;

/// <summary>
/// The rule for colours that transparency hides, wherever a picture with alpha is read without it: a fully transparent pixel is white, of
/// any other pixel the colour is taken as it is stored. Training, translation, evaluation and exported pages follow it.
/// </summary>
internal static class HiddenColours
{
    /// <summary>The image with its fully transparent pixels white; the image itself if it has none.</summary>
    public static Image Whitened(Image image)
    {
        if (!image.HasAlpha || !HasAlpha(image, alpha => alpha == 0))
        {
            return image;
        }

        return image.BitsPerChannel == 8
            ? new Image(image.Width, image.Height, image.Channels, Whitened(image.Bytes, image.Channels, byte.MaxValue))
            : new Image(image.Width, image.Height, image.Channels, Whitened(image.Words, image.Channels, ushort.MaxValue));
    }

    /// <summary>A remark on the transparent pixels of a picture whose alpha is not read; null if it has none.</summary>
    public static string? RemarkOn(Picture picture) => picture.Layers is not [{ HasAlpha: true } image] ? null
        : HasAlpha(image, alpha => alpha == 0)
            ? "fully transparent pixels are read as white, whatever colour is hidden there; transparency is not read"
        : HasAlpha(image, alpha => alpha < (image.BitsPerChannel == 8 ? byte.MaxValue : ushort.MaxValue))
            ? "partly transparent pixels are read as if they were opaque"
        : null;

    private static bool HasAlpha(Image image, Func<int, bool> fits)
    {
        for (var i = image.Channels - 1; i < image.Width * image.Height * image.Channels; i += image.Channels)
        {
            if (fits(image.BitsPerChannel == 8 ? image.Bytes[i] : image.Words[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static T[] Whitened<T>(T[] samples, int channels, T white)
        where T : struct
    {
        var result = samples.AsSpan().ToArray();
        for (var i = 0; i < result.Length; i += channels)
        {
            if (EqualityComparer<T>.Default.Equals(result[i + channels - 1], default))
            {
                result.AsSpan(i, channels - 1).Fill(white);
            }
        }

        return result;
    }
}
