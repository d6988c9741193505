using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>A weight gradient that goes straight into Adam changes the weight for whoever holds it.</summary>
internal sealed class FusedUpdateTests
{
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
