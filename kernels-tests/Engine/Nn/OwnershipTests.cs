using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>
/// What holds a device's memory gives it back when it is disposed, all of it and without the garbage collector, and can't be used on.
/// </summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class OwnershipTests(string name) : OnDevice(name)
{
    [Test]
    public void ATrainingLeavesNothingBehind()
    {
        // Tests share the device: what others left to the garbage collector is not to go while this one counts.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Device.Synchronize();
        Device.Pool.Trim();
        var before = Device.Pool.AllocatedBytes;
        using (var network = new Sequential(new Conv2d(2, 3, 3, 1, 1), new BatchNorm2d(3), new Relu(), new Conv2d(3, 1, 3)).To(Device))
        using (var adam = new Adam(network.Parameters, learningRate: 1e-3f))
        using (var average = new WeightAverage(network.NamedTensors()))
        using (var x = Tensor.Ones(new Shape(2, 2, 8, 8), Device))
        using (var step = new RecordedStep(Device, inputs =>
        {
            var loss = network.Forward(inputs[0]).Square().Mean();
            adam.Minimize(loss);
            average.Update();
            return [loss];
        }))
        {
            for (var i = 0; i < 3; i++)
            {
                step.Run(x);
            }

            using var eager = Device.Step();
            adam.Accumulate(network.Forward(x).Square().Mean());
        }

        Device.Synchronize();
        Device.Pool.Trim();
        Assert.That(Device.Pool.AllocatedBytes, Is.EqualTo(before));
    }

    [Test]
    public void ADisposedModuleHasNoValues()
    {
        var child = new Linear(2, 2);
        var network = new Sequential(child, new Tanh()).To(Device);
        network.Dispose();
        network.Dispose();
        using var x = Tensor.Ones(new Shape(1, 2), Device);
        Assert.Multiple(() =>
        {
            Assert.That(() => network.Forward(x), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => child.Weight.Value, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("[2,2]"));
            Assert.That(() => network.To(Device), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => network.Initialize(seed: 1), Throws.TypeOf<ObjectDisposedException>());
        });
    }

    [Test]
    public void ADisposedOptimizerTakesNoStep()
    {
        using var network = new Linear(2, 2).To(Device);
        using var x = Tensor.Ones(new Shape(1, 2), Device);
        var adam = new Adam(network.Parameters, learningRate: 1e-3f);
        using var step = Device.Step();
        adam.Minimize(network.Forward(x).Sum());
        adam.Dispose();
        adam.Dispose();
        var loss = network.Forward(x).Sum();
        Assert.Multiple(() =>
        {
            Assert.That(adam.Step, Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => adam.Minimize(loss), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => adam.Accumulate(loss), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => adam.State().Count(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => adam.LoadState(_ => null), Throws.TypeOf<ObjectDisposedException>());
        });
        network.Forward(x).Sum().Backward(); // The parameters are the network's.
    }

    [Test]
    public void ADisposedRecordingIsNotReplayed()
    {
        using var x = Tensor.Ones(new Shape(1, 2), Device);
        var step = new RecordedStep(Device, inputs => [inputs[0].Square()]);
        step.Run(x);
        step.Dispose();
        step.Dispose();
        Assert.That(() => step.Run(x), Throws.TypeOf<ObjectDisposedException>());
    }
}
