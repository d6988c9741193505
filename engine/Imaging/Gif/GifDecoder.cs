using IlgpuGan.Imaging.Lzw;

namespace IlgpuGan.Imaging.Gif;

/// <summary>Decodes the first picture of a GIF.</summary>
internal static class GifDecoder
{
    /// <summary>A screen of at most this many pixels is accepted regardless of the amount of data: the picture may be small.</summary>
    private const long SmallScreen = 1 << 20;

    /// <summary>
    /// Decodes the whole screen after the first picture: RGB [height, width, 3], or RGB and alpha if an index is transparent. The rest of
    /// the screen is transparent, or has colour 0. Palettes are resolved, unless <see cref="DecodeOptions.KeepIndices"/>.
    /// </summary>
    /// <param name="file">The whole file, from its first byte.</param>
    /// <exception cref="ImageFormatException">The data is not a GIF, is corrupt, is cut short or is over the limit.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        var frame = GifFrame.Parse(file);
        var channels = frame.Channels(options.KeepIndices);
        PixelLimit.Check("GIF", frame.ScreenWidth, frame.ScreenHeight, channels, options, 0);
        var bytes = file.Length - frame.DataOffset;
        var most = LzwTable.MaxBytes(bytes * 8L / (frame.IndexBits + 1));
        var (pixels, screen) = ((long)frame.Width * frame.Height, (long)frame.ScreenWidth * frame.ScreenHeight);
        if (!options.Lenient && (pixels > most || screen > Math.Max(most, SmallScreen)))
        {
            throw PixelLimit.CutShort("GIF", bytes, frame.ScreenWidth, frame.ScreenHeight, frame.DataOffset);
        }

        var indices = PlaceOnScreen(frame, DecodeIndices(file, frame, options.Lenient));
        if (options.Remark is { } remark && frame.Rest(file) is { } rest)
        {
            remark(rest);
        }

        return new(
            frame.ScreenWidth, frame.ScreenHeight, channels,
            options.KeepIndices ? indices : ApplyPalette(frame, indices, channels, options.Lenient));
    }

    /// <summary>Reads the headers up to the first picture.</summary>
    /// <exception cref="ImageFormatException">The data is not a GIF, or ends before its first picture.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file)
    {
        var frame = GifFrame.Parse(file);
        return new ImageInfo
        {
            Format = ImageFormat.Gif, Width = frame.ScreenWidth, Height = frame.ScreenHeight,
            Channels = frame.Channels(keepsIndices: false), BitsPerChannel = 8, Orientation = Orientation.Normal,
        };
    }

    private static byte[] DecodeIndices(ReadOnlySpan<byte> file, GifFrame frame, bool lenient)
    {
        var stored = new byte[frame.Width * frame.Height];
        try
        {
            var count = GifIndices.Decode(file, frame, stored);
            if (count < stored.Length && !lenient)
            {
                throw new ImageFormatException(
                    $"the GIF is cut short: its compressed data has {count} of {stored.Length} pixels", frame.DataOffset);
            }
        }
        catch (ImageFormatException) when (lenient)
        {
            // Decoded samples are kept, the rest is zero.
        }

        return stored;
    }

    private static byte[] PlaceOnScreen(GifFrame frame, byte[] stored)
    {
        var screen = new byte[frame.ScreenWidth * frame.ScreenHeight];
        screen.AsSpan().Fill((byte)Math.Max(frame.Transparent, 0));
        var source = stored.AsMemory();
        foreach (var y in GifIndices.Rows(frame))
        {
            source.Span[..frame.Width].CopyTo(screen.AsSpan(((frame.Top + y) * frame.ScreenWidth) + frame.Left));
            source = source[frame.Width..];
        }

        return screen;
    }

    private static byte[] ApplyPalette(GifFrame frame, byte[] indices, int channels, bool lenient)
    {
        var samples = new byte[indices.Length * channels];
        for (var i = 0; i < indices.Length; i++)
        {
            var (index, target) = (indices[i], i * channels);
            if (3 * index < frame.Palette.Length)
            {
                frame.Palette.AsSpan(3 * index, 3).CopyTo(samples.AsSpan(target));
            }
            else if (index != frame.Transparent && !lenient)
            {
                throw new ImageFormatException(
                    $"a GIF pixel's index is beyond its palette of {frame.Palette.Length / 3} colours", frame.DataOffset);
            }

            if (channels == 4)
            {
                samples[target + 3] = index == frame.Transparent ? (byte)0 : byte.MaxValue;
            }
        }

        return samples;
    }
}
