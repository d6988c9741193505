using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// A convolution that shows its input around it, and its weight gradient, beside padding and then convolving: the same bits, with every
/// micro-kernel.
/// </summary>
internal sealed class BorderedConvolutionTests
{
    /// <summary>As in <see cref="ConvolutionTests"/>; the padding is what is shown.</summary>
    private static readonly string[] s_shapes =
    [
        "1 3 40 33 8 7 7 1 3 1",
        "2 5 9 11 3 7 7 1 3 1",
        "1 24 32 32 20 3 3 1 1 1",
        "2 40 12 35 36 3 3 1 1 1",
        "1 6 20 31 9 3 3 2 1 1",
        "1 4 18 23 5 3 3 1 2 2",
        "1 10 33 64 3 7 7 1 3 1",
        "2 24 20 33 3 7 7 1 3 1",
        "1 2 12 9 4 4 4 1 2,3 1",
        "1 20 4 4 16 3 3 10 3 1",
    ];

    [Test]
    public void BitsAreThoseOfAPaddedCopy(
        [ValueSource(nameof(s_shapes))] string shape, [Values(PadMode.Reflect, PadMode.Replicate)] PadMode mode,
        [Values(WinogradUse.Never, WinogradUse.WhereFaster, WinogradUse.WhereverPossible)] WinogradUse winograd)
    {
        var g = ConvolutionTests.Geometry(shape);
        var pad = new PadGeometry(g.N * g.C, g.H, g.W, g.PadTop, g.PadTop, g.PadLeft, g.PadLeft);
        var inside = g with { H = pad.OutH, W = pad.OutW, PadTop = 0, PadLeft = 0 };
        var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
        var w = ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2);
        var bias = ConvolutionTests.Numbers(g.K, 3);
        foreach (var kernel in ConvolutionTests.Kernels)
        {
            using var device = new CpuBench(2, kernel, winograd);
            var (padded, expected, y) = (device.New(pad.Planes * pad.OutH * pad.OutW), Result(), Result());
            device.Kernels.Run(new PadCall(mode, 0, device.Put(x), padded, pad));
            device.Kernels.Run(new Conv2dCall(padded, device.Put(w), device.Put(bias), expected, inside));
            device.Kernels.Run(new BorderedConv2dCall(mode, device.Put(x), device.Put(w), device.Put(bias), y, g));
            Assert.That(device.Get(y), Is.EqualTo(device.Get(expected)), $"{kernel.Lanes} lanes");

            var (dy, expectedGradient, dw) =
                (device.Put(ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 4)), device.New(w.Length), device.New(w.Length));
            device.Kernels.Run(new Conv2dWeightGradientCall(padded, dy, expectedGradient, inside));
            device.Kernels.Run(new BorderedConv2dWeightGradientCall(mode, device.Put(x), dy, dw, g));
            Assert.That(device.Get(dw), Is.EqualTo(device.Get(expectedGradient)), $"weight gradient, {kernel.Lanes} lanes");

            DeviceSpan Result() => device.New(g.N * g.K * g.OutH * g.OutW);
        }
    }
}
