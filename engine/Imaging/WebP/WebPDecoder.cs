using IlgpuGan.Imaging.WebP.Lossless;
using IlgpuGan.Imaging.WebP.Lossy;

namespace IlgpuGan.Imaging.WebP;

/// <summary>Decodes WebP: lossy with and without alpha, lossless, and the first picture of an animation. Thread-safe.</summary>
public static class WebPDecoder
{
    /// <summary>The most pixels that a byte of lossy data can encode: a macroblock of 256 pixels takes at least two bits.</summary>
    private const int LossyPixelsPerByte = 1024;

    /// <summary>
    /// Decodes to RGB [height, width, 3], or to RGB and alpha if the file declares alpha. Samples equal libwebp's, with fancy upsampling of
    /// chroma in lossy pictures. The canvas around an animation's first picture is transparent, or black.
    /// </summary>
    /// <param name="file">The whole file, from its first byte.</param>
    /// <exception cref="ImageFormatException">The data is not a WebP, is corrupt, is cut short or is over the limit.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        var webp = WebPFile.Parse(file);
        var channels = webp.HasAlpha ? 4 : 3;
        PixelLimit.Check("WebP", webp.Width, webp.Height, 4, options, 0);
        if (webp.IsCut && !options.Lenient)
        {
            throw WebPFile.CutShort(file);
        }

        var data = file[webp.Data];
        var (width, height) = (webp.FrameWidth, webp.FrameHeight);
        if (!webp.IsLossless && !options.Lenient && (long)width * height > (long)data.Length * LossyPixelsPerByte)
        {
            throw PixelLimit.CutShort("WebP", data.Length, width, height, webp.Data.Start.Value);
        }

        var samples = webp.IsLossless
            ? ToSamples(LosslessDecoder.Decode(data[5..], width, height, options.Lenient), channels)
            : DecodeLossy(file, webp, channels, options.Lenient);
        if (webp.IsAnimated)
        {
            options.Remark?.Invoke("it is animated, and only the first of its frames is read");
        }

        if (webp.IsShort)
        {
            options.Remark?.Invoke(PixelLimit.ShorterThanStated);
        }

        return new(webp.Width, webp.Height, channels, OnCanvas(webp, samples, channels));
    }

    /// <summary>Reads the headers.</summary>
    /// <exception cref="ImageFormatException">The data is not a WebP, or ends before its picture.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file)
    {
        var webp = WebPFile.Parse(file);
        return new ImageInfo
        {
            Format = ImageFormat.WebP, Width = webp.Width, Height = webp.Height, Channels = webp.HasAlpha ? 4 : 3, BitsPerChannel = 8,
            Orientation = Exif.FromTiff(file[webp.Exif]),
        };
    }

    /// <summary>EXIF and colour profile of a file; WebP stores no pixel density.</summary>
    /// <inheritdoc cref="Identify"/>
    internal static ImageMetadata ReadMetadata(ReadOnlySpan<byte> file)
    {
        var webp = WebPFile.Parse(file);
        return ImageMetadata.Of(file[webp.Exif], file[webp.Profile], null);
    }

    private static byte[] ToSamples(uint[] pixels, int channels)
    {
        var samples = new byte[pixels.Length * channels];
        for (var i = 0; i < pixels.Length; i++)
        {
            var pixel = pixels[i];
            var at = i * channels;
            (samples[at], samples[at + 1], samples[at + 2]) = ((byte)(pixel >> 16), (byte)(pixel >> 8), (byte)pixel);
            if (channels == 4)
            {
                samples[at + 3] = (byte)(pixel >> 24);
            }
        }

        return samples;
    }

    private static byte[] DecodeLossy(ReadOnlySpan<byte> file, WebPFile webp, int channels, bool lenient)
    {
        var (width, height) = (webp.FrameWidth, webp.FrameHeight);
        var samples = new byte[width * height * channels];
        YuvConversion.Convert(new Vp8Frame(file[webp.Data].ToArray(), width, height, lenient), width, height, samples, channels);
        if (channels == 4)
        {
            var alpha = webp.Alpha.Equals(..0) ? [] : AlphaPlane.Decode(file[webp.Alpha], width, height, lenient);
            for (var i = 0; i < width * height; i++)
            {
                samples[(4 * i) + 3] = alpha.Length > 0 ? alpha[i] : byte.MaxValue;
            }
        }

        return samples;
    }

    private static byte[] OnCanvas(WebPFile webp, byte[] samples, int channels)
    {
        if ((webp.FrameWidth, webp.FrameHeight) == (webp.Width, webp.Height))
        {
            return samples;
        }

        var canvas = new byte[webp.Width * webp.Height * channels];
        var row = webp.FrameWidth * channels;
        for (var y = 0; y < webp.FrameHeight; y++)
        {
            samples.AsSpan(y * row, row).CopyTo(canvas.AsSpan((((webp.Top + y) * webp.Width) + webp.Left) * channels));
        }

        return canvas;
    }
}
