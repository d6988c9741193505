using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Autodiff;

/// <summary>Lifetimes: what a step reclaims, what lives on, and that a training step asks the device for nothing new.</summary>
internal sealed class StepTests() : OnCpu(threads: 1)
{
    [Test]
    public void ATensorOfAnEndedStepSaysSo()
    {
        Tensor made;
        using (_device.Step())
        {
            made = Tensor.Ones(new Shape(2, 3), _device);
        }

        Assert.That(made.ToArray, Throws.TypeOf<ObjectDisposedException>()
            .With.Message.Contains("a tensor [2,3] was used after the step that made it ended; call Keep() on it inside the step"));
        Assert.That(() => made.Sum(), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void ADisposedTensorSaysSo()
    {
        var made = Tensor.Ones(new Shape(2), _device);
        made.Dispose();
        made.Dispose();
        Assert.That(made.ToArray, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("after it was disposed"));
    }

    [Test]
    public void KeptTensorsAndThoseFromOutsideLiveOn()
    {
        var outside = Tensor.Ones(new Shape(4), _device);
        Tensor kept;
        using (_device.Step())
        {
            var alias = outside.Reshape(new Shape(2, 2));
            kept = (alias + 1).Keep();
            _ = kept.Detach();
        }

        using (_device.Step())
        {
            _ = Tensor.Full(new Shape(2, 2), 9, _device);
            Assert.That(outside.ToArray(), Is.All.EqualTo(1));
            Assert.That(kept.ToArray(), Is.All.EqualTo(2));
        }

        kept.Dispose();
        outside.Dispose();
    }

    [Test]
    public void KeptTensorsReturnTheirMemoryWhenDisposed()
    {
        long Round()
        {
            Tensor kept;
            using (_device.Step())
            {
                kept = Tensor.Ones(new Shape(3, 5, 7), _device).Keep();
                _ = kept.Detach();
                _ = kept.Reshape(new Shape(105));
            }

            kept.Dispose();
            return _device.Pool.Allocations;
        }

        var first = Round();
        Assert.That(Round(), Is.EqualTo(first));
    }

    [Test]
    public void EndingAStepEndsTheStepsInsideIt()
    {
        var outer = _device.Step();
        var inner = _device.Step();
        var made = Tensor.Ones(new Shape(1), _device);
        outer.Dispose();
        Assert.That(made.ToArray, Throws.TypeOf<ObjectDisposedException>());
        var later = Tensor.Ones(new Shape(1), _device);
        inner.Dispose();
        Assert.That(later.Item(), Is.EqualTo(1), "made outside of any step");
        later.Dispose();
    }

    [Test]
    public void AddingToAGradientOfAnEndedStepSaysWhatToDo()
    {
        var leaf = Tensor.Ones(new Shape(2), _device);
        leaf.RequiresGrad = true;
        using (_device.Step())
        {
            leaf.Sum().Backward();
        }

        using (_device.Step())
        {
            Assert.That(leaf.Sum().Backward, Throws.TypeOf<AutodiffException>().With.Message.Contains("clear gradients in each step"));
            leaf.ClearGradient();
            leaf.Sum().Backward();
            Assert.That(leaf.Gradient!.ToArray(), Is.All.EqualTo(1));
        }

        leaf.Dispose();
    }

    [Test]
    public void StepsAreNumbered()
    {
        using (var first = _device.Step())
        {
            Assert.That(first.Index, Is.Zero);
        }

        using var second = _device.Step();
        Assert.That(second.Index, Is.EqualTo(1));
    }

    [Test]
    public void TheSecondTrainingStepAllocatesNothingNew()
    {
        var network = Network(width: 3);
        var adam = new Adam(network.Parameters, 1e-3f);
        var allocations = new List<long>();
        for (var i = 0; i < 4; i++)
        {
            TrainingStep(network, adam);
            allocations.Add(_device.Pool.Allocations);
        }

        Assert.That(allocations[1..], Is.All.EqualTo(allocations[0]));
    }

    /// <summary>Pictures of ever new sizes: what two steps had no use for goes back to the device.</summary>
    [Test]
    public void ChangingSizesDoNotPileUp()
    {
        var peak = 0L;
        for (var side = 100; side < 200; side++)
        {
            using var step = _device.Step();
            _ = Tensor.Ones(new Shape(side, side), _device).Exp() + 1;
            peak = Math.Max(peak, _device.Pool.AllocatedBytes);
        }

        Assert.That(peak, Is.LessThan(200 * 200 * 3 * 3 * sizeof(float)), "three tensors of each of three steps");
        Assert.That(peak, Is.GreaterThan(199 * 199 * 3 * sizeof(float)));
    }

    /// <summary>
    /// Where nothing is recorded, a large tensor takes any block that is free; a recorded one may stay long and takes its own size.
    /// </summary>
    [Test]
    public void LargeTensorsOfAForwardTakeAnyBlock()
    {
        using var step = _device.Step();
        Tensor.Empty(new Shape(16 << 20), _device).Dispose();
        using (GradMode.NoGrad())
        {
            Tensor.Empty(new Shape(5 << 20), _device).Dispose();
            Assert.That(_device.Pool.Allocations, Is.EqualTo(1));
            Tensor.Empty(new Shape(1 << 20), _device).Dispose();
            Assert.That(_device.Pool.Allocations, Is.EqualTo(2), "a small one");
        }

        Tensor.Empty(new Shape(5 << 20), _device).Dispose();
        Assert.That(_device.Pool.Allocations, Is.EqualTo(3), "recorded");
    }

    /// <summary>Where nothing is recorded, smaller tensors share a block that a large one needs again afterwards.</summary>
    [Test]
    public void LargeTensorsOfAForwardShareABlock()
    {
        using var mode = GradMode.NoGrad();
        for (var round = 0; round < 2; round++)
        {
            using var step = _device.Step();
            Tensor.Empty(new Shape(16 << 20), _device).Dispose();
            using var a = Tensor.Full(new Shape(5 << 20), 1, _device);
            using var b = Tensor.Full(new Shape(5 << 20), 2, _device);
            var c = Tensor.Full(new Shape(6 << 20), 3, _device);
            b.Dispose();
            using var d = Tensor.Full(new Shape(5 << 20), 4, _device);
            Assert.That((a.ToArray().Min(), a.ToArray().Max()), Is.EqualTo((1, 1)));
            Assert.That((c.ToArray().Min(), c.ToArray().Max()), Is.EqualTo((3, 3)));
            Assert.That((d.ToArray().Min(), d.ToArray().Max()), Is.EqualTo((4, 4)));
            Assert.That(_device.Pool.Allocations, Is.EqualTo(1));
        }
    }

    /// <summary>What no step disposes has a block of its own, which goes back to the device when the tensor is dropped.</summary>
    [Test]
    public void OutsideStepsBlocksStayWhole()
    {
        using var mode = GradMode.NoGrad();
        var half = new Shape(8 << 20);
        for (var round = 0; round < 2; round++)
        {
            Tensor.Empty(new Shape(16 << 20), _device).Dispose();
            using var a = Tensor.Full(half, 1, _device);
            using var b = Tensor.Full(half, 2, _device);
            Assert.That(_device.Pool.Allocations, Is.EqualTo(2));
        }
    }

    /// <summary>A part of a block that a recorded step took is its own, whatever comes back beside it.</summary>
    [Test]
    public void ARecordedStepsPartOfABlockStaysApart()
    {
        using var mode = GradMode.NoGrad();
        var part = new Shape(8 << 20);
        using var outer = _device.Step();
        Tensor.Empty(new Shape(16 << 20), _device).Dispose();
        var beside = Tensor.Empty(part, _device);
        using var step = new RecordedStep(_device, inputs => [inputs[0] + 1]);
        using var x = Tensor.Full(part, 1, _device);
        _ = step.Run(x);
        x.Dispose();
        using var y = Tensor.Full(part, 2, _device);
        for (var round = 0; round < 3; round++)
        {
            var sum = step.Run(y)[0];
            beside.Dispose();
            Tensor.Full(new Shape(16 << 20), 7, _device).Dispose();
            Assert.That((sum.ToArray().Min(), sum.ToArray().Max()), Is.EqualTo((3, 3)), $"round {round}");
        }
    }

    /// <summary>
    /// Without gradients a deep network needs memory for a few activations; with them, about one saved tensor a layer, freed on the way
    /// back.
    /// </summary>
    [Test]
    public void MemoryFollowsFromWhatTheBackwardNeeds()
    {
        const int Layers = 20;
        var shape = new Shape(1, 1, 64, 64);
        long Used(Action<Layer, Tensor> run)
        {
            using var device = Device.Open("cpu", threads: 1);
            var network = new Sequential();
            for (var i = 0; i < Layers; i++)
            {
                network.Append(new Tanh());
            }

            var x = Tensor.Ones(shape, device);
            x.RequiresGrad = true;
            using (device.Step())
            {
                run(network, x);
            }

            return device.Pool.AllocatedBytes / (shape.Count * sizeof(float));
        }

        Assert.That(Used((network, x) => network.Forward(x.Detach())), Is.LessThanOrEqualTo(4), "inference");
        Assert.That(Used((network, x) => network.Forward(x).Sum().Backward()), Is.InRange(Layers, Layers + 4), "training");
    }

    private static Sequential Blocks(int width) => new(
        new Conv2d(2, width, 4, 2, 1), new LeakyRelu(), new Conv2d(width, width, 3, padding: 1), new InstanceNorm2d(width), new Relu(),
        new ConvTranspose2d(width, 2, 4, 2, 1), new BatchNorm2d(2), new Tanh());

    private Sequential Network(int width) => Blocks(width).Initialize(seed: 1).To(_device);

    private void TrainingStep(Sequential network, Adam adam)
    {
        using var step = _device.Step();
        var x = Tensor.Ones(new Shape(2, 2, 8, 8), _device);
        adam.Minimize((network.Forward(x) - x).Square().Mean());
    }
}
