using System.Runtime.InteropServices;

namespace IlgpuGan.Imaging.Png;

/// <summary>Converts one row of stored values to samples: unpacking, palette, transparent colour.</summary>
internal static class PngSamples
{
    /// <param name="row">The unfiltered row.</param>
    /// <param name="pixels">Receives whole pixels of <see cref="PngContent.Channels"/> samples, byte or ushort.</param>
    /// <returns>Whether all indices are in the palette, if there is one.</returns>
    public static bool Expand<T>(ReadOnlySpan<byte> row, PngContent content, Span<T> pixels)
        where T : unmanaged
    {
        if (typeof(T) == typeof(ushort))
        {
            ExpandWords(row, content, MemoryMarshal.Cast<T, ushort>(pixels));
            return true;
        }

        var bytes = MemoryMarshal.AsBytes(pixels);
        if (content.Header.Color == PngColor.Palette)
        {
            return ResolvePalette(row, content, bytes) < content.PaletteLength;
        }

        if (content.TransparentColor is { } key)
        {
            ExpandWithKey(row, content.Header, key, bytes);
        }
        else if (content.Header.Depth < 8)
        {
            for (var x = 0; x < bytes.Length; x++)
            {
                bytes[x] = (byte)(Unpack(row, x, content.Header.Depth) * FullScale(content.Header.Depth));
            }
        }
        else
        {
            row.CopyTo(bytes);
        }

        return true;
    }

    /// <summary>The value at <paramref name="x"/> in a row of values of 1, 2, 4 or 8 bits, the leftmost in the highest bits.</summary>
    private static int Unpack(ReadOnlySpan<byte> row, int x, int depth)
    {
        var bit = x * depth;
        return (row[bit >> 3] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }

    /// <summary>The factor that scales the largest value to 255: 255, 85, 17 or 1.</summary>
    private static int FullScale(int depth) => 255 / ((1 << depth) - 1);

    /// <returns>The highest index.</returns>
    private static int ResolvePalette(ReadOnlySpan<byte> row, PngContent content, Span<byte> pixels)
    {
        var (palette, channels, depth) = (content.Palette, content.Channels, content.Header.Depth);
        var highest = 0;
        for (var (x, i) = (0, 0); i < pixels.Length; x++, i += channels)
        {
            var index = Unpack(row, x, depth);
            highest = Math.Max(highest, index);
            if (content.KeepsIndices)
            {
                pixels[i] = (byte)index;
                continue;
            }

            var color = palette[index];
            pixels[i] = (byte)color;
            pixels[i + 1] = (byte)(color >> 8);
            pixels[i + 2] = (byte)(color >> 16);
            if (channels == 4)
            {
                pixels[i + 3] = (byte)(color >> 24);
            }
        }

        return highest;
    }

    private static void ExpandWithKey(ReadOnlySpan<byte> row, PngHeader header, ushort[] key, Span<byte> pixels)
    {
        var (depth, colors) = (header.Depth, key.Length);
        for (var (x, i) = (0, 0); i < pixels.Length; i += colors + 1)
        {
            var opaque = false;
            for (var c = 0; c < colors; c++, x++)
            {
                var value = Unpack(row, x, depth);
                opaque |= value != key[c];
                pixels[i + c] = (byte)(value * FullScale(depth));
            }

            pixels[i + colors] = opaque ? byte.MaxValue : (byte)0;
        }
    }

    private static void ExpandWords(ReadOnlySpan<byte> row, PngContent content, Span<ushort> pixels)
    {
        var stored = MemoryMarshal.Cast<byte, ushort>(row);
        if (content.TransparentColor is not { } key)
        {
            if (BitConverter.IsLittleEndian)
            {
                BinaryPrimitives.ReverseEndianness(stored, pixels);
            }
            else
            {
                stored.CopyTo(pixels);
            }

            return;
        }

        for (var (x, i) = (0, 0); i < pixels.Length; i += key.Length + 1)
        {
            var opaque = false;
            for (var c = 0; c < key.Length; c++, x++)
            {
                var value = BinaryPrimitives.ReadUInt16BigEndian(row[(2 * x)..]);
                opaque |= value != key[c];
                pixels[i + c] = value;
            }

            pixels[i + key.Length] = opaque ? ushort.MaxValue : (ushort)0;
        }
    }
}
