using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>Winograd's algorithm against the definition in double precision, and beside the direct way, whose error is the yardstick.</summary>
public sealed class WinogradTests
{
    private const double Tolerance = 1e-5;

    private static readonly string[] Shapes =
    [
        "1 64 34 34 64 3 3 1 0 1",
        "2 70 12 35 64 3 3 1 1 1",
        "1 130 16 18 67 3 3 1 1 1",
        "1 64 32 32 96 4 4 1 1 1",
        "2 40 23 37 50 4 4 1 2 1",
        "1 300 8 40 64 3 3 1 1 1",
    ];

    [TestCaseSource(nameof(Shapes))]
    public void ForwardAgreesWithItsDefinition(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        Assert.That(WinogradPlan.TryCreate(Correlation.Forward(g), MicroKernel.Best), Is.Not.Null, "the shape was meant to take this path");
        var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
        var w = ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2);
        var bias = ConvolutionTests.Numbers(g.K, 3);
        var expected = ReferenceConvolution.Forward(x, w, bias, g);
        Check(shape, expected, device =>
        {
            var y = device.New(expected.Length);
            device.Kernels.Conv2d(device.Put(x), device.Put(w), device.Put(bias), y, g);
            return y;
        });
    }

    [TestCaseSource(nameof(Shapes))]
    public void InputGradientAgreesWithItsDefinition(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        Assert.That(WinogradPlan.TryCreate(Correlation.InputGradient(g), MicroKernel.Best), Is.Not.Null, "the shape was meant to take this path");
        var dy = ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 1);
        var w = ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2);
        var expected = ReferenceConvolution.InputGradient(dy, w, null, g);
        Check(shape, expected, device =>
        {
            var dx = device.New(expected.Length);
            device.Kernels.Conv2dInputGradient(device.Put(dy), device.Put(w), null, dx, g);
            return dx;
        });
    }

    [TestCaseSource(nameof(Shapes))]
    public void WeightGradientAgreesWithItsDefinition(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        Assert.That(WinogradGradientPlan.TryCreate(g, MicroKernel.Best), Is.Not.Null, "the shape was meant to take this path");
        var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
        var dy = ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 2);
        var expected = ReferenceConvolution.WeightGradient(x, dy, g);
        Check(shape, expected, device =>
        {
            var dw = device.New(expected.Length);
            device.Kernels.Conv2dWeightGradient(device.Put(x), device.Put(dy), dw, g);
            return dw;
        });
    }

    private static void Check(string shape, double[] expected, Func<CpuBench, DeviceSpan> run)
    {
        using var winograd = new CpuBench(2, MicroKernel.Best);
        using var direct = new CpuBench(2, MicroKernel.Best, useWinograd: false);
        var error = ConvolutionTests.RelativeError(winograd.Get(run(winograd)), expected);
        var directError = ConvolutionTests.RelativeError(direct.Get(run(direct)), expected);
        TestContext.Out.WriteLine($"{shape}: relative error {error:E1}, direct {directError:E1}");
        Assert.That(error, Is.LessThan(Tolerance));
        Assert.That(error, Is.Not.EqualTo(directError), "both ways gave the same bits: one of them did not run");
    }
}
