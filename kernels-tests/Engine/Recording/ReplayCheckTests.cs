using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Checked replays: what a replay would silently not repeat is found and named, and training is none the wiser.</summary>
internal sealed class ReplayCheckTests() : OnCpu(threads: 1)
{
    [Test]
    public void ACapturedNumberIsNamed()
    {
        var alpha = 0.5f;
        using var kept = Tensor.Zeros(new Shape(3), _device);
        using var step = new RecordedStep(_device, inputs =>
        {
            kept.CopyFrom(kept + 1);
            return [inputs[0].Square() * alpha];
        })
        {
            Checks = 2,
        };
        using var x = Tensor.Full(new Shape(3), 2, _device);
        for (var i = 0; i < 2; i++)
        {
            Assert.That(step.Run(x)[0].ToArray(), Is.All.EqualTo(2));
        }

        alpha = 0.25f;
        Assert.That(() => step.Run(x), Throws.TypeOf<RecordingException>().With.Message.EqualTo(
            "a replayed step differs from the code as written: the first tensor that differs, of 3 numbers, is that of call 4 of 4, " +
                "unary (P was 0.5 when it was recorded and is 0.25 now)"));
        Assert.That(kept.ToArray(), Is.All.EqualTo(2), "the step was not taken");
        alpha = 0.5f;
        step.Run(x);
        Assert.That(kept.ToArray(), Is.All.EqualTo(3));
        alpha = 0.25f;
        Assert.That(step.Run(x)[0].ToArray(), Is.All.EqualTo(2), "two replays were checked");
    }

    [Test]
    public void ATensorMadeOutsideTheStepIsNamed()
    {
        var noise = Tensor.Ones(new Shape(3), _device);
        using var step = new RecordedStep(_device, inputs => [inputs[0] + noise]) { Checks = 1 };
        using var x = Tensor.Ones(new Shape(3), _device);
        step.Run(x);
        noise = Tensor.Full(new Shape(3), 2, _device);
        Fails.With<RecordingException>(
            () => step.Run(x), "call 1 of 1, binary (it reads a tensor of 3 numbers that was made outside the step");
    }

    [Test]
    public void AnotherCallIsNamed()
    {
        var squared = true;
        using var step = new RecordedStep(_device, inputs => [squared ? inputs[0].Square() : inputs[0].Sum()]) { Checks = 1 };
        using var x = Tensor.Full(new Shape(3), 2, _device);
        step.Run(x);
        squared = false;
        Fails.With<RecordingException>(() => step.Run(x), "call 1 is reduce now, and unary was recorded");
    }

    /// <summary>Weights, moments, counts of steps and random numbers go on exactly, whether replays are checked or not.</summary>
    [Test]
    public void ChecksChangeNothing()
    {
        var plain = Train(checks: 0);
        Assert.That(Train(checks: 3), Is.EqualTo(plain));
        Assert.That(plain, Is.Unique);

        List<string> Train(int checks)
        {
            var network = new Sequential(new Conv2d(2, 4, 3), new BatchNorm2d(4), new Relu(), new Dropout(), new Conv2d(4, 1, 3))
                .Initialize(seed: 2).To(_device);
            var adam = new Adam(network.Parameters, 0.01f);
            using var step = new RecordedStep(_device, inputs =>
            {
                var x = inputs[0] + Tensor.Normal(network.Random!, inputs[0].Shape, _device);
                inputs[0].RequiresGrad = true; // As a gradient penalty does.
                x += inputs[0];
                var loss = network.Forward(TensorOps.Concat(1, x, x)).Square().Mean();
                adam.Minimize(loss + Differentiation.Gradients(loss, [inputs[0]], createGraph: true)[0].Square().Sum());
                return [loss];
            })
            {
                Checks = checks,
            };
            var lines = new List<string>();
            using var input = Tensor.Uniform(new RandomKey(1, 9, 0, 0), new Shape(2, 1, 8, 8), _device);
            for (var i = 0; i < 8; i++)
            {
                lines.Add($"{step.Run(input)[0].Item():R} {string.Join(' ', network.NamedTensors().SelectMany(t => t.Value.ToArray()))}");
            }

            Assert.That(step.Counts[StepPath.Replayed], Is.EqualTo(7));
            Assert.That(adam.StepCount, Is.EqualTo(8));
            return lines;
        }
    }
}
