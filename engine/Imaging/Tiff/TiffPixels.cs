using System.Runtime.InteropServices;
using IlgpuGan.Imaging.Resampling;

namespace IlgpuGan.Imaging.Tiff;

/// <summary>Decodes the strips or tiles of a page to layers.</summary>
/// <typeparam name="T">byte for depths up to 8, ushort for 16 and for floats.</typeparam>
internal sealed class TiffPixels<T>
    where T : unmanaged
{
    private readonly TiffPage _page;
    private readonly DecodeOptions _options;

    /// <summary>For each layer: its first sample in a pixel, its number of samples per pixel, and the samples.</summary>
    private readonly List<(int First, int Count, T[] Samples)> _layers = [];
    private bool _isShort;

    /// <param name="onlyFirst">Whether to drop the extra channels.</param>
    public TiffPixels(TiffPage page, DecodeOptions options, bool onlyFirst)
    {
        (_page, _options) = (page, options);
        var pixels = page.Width * page.Height;
        var count = page.Colours + (page.HasAlpha ? 1 : 0);
        for (var first = 0; first < (onlyFirst ? 1 : page.Samples); first += count)
        {
            // Extra layers have three channels or one, since the last of two or four would be alpha.
            count = first == 0 ? count : page.Samples - first >= 3 ? 3 : 1;
            _layers.Add((first, count, new T[pixels * count]));
        }
    }

    /// <exception cref="ImageFormatException">A strip or a tile ends early or is corrupt, unless decoding is lenient.</exception>
    public List<Image> Decode(ReadOnlySpan<byte> file, bool littleEndian)
    {
        using var decompressor = TiffDecompressor.For(_page.Compression);
        var samples = new TiffSamples(_page, littleEndian, _options.Lenient);
        var packed = ScratchArrays.Rent<byte>((int)Math.Min(file.Length, _page.Counts.Max()));
        var row = new byte[_page.RowBytes(_page.ChunkWidth)];
        var values = new T[_page.ChunkWidth * _page.ChunkSamples];
        try
        {
            var across = (_page.Width + _page.ChunkWidth - 1) / _page.ChunkWidth;
            var down = (_page.Height + _page.ChunkHeight - 1) / _page.ChunkHeight;
            for (var chunk = 0; chunk < _page.Offsets.Length; chunk++)
            {
                var (place, plane) = (chunk % (across * down), chunk / (across * down));
                try
                {
                    decompressor.Begin(packed, CopyPacked(file, chunk, packed));
                    ReadChunk(
                        decompressor, samples, row, values, plane, place % across * _page.ChunkWidth, place / across * _page.ChunkHeight);
                }
                catch (ImageFormatException) when (_options.Lenient)
                {
                    // The decoded part of the chunk is kept, the rest is zero.
                }
            }
        }
        finally
        {
            ScratchArrays.Return(packed);
        }

        if (_isShort && !_options.Lenient)
        {
            _options.Remark?.Invoke(PixelLimit.ShorterThanStated);
        }

        return ToImages();
    }

    /// <summary>Copies the bytes of a strip or a tile, as far as they are within the file.</summary>
    private int CopyPacked(ReadOnlySpan<byte> file, int chunk, byte[] packed)
    {
        var (offset, count) = (_page.Offsets[chunk], _page.Counts[chunk]);
        if (offset > file.Length - count)
        {
            if (offset >= file.Length && !_options.Lenient)
            {
                throw new ImageFormatException($"the TIFF is cut short: it ends before strip or tile {chunk}", file.Length);
            }

            // The decompression will show whether what is missing held pixels.
            _isShort = true;
            offset = Math.Min(offset, file.Length);
            count = Math.Min(count, file.Length - offset);
        }

        var bytes = packed.AsSpan(0, (int)count);
        file.Slice((int)offset, (int)count).CopyTo(bytes);
        if (_page.HasReversedBits)
        {
            foreach (ref var value in bytes)
            {
                value = (byte)(((value * 0x0202020202UL) & 0x010884422010UL) % 1023);
            }
        }

        return (int)count;
    }

    private void ReadChunk(TiffDecompressor decompressor, TiffSamples samples, byte[] row, T[] values, int plane, int left, int top)
    {
        var columns = Math.Min(_page.ChunkWidth, _page.Width - left);
        var rows = Math.Min(_page.ChunkHeight, _page.Height - top);
        for (var y = top; y < top + rows; y++)
        {
            if (!decompressor.TryRead(row))
            {
                throw new ImageFormatException("the TIFF is cut short: a strip or a tile ends before its last row", _page.Offset);
            }

            if (typeof(T) == typeof(byte))
            {
                samples.Read(row, MemoryMarshal.AsBytes(values.AsSpan()));
            }
            else
            {
                samples.Read(row, MemoryMarshal.Cast<T, ushort>(values.AsSpan()));
            }

            Scatter(values.AsSpan(0, columns * _page.ChunkSamples), plane, (y * _page.Width) + left);
        }
    }

    /// <summary>Copies a row's pixels, or one sample of each, to their layers.</summary>
    private void Scatter(ReadOnlySpan<T> values, int plane, int pixel)
    {
        foreach (var (first, count, target) in _layers)
        {
            if (_page.IsPlanar)
            {
                for (int i = 0, at = (pixel * count) + plane - first; plane >= first && plane < first + count && i < values.Length; i++)
                {
                    target[at] = values[i];
                    at += count;
                }

                continue;
            }

            for (int i = first, at = pixel * count; i < values.Length; i += _page.Samples, at += count)
            {
                values.Slice(i, count).CopyTo(target.AsSpan(at));
            }
        }
    }

    private List<Image> ToImages()
    {
        var (_, count, colours) = _layers[0];
        if (_page.Color == TiffColor.WhiteIsZero)
        {
            var white = MemoryMarshal.AsBytes(colours.AsSpan());
            var (bytes, pixelBytes) = (white.Length / colours.Length, white.Length / colours.Length * count);
            for (var i = 0; i < white.Length; i++)
            {
                // Invert every bit, and thereby the number, except alpha.
                white[i] = (byte)(i % pixelBytes < bytes ? ~white[i] : white[i]);
            }
        }

        if (_page.IsPremultiplied)
        {
            Divide(colours, count);
        }

        var images = _layers.ConvertAll(layer => ImageOf(layer.Count, layer.Samples));
        if (_page.Color == TiffColor.Palette && !_options.KeepIndices)
        {
            images[0] = ApplyPalette(images[0].Bytes);
        }

        return images;
    }

    private Image ImageOf(int channels, T[] samples) => samples is byte[] eight
        ? new(_page.Width, _page.Height, channels, eight)
        : new(_page.Width, _page.Height, channels, (ushort[])(object)samples);

    private static void Divide(T[] samples, int channels)
    {
        if (samples is byte[] eight)
        {
            Premultiplication.Divide(eight, channels);
            return;
        }

        var words = (ushort[])(object)samples;
        for (var i = 0; i < words.Length; i += channels)
        {
            var alpha = words[i + channels - 1];
            for (var c = 0; alpha != 0 && c < channels - 1; c++)
            {
                words[i + c] = (ushort)Math.Min(ushort.MaxValue, (uint)ushort.MaxValue * words[i + c] / alpha);
            }
        }
    }

    private Image ApplyPalette(byte[] indices)
    {
        var samples = new byte[indices.Length * 3];
        var colours = _page.Palette.Length / 3;
        for (var i = 0; i < indices.Length; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                samples[(3 * i) + c] = (byte)(_page.Palette[(c * colours) + indices[i]] >> 8);
            }
        }

        return new(_page.Width, _page.Height, 3, samples);
    }
}
