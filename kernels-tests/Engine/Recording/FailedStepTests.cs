using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>
/// A step that fails before its kernels run has not been taken: nobody counts it, and the training goes on with the bits of one without it.
/// One whose kernels fail, or that runs eagerly, has been taken as far as it came.
/// </summary>
internal sealed class FailedStepTests() : OnCpu(threads: 1)
{
    /// <summary>No kernel has run when the code throws.</summary>
    [Test]
    public void TheCodeFailsWhileItIsRecorded() => Assert.That(Train(failedRecordings: 3), Is.EqualTo(Train()));

    /// <summary>An input that was disposed is noticed when it is copied, before the host's part of the step.</summary>
    [Test]
    public void AReplayFails() => Assert.That(Train(failedReplays: 3), Is.EqualTo(Train()));

    /// <summary>Counts fit weights and moments, whether an update ran before what failed, in the background or not, or none.</summary>
    [Test]
    public void AReplayFailsOnTheWay([Values] bool updatesFirst, [Values(1, 2)] int threads)
    {
        using var device = Device.Open("cpu", threads);
        Assert.That(Train(eager: false), Is.EqualTo(Train(eager: true)));

        string Train(bool eager)
        {
            var layer = new Linear(300, 300).Initialize(seed: 1).To(device);
            using var adam = new Adam(layer.Parameters, 0.1f);
            using var average = new WeightAverage(layer.NamedTensors(), 0.9f, countsUpdates: true);
            using var step = new RecordedStep(device, inputs =>
            {
                var picked = updatesFirst ? null : inputs[0].Gather(1, inputs[1]);
                adam.Minimize(layer.Forward(inputs[0]).Square().Mean());
                average.Update();
                return [picked ?? inputs[0].Gather(1, inputs[1])];
            })
            {
                Eager = eager,
            };
            using var x = Tensor.Uniform(new RandomKey(1, 2, 3, 4), [1, 300], device);
            var lines = new List<string>();
            foreach (var index in new float[] { 0, 1, 900, 2, 900, 3 })
            {
                using var place = Tensor.Full([1, 1], index, device);
                Assert.That(() => step.Run(x, place), index < 300 ? Throws.Nothing : Throws.TypeOf<DeviceException>());
                var tensors = layer.Parameters.Select(p => p.Value).Concat(average.Averages.Select(a => a.Value));
                lines.Add($"{adam.StepCount} {average.UpdateCount} {string.Join(' ', tensors.SelectMany(t => t.ToArray()))}");
            }

            return string.Join('\n', lines);
        }
    }

    /// <summary>What ran eagerly has been done: draws are counted, and nobody draws the same numbers again.</summary>
    [Test]
    public void TheCodeFailsEagerly([Values] bool eager)
    {
        var random = new RandomState(1);
        using var step = new RecordedStep(_device, inputs =>
        {
            _ = Tensor.Uniform(random, new Shape(2), _device);
            throw new IOException("the code fails");
        })
        {
            Eager = eager,
        };
        Assert.That(() => step.Run(), Throws.TypeOf<IOException>());
        Assert.That(random.Draws, Is.EqualTo(eager ? 1u : 0u));
    }

    /// <returns>counts, weights and averages after five steps</returns>
    private string Train(int failedRecordings = 0, int failedReplays = 0)
    {
        var network = new Sequential(new Linear(4, 3), new Dropout(0.5f), new Linear(3, 1)).Initialize(seed: 1).To(_device);
        var adam = new Adam(network.Parameters, 0.1f);
        using var average = new WeightAverage(network.NamedTensors(), 0.9f, countsUpdates: true);
        var left = failedRecordings;
        using var step = new RecordedStep(_device, inputs =>
        {
            adam.Minimize(network.Forward(inputs[0]).Square().Mean());
            average.Update();
            if (left-- > 0)
            {
                throw new IOException("the code fails");
            }

            return [];
        });
        using var x = Tensor.Uniform(new RandomKey(1, 2, 3, 4), new Shape(5, 4), _device);
        var disposed = Tensor.Ones(x.Shape, _device);
        disposed.Dispose();
        for (var i = 0; i < failedRecordings; i++)
        {
            Assert.That(() => step.Run(x), Throws.TypeOf<IOException>());
        }

        for (var i = 0; i < 5; i++)
        {
            step.Run(x);
            if (i < failedReplays)
            {
                Assert.That(() => step.Run(disposed), Throws.TypeOf<ObjectDisposedException>());
            }
        }

        var numbers = network.NamedTensors().SelectMany(t => t.Value.ToArray())
            .Concat(average.Averages.SelectMany(a => a.Value.ToArray()));
        return $"{adam.StepCount} {average.UpdateCount} {network.Random!.Draws}: {string.Join(' ', numbers)}";
    }
}
