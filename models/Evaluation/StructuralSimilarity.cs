namespace IlgpuGan.Models.Evaluation;

/// <summary>
/// SSIM (Wang et al. 2004) with scikit-image's defaults: 7×7 uniform window, sample covariance (÷ 48), K₁ = 0.01, K₂ = 0.03, the mean over
/// windows that are completely inside.
/// </summary>
public static class StructuralSimilarity
{
    public const int Window = 7;

    private const double K1 = 0.01;
    private const double K2 = 0.03;

    /// <summary>Mean SSIM of two planes [height, width].</summary>
    /// <param name="dataRange">difference between white and black: 255 for bytes</param>
    /// <exception cref="ArgumentException">a side is smaller than the window</exception>
    public static double Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int width, int height, double dataRange)
    {
        if (width < Window || height < Window || a.Length != width * height || b.Length != a.Length)
        {
            throw new ArgumentException($"SSIM needs two planes of the same size, at least {Window}x{Window}, not {width}x{height}");
        }

        var (c1, c2) = (K1 * dataRange * K1 * dataRange, K2 * dataRange * K2 * dataRange);
        var columns = new Sums[width];
        for (var y = 0; y < Window - 1; y++)
        {
            AddRow(columns, a.Slice(y * width, width), b.Slice(y * width, width), 1);
        }

        var total = 0.0;
        for (var y = Window - 1; y < height; y++)
        {
            AddRow(columns, a.Slice(y * width, width), b.Slice(y * width, width), 1);
            total += RowTotal(columns, c1, c2);
            var leaving = (y - Window + 1) * width;
            AddRow(columns, a.Slice(leaving, width), b.Slice(leaving, width), -1);
        }

        return total / ((double)(width - Window + 1) * (height - Window + 1));
    }

    /// <summary>Running sums over a window. Sums of bytes are integers below 2⁵³, so adding and subtracting rows is exact.</summary>
    private record struct Sums(double A, double B, double AA, double BB, double AB)
    {
        public static Sums operator +(Sums x, Sums y) => new(x.A + y.A, x.B + y.B, x.AA + y.AA, x.BB + y.BB, x.AB + y.AB);

        public static Sums operator -(Sums x, Sums y) => new(x.A - y.A, x.B - y.B, x.AA - y.AA, x.BB - y.BB, x.AB - y.AB);
    }

    private static void AddRow(Sums[] columns, ReadOnlySpan<float> a, ReadOnlySpan<float> b, int sign)
    {
        for (var x = 0; x < columns.Length; x++)
        {
            double p = a[x], q = b[x];
            columns[x] += new Sums(sign * p, sign * q, sign * p * p, sign * q * q, sign * p * q);
        }
    }

    private static double RowTotal(Sums[] columns, double c1, double c2)
    {
        var window = default(Sums);
        for (var x = 0; x < Window - 1; x++)
        {
            window += columns[x];
        }

        var total = 0.0;
        for (var x = Window - 1; x < columns.Length; x++)
        {
            window += columns[x];
            total += Index(window, c1, c2);
            window -= columns[x - Window + 1];
        }

        return total;
    }

    private static double Index(Sums s, double c1, double c2)
    {
        const double n = Window * Window;
        var (meanA, meanB) = (s.A / n, s.B / n);
        var varianceA = (s.AA - (n * meanA * meanA)) / (n - 1);
        var varianceB = (s.BB - (n * meanB * meanB)) / (n - 1);
        var covariance = (s.AB - (n * meanA * meanB)) / (n - 1);
        return ((2 * meanA * meanB) + c1) * ((2 * covariance) + c2) / (
            ((meanA * meanA) + (meanB * meanB) + c1) * (varianceA + varianceB + c2));
    }
}
