using System.Buffers;
using System.Runtime.InteropServices;

namespace IlgpuGan.Imaging.Png;

/// <summary>From rows of packed, stored values to an image of samples.</summary>
/// <typeparam name="T">byte for depths up to 8, ushort for 16.</typeparam>
internal sealed class PngPixels<T>(PngContent content, PngRows rows)
    where T : unmanaged
{
    private readonly PngHeader header = content.Header;
    private readonly int channels = content.Channels;
    private readonly T[] samples = new T[content.Header.Width * content.Header.Height * content.Channels];

    /// <exception cref="ImageFormatException">The compressed data is corrupt or ends early, unless that is to be forgiven.</exception>
    public Image Decode()
    {
        try
        {
            if (header.Interlaced)
            {
                DecodeInterlaced();
            }
            else if (typeof(T) == typeof(byte) && header.Depth == 8 && header.StoredChannels == channels
                && header.Color != PngColor.Palette)
            {
                DecodeInPlace();
            }
            else
            {
                DecodeRows();
            }

            if (!content.Lenient)
            {
                rows.Finish();
            }
        }
        catch (ImageFormatException) when (content.Lenient)
        {
            // What has been decoded stands, the rest is zero.
        }

        return samples is byte[] eight
            ? new(header.Width, header.Height, channels, eight)
            : new(header.Width, header.Height, channels, (ushort[])(object)samples);
    }

    /// <summary>Stored rows are the image's rows, so they are unfiltered where they are to stay.</summary>
    private void DecodeInPlace()
    {
        var bytes = MemoryMarshal.AsBytes(samples.AsSpan());
        var length = header.Width * channels;
        ReadOnlySpan<byte> previous = default;
        for (var y = 0; y < header.Height; y++)
        {
            var row = bytes.Slice(y * length, length);
            rows.Read(row, previous);
            previous = row;
        }
    }

    private void DecodeRows()
    {
        var length = (int)header.RowBytes(header.Width);
        var buffer = ArrayPool<byte>.Shared.Rent(2 * length);
        var (row, previous) = (buffer.AsMemory(0, length), buffer.AsMemory(length, length));
        for (var y = 0; y < header.Height; y++)
        {
            rows.Read(row.Span, y == 0 ? default : previous.Span);
            Expand(row.Span, samples.AsSpan(y * header.Width * channels, header.Width * channels));
            (row, previous) = (previous, row);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void DecodeInterlaced()
    {
        var longest = (int)header.RowBytes(header.Width);
        var buffer = new byte[2 * longest];
        var expanded = new T[header.Width * channels];
        foreach (var pass in Adam7.Passes)
        {
            var (width, height) = pass.Size(header.Width, header.Height);
            if (width == 0)
            {
                continue;
            }

            var length = (int)header.RowBytes(width);
            var (row, previous) = (buffer.AsMemory(0, length), buffer.AsMemory(longest, length));
            for (var y = 0; y < height; y++)
            {
                rows.Read(row.Span, y == 0 ? default : previous.Span);
                var pixels = expanded.AsSpan(0, width * channels);
                Expand(row.Span, pixels);
                Scatter(pixels, pass, pass.Y + (y * pass.StepY));
                (row, previous) = (previous, row);
            }
        }
    }

    private void Expand(ReadOnlySpan<byte> row, Span<T> pixels)
    {
        if (!PngSamples.Expand(row, content, pixels) && !content.Lenient)
        {
            throw new ImageFormatException($"a PNG pixel's index is beyond its palette of {content.PaletteLength} colours", rows.Offset);
        }
    }

    private void Scatter(ReadOnlySpan<T> pixels, Adam7.Pass pass, int y)
    {
        var target = samples.AsSpan(y * header.Width * channels, header.Width * channels);
        for (var x = pass.X * channels; !pixels.IsEmpty; x += pass.StepX * channels, pixels = pixels[channels..])
        {
            pixels[..channels].CopyTo(target[x..]);
        }
    }
}
