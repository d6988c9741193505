namespace IlgpuGan.TestsCommon.Reference;

internal static partial class Naive
{
    /// <summary>Padding of [N, C, H, W]; negative amounts crop.</summary>
    public static Array64 Pad(Array64 x, int left, int right, int top, int bottom, PadMode mode, double value)
    {
        if (mode == PadMode.Circular && Math.Min(Math.Min(left, right), Math.Min(top, bottom)) < 0)
        {
            // What is cropped on one side is not there to be repeated on the other.
            var cropped = Pad(
                x, Math.Min(left, 0), Math.Min(right, 0), Math.Min(top, 0), Math.Min(bottom, 0), PadMode.Constant, value);
            return Pad(cropped, Math.Max(left, 0), Math.Max(right, 0), Math.Max(top, 0), Math.Max(bottom, 0), mode, value);
        }

        var (h, w) = (x.Shape[2], x.Shape[3]);
        return Array64.Build(x.Shape.With(2, h + top + bottom).With(3, w + left + right), index =>
        {
            var (row, column) = (index[2] - top, index[3] - left);
            var inside = row >= 0 && row < h && column >= 0 && column < w;
            return mode == PadMode.Constant && !inside ? value : x[index[0], index[1], Fold(row, h, mode), Fold(column, w, mode)];
        });
    }

    private static int Fold(int at, int extent, PadMode mode) => mode switch
    {
        PadMode.Replicate => Math.Clamp(at, 0, extent - 1),
        PadMode.Reflect when at < 0 => -at,
        PadMode.Reflect when at >= extent => (2 * (extent - 1)) - at,
        PadMode.Circular => ((at % extent) + extent) % extent,
        _ => at,
    };

    public static Array64 Nearest(Array64 x, int scale) => Array64.Build(
        x.Shape.With(2, x.Shape[2] * scale).With(3, x.Shape[3] * scale), i => x[i[0], i[1], i[2] / scale, i[3] / scale]);

    /// <summary>Bilinear interpolation with half-pixel centres and a repeated border.</summary>
    public static Array64 Bilinear(Array64 x, int scale)
    {
        var (h, w) = (x.Shape[2], x.Shape[3]);
        return Array64.Build(x.Shape.With(2, h * scale).With(3, w * scale), i =>
        {
            // Coordinates before the first or after the last pixel centre are clamped to it.
            var row = Math.Clamp(((i[2] + 0.5) / scale) - 0.5, 0, h - 1);
            var column = Math.Clamp(((i[3] + 0.5) / scale) - 0.5, 0, w - 1);
            var (top, left) = ((int)Math.Floor(row), (int)Math.Floor(column));
            var (bottom, right) = (Math.Min(top + 1, h - 1), Math.Min(left + 1, w - 1));
            var (down, across) = (row - top, column - left);
            double Row(int r) => (x[i[0], i[1], r, left] * (1 - across)) + (x[i[0], i[1], r, right] * across);
            return (Row(top) * (1 - down)) + (Row(bottom) * down);
        });
    }

    /// <summary>Sum of each window's zero-padded elements over the window's area.</summary>
    public static Array64 AveragePool(Array64 x, int kernel, int stride, int padding) =>
        Windows(x, kernel, stride, padding, (n, c, row, column) =>
    {
        double sum = 0;
        for (var u = 0; u < kernel; u++)
        {
            for (var v = 0; v < kernel; v++)
            {
                sum += x.OrZero(n, c, row + u, column + v);
            }
        }

        return sum / (kernel * kernel);
    });

    public static Array64 MaxPool(Array64 x, int kernel, int stride, int padding) => Gather(x, x, kernel, stride, padding);

    /// <summary>The element of <paramref name="values"/> at the position of each window's maximum of x.</summary>
    public static Array64 Gather(Array64 x, Array64 values, int kernel, int stride, int padding) =>
        Windows(x, kernel, stride, padding, (n, c, row, column) =>
        {
            var (best, result) = (double.NegativeInfinity, double.NaN);
            for (var i = Math.Max(0, row); i < Math.Min(x.Shape[2], row + kernel); i++)
            {
                for (var j = Math.Max(0, column); j < Math.Min(x.Shape[3], column + kernel); j++)
                {
                    if (x[n, c, i, j] > best)
                    {
                        (best, result) = (x[n, c, i, j], values[n, c, i, j]);
                    }
                }
            }

            return result;
        });

    private static Array64 Windows(Array64 x, int kernel, int stride, int padding, Func<int, int, int, int, double> window)
    {
        int Extent(int extent) => ((extent + (2 * padding) - kernel) / stride) + 1;
        return Array64.Build(
            x.Shape.With(2, Extent(x.Shape[2])).With(3, Extent(x.Shape[3])),
            i => window(i[0], i[1], (i[2] * stride) - padding, (i[3] * stride) - padding));
    }
}
