using System.Buffers;
using System.Runtime.InteropServices;
using IlgpuGan.Imaging.Resampling;

namespace IlgpuGan.Imaging.Tiff;

/// <summary>From the strips or tiles of a page to images that lie on each other.</summary>
/// <typeparam name="T">byte for depths up to 8, ushort for 16 and for floats.</typeparam>
internal sealed class TiffPixels<T>
    where T : unmanaged
{
    private readonly TiffPage page;
    private readonly DecodeOptions options;

    /// <summary>The first sample of each layer, how many it has, and what they are.</summary>
    private readonly List<(int First, int Count, T[] Samples)> layers = [];

    /// <param name="onlyFirst">Leave out what is neither colour nor alpha.</param>
    public TiffPixels(TiffPage page, DecodeOptions options, bool onlyFirst)
    {
        (this.page, this.options) = (page, options);
        var pixels = page.Width * page.Height;
        var count = page.Colours + (page.HasAlpha ? 1 : 0);
        for (var first = 0; first < (onlyFirst ? 1 : page.Samples); first += count)
        {
            // Layers have three channels or one: of two or four, the last would be taken for alpha.
            count = first == 0 ? count : page.Samples - first >= 3 ? 3 : 1;
            layers.Add((first, count, new T[pixels * count]));
        }
    }

    /// <exception cref="ImageFormatException">A strip or a tile ends early or is corrupt, unless that is to be forgiven.</exception>
    public List<Image> Decode(ReadOnlySpan<byte> file, bool littleEndian)
    {
        using var unpacker = TiffUnpacker.For(page.Compression);
        var samples = new TiffSamples(page, littleEndian, options.Lenient);
        var packed = ArrayPool<byte>.Shared.Rent((int)Math.Min(file.Length, page.Counts.Max()));
        var row = new byte[page.RowBytes(page.ChunkWidth)];
        var values = new T[page.ChunkWidth * page.ChunkSamples];
        try
        {
            var across = (page.Width + page.ChunkWidth - 1) / page.ChunkWidth;
            var down = (page.Height + page.ChunkHeight - 1) / page.ChunkHeight;
            for (var chunk = 0; chunk < page.Offsets.Length; chunk++)
            {
                var (place, plane) = (chunk % (across * down), chunk / (across * down));
                try
                {
                    unpacker.Begin(packed, Take(file, chunk, packed));
                    ReadChunk(unpacker, samples, row, values, plane, place % across * page.ChunkWidth, place / across * page.ChunkHeight);
                }
                catch (ImageFormatException) when (options.Lenient)
                {
                    // What has been decoded of it stands, the rest is zero.
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }

        return Finished();
    }

    /// <summary>Copies the bytes of a strip or a tile; those that the file has of it, where what is cut short is to be forgiven.</summary>
    private int Take(ReadOnlySpan<byte> file, int chunk, byte[] packed)
    {
        var (offset, count) = (page.Offsets[chunk], page.Counts[chunk]);
        if (offset > file.Length - count)
        {
            if (!options.Lenient)
            {
                throw new ImageFormatException($"the TIFF is cut short: it ends before strip or tile {chunk}", file.Length);
            }

            offset = Math.Min(offset, file.Length);
            count = Math.Min(count, file.Length - offset);
        }

        var bytes = packed.AsSpan(0, (int)count);
        file.Slice((int)offset, (int)count).CopyTo(bytes);
        if (page.HasReversedBits)
        {
            foreach (ref var value in bytes)
            {
                value = (byte)(((value * 0x0202020202UL) & 0x010884422010UL) % 1023);
            }
        }

        return (int)count;
    }

    private void ReadChunk(TiffUnpacker unpacker, TiffSamples samples, byte[] row, T[] values, int plane, int left, int top)
    {
        var columns = Math.Min(page.ChunkWidth, page.Width - left);
        var rows = Math.Min(page.ChunkHeight, page.Height - top);
        for (var y = top; y < top + rows; y++)
        {
            if (!unpacker.TryRead(row))
            {
                throw new ImageFormatException("the TIFF is cut short: a strip or a tile ends before its last row", page.Offset);
            }

            if (typeof(T) == typeof(byte))
            {
                samples.Read(row, MemoryMarshal.AsBytes(values.AsSpan()));
            }
            else
            {
                samples.Read(row, MemoryMarshal.Cast<T, ushort>(values.AsSpan()));
            }

            Place(values.AsSpan(0, columns * page.ChunkSamples), plane, (y * page.Width) + left);
        }
    }

    /// <summary>Brings the pixels of a row, or one sample of each, to the layers that they belong to.</summary>
    private void Place(ReadOnlySpan<T> values, int plane, int pixel)
    {
        foreach (var (first, count, target) in layers)
        {
            if (page.IsPlanar)
            {
                for (int i = 0, at = (pixel * count) + plane - first; plane >= first && plane < first + count && i < values.Length; i++)
                {
                    target[at] = values[i];
                    at += count;
                }

                continue;
            }

            for (int i = first, at = pixel * count; i < values.Length; i += page.Samples, at += count)
            {
                values.Slice(i, count).CopyTo(target.AsSpan(at));
            }
        }
    }

    private List<Image> Finished()
    {
        var (_, count, colours) = layers[0];
        if (page.Color == TiffColor.WhiteIsZero)
        {
            var white = MemoryMarshal.AsBytes(colours.AsSpan());
            var (bytes, pixelBytes) = (white.Length / colours.Length, white.Length / colours.Length * count);
            for (var i = 0; i < white.Length; i++)
            {
                // Every bit, and so the number, is turned over; alpha is not.
                white[i] = (byte)(i % pixelBytes < bytes ? ~white[i] : white[i]);
            }
        }

        if (page.IsPremultiplied)
        {
            Divide(colours, count);
        }

        var images = layers.ConvertAll(layer => ImageOf(layer.Count, layer.Samples));
        if (page.Color == TiffColor.Palette && !options.KeepIndices)
        {
            images[0] = Coloured(images[0].Bytes);
        }

        return images;
    }

    private Image ImageOf(int channels, T[] samples) => samples is byte[] eight
        ? new(page.Width, page.Height, channels, eight)
        : new(page.Width, page.Height, channels, (ushort[])(object)samples);

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

    private Image Coloured(byte[] indices)
    {
        var samples = new byte[indices.Length * 3];
        var colours = page.Palette.Length / 3;
        for (var i = 0; i < indices.Length; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                samples[(3 * i) + c] = (byte)(page.Palette[(c * colours) + indices[i]] >> 8);
            }
        }

        return new(page.Width, page.Height, 3, samples);
    }
}
