namespace IlgpuGan.Imaging.Bmp;

/// <summary>The run-length compression of BMPs with a palette of 4 or 8 bits.</summary>
internal static class BmpRuns
{
    /// <summary>The most pixels that two bytes can encode.</summary>
    public const int MaxRun = 255;

    private const int EndOfRow = 0;
    private const int EndOfPicture = 1;
    private const int Move = 2;

    /// <summary>Decodes to indices. Skipped pixels keep index 0.</summary>
    /// <param name="data">From the first run to the end of the file.</param>
    /// <param name="indices">[height, width], bottom row first, as stored.</param>
    /// <returns>Whether the picture is complete: there was an end marker, or the last row is full.</returns>
    public static bool Decode(ReadOnlySpan<byte> data, bool isFourBits, Span<byte> indices, int width)
    {
        var (x, y, height) = (0, 0, indices.Length / width);
        while (data.Length >= 2)
        {
            var (count, value) = (data[0], data[1]);
            data = data[2..];
            if (count > 0)
            {
                var run = Rest(indices, x, y);
                run = run[..Math.Min(count, run.Length)];
                for (var i = 0; i < run.Length; i++)
                {
                    run[i] = !isFourBits ? value : (byte)((i & 1) == 0 ? value >> 4 : value & 15);
                }

                x = Math.Min(x + count, width);
                continue;
            }

            switch (value)
            {
                case EndOfRow:
                    (x, y) = (0, y + 1);
                    break;
                case EndOfPicture:
                    return true;
                case Move when data.Length < 2:
                    return false;
                case Move:
                    (x, y) = (Math.Min(x + data[0], width), y + data[1]);
                    data = data[2..];
                    break;
                default:
                    var stored = isFourBits ? (value + 1) / 2 : value;
                    if (data.Length < stored)
                    {
                        return false;
                    }

                    var literal = Rest(indices, x, y);
                    literal = literal[..Math.Min(value, literal.Length)];
                    for (var i = 0; i < literal.Length; i++)
                    {
                        literal[i] = !isFourBits ? data[i] : (byte)((i & 1) == 0 ? data[i / 2] >> 4 : data[i / 2] & 15);
                    }

                    x = Math.Min(x + value, width);
                    data = data[Math.Min(data.Length, stored + (stored & 1))..];
                    break;
            }

            if (y >= height)
            {
                return true;
            }
        }

        return y == height - 1 && x >= width;

        // The rest of a row; empty if a run begins outside the picture.
        Span<byte> Rest(Span<byte> all, int column, int row) =>
            column < width && row < height ? all.Slice((row * width) + column, width - column) : [];
    }
}
