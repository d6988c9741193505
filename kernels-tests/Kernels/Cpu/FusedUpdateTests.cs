using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// A weight gradient that goes straight into Adam gives the bits of the two calls, wherever its algorithm can do that and where not.
/// </summary>
internal sealed class FusedUpdateTests
{
    [TestCase("2 512 2 2 33 4 4 2 1 1", TestName = "Inner layer of a U-Net, filters that fill no panel")]
    [TestCase("1 40 8 8 48 4 4 2 1 1")]
    [TestCase("1 5 2 2 12 4 4 2 1 1")]
    [TestCase("1 301 9 7 25 4 4 2 1 1")]
    [TestCase("1 9 12 12 13 4 4 1 1 1")]
    [TestCase("1 70 16 16 25 4 4 2 1 1", TestName = "Rows that no block of columns holds")]
    [TestCase("1 16 40 40 32 4 4 2 1 1", TestName = "Too many pixels")]
    [TestCase("2 6 9 7 5 3 3 1 1 1", TestName = "Taps that fill no vector")]
    [TestCase("1 64 16 16 64 3 3 1 1 1", TestName = "Winograd")]
    public void GivesTheBitsOfTheTwoCalls(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var settings = new AdamSettings(0.5f, 0.999f, 1e-8f, 0.01f, StepNumbers.AtOnce);
        var count = (long)g.K * g.C * g.KernelH * g.KernelW;
        float[][] Run(bool fused) => KernelRun.Of(run =>
        {
            var x = run.Input(Numbers.Some((long)g.N * g.C * g.H * g.W, seed: 1));
            var dy = run.Input(Numbers.Some((long)g.N * g.K * g.OutH * g.OutW, seed: 2));
            var (weight, first, second) = (
                run.InOut(Numbers.Some(count, seed: 3)), run.InOut(Numbers.Some(count, seed: 4)),
                run.InOut(Numbers.Some(count, seed: 5, low: 0, high: 1)));
            AdamCoefficients.SetRates(run.Numbers, settings, 2e-4f, step: 3);
            run.Kernels.Run(
                new Conv2dWeightGradientToAdamCall(x, dy, weight, first, second, g, settings) { Scratch = run.Output(count) }, fused);

            return [weight, first, second];
        });

        var (actual, expected) = (Run(fused: true), Run(fused: false));
        for (var i = 0; i < expected.Length; i++)
        {
            Numbers.AssertSameBits(actual[i], expected[i], $"result {i}");
        }
    }

    /// <summary>
    /// A promise that the weight stays ends here as with any other update, though another picture's size made the form that is kept.
    /// </summary>
    [Test]
    public void AHeldWeightIsReleased()
    {
        var (g, bigger) = (ConvolutionTests.Geometry("1 64 8 8 256 4 4 2 1 1"), ConvolutionTests.Geometry("1 64 64 64 256 4 4 2 1 1"));
        using var device = new CpuDevice(threads: 2);
        using var step = device.Step();
        var x = Tensor.From(ConvolutionTests.Numbers(g.C * g.H * g.W, 1), new Shape(1, g.C, g.H, g.W), device);
        var dy = Tensor.From(ConvolutionTests.Numbers(g.K * g.OutH * g.OutW, 2), new Shape(1, g.K, g.OutH, g.OutW), device);
        var picture = Tensor.From(
            ConvolutionTests.Numbers(bigger.K * bigger.OutH * bigger.OutW, 3), new Shape(1, bigger.K, bigger.OutH, bigger.OutW), device);
        var w = Tensor.From(ConvolutionTests.Numbers(g.K * g.C * 16, 4), new Shape(g.K, g.C, 4, 4), device);
        Assert.That(device.Kernels.UpdatesWeights(g), "the kernel in question");
        device.Kernels.Hold(w.Span);
        var before = Forward();
        Assert.That(Forward(), Is.EqualTo(before), "kept from the second use on");

        var settings = new AdamSettings(0, 0, 1, 0, StepNumbers.AtOnce);
        AdamCoefficients.SetRates(device.Numbers, settings, learningRate: 1, step: 1);
        var (first, second) = (Tensor.Zeros(w.Shape, device), Tensor.Zeros(w.Shape, device));
        device.Kernels.Run(new Conv2dWeightGradientToAdamCall(
            x.Span, dy.Span, w.Span, first.Span, second.Span, g, settings));
        var after = Forward();
        device.Kernels.Release(w.Span);
        Assert.That(after, Is.EqualTo(Forward()), "the weight before the update");

        float[] Forward() => picture.ConvTranspose2d(w, stride: 2, padding: 1).ToArray();
    }
}
