namespace IlgpuGan.TestsCommon;

/// <summary>Relative errors of arrays in the Euclidean norm.</summary>
internal static class RelativeError
{
    /// <summary>‖actual − expected‖ / ‖expected‖; infinite if lengths differ or a value is NaN.</summary>
    public static double Of(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected) => Of(actual, expected, floor: 1e-30);

    /// <summary>
    /// The largest relative error among several related arrays. An array with a much smaller norm than the others
    /// (a bias before a norm, the second derivative of a linear function) is compared with a thousandth of the largest norm.
    /// </summary>
    public static double OfAll(IReadOnlyList<float[]> actual, IReadOnlyList<double[]> expected)
    {
        var largest = expected.Max(e => Norm(e));
        var worst = 0.0;
        for (var i = 0; i < expected.Count; i++)
        {
            worst = Math.Max(worst, Of(actual[i], expected[i], Math.Max(1e-3 * largest, 1e-9)));
        }

        return worst;
    }

    public static double Norm(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
        {
            sum += value * value;
        }

        return Math.Sqrt(sum);
    }

    private static double Of(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected, double floor)
    {
        if (actual.Length != expected.Length)
        {
            return double.PositiveInfinity;
        }

        var difference = new double[expected.Length];
        for (var i = 0; i < expected.Length; i++)
        {
            difference[i] = actual[i] - expected[i];
        }

        var error = Norm(difference) / Math.Max(Norm(expected), floor);
        return double.IsNaN(error) ? double.PositiveInfinity : error;
    }
}
