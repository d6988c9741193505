using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Functions;
using Identity = IlgpuGan.Tensors.Devices.Functions.Identity;

namespace IlgpuGan.KernelsTests.Cpu;

internal sealed class NormTests
{
    private const float Epsilon = 1e-5f;

    private static readonly NormGeometry[] s_geometries =
    [
        new(1, 1, 1, false),
        new(3, 5, 7, false),
        new(3, 5, 7, true),
        new(2, 512, 4, false),
        new(7, 3, 1, false),
        new(33, 40, 1, false),
        new(64, 32, 1, false),
        new(9, 35, 9, false),
        new(13, 20, 36, false),
        new(8, 5, 256, false),
        new(4097, 3, 1, false),
        new(1, 64, 33 * 35, true),
        new(1, 3, 300 * 301, true),
        new(2, 3, 200 * 201, false),
        new(40, 2, 31 * 33, false),
    ];

    private static int GroupOf(in NormGeometry g, long element)
    {
        var row = element / g.Inner;
        return (int)(g.PerInstance ? row : row % g.Channels);
    }

    private static int ChannelOf(in NormGeometry g, long element) => (int)(element / g.Inner % g.Channels);

    private static long Count(in NormGeometry g) => (long)g.Outer * g.Channels * g.Inner;

    private static (double[] Mean, double[] Variance) Statistics(double[] x, NormGeometry g)
    {
        var (mean, variance) = (new double[g.Groups], new double[g.Groups]);
        for (long i = 0; i < x.Length; i++)
        {
            mean[GroupOf(g, i)] += x[i] / g.GroupSize;
        }

        for (long i = 0; i < x.Length; i++)
        {
            variance[GroupOf(g, i)] += Math.Pow(x[i] - mean[GroupOf(g, i)], 2) / g.GroupSize;
        }

        return (mean, variance);
    }

    private static double[] Normalized(double[] x, double[] mean, double[] variance, double[] weight, double[] bias, NormGeometry g) =>
        [.. x.Select((v, i) => (
            (v - mean[GroupOf(g, i)]) / Math.Sqrt(variance[GroupOf(g, i)] + Epsilon) * weight[ChannelOf(g, i)]) + bias[ChannelOf(g, i)])];

    /// <summary>A channel whose first image is far off is summed again; one that is nearly constant loses no digits.</summary>
    [TestCase(33, 40, 1)]
    [TestCase(64, 32, 1)]
    [TestCase(9, 35, 9)]
    [TestCase(5, 16, 15)]
    [TestCase(17, 19, 100)]
    public void MomentsBySumsDownColumns(int images, int channels, int pixels)
    {
        var g = new NormGeometry(images, channels, pixels, PerInstance: false);
        Assert.That(new NormPlan(g).UsesColumns);
        var x = Numbers.Some(Count(g), low: 10, high: 11);
        x.AsSpan(2 * pixels, pixels).Fill(-500);
        var results = KernelRun.Of(run =>
        {
            var (mean, variance) = (run.Output(g.Groups), run.Output(g.Groups));
            run.Kernels.Run(new MomentsCall(run.Input(x), mean, variance, g));
            return [mean, variance];
        });
        var (expectedMean, expectedVariance) = Statistics(Numbers.Double(x), g);
        Numbers.AssertClose(results[0], expectedMean, 1e-7);
        Numbers.AssertClose(results[1], expectedVariance, 2.5e-7, floor: 1e-3);
    }

    [TestCaseSource(nameof(s_geometries))]
    public void Moments(NormGeometry g)
    {
        foreach (var offset in (double[])[0, 1000])
        {
            var x = Numbers.Some(Count(g), low: offset - 1, high: offset + 1);
            var results = KernelRun.Of(run =>
            {
                var (mean, variance) = (run.Output(g.Groups), run.Output(g.Groups));
                run.Kernels.Run(new MomentsCall(run.Input(x), mean, variance, g));
                return [mean, variance];
            });
            var (expectedMean, expectedVariance) = Statistics(Numbers.Double(x), g);
            Numbers.AssertClose(results[0], expectedMean, 1e-7);

            // Eight squares are added up in float32.
            Numbers.AssertClose(results[1], expectedVariance, 2.5e-7, floor: 1e-3);
        }
    }

    /// <summary>The places that a first guess of the mean is taken from say nothing of the rest: its deviations would cancel.</summary>
    [Test]
    public void Moments_where_a_sample_misleads()
    {
        const int Places = 8;
        const int Lanes = 16;
        foreach (var pixels in (int[])[128, 999, 4096, 40000])
        {
            var g = new NormGeometry(1, 2, pixels, PerInstance: true);
            var x = Numbers.Some(Count(g), low: -1, high: 1);
            var length = Math.Min(pixels, 32768);
            for (var place = 0; place < (pixels == 128 ? 0 : Places); place++)
            {
                Array.Fill(x, 3e4f, place * ((length - Lanes) / (Places - 1)), Lanes);
            }

            Array.Fill(x, 7.1f, pixels, pixels);
            var results = KernelRun.Of(run =>
            {
                var (mean, variance) = (run.Output(g.Groups), run.Output(g.Groups));
                run.Kernels.Run(new MomentsCall(run.Input(x), mean, variance, g));
                return [mean, variance];
            });
            var (expectedMean, expectedVariance) = Statistics(Numbers.Double(x), g);
            Numbers.AssertClose(results[0], expectedMean, 1e-7);
            Numbers.AssertClose(results[1], expectedVariance, 1e-7, floor: 1e-3);
            Assert.That(results[1][1], Is.Zero, "all equal");
        }
    }

    [TestCaseSource(nameof(s_geometries))]
    public void Normalize(NormGeometry g)
    {
        var x = Numbers.Some(Count(g), seed: 1);
        var mean = Numbers.Some(g.Groups, seed: 2);
        var variance = Numbers.Some(g.Groups, seed: 3, low: 0.1);
        var weight = Numbers.Some(g.Channels, seed: 4);
        var bias = Numbers.Some(g.Channels, seed: 5);
        foreach (var (useWeight, useBias) in ((bool, bool)[])[(true, true), (false, true), (true, false), (false, false)])
        {
            var y = KernelRun.Of(run =>
            {
                var output = run.Output(x.Length);
                run.Kernels.Run(new NormalizeCall(
                    new(
                        run.Input(x), run.Input(mean), run.Input(variance), useWeight ? run.Input(weight) : null,
                        useBias ? run.Input(bias) : null, g, Epsilon),
                    output));
                return output;
            });
            var ones = Enumerable.Repeat(1.0, g.Channels).ToArray();
            var expected = Normalized(
                Numbers.Double(x), Numbers.Double(mean), Numbers.Double(variance), useWeight ? Numbers.Double(weight) : ones,
                useBias ? Numbers.Double(bias) : new double[g.Channels], g);
            Numbers.AssertClose(y, expected, 1e-6);
        }
    }

    /// <summary>Against the sum over all pairs (i, j) of dy_i · ∂y_i/∂x_j, with ∂y_i/∂x_j written out per element.</summary>
    [TestCaseSource(nameof(s_geometries))]
    public void Gradient_agrees_with_the_chain_rule_in_double(NormGeometry g)
    {
        var x = Numbers.Some(Count(g), seed: 1, low: 1, high: 3);
        var dy = Numbers.Some(Count(g), seed: 2, low: -1, high: 2);
        var weight = Numbers.Some(g.Channels, seed: 3);
        var (mean, variance) = Statistics(Numbers.Double(x), g);

        // y = w·(x − μ)·s with s = (σ² + ε)^−½: through x directly, through μ, and through σ².
        var (dMean, dVariance) = (new double[g.Groups], new double[g.Groups]);
        var (dWeight, dBias) = (new double[g.Channels], new double[g.Channels]);
        for (long i = 0; i < x.Length; i++)
        {
            var (group, channel) = (GroupOf(g, i), ChannelOf(g, i));
            var s = 1 / Math.Sqrt(variance[group] + Epsilon);
            dMean[group] -= dy[i] * weight[channel] * s;
            dVariance[group] += dy[i] * weight[channel] * (x[i] - mean[group]) * -0.5 * s * s * s;
            dWeight[channel] += dy[i] * (x[i] - mean[group]) * s;
            dBias[channel] += dy[i];
        }

        var dx = new double[x.Length];
        for (long i = 0; i < x.Length; i++)
        {
            var (group, channel) = (GroupOf(g, i), ChannelOf(g, i));
            dx[i] = (dy[i] * weight[channel] / Math.Sqrt(variance[group] + Epsilon)) + (dMean[group] / g.GroupSize)
                + (dVariance[group] * 2 * (x[i] - mean[group]) / g.GroupSize);
        }

        foreach (var (useDx, useParameters) in ((bool, bool)[])[(true, true), (true, false), (false, true)])
        {
            var results = KernelRun.Of(run =>
            {
                DeviceSpan? dxOutput = useDx ? run.Output(x.Length) : null;
                DeviceSpan? dWeightOutput = useParameters ? run.Output(g.Channels) : null;
                DeviceSpan? dBiasOutput = useParameters ? run.Output(g.Channels) : null;
                run.Kernels.Run(new NormalizeGradientCall(
                    new(
                        run.Input(x), run.Input(Array.ConvertAll(mean, v => (float)v)),
                        run.Input(Array.ConvertAll(variance, v => (float)v)), run.Input(weight), null, g, Epsilon),
                    run.Input(dy), dxOutput, dWeightOutput, dBiasOutput));
                return new[] { dxOutput, dWeightOutput, dBiasOutput }.OfType<DeviceSpan>().ToArray();
            });
            if (useDx)
            {
                // Terms as large as dy / √ε cancel where a group is one element.
                Numbers.AssertClose(results[0], dx, 2e-6, floor: g.GroupSize == 1 ? 1 / Math.Sqrt(Epsilon) : 1);
            }

            if (useParameters)
            {
                var scale = Math.Sqrt(x.Length / (double)g.Channels);
                Numbers.AssertClose(results[^2], dWeight, 2e-7, floor: scale);
                Numbers.AssertClose(results[^1], dBias, 1e-7, floor: scale);
            }
        }
    }

    [Test]
    public void Gradient_without_weight_is_that_with_ones()
    {
        var g = new NormGeometry(2, 3, 50, true);
        var x = Numbers.Some(Count(g), seed: 1);
        var dy = Numbers.Some(Count(g), seed: 2);
        var statistics = Numbers.Some(g.Groups, seed: 3, low: 0.5, high: 1);
        float[] Run(float[]? weight) => KernelRun.Of(run =>
        {
            var output = run.Output(x.Length);
            DeviceSpan? w = weight is null ? null : run.Input(weight);
            run.Kernels.Run(new NormalizeGradientCall(
                new(run.Input(x), run.Input(statistics), run.Input(statistics), w, null, g, Epsilon), run.Input(dy), output, null, null));
            return output;
        });
        Assert.That(Run(null), Is.EqualTo(Run([1, 1, 1])));
    }
}
