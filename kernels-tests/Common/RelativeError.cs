namespace IlgpuGan.TestsCommon;

/// <summary>Distances of arrays, relative and in the Euclidean norm.</summary>
internal static class RelativeError
{
    /// <summary>‖actual − expected‖ / ‖expected‖; infinite where a number is missing.</summary>
    public static double Of(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected) => Of(actual, expected, floor: 1e-30);

    /// <summary>
    /// The greatest relative error among several arrays that belong together. One that vanishes next to the others
    /// (a bias before a norm, the second derivative of a linear function) is measured against a thousandth of the largest.
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
