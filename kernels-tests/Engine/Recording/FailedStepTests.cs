using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>
/// A step that fails has not been taken: nobody counts it, and the training goes on with the bits of one without it. Run eagerly, it has
/// been taken as far as it came.
/// </summary>
internal sealed class FailedStepTests() : OnCpu(threads: 1)
{
    /// <summary>No kernel has run when the code throws.</summary>
    [Test]
    public void TheCodeFailsWhileItIsRecorded() => Assert.That(Train(failedRecordings: 3), Is.EqualTo(Train()));

    /// <summary>An input that was disposed is noticed when it is copied, after the host's part of the step.</summary>
    [Test]
    public void AReplayFails() => Assert.That(Train(failedReplays: 3), Is.EqualTo(Train()));

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
