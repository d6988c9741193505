using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Autodiff;

/// <summary>Numbers that are written between forward and backward: a gradient needs the old ones, and refuses to take the new.</summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class OverwrittenTests(string deviceName) : OnDevice(deviceName)
{
    [Test]
    public void EachWriterIsNamed()
    {
        using var step = Device.Step();
        foreach (var (write, writer) in new (Action<Tensor>, string)[]
        {
            (w => w.CopyFrom([10, 20]), "CopyFrom"), (w => w.CopyFrom(Tensor.Ones([2], Device)), "CopyFrom"),
            (w => w.CopyFrom((_, part) => part.Clear()), "CopyFrom"), (w => w.Detach().CopyFrom([1, 1]), "CopyFrom"),
            (w => w.Reshape(2, 1).CopyFrom([1, 1]), "CopyFrom"),
        })
        {
            var w = Leaf(1, 2);
            var y = w.Square().Sum();
            write(w);
            Assert.That(y.Backward, Throws.TypeOf<AutodiffException>().With.Message.EqualTo(
                $"square: the tensor [2] that its gradient needs was overwritten by {writer} after the op had read it; " +
                    "differentiate before that, or compute the op again after it"));
        }
    }

    [Test]
    public void WhatNoGradientNeedsMayBeOverwritten()
    {
        using var step = Device.Step();
        var (w, x) = (Leaf(1, 2), Tensor.From([3, 4], [2], Device));
        var y = ((w * 2) + (w * x)).Sum();
        w.CopyFrom([10, 20]);
        y.Backward();
        Assert.That(w.Gradient!.ToArray(), Is.EqualTo(new float[] { 5, 6 }), "the gradient reads x alone");
        var z = w.Square().Sum();
        z.Backward();
        Assert.That(w.Gradient!.ToArray(), Is.EqualTo(new float[] { 25, 46 }), "what is computed afterwards is right");
    }

    /// <summary>The usual mistake: both losses are computed, one network's step is taken, then the other loss is differentiated.</summary>
    [Test]
    public void AnOptimisersStepBetweenForwardAndBackward()
    {
        using var step = Device.Step();
        var layer = new Linear(2, 1, bias: false).Initialize(seed: 1).To(Device);
        foreach (var optimizer in new Optimizer[] { new Sgd(layer.Parameters, 1), new Adam(layer.Parameters),
            new RmsProp(layer.Parameters) })
        {
            var (first, second) = (layer.Weight.Value.Square().Sum(), layer.Weight.Value.Square().Sum());
            optimizer.Minimize(first);
            Assert.That(second.Backward, Throws.TypeOf<AutodiffException>().With.Message.Contains("an optimiser's step"));
        }
    }

    [Test]
    public void AReplayBetweenForwardAndBackward()
    {
        using var outer = Device.Step();
        var layer = new Linear(2, 1, bias: false).Initialize(seed: 1).To(Device);
        var sgd = new Sgd(layer.Parameters, 1);
        using var step = new RecordedStep(Device, _ =>
        {
            sgd.Minimize(layer.Weight.Value.Square().Sum());
            return [];
        });
        step.Run();
        var loss = layer.Weight.Value.Square().Sum();
        step.Run();
        Assert.That(loss.Backward, Throws.TypeOf<AutodiffException>().With.Message.Contains("a recorded step"));
    }

    [Test]
    public void RunningStatisticsBetweenForwardAndBackward()
    {
        using var step = Device.Step();
        var norm = new BatchNorm2d(1).Initialize(seed: 1).To(Device);
        var x = Leaf(1, 2, 3, 4).Reshape(1, 1, 2, 2);
        var y = norm.Eval().Forward(x).Sum();
        norm.Train().Forward(x);
        Assert.That(y.Backward, Throws.TypeOf<AutodiffException>().With.Message.Contains("a batch norm in training"));
    }

    [Test]
    public void DerivativesOfDerivativesNeedTheOldNumbersToo()
    {
        using var step = Device.Step();
        var w = Leaf(1, 2);
        var slope = Differentiation.Gradients(w.Power(3).Sum(), [w], createGraph: true)[0];
        w.CopyFrom([10, 20]);
        Fails.With<AutodiffException>(() => slope.Sum().Backward(), "was overwritten");
    }

    private Tensor Leaf(params float[] values)
    {
        var tensor = Tensor.From(values, [values.Length], Device);
        tensor.RequiresGrad = true;
        return tensor;
    }
}
