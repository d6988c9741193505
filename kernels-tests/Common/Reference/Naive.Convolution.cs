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
        var g = new ConvGeometry(
            x.Shape[0], x.Shape[1], (x.Shape[2], x.Shape[3]), w.Shape[0],
            new((w.Shape[2], w.Shape[3]), stride, (padding.Top, padding.Left), dilation),
            (Extent(x.Shape[2], padding.Top + padding.Bottom, dilation.H * (w.Shape[2] - 1), stride.H),
                Extent(x.Shape[3], padding.Left + padding.Right, dilation.W * (w.Shape[3] - 1), stride.W)),
            groups);
        return new Array64(
            new Shape(g.N, g.K, g.OutH, g.OutW), ReferenceConvolution.Forward(x.Values, w.Values, bias?.Values, g));
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
        var g = new ConvGeometry(
            x.Shape[0], w.Shape[1] * groups,
            (Extent(x.Shape[2], padding.Top + padding.Bottom, dilation.H * (w.Shape[2] - 1), stride.H, outputPadding.H),
                Extent(x.Shape[3], padding.Left + padding.Right, dilation.W * (w.Shape[3] - 1), stride.W, outputPadding.W)),
            x.Shape[1], new((w.Shape[2], w.Shape[3]), stride, (padding.Top, padding.Left), dilation), (x.Shape[2], x.Shape[3]), groups);
        return new Array64(
            new Shape(g.N, g.C, g.H, g.W), ReferenceConvolution.InputGradient(x.Values, w.Values, bias?.Values, g));
    }

    /// <summary>The same in both directions, in one group.</summary>
    public static Array64 Conv2d(Array64 x, Array64 w, Array64? bias, int stride, int padding, int dilation) =>
        Conv2d(x, w, bias, (stride, stride), (padding, padding, padding, padding), (dilation, dilation), groups: 1);

    /// <inheritdoc cref="Conv2d(Array64, Array64, Array64, int, int, int)"/>
    public static Array64 ConvTranspose2d(Array64 x, Array64 w, Array64? bias, int stride, int padding, int outputPadding, int dilation) =>
        ConvTranspose2d(
            x, w, bias, (stride, stride), (padding, padding, padding, padding), (outputPadding, outputPadding), (dilation, dilation),
            groups: 1);

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
