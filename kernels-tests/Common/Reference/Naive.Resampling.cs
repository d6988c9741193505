namespace IlgpuGan.TestsCommon.Reference;

/// <summary>
/// Resizing, blurring and pooling by their definitions: sums over whole planes, with coordinates and borders computed for each term.
/// </summary>
internal static partial class Naive
{
    public static Array64 Resize(Array64 x, int height, int width, Resizing how) => Planes(
        x, height, width, (i, row) => Share(i, row, x.Shape[2], height, how), (j, column) => Share(j, column, x.Shape[3], width, how));

    public static Array64 AdaptiveAveragePool(Array64 x, int height, int width)
    {
        static double Covers(int window, int place, int inputs, int outputs)
        {
            var start = Math.Floor((double)window * inputs / outputs);
            var end = Math.Ceiling((window + 1.0) * inputs / outputs);
            return place >= start && place < end ? 1 / (end - start) : 0;
        }

        return Planes(
            x, height, width, (i, row) => Covers(i, row, x.Shape[2], height), (j, column) => Covers(j, column, x.Shape[3], width));
    }

    /// <summary>Upsamples by inserting zeros, extends the plane by its border, convolves, and keeps every down-th result.</summary>
    public static Array64 Blur(Array64 x, float[] kernel, int down, int up, PadMode edge, int before, int after)
    {
        int Extent(int extent) => (((extent * up) + before + after - kernel.Length) / down) + 1;
        var gain = up / kernel.Sum(k => (double)k);
        double Spread(int[] i, int row, int column)
        {
            if (row % up != 0 || column % up != 0)
            {
                return 0;
            }

            var (r, c) = (row / up, column / up);
            return edge == PadMode.Constant
                ? x.OrZero(i[0], i[1], r, c)
                : x[i[0], i[1], Fold(r, x.Shape[2], edge), Fold(c, x.Shape[3], edge)];
        }

        return Array64.Build(x.Shape.With(2, Extent(x.Shape[2])).With(3, Extent(x.Shape[3])), i =>
        {
            double sum = 0;
            for (var s = 0; s < kernel.Length; s++)
            {
                for (var t = 0; t < kernel.Length; t++)
                {
                    sum += gain * kernel[s] * gain * kernel[t] * Spread(i, (i[2] * down) - before + s, (i[3] * down) - before + t);
                }
            }

            return sum;
        });
    }

    public static Array64 AveragePool(Array64 x, PoolWindow window, bool countIncludePad) => Windows(x, window, (n, c, rows, columns) =>
    {
        double sum = 0;
        var counted = 0;
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                var (h, w) = (x.Shape[2], x.Shape[3]);
                var isInside = row >= 0 && row < h && column >= 0 && column < w;
                var isPadded = row < h + window.Padding.Height && column < w + window.Padding.Width;
                sum += x.OrZero(n, c, row, column);
                counted += isInside || (countIncludePad && isPadded) ? 1 : 0;
            }
        }

        return sum / counted;
    });

    /// <summary>The element of <paramref name="values"/> at the position of each window's maximum of x.</summary>
    public static Array64 Gather(Array64 x, Array64 values, PoolWindow window) => Windows(x, window, (n, c, rows, columns) =>
    {
        var inside = from row in rows
                     from column in columns
                     where row >= 0 && row < x.Shape[2] && column >= 0 && column < x.Shape[3]
                     select (row, column);
        var (r, k) = inside.MaxBy(at => x[n, c, at.row, at.column]);
        return values[n, c, r, k];
    });

    private static Array64 Windows(Array64 x, PoolWindow window, Func<int, int, int[], int[], double> value)
    {
        int[][] Along(int extent, int kernel, int stride, int padding, int dilation)
        {
            (stride, dilation) = (stride == 0 ? kernel : stride, Math.Max(dilation, 1));
            var windows = new List<int[]>();
            for (var start = -padding; ; start += stride)
            {
                var taps = Enumerable.Range(0, kernel).Select(tap => start + (tap * dilation)).ToArray();
                var fits = taps[^1] < extent + padding;
                if (!fits && !(window.CeilMode && start < extent && windows[^1][^1] < extent + padding - 1))
                {
                    return [.. windows];
                }

                windows.Add(taps);
            }
        }

        var rows = Along(x.Shape[2], window.Kernel.Height, window.Stride.Height, window.Padding.Height, window.Dilation.Height);
        var columns = Along(x.Shape[3], window.Kernel.Width, window.Stride.Width, window.Padding.Width, window.Dilation.Width);
        return Array64.Build(x.Shape.With(2, rows.Length).With(3, columns.Length), i => value(i[0], i[1], rows[i[2]], columns[i[3]]));
    }

    /// <summary>y[i, j] = Σ rows(i, r) · columns(j, c) · x[r, c].</summary>
    private static Array64 Planes(Array64 x, int height, int width, Func<int, int, double> rows, Func<int, int, double> columns)
    {
        var (h, w) = (x.Shape[2], x.Shape[3]);
        var down = Array64.Build(new Shape(height, h), i => rows(i[0], i[1]));
        var across = Array64.Build(new Shape(width, w), i => columns(i[0], i[1]));
        return Array64.Build(x.Shape.With(2, height).With(3, width), i =>
        {
            double sum = 0;
            for (var r = 0; r < h; r++)
            {
                // Most rows have weight 0.
                for (var c = 0; c < w && down[i[2], r] != 0; c++)
                {
                    sum += down[i[2], r] * across[i[3], c] * x[i[0], i[1], r, c];
                }
            }

            return sum;
        });
    }

    /// <summary>
    /// The weight of an input in an output: the filter summed over all positions that map to this input, over its sum for all valid
    /// positions.
    /// </summary>
    private static double Share(int output, int input, int inputs, int outputs, Resizing how)
    {
        var ratio = how.Scale ?? (how.AlignCorners && outputs > 1 ? (outputs - 1.0) / (inputs - 1.0) : (double)outputs / inputs);
        if (how.Mode is ResizeMode.Nearest or ResizeMode.NearestExact)
        {
            var centre = output + (how.Mode == ResizeMode.Nearest ? 0 : 0.5);
            return Math.Min(Math.Floor((centre / ratio) + 1e-9), inputs - 1) == input ? 1 : 0;
        }

        // MATLAB's coordinates: 1-based pixel centres.
        var place = how.AlignCorners ? (outputs == 1 ? 0 : output / ratio) : ((output + 1) / ratio) + (0.5 * (1 - (1 / ratio))) - 1;
        var stretch = how.Antialias && ratio < 1 && !(how.AlignCorners && outputs == 1) ? ratio : 1;
        double taken = 0, all = 0;
        for (var at = -5 * inputs - 10; at < (6 * inputs) + 10; at++)
        {
            var weight = Filter(Math.Abs(at - place) * stretch, how);
            var shown = at;
            switch (how.Edge ?? (how.Antialias ? ResizeEdge.Exclude : ResizeEdge.Replicate))
            {
                case ResizeEdge.Replicate:
                    shown = Math.Max(0, Math.Min(at, inputs - 1));
                    break;
                case ResizeEdge.Symmetric:
                    while (shown < 0 || shown >= inputs)
                    {
                        shown = shown < 0 ? -1 - shown : (2 * inputs) - 1 - shown;
                    }

                    break;
            }

            all += shown >= 0 && shown < inputs ? weight : 0;
            taken += shown == input ? weight : 0;
        }

        return taken / all;
    }

    private static double Filter(double t, Resizing how)
    {
        if (how.Mode == ResizeMode.Bilinear)
        {
            return t < 1 ? 1 - t : 0;
        }

        var a = how.Cubic ?? (how.Antialias ? -0.5 : -0.75);
        return t <= 1 ? ((a + 2) * Math.Pow(t, 3)) - ((a + 3) * Math.Pow(t, 2)) + 1
            : t < 2 ? (a * Math.Pow(t, 3)) - (5 * a * Math.Pow(t, 2)) + (8 * a * t) - (4 * a) : 0;
    }
}
