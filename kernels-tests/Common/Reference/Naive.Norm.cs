namespace IlgpuGan.TestsCommon.Reference;

internal static partial class Naive
{
    /// <summary>
    /// (x − mean)/√(variance + ε)·weight + bias of [N, C, …], with statistics per channel over the batch, or per channel and image.
    /// </summary>
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

    /// <summary>
    /// (x − mean)/√(variance + ε)·weight + bias, with statistics over all elements with the same value of <paramref name="group"/>.
    /// </summary>
    public static Array64 GroupedNorm(
        Array64 x, Func<int[], string> group, double epsilon, Array64? weight = null, Array64? bias = null,
            Func<int[], int>? channel = null)
    {
        var groups = new Dictionary<string, List<double>>();
        Array64.Build(x.Shape, index =>
        {
            groups.TryAdd(group(index), []);
            groups[group(index)].Add(x[index]);
            return 0;
        });
        return Array64.Build(x.Shape, index =>
        {
            var values = groups[group(index)];
            var mean = values.Average();
            var variance = values.Average(v => (v - mean) * (v - mean));
            return Apply(
                x[index], mean, variance, channel is null ? null : weight?[channel(index)], channel is null ? null : bias?[channel(index)],
                epsilon);
        });
    }

    /// <summary>x / √(mean over dimension 1 of x² + ε).</summary>
    public static Array64 PixelNorm(Array64 x, double epsilon) => Array64.Build(x.Shape, index =>
    {
        double sum = 0;
        var place = (int[])index.Clone();
        for (var c = 0; c < x.Shape[1]; c++)
        {
            place[1] = c;
            sum += x[place] * x[place];
        }

        return x[index] / Math.Sqrt((sum / x.Shape[1]) + epsilon);
    });

    /// <summary>The weight's element in row o and column j, where columns enumerate the other dimensions in order.</summary>
    private static ref double Row(Array64 weight, int outputAxis, int o, int j)
    {
        if (outputAxis == 0)
        {
            return ref weight.Values[(o * (int)(weight.Shape.Count / weight.Shape[0])) + j];
        }

        var area = (int)(weight.Shape.Count / (weight.Shape[0] * weight.Shape[1]));
        return ref weight.Values[((((j / area) * weight.Shape[1]) + o) * area) + (j % area)];
    }

    /// <summary>W / (uᵀWv), with W as a matrix of one row per output.</summary>
    public static Array64 SpectralNormalize(Array64 weight, Array64 u, Array64 v, int outputAxis)
    {
        var sigma = 0.0;
        for (var o = 0; o < u.Values.Length; o++)
        {
            for (var j = 0; j < v.Values.Length; j++)
            {
                sigma += u.Values[o] * Row(weight, outputAxis, o, j) * v.Values[j];
            }
        }

        return weight.Map(w => w / sigma);
    }

    /// <summary>g·v/‖v‖ for each slice along a dimension.</summary>
    public static Array64 WeightNormalize(Array64 v, Array64 g, int axis)
    {
        var squares = new double[v.Shape[axis]];
        Array64.Build(v.Shape, index => squares[index[axis]] += v[index] * v[index]);
        return Array64.Build(v.Shape, index => g.Values[index[axis]] * v[index] / Math.Sqrt(squares[index[axis]]));
    }

    /// <summary>
    /// x [N, C, …] with one more channel: the standard deviation over the images with the same n mod (N / group), averaged over all
    /// features.
    /// </summary>
    public static Array64 MinibatchDeviation(Array64 x, int group, double epsilon)
    {
        var (images, features) = (x.Shape[0], x.Values.Length / x.Shape[0]);
        var groups = images / group;
        var means = new double[groups];
        for (var m = 0; m < groups; m++)
        {
            for (var f = 0; f < features; f++)
            {
                var values = Enumerable.Range(0, group).Select(i => x.Values[(((i * groups) + m) * features) + f]).ToList();
                var mean = values.Average();
                means[m] += Math.Sqrt(values.Average(value => (value - mean) * (value - mean)) + epsilon) / features;
            }
        }

        return Array64.Build(x.Shape.With(1, x.Shape[1] + 1), index => index[1] < x.Shape[1] ? x[index] : means[index[0] % groups]);
    }

    /// <summary>One step of power iteration: the next v and u, each of unit length.</summary>
    public static (Array64 U, Array64 V) PowerIteration(Array64 weight, Array64 u, Array64 v, int outputAxis)
    {
        v = Unit(
            Array64.Build(v.Shape, j => Enumerable.Range(0, u.Values.Length).Sum(o => Row(weight, outputAxis, o, j[0]) * u.Values[o])));
        u = Unit(
            Array64.Build(u.Shape, o => Enumerable.Range(0, v.Values.Length).Sum(j => Row(weight, outputAxis, o[0], j) * v.Values[j])));
        return (u, v);

        static Array64 Unit(Array64 x)
        {
            var length = Math.Sqrt(x.Values.Sum(value => value * value));
            return x.Map(value => value / length);
        }
    }

    /// <summary>x if positive, else slope·x, with one slope or one per channel.</summary>
    public static Array64 PRelu(Array64 x, Array64 slope) =>
        Array64.Build(x.Shape, index => x[index] > 0 ? x[index] : x[index] * slope[slope.Shape[0] == 1 ? 0 : index[1]]);

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
