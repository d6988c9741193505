using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// Convolutions of shapes that nobody thought of, drawn by chance but the same in each run, against the definition in double precision.
/// </summary>
public sealed class RandomConvolutionTests
{
    private const int ShapesEach = 20;

    /// <summary>Of the root mean square that sums of so many products of numbers in [−1, 1) have.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>Multiply-adds of a shape.</summary>
    private const double Most = 3e6;

    private static readonly int[] s_channels = [1, 2, 3, 5, 7, 8, 12, 15, 16, 17, 31, 32, 33, 48, 64, 65, 80, 112];

    [Test]
    public void AllPassesAgreeWithTheirDefinitions([Range(0, 7)] int series)
    {
        var random = new Random(series);
        for (var i = 0; i < ShapesEach; i++)
        {
            var g = Draw(random);
            var kernel = ConvolutionTests.Kernels[random.Next(ConvolutionTests.Kernels.Length)];
            var use = Enum.GetValues<WinogradUse>()[random.Next(Enum.GetValues<WinogradUse>().Length)];
            using var device = new CpuBench(random.Next(1, 4), kernel, use);
            var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
            var dy = ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 2);
            var w = ConvolutionTests.Numbers(g.K * (g.C / g.Groups) * g.KernelH * g.KernelW, 3);
            var (shiftY, shiftX) = (ConvolutionTests.Numbers(g.K, 4), ConvolutionTests.Numbers(g.C, 5));
            var weight = device.Put(w);
            if (random.Next(3) == 0)
            {
                device.Kernels.Hold(weight);
            }

            var taps = g.KernelH * g.KernelW;
            Check(
                "forward", ReferenceConvolution.Forward(x, w, shiftY, g), g.C / g.Groups * taps,
                y => device.Kernels.Run(new Conv2dCall(device.Put(x), weight, device.Put(shiftY), y, g)));
            Check(
                "data gradient", ReferenceConvolution.InputGradient(dy, w, shiftX, g), g.K / g.Groups * taps,
                dx => device.Kernels.Run(new Conv2dInputGradientCall(device.Put(dy), weight, device.Put(shiftX), dx, g)));
            Check(
                "weight gradient", ReferenceConvolution.WeightGradient(x, dy, g), g.N * g.OutH * g.OutW,
                dw => device.Kernels.Run(new Conv2dWeightGradientCall(device.Put(x), device.Put(dy), dw, g)));

            void Check(string pass, double[] expected, int depth, Action<DeviceSpan> compute)
            {
                var result = device.New(expected.Length);
                compute(result);
                var error = Math.Sqrt(device.Get(result).Zip(expected, (a, b) => (a - b) * (a - b)).Average() / depth) * 3;
                Assert.That(error < Tolerance, $"{pass} of {g}, {kernel.Lanes} lanes, {use}: {error:E1}"); // False for NaN, too.
            }
        }
    }

    /// <summary>
    /// Half of them as U-Nets and discriminators have them but for their sizes; outputs may be fewer or more than the padding says.
    /// </summary>
    private static ConvGeometry Draw(Random random)
    {
        while (true)
        {
            var (n, c, k) = (random.Next(3) == 0 ? random.Next(2, 6) : 1, Channels(), Channels());
            var (kh, kw) = random.Next(2) == 0 ? (4, 4) : (random.Next(1, 8), random.Next(1, 8));
            var (sh, sw) = random.Next(2) == 0 ? (2, 2) : (random.Next(1, 4), random.Next(1, 4));
            var (dh, dw) = random.Next(3) > 0 ? (1, 1) : (random.Next(1, 4), random.Next(1, 4));
            var (top, left) = random.Next(2) == 0 ? (1, 1) : (random.Next(kh + 1), random.Next(kw + 1));
            var side = random.Next(3) == 0 ? 70 : 24;
            var (h, w) = (random.Next(1, side), random.Next(1, side));
            var (spanH, spanW) = (h + (2 * top) - (dh * (kh - 1)) - 1, w + (2 * left) - (dw * (kw - 1)) - 1);
            var change = random.Next(6) == 0 ? random.Next(-2, 3) : 0;
            var (oh, ow) = (Math.Max((spanH / sh) + 1 + change, 1), Math.Max((spanW / sw) + 1 + change, 1));
            if (spanH >= 0 && spanW >= 0 && (double)n * c * k * kh * kw * oh * ow <= Most)
            {
                return new ConvGeometry(n, c, h, w, k, kh, kw, sh, sw, top, left, dh, dw, oh, ow, GroupsOf(c, k));
            }
        }

        // One for half of those that could have more.
        int GroupsOf(int c, int k)
        {
            var all = Enumerable.Range(1, Math.Min(c, k)).Where(i => c % i == 0 && k % i == 0).ToArray();
            return random.Next(2) == 0 ? 1 : all[random.Next(all.Length)];
        }

        int Channels() => s_channels[random.Next(s_channels.Length)];
    }
}
