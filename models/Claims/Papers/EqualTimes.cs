namespace IlgpuGan.Claims.Papers;

/// <summary>A measure of checkpoints, compared at equal processor times of the variants' trainings.</summary>
internal static class EqualTimes
{
    private const int Times = 5;

    /// <summary>Adds the values of a variant's checkpoints and when they were reached.</summary>
    public static void Add(
        Dictionary<string, double> values, string measure, IReadOnlyList<double> checkpoints, IReadOnlyList<double> seconds)
    {
        foreach (var (i, value) in checkpoints.Index())
        {
            (values[PointOf(i, "seconds")], values[PointOf(i, measure)]) = (seconds[i], value);
        }
    }

    /// <summary>The mean of a measure at five equal times, the last one the end of the shorter training.</summary>
    /// <param name="variants">the values of all variants with one seed</param>
    /// <param name="measure">its name</param>
    /// <returns>the value of each</returns>
    public static IReadOnlyList<double> Compare(IReadOnlyList<IReadOnlyDictionary<string, double>> variants, string measure)
    {
        var curves = variants.Select(of => Enumerable.Range(0, of.Count).TakeWhile(i => of.ContainsKey(PointOf(i, "seconds")))
            .Select(i => (Seconds: of[PointOf(i, "seconds")], Value: of[PointOf(i, measure)])).ToList()).ToList();
        var end = curves.Min(curve => curve[^1].Seconds);
        return [.. curves.Select(curve => Enumerable.Range(1, Times).Average(i => At(end * i / Times, curve)))];
    }

    /// <summary>A curve's value at a time, between two of its points along a line; before the first one its value.</summary>
    internal static double At(double time, IReadOnlyList<(double Seconds, double Value)> curve)
    {
        var next = curve.TakeWhile(point => point.Seconds < time).Count();
        if (next == 0 || next == curve.Count)
        {
            return curve[Math.Min(next, curve.Count - 1)].Value;
        }

        var (before, after) = (curve[next - 1], curve[next]);
        return before.Value + ((after.Value - before.Value) * (time - before.Seconds) / (after.Seconds - before.Seconds));
    }

    private static string PointOf(int checkpoint, string what) => Invariant.Text($"{what} {checkpoint + 1}");
}
