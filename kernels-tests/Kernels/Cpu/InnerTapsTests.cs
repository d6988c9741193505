using IlgpuGan.Tensors.Devices.Cpu.Convolution;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>Convolutions to a single pixel with a weight that stays, of which only the taps that see the image are read.</summary>
public sealed class InnerTapsTests
{
    private const double Tolerance = 1e-6;

    /// <summary>Innermost layers of U-Nets, for a batch and for pictures that are not square; other kernels, strides and borders.</summary>
    [TestCase("1 512 2 2 48 4 4 2 1 1")]
    [TestCase("3 24 2 2 17 4 4 2 1 1")]
    [TestCase("1 8 1 2 40 3,4 1,2 1 1")]
    [TestCase("70 16 3 1 12 5 5 2,1 1,2 1")]
    public void ForwardAndDataGradientAgreeWithTheirDefinitions(string shape)
    {
        var g = ConvolutionTests.Geometry(shape) with { OutH = 1, OutW = 1 };
        Assert.That(InnerTaps.Of(g), Is.Not.Null);
        var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
        var w = ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2);
        var dy = ConvolutionTests.Numbers(g.N * g.K, 3);
        var (shiftY, shiftX) = (ConvolutionTests.Numbers(g.K, 4), ConvolutionTests.Numbers(g.C, 5));
        foreach (var kernel in ConvolutionTests.Kernels)
        {
            var expected = Run(1);
            Assert.That(
                ConvolutionTests.RelativeError(expected.Y, ReferenceConvolution.Forward(x, w, shiftY, g)), Is.LessThan(Tolerance),
                $"{kernel.Lanes} lanes, forward");
            Assert.That(
                ConvolutionTests.RelativeError(expected.Dx, ReferenceConvolution.InputGradient(dy, w, shiftX, g)), Is.LessThan(Tolerance),
                $"{kernel.Lanes} lanes, data gradient");
            foreach (var threads in (int[])[2, 3, 7])
            {
                Assert.That(Run(threads), Is.EqualTo(expected), $"{threads} threads");
            }

            (float[] Y, float[] Dx) Run(int threads)
            {
                using var device = new CpuBench(threads, kernel);
                var weight = device.Put(w);
                device.Kernels.Hold(weight);
                var first = Passes();
                Assert.That(Passes(), Is.EqualTo(first), "kept from the second use on");
                Assert.That(Passes(), Is.EqualTo(first), "used again");
                return first;

                (float[] Y, float[] Dx) Passes()
                {
                    var (y, dx) = (device.New(dy.Length), device.New(x.Length));
                    device.Kernels.Run(new Conv2dCall(device.Put(x), weight, device.Put(shiftY), y, g));
                    device.Kernels.Run(new Conv2dInputGradientCall(device.Put(dy), weight, device.Put(shiftX), dx, g));
                    return (device.Get(y), device.Get(dx));
                }
            }
        }
    }

    [TestCase("1 512 4 4 512 4 4 2 1 1", TestName = "Where there are more pixels each tap sees some image")]
    [TestCase("1 16 4 4 8 4 4 1 0 1", TestName = "Every tap sees the image")]
    [TestCase("1 3 2 2 8 4 4 2 1 1", TestName = "What is left fills no vectors")]
    [TestCase("1 16 5 5 8 4 4 2 0 1", TestName = "Not all of the image is seen")]
    public void TheShapeDecides(string shape) => Assert.That(InnerTaps.Of(ConvolutionTests.Geometry(shape)), Is.Null);
}
