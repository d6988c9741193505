using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>Tensor cores read a data gradient's weight packed, each phase's taps in one piece.</summary>
internal sealed class PackedWeightsTests
{
    private const double RoundingOfTf32 = 6e-4;

    [Exhaustive] // In the fast suite the PTX machine takes no tensor cores.
    [TestCase(8, 20, 24, 3, 1, 1, 0, TestName = "one phase")]
    [TestCase(4, 17, 24, 4, 2, 1, 0, TestName = "four phases of 2 x 2 taps each")]
    [TestCase(4, 20, 24, 3, 2, 1, 1, TestName = "phases of one, two and four taps")]
    [TestCase(4, 18, 24, 1, 2, 0, 1, TestName = "phases without any tap")]
    public void GradientsAgreeWithTheProcessors(int k, int c, int side, int kernel, int stride, int padding, int outputPadding)
    {
        var device = (GpuDevice)TestDevices.Open("ptx");
        var before = device.Precision;
        device.Precision = ProductPrecision.Tf32;
        try
        {
            var launches = device.Queue.Launches;
            var found = Gradient(device);
            Assert.That(device.Queue.Launches - launches, Is.GreaterThanOrEqualTo(2), "the weight was packed");
            var expected = Array.ConvertAll(Gradient(Device.Open("cpu")), value => (double)value);
            Assert.That(RelativeError.Of(found, expected), Is.LessThan(RoundingOfTf32));
        }
        finally
        {
            device.Precision = before;
        }

        // A transposed convolution is the data gradient of one.
        float[] Gradient(Device where)
        {
            using var step = where.Step();
            var dy = Tensor.From(Numbers(k * side * side), new Shape(1, k, side, side), where);
            var w = Tensor.From(Numbers(k * c * kernel * kernel), new Shape(k, c, kernel, kernel), where);
            return dy.ConvTranspose2d(w, stride: stride, padding: padding, outputPadding: outputPadding).ToArray();
        }
    }

    /// <summary>Of 3 x 3 taps and stride 2: four phases of one, two, two and four taps, in places for four each.</summary>
    internal static void EachTapHasItsPlace(string name)
    {
        const int K = 4, C = 3;
        var device = (GpuDevice)TestDevices.Open(name);
        using var step = device.Step();
        Shape dy = new(1, K, 3, 3), weight = new(K, C, 3, 3);
        var w = Tensor.From(Numbers(K * C * 9), weight, device);
        var g = ConvShapes.ConvTranspose2d("conv_transpose2d", dy, weight, null, new ConvSettings(2, 1, 1, 1), 1);
        var packed = Tensor.From(new float[4 * C * K * 4], new Shape(4, C, K * 4), device);
        var product = ConvolutionProducts.InputGradient(default, w.Span.View(), default, default, g);
        PackedWeights.Apply(device.Queue, ref product, packed.Span.View());

        // With a padding of 1, even rows meet the middle tap alone, odd ones the first and the last.
        int[][] taps = [[1], [0, 2]];
        var (from, to) = (w.ToArray(), packed.ToArray());
        for (var place = 0; place < to.Length; place++)
        {
            var (phase, channel, inRow) = (place / (C * K * 4), place / (K * 4) % C, place % (K * 4));
            var (rows, columns) = (taps[phase / 2], taps[phase % 2]);
            var count = rows.Length * columns.Length;
            var (k, tap) = (inRow / count, inRow % count);
            var expected = k < K
                ? from[(((k * C) + channel) * 9) + (rows[tap / columns.Length] * 3) + columns[tap % columns.Length]]
                : 0;
            Assert.That(to[place], Is.EqualTo(expected), $"place {place}");
        }
    }

    private static float[] Numbers(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
