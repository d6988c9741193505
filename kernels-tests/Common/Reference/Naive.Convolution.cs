namespace IlgpuGan.TestsCommon.Reference;

/// <summary>Every op by its definition, in double precision and plain loops; shares no code with the engine.</summary>
internal static partial class Naive
{
    /// <summary>
    /// y[n,k,i,j] = bias[k] + Σ x[n,c₀ + c,i·s + u·d − p, j·s + v·d − p]·w[k,c,u,v] with strides, paddings (before and after) and dilations
    /// of each direction; c₀ is the first channel of k's group.
    /// </summary>
    public static Array64 Conv2d(
        Array64 x, Array64 w, Array64? bias, (int H, int W) stride, (int Top, int Bottom, int Left, int Right) padding,
        (int H, int W) dilation, int groups)
    {
        int Extent(int extent, int margin, int reach, int step) => ((extent + margin - reach - 1) / step) + 1;
        var (channels, filters) = (x.Shape[1] / groups, w.Shape[0] / groups);
        var shape = new Shape(
            x.Shape[0], w.Shape[0],
            Extent(x.Shape[2], padding.Top + padding.Bottom, dilation.H * (w.Shape[2] - 1), stride.H),
            Extent(x.Shape[3], padding.Left + padding.Right, dilation.W * (w.Shape[3] - 1), stride.W));
        return Array64.Build(shape, at =>
        {
            var sum = bias?[at[1]] ?? 0;
            for (var c = 0; c < channels; c++)
            {
                for (var u = 0; u < w.Shape[2]; u++)
                {
                    for (var v = 0; v < w.Shape[3]; v++)
                    {
                        var (row, column) =
                            ((at[2] * stride.H) + (u * dilation.H) - padding.Top, (at[3] * stride.W) + (v * dilation.W) - padding.Left);
                        if (row >= 0 && row < x.Shape[2] && column >= 0 && column < x.Shape[3])
                        {
                            sum += x[at[0], (at[1] / filters * channels) + c, row, column] * w[at[1], c, u, v];
                        }
                    }
                }
            }

            return sum;
        });
    }

    /// <summary>
    /// The transpose of <c>Conv2d</c>: every x[n,k,i,j]·w[k,c,u,v] added to y[n,c₀ + c,i·s + u·d − p, j·s + v·d − p], plus bias.
    /// </summary>
    public static Array64 ConvTranspose2d(
        Array64 x, Array64 w, Array64? bias, (int H, int W) stride, (int Top, int Bottom, int Left, int Right) padding,
        (int H, int W) outputPadding,
        (int H, int W) dilation, int groups)
    {
        int Extent(int extent, int margin, int reach, int step, int more) => ((extent - 1) * step) - margin + reach + more + 1;
        var (channels, filters) = (w.Shape[1], x.Shape[1] / groups);
        var y = Array64.Build(
            new Shape(
                x.Shape[0], channels * groups,
                Extent(x.Shape[2], padding.Top + padding.Bottom, dilation.H * (w.Shape[2] - 1), stride.H, outputPadding.H),
                Extent(x.Shape[3], padding.Left + padding.Right, dilation.W * (w.Shape[3] - 1), stride.W, outputPadding.W)),
            at => bias?[at[1]] ?? 0);
        for (var n = 0; n < x.Shape[0]; n++)
        {
            for (var k = 0; k < x.Shape[1]; k++)
            {
                for (var i = 0; i < x.Shape[2]; i++)
                {
                    for (var j = 0; j < x.Shape[3]; j++)
                    {
                        for (var c = 0; c < channels; c++)
                        {
                            for (var u = 0; u < w.Shape[2]; u++)
                            {
                                for (var v = 0; v < w.Shape[3]; v++)
                                {
                                    var row = (i * stride.H) + (u * dilation.H) - padding.Top;
                                    var column = (j * stride.W) + (v * dilation.W) - padding.Left;
                                    if (row >= 0 && row < y.Shape[2] && column >= 0 && column < y.Shape[3])
                                    {
                                        y[n, (k / filters * channels) + c, row, column] += x[n, k, i, j] * w[k, c, u, v];
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }

        return y;
    }

    /// <summary>y[n,k,i,j] = bias[k] + Σ x[n,c,i·s + u·d − p, j·s + v·d − p]·w[k,c,u,v].</summary>
    public static Array64 Conv2d(Array64 x, Array64 w, Array64? bias, int stride, int padding, int dilation)
    {
        int Extent(int extent, int kernel) => ((extent + (2 * padding) - (dilation * (kernel - 1)) - 1) / stride) + 1;
        var shape = new Shape(x.Shape[0], w.Shape[0], Extent(x.Shape[2], w.Shape[2]), Extent(x.Shape[3], w.Shape[3]));
        var y = Array64.Build(shape, index => bias?[index[1]] ?? 0);
        AddTaps(y, x, w, stride, padding, dilation, isTransposed: false);
        return y;
    }

    /// <summary>Every x[n,k,i,j]·w[k,c,u,v] added to y[n,c,i·s + u·d − p, j·s + v·d − p], plus bias[c].</summary>
    public static Array64 ConvTranspose2d(Array64 x, Array64 w, Array64? bias, int stride, int padding, int outputPadding, int dilation)
    {
        int Extent(int extent, int kernel) => ((extent - 1) * stride) - (2 * padding) + (dilation * (kernel - 1)) + outputPadding + 1;
        var shape = new Shape(x.Shape[0], w.Shape[1], Extent(x.Shape[2], w.Shape[2]), Extent(x.Shape[3], w.Shape[3]));
        var y = Array64.Build(shape, index => bias?[index[1]] ?? 0);
        AddTaps(x, y, w, stride, padding, dilation, isTransposed: true);
        return y;
    }

    /// <summary>
    /// out[n,k,i,j] += in[n,c,i·s + u·d − p, j·s + v·d − p]·w[k,c,u,v] for all indices inside <paramref name="input"/>; if transposed, adds
    /// to <paramref name="input"/> from <paramref name="output"/> instead.
    /// </summary>
    private static void AddTaps(Array64 output, Array64 input, Array64 w, int stride, int padding, int dilation, bool isTransposed)
    {
        for (var n = 0; n < output.Shape[0]; n++)
        {
            for (var k = 0; k < w.Shape[0]; k++)
            {
                for (var c = 0; c < w.Shape[1]; c++)
                {
                    for (var u = 0; u < w.Shape[2]; u++)
                    {
                        for (var v = 0; v < w.Shape[3]; v++)
                        {
                            AddTap(n, k, c, (u * dilation) - padding, (v * dilation) - padding, w[k, c, u, v]);
                        }
                    }
                }
            }
        }

        void AddTap(int n, int k, int c, int down, int across, double weight)
        {
            var (rows, columns, height, width) = (output.Shape[2], output.Shape[3], input.Shape[2], input.Shape[3]);
            for (var i = 0; i < rows; i++)
            {
                var row = (i * stride) + down;
                if (row < 0 || row >= height)
                {
                    continue;
                }

                var outer = ((((n * output.Shape[1]) + k) * rows) + i) * columns;
                var inner = ((((n * input.Shape[1]) + c) * height) + row) * width;
                for (var j = 0; j < columns; j++)
                {
                    var column = (j * stride) + across;
                    if (column >= 0 && column < width && isTransposed)
                    {
                        input.Values[inner + column] += output.Values[outer + j] * weight;
                    }
                    else if (column >= 0 && column < width)
                    {
                        output.Values[outer + j] += input.Values[inner + column] * weight;
                    }
                }
            }
        }
    }

    /// <summary>a·b, with either matrix read transposed; ranks 2 or 3.</summary>
    public static Array64 MatMul(Array64 a, Array64 b, bool transposeA, bool transposeB)
    {
        static double At(Array64 x, int[] index, int row, int column)
        {
            (index[^2], index[^1]) = (row, column);
            return x.Broadcast(index);
        }

        var inner = a.Shape[transposeA ? -2 : -1];
        var (m, n) = (a.Shape[transposeA ? -1 : -2], b.Shape[transposeB ? -2 : -1]);
        var batch = Shape.Broadcast("reference", new Shape(a.Shape.ToArray()[..^2]), new Shape(b.Shape.ToArray()[..^2]));
        return Array64.Build(new Shape([.. batch, m, n]), index =>
        {
            var (row, column) = (index[^2], index[^1]);
            var at = index.ToArray();
            double sum = 0;
            for (var k = 0; k < inner; k++)
            {
                sum += (transposeA ? At(a, at, k, row) : At(a, at, row, k)) * (
                    transposeB ? At(b, at, column, k) : At(b, at, k, column));
            }

            return sum;
        });
    }
}
