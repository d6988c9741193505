using System.Buffers;
using System.Runtime.InteropServices;

namespace IlgpuGan.Imaging.Png;

/// <summary>Converts rows of packed, stored values to an image of samples.</summary>
/// <typeparam name="T">byte for depths up to 8, ushort for 16.</typeparam>
internal sealed class PngPixels<T>(PngContent content, PngRows rows)
    where T : unmanaged
{
    private readonly PngHeader _header = content.Header;
    private readonly int _channels = content.Channels;
    private readonly T[] _samples = new T[content.Header.Width * content.Header.Height * content.Channels];

    /// <exception cref="ImageFormatException">The compressed data is corrupt or ends early, unless decoding is lenient.</exception>
    public Image Decode()
    {
        try
        {
            if (_header.Interlaced)
            {
                DecodeInterlaced();
            }
            else if (typeof(T) == typeof(byte) && _header.Depth == 8 && _header.StoredChannels == _channels
                && _header.Color != PngColor.Palette)
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
            // Decoded samples are kept, the rest is zero.
        }

        return _samples is byte[] eight
            ? new(_header.Width, _header.Height, _channels, eight)
            : new(_header.Width, _header.Height, _channels, (ushort[])(object)_samples);
    }

    /// <summary>Stored rows equal the image's rows, so they are unfiltered directly into the image.</summary>
    private void DecodeInPlace()
    {
        var bytes = MemoryMarshal.AsBytes(_samples.AsSpan());
        var length = _header.Width * _channels;
        ReadOnlySpan<byte> previous = default;
        for (var y = 0; y < _header.Height; y++)
        {
            var row = bytes.Slice(y * length, length);
            rows.Read(row, previous);
            previous = row;
        }
    }

    private void DecodeRows()
    {
        var length = (int)_header.RowBytes(_header.Width);
        var buffer = ArrayPool<byte>.Shared.Rent(2 * length);
        var (row, previous) = (buffer.AsMemory(0, length), buffer.AsMemory(length, length));
        for (var y = 0; y < _header.Height; y++)
        {
            rows.Read(row.Span, y == 0 ? default : previous.Span);
            Expand(row.Span, _samples.AsSpan(y * _header.Width * _channels, _header.Width * _channels));
            (row, previous) = (previous, row);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void DecodeInterlaced()
    {
        var longest = (int)_header.RowBytes(_header.Width);
        var buffer = new byte[2 * longest];
        var expanded = new T[_header.Width * _channels];
        foreach (var pass in Adam7.Passes)
        {
            var (width, height) = pass.Size(_header.Width, _header.Height);
            if (width == 0)
            {
                continue;
            }

            var length = (int)_header.RowBytes(width);
            var (row, previous) = (buffer.AsMemory(0, length), buffer.AsMemory(longest, length));
            for (var y = 0; y < height; y++)
            {
                rows.Read(row.Span, y == 0 ? default : previous.Span);
                var pixels = expanded.AsSpan(0, width * _channels);
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
        var target = _samples.AsSpan(y * _header.Width * _channels, _header.Width * _channels);
        for (var x = pass.X * _channels; !pixels.IsEmpty; x += pass.StepX * _channels, pixels = pixels[_channels..])
        {
            pixels[.._channels].CopyTo(target[x..]);
        }
    }
}
