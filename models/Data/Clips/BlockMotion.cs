namespace IlgpuGan.Models.Data.Clips;

/// <summary>
/// Motion between two frames by full-search block matching (Jain and Jain 1981, "Displacement measurement and its application in interframe
/// image coding"): for each block of 8×8 pixels, the shift of up to 7 pixels in each direction with the smallest difference of gray levels;
/// of equal ones, the shortest. A block that differs by at most one level per pixel on average counts as not moved.
/// </summary>
internal sealed class BlockMotion
{
    private const int Side = 8;
    private const int Reach = 7;
    private const int Still = Side * Side;

    /// <summary>Radius in pixels over which differences are averaged.</summary>
    private const int Around = 2;

    /// <summary>All shifts, shortest first.</summary>
    private static readonly (int X, int Y)[] s_shifts =
    [
        .. from y in Enumerable.Range(-Reach, (2 * Reach) + 1)
           from x in Enumerable.Range(-Reach, (2 * Reach) + 1)
           orderby (x * x) + (y * y), y, x
           select (x, y),
    ];

    private readonly int _width;
    private readonly int _height;
    private readonly (int X, int Y)[] _shifts;

    private BlockMotion(int width, int height)
    {
        (_width, _height) = (width, height);
        _shifts = new (int, int)[Columns * ((height + Side - 1) / Side)];
        Differences = new float[width * height];
    }

    /// <summary>
    /// Difference of each pixel from its match in the frame before, [height, width] in gray levels (of 255), averaged over 5×5 pixels: high
    /// where something appeared, changed, or moved too far.
    /// </summary>
    public float[] Differences { get; private set; }

    private int Columns => (_width + Side - 1) / Side;

    /// <param name="before">a frame</param>
    /// <param name="after">the next frame, of the same size</param>
    public static BlockMotion Between(Picture before, Picture after)
    {
        if ((before.Width, before.Height) != (after.Width, after.Height))
        {
            throw new ArgumentException(
                $"frames of {before.Width}x{before.Height} and {after.Width}x{after.Height} pixels show no motion", nameof(after));
        }

        var motion = new BlockMotion(after.Width, after.Height);
        motion.Search(GrayOf(before), GrayOf(after));
        return motion;
    }

    /// <summary>The shift from a pixel to its match in the frame before.</summary>
    public (int X, int Y) ShiftAt(int x, int y) => _shifts[(y / Side * Columns) + (x / Side)];

    /// <summary>Motion compensation: the frame before, moved by these shifts.</summary>
    /// <param name="before">samples [height, width, channels] of the frame before</param>
    /// <param name="channels">samples per pixel</param>
    public float[] Move(ReadOnlySpan<float> before, int channels)
    {
        var moved = new float[before.Length];
        for (var y = 0; y < _height; y++)
        {
            for (var x = 0; x < _width; x += Side)
            {
                var (right, down) = ShiftAt(x, y);
                before.Slice((((y + down) * _width) + x + right) * channels, Math.Min(Side, _width - x) * channels)
                    .CopyTo(moved.AsSpan(((y * _width) + x) * channels));
            }
        }

        return moved;
    }

    private void Search(byte[] before, byte[] after)
    {
        for (var top = 0; top < _height; top += Side)
        {
            for (var left = 0; left < _width; left += Side)
            {
                _shifts[(top / Side * Columns) + (left / Side)] = Best(before, after, left, top);
            }
        }

        for (var y = 0; y < _height; y++)
        {
            for (var x = 0; x < _width; x++)
            {
                var (right, down) = ShiftAt(x, y);
                Differences[(y * _width) + x] = Math.Abs(after[(y * _width) + x] - before[((y + down) * _width) + x + right]);
            }
        }

        Differences = Averaged(Averaged(Differences, _width, _height), _height, _width);
    }

    private (int X, int Y) Best(byte[] before, byte[] after, int left, int top)
    {
        var (width, height) = (Math.Min(Side, _width - left), Math.Min(Side, _height - top));
        var (best, least) = ((X: 0, Y: 0), int.MaxValue);
        foreach (var (x, y) in s_shifts)
        {
            if (left + x < 0 || top + y < 0 || left + x + width > _width || top + y + height > _height)
            {
                continue;
            }

            var sum = 0;
            for (var row = 0; row < height && sum < least; row++)
            {
                var now = after.AsSpan(((top + row) * _width) + left, width);
                var then = before.AsSpan(((top + row + y) * _width) + left + x, width);
                for (var i = 0; i < now.Length; i++)
                {
                    sum += Math.Abs(now[i] - then[i]);
                }
            }

            if (sum < least)
            {
                (best, least) = ((x, y), sum);
                if (x == 0 && y == 0 && sum <= Still)
                {
                    break;
                }
            }
        }

        return best;
    }

    /// <summary>Means over the neighbours in a row, clipped at the border; the result is transposed.</summary>
    private static float[] Averaged(float[] values, int width, int height)
    {
        var means = new float[values.Length];
        for (var y = 0; y < height; y++)
        {
            var row = values.AsSpan(y * width, width);
            for (var x = 0; x < width; x++)
            {
                var near = row[Math.Max(0, x - Around)..Math.Min(width, x + Around + 1)];
                var sum = 0f;
                foreach (var value in near)
                {
                    sum += value;
                }

                means[(x * height) + y] = sum / near.Length;
            }
        }

        return means;
    }

    private static byte[] GrayOf(Picture picture) => picture.Layers[0].ToEightBits().ToChannels(1).Bytes;
}
