namespace IlgpuGan.KernelsTests.Reference;

internal static partial class Naive
{
    /// <summary>(x − mean)/√(variance + ε)·weight + bias of [N, C, …], statistics over the batch or for each image apart.</summary>
    public static Array64 Norm(Array64 x, Array64? weight, Array64? bias, double epsilon, bool perInstance)
    {
        var moments = new Dictionary<(int?, int), (double Mean, double Variance)>();
        return Array64.Build(x.Shape, index =>
        {
            var group = (perInstance ? index[0] : (int?)null, index[1]);
            if (!moments.TryGetValue(group, out var m))
            {
                moments.Add(group, m = Moments(x, group.Item1, group.Item2));
            }

            return Apply(x[index], m.Mean, m.Variance, weight?[index[1]], bias?[index[1]], epsilon);
        });
    }

    /// <summary>The same with given statistics [C].</summary>
    public static Array64 FixedNorm(Array64 x, Array64 mean, Array64 variance, Array64? weight, Array64? bias, double epsilon) =>
        Array64.Build(x.Shape, index =>
            Apply(x[index], mean[index[1]], variance[index[1]], weight?[index[1]], bias?[index[1]], epsilon));

    /// <summary>Mean and biased variance of a channel, of one image or of all.</summary>
    public static (double Mean, double Variance) Moments(Array64 x, int? image, int channel)
    {
        var (images, channels) = (x.Shape[0], x.Shape[1]);
        var pixels = x.Values.Length / images / channels;
        var values = new List<double>();
        for (var n = 0; n < images; n++)
        {
            for (var p = 0; p < pixels; p++)
            {
                if (image is null || image == n)
                {
                    values.Add(x.Values[(((n * channels) + channel) * pixels) + p]);
                }
            }
        }

        var mean = values.Average();
        return (mean, values.Average(v => (v - mean) * (v - mean)));
    }

    private static double Apply(double x, double mean, double variance, double? weight, double? bias, double epsilon) =>
        ((x - mean) / Math.Sqrt(variance + epsilon) * (weight ?? 1)) + (bias ?? 0);
}
