namespace IlgpuGan.Imaging.Resampling;

/// <summary>
/// For each new pixel along one axis, its source pixels and their weights. The geometry is Pillow's: pixel centres are at half-integers,
/// the filter is scaled by the ratio when shrinking, clipped at the border and normalised.
/// </summary>
internal sealed class FilterWeights
{
    /// <summary>
    /// Fractional bits of <see cref="Fixed"/>: an int less 8 bits of sample and 2 bits of headroom for negative lobes.
    /// </summary>
    public const int FixedBits = 32 - 8 - 2;

    private FilterWeights(int oldSize, int newSize, int taps)
    {
        OldSize = oldSize;
        Taps = taps;
        First = new int[newSize];
        Count = new int[newSize];
        Exact = new double[newSize * taps];
    }

    public int OldSize { get; }

    public int NewSize => First.Length;

    /// <summary>Weights reserved for each new pixel: the row length of <see cref="Exact"/>.</summary>
    public int Taps { get; }

    /// <summary>The first old pixel for each new one.</summary>
    public int[] First { get; }

    /// <summary>The number of old pixels for each new one, 1 to <see cref="Taps"/>.</summary>
    public int[] Count { get; }

    /// <summary>Weights [NewSize, Taps], each row summing to 1.</summary>
    public double[] Exact { get; }

    /// <summary>The weights in fixed point, rounded to nearest.</summary>
    public int[] Fixed() => Array.ConvertAll(Exact, w => (int)Math.Round(w * (1 << FixedBits), MidpointRounding.AwayFromZero));

    /// <param name="filter">Any but <see cref="ResizeFilter.Nearest"/>.</param>
    public static FilterWeights Create(ResizeFilter filter, int oldSize, int newSize)
    {
        var ratio = (double)oldSize / newSize;
        var stretch = Math.Max(ratio, 1);
        var shrink = 1 / stretch;
        var support = Radius(filter) * stretch;
        var weights = new FilterWeights(oldSize, newSize, ((int)Math.Ceiling(support) * 2) + 1);
        for (var i = 0; i < newSize; i++)
        {
            var center = (i + 0.5) * ratio;
            var first = Math.Max(0, (int)(center - support + 0.5));
            var count = Math.Min(oldSize, (int)(center + support + 0.5)) - first;
            var row = weights.Exact.AsSpan(i * weights.Taps, count);
            var sum = 0.0;
            for (var k = 0; k < count; k++)
            {
                row[k] = Evaluate(filter, (k + first - center + 0.5) * shrink);
                sum += row[k];
            }

            if (sum != 0)
            {
                var scale = 1 / sum;
                foreach (ref var weight in row)
                {
                    weight *= scale;
                }
            }

            (weights.First[i], weights.Count[i]) = (first, count);
        }

        return weights;
    }

    private static double Radius(ResizeFilter filter) => filter switch
    {
        ResizeFilter.Box => 0.5,
        ResizeFilter.Bilinear => 1,
        ResizeFilter.Bicubic => 2,
        ResizeFilter.Lanczos => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "not a filter with weights"),
    };

    private static double Evaluate(ResizeFilter filter, double x) => filter switch
    {
        // Half open, so that a pixel on the edge between two new ones counts only once.
        ResizeFilter.Box => x is > -0.5 and <= 0.5 ? 1 : 0,
        ResizeFilter.Bilinear => Math.Max(0, 1 - Math.Abs(x)),
        ResizeFilter.Bicubic => Cubic(Math.Abs(x)),
        _ => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0,
    };

    private static double Cubic(double x)
    {
        const double a = -0.5;
        return x switch
        {
            < 1 => ((((a + 2) * x) - (a + 3)) * x * x) + 1,
            < 2 => (((((x - 5) * x) + 8) * x) - 4) * a,
            _ => 0,
        };
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
