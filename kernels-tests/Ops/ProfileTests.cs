using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ops;

/// <summary>The profile: which ops ran, on which shapes, at which declared cost.</summary>
internal sealed class ProfileTests
{
    private static Device Device => TestDevices.Open("cpu");

    [Test]
    public void NamesShapesAndCostsOfAForwardAndItsBackward()
    {
        using var step = Device.Step();
        var x = Tensor.Ones(new Shape(2, 3, 8, 8), Device);
        var w = Tensor.Ones(new Shape(5, 3, 4, 4), Device);
        w.RequiresGrad = true;
        using var profile = OpProfile.Start();
        x.Conv2d(w, stride: 2, padding: 1).Sum().Backward();
        var forward = profile.Timings.Single(t => t.Name == "conv2d");
        Assert.That(forward.Shapes, Is.EqualTo("[2,3,8,8] [5,3,4,4] -> [2,5,4,4]"));
        Assert.That(forward.Cost, Is.EqualTo(new OpCost(2L * 2 * 5 * 4 * 4 * 3 * 4 * 4, 4L * (384 + 240 + 160))));
        Assert.That(profile.Timings.Single(t => t.Name == "conv2d_weight_gradient").Cost.Flops, Is.EqualTo(forward.Cost.Flops));
        Assert.That(profile.Timings.Select(t => t.Name), Does.Not.Contain("conv2d_input_gradient"));
    }

    [Test]
    public void ProfilesNestAndEnd()
    {
        using var step = Device.Step();
        var x = Tensor.Ones(new Shape(2), Device);
        using var outer = OpProfile.Start();
        using (var inner = OpProfile.Start())
        {
            _ = x.Exp();
            Assert.That(inner.Timings, Has.Count.EqualTo(1));
        }

        _ = x.Log();
        Assert.That(outer.Timings.Select(t => t.Name), Is.EqualTo(new[] { "log" }));
        outer.Dispose();
        _ = x.Exp();
        Assert.That(outer.Timings, Has.Count.EqualTo(1));
    }
}
