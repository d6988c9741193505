namespace IlgpuGan.Models.Evaluation;

/// <summary>
/// MS-SSIM (Wang, Simoncelli and Bovik 2003): contrast and structure at up to five scales, luminance at the coarsest. An 11×11 Gaussian
/// window with σ 1.5, weighted (not sample) covariance, and the mean over windows that are completely inside; K₁ = 0.01, K₂ = 0.03. From
/// scale to scale a plane is averaged 2×2; with an odd side the last line counts twice.
/// </summary>
/// <remarks>
/// The paper's five scales need sides of 161 pixels. A smaller picture is measured at as many scales as hold the window, with normalised
/// weights: values of pictures with different numbers of scales are not comparable.
/// </remarks>
public static class MultiScaleSimilarity
{
    /// <summary>Smallest side of a plane.</summary>
    public const int Window = 11;

    private const double Sigma = 1.5;
    private const double K1 = 0.01;
    private const double K2 = 0.03;

    /// <summary>β₁ = γ₁ … β₅ = γ₅ = α₅, from the finest scale to the coarsest; they sum to 1.</summary>
    private static readonly double[] s_weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    private static readonly double[] s_kernel = Kernel();

    /// <summary>Number of the five scales at which a picture of this size is measured.</summary>
    public static int ScalesOf(int width, int height)
    {
        var scales = 0;
        for (var side = Math.Min(width, height); side >= Window && scales < s_weights.Length; side = (side + 1) / 2)
        {
            scales++;
        }

        return scales;
    }

    /// <summary>MS-SSIM of two planes [height, width]. A negative mean of contrast and structure counts as 0.</summary>
    /// <param name="dataRange">difference between white and black: 255 for bytes</param>
    /// <exception cref="ArgumentException">a side is smaller than the window</exception>
    public static double Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int width, int height, double dataRange)
    {
        var scales = ScalesOf(width, height);
        if (scales == 0 || a.Length != width * height || b.Length != a.Length)
        {
            throw new ArgumentException($"MS-SSIM needs two planes of the same size, at least {Window}x{Window}, not {width}x{height}");
        }

        var (c1, c2) = (K1 * dataRange * K1 * dataRange, K2 * dataRange * K2 * dataRange);
        var (x, y) = (Plane.From(a, width), Plane.From(b, width));
        var sum = s_weights.Take(scales).Sum();
        var product = 1.0;
        for (var scale = 0; scale < scales; scale++)
        {
            var (ssim, contrast) = MeansOf(x, y, c1, c2);
            var factor = scale == scales - 1 ? ssim : contrast;
            product *= Math.Pow(Math.Max(0, factor), s_weights[scale] / sum);
            (x, y) = (x.Halved(), y.Halved());
        }

        return product;
    }

    /// <summary>Means over all windows of SSIM, and of SSIM without its luminance term.</summary>
    private static (double Ssim, double Contrast) MeansOf(Plane a, Plane b, double c1, double c2)
    {
        var (meanA, meanB) = (a.Blurred(s_kernel), b.Blurred(s_kernel));
        var (squareA, squareB, product) =
            (Plane.Product(a, a).Blurred(s_kernel), Plane.Product(b, b).Blurred(s_kernel), Plane.Product(a, b).Blurred(s_kernel));
        var (ssim, contrast) = (0.0, 0.0);
        for (var i = 0; i < meanA.Values.Length; i++)
        {
            var (p, q) = (meanA.Values[i], meanB.Values[i]);
            var variances = squareA.Values[i] - (p * p) + squareB.Values[i] - (q * q);
            var cs = ((2 * (product.Values[i] - (p * q))) + c2) / (variances + c2);
            contrast += cs;
            ssim += cs * ((2 * p * q) + c1) / ((p * p) + (q * q) + c1);
        }

        return (ssim / meanA.Values.Length, contrast / meanA.Values.Length);
    }

    private static double[] Kernel()
    {
        var kernel = Enumerable.Range(0, Window).Select(i => Math.Exp(-Math.Pow(i - (Window / 2), 2) / (2 * Sigma * Sigma))).ToArray();
        return [.. kernel.Select(k => k / kernel.Sum())];
    }

    /// <summary>Values [rows, columns].</summary>
    private sealed record Plane(double[] Values, int Width)
    {
        private int Height => Values.Length / Width;

        public static Plane From(ReadOnlySpan<float> values, int width)
        {
            var copy = new double[values.Length];
            for (var i = 0; i < copy.Length; i++)
            {
                copy[i] = values[i];
            }

            return new Plane(copy, width);
        }

        public static Plane Product(Plane a, Plane b)
        {
            var product = new double[a.Values.Length];
            for (var i = 0; i < product.Length; i++)
            {
                product[i] = a.Values[i] * b.Values[i];
            }

            return a with { Values = product };
        }

        /// <summary>Convolves rows and columns with the kernel, without padding.</summary>
        public Plane Blurred(double[] kernel)
        {
            var (width, height) = (Width - kernel.Length + 1, Height - kernel.Length + 1);
            var rows = new double[width * Height];
            for (var y = 0; y < Height; y++)
            {
                var target = rows.AsSpan(y * width, width);
                for (var k = 0; k < kernel.Length; k++)
                {
                    Accumulate(kernel[k], Values.AsSpan((y * Width) + k, width), target);
                }
            }

            var result = new double[width * height];
            for (var y = 0; y < height; y++)
            {
                for (var k = 0; k < kernel.Length; k++)
                {
                    Accumulate(kernel[k], rows.AsSpan((y + k) * width, width), result.AsSpan(y * width, width));
                }
            }

            return new Plane(result, width);
        }

        public Plane Halved()
        {
            var (width, height) = ((Width + 1) / 2, (Height + 1) / 2);
            var half = new double[width * height];
            for (var y = 0; y < height; y++)
            {
                var (top, bottom) = (2 * y * Width, Math.Min((2 * y) + 1, Height - 1) * Width);
                for (var x = 0; x < width; x++)
                {
                    var (left, right) = (2 * x, Math.Min((2 * x) + 1, Width - 1));
                    half[(y * width) + x] = (Values[top + left] + Values[top + right] + Values[bottom + left] + Values[bottom + right]) / 4;
                }
            }

            return new Plane(half, width);
        }

        private static void Accumulate(double factor, ReadOnlySpan<double> source, Span<double> target)
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] += factor * source[i];
            }
        }
    }
}
