using IlgpuGan.Imaging.Lzw;

namespace IlgpuGan.Imaging.Gif;

/// <summary>Decodes the indices of a GIF's picture: LZW with codes of growing width, lowest bits first.</summary>
internal static class GifIndices
{
    private static readonly (int First, int Step)[] s_passes = [(0, 8), (4, 8), (2, 4), (1, 2)];

    /// <summary>Decodes in the order of storage.</summary>
    /// <returns>The number of decoded indices; fewer than the target's length if the data ends early.</returns>
    /// <exception cref="ImageFormatException">A code is undefined.</exception>
    public static int Decode(ReadOnlySpan<byte> file, GifFrame frame, Span<byte> target)
    {
        var blocks = new GifBlocks(file, frame.DataOffset);
        var table = new LzwTable(1 << frame.IndexBits);
        var (width, previous, written) = (frame.IndexBits + 1, -1, 0);
        var (bits, count) = (0u, 0);
        while (written < target.Length)
        {
            while (count < width)
            {
                if (!blocks.TryNext(out var next))
                {
                    return written;
                }

                bits |= (uint)next << count;
                count += 8;
            }

            var code = (int)(bits & ((1u << width) - 1));
            bits >>= width;
            count -= width;
            if (code == table.ClearCode)
            {
                table.Clear();
                (width, previous) = (frame.IndexBits + 1, -1);
                continue;
            }

            if (code == table.EndCode)
            {
                break;
            }

            if (!table.TryAdd(code, previous))
            {
                throw new ImageFormatException($"the GIF's compressed data has the impossible code {code}", blocks.Position);
            }

            var decoded = table.StringOf(code);
            decoded = decoded[..Math.Min(decoded.Length, target.Length - written)];
            decoded.CopyTo(target[written..]);
            written += decoded.Length;
            previous = code;
            if (table.Next == 1 << width && width < LzwTable.MaxCodeBits)
            {
                width++;
            }
        }

        return written;
    }

    /// <summary>The rows of a picture in the order in which they are stored.</summary>
    public static IEnumerable<int> Rows(GifFrame frame)
    {
        foreach (var (first, step) in frame.Interlaced ? s_passes : [(0, 1)])
        {
            for (var y = first; y < frame.Height; y += step)
            {
                yield return y;
            }
        }
    }
}
