using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>What changes from step to step goes on in replays, on every device: random numbers, and numbers that the host sets.</summary>
[TestFixtureSource(typeof(TestDevices))]
internal sealed class ChangingNumbersTests(string name) : OnDevice(name)
{
    /// <summary>Nobody sets the step of the random state: each run draws anew, with the bits of the step as written.</summary>
    [Test]
    public void EachRunDrawsAnew()
    {
        var eager = Drawn(isEager: true);
        Assert.That(Drawn(isEager: false), Is.EqualTo(eager));
        Assert.That(eager, Is.Unique);

        List<string> Drawn(bool isEager)
        {
            var random = new RandomState(7);
            using var step = new RecordedStep(Device, inputs =>
            [
                Tensor.Normal(random, new Shape(5), Device),
                inputs[0].Dropout(0.5f, random.Next(Device)) + Tensor.Uniform(random, inputs[0].Shape, Device),
            ])
            {
                Eager = isEager,
            };
            var lines = new List<string>();
            using var x = Tensor.Ones(new Shape(9), Device);
            for (var i = 0; i < 6; i++)
            {
                lines.AddRange(step.Run(x).Select(y => string.Join(' ', y.ToArray())));
                if (i == 3)
                {
                    lines.Add(string.Join(' ', Tensor.Uniform(random, new Shape(4), Device).ToArray())); // Draws between steps count.
                }
            }

            Assert.That((random.Step, random.Draws), Is.EqualTo((0u, 19u)));
            return lines;
        }
    }

    /// <summary>A state that a checkpoint holds goes on where it was, recorded or not.</summary>
    [Test]
    public void StepAndDrawsAreAllThatARandomStateHolds()
    {
        var (first, resumed) = (new RandomState(3) { Step = 5 }, new RandomState(3));
        _ = first.Next(Device);
        (resumed.Step, resumed.Draws) = (first.Step, first.Draws);
        Assert.That(resumed.Next(Device), Is.EqualTo(first.Next(Device)));
    }

    [Test]
    public void NumbersThatTheHostSetsAreLookedUpInReplays()
    {
        using var weight = new StepNumber(Device, 0.25f);
        var runs = 0;
        using var step = new RecordedStep(Device, inputs =>
        {
            runs++;
            var (a, b) = (inputs[0], inputs[1]);
            return [a * weight, weight + a, a - weight, a.Lerp(b, weight), a.Lerp(b, 0.5f)];
        });
        float[] values = [1, -2, 3.5f], others = [0, 10, -1];
        using var x = Tensor.From(values, new Shape(3), Device);
        using var y = Tensor.From(others, new Shape(3), Device);
        for (var i = 0; i < 5; i++)
        {
            var w = weight.Value = 0.25f * i;
            var results = step.Run(x, y);
            Assert.That(results[0].ToArray(), Is.EqualTo(values.Select(v => v * w)));
            Assert.That(results[1].ToArray(), Is.EqualTo(values.Select(v => v + w)));
            Assert.That(results[2].ToArray(), Is.EqualTo(values.Select(v => v - w)));
            Assert.That(results[3].ToArray(), Is.EqualTo(values.Zip(others, (v, o) => v + (w * (o - v)))));
            Assert.That(results[4].ToArray(), Is.EqualTo(values.Zip(others, (v, o) => v + (0.5f * (o - v)))));
        }

        Assert.That(runs, Is.EqualTo(1));
    }

    [Test]
    public void GradientsGoThroughWhatAStepNumberScales()
    {
        using var scope = Device.Step();
        using var weight = new StepNumber(Device, 3);
        var x = Tensor.Ones(new Shape(2), Device);
        x.RequiresGrad = true;
        (x.Square() * weight).Sum().Backward();
        Assert.That(x.Gradient!.ToArray(), Is.All.EqualTo(6));
    }

    [Test]
    public void CopiesFromTensorsAreRepeated()
    {
        using var kept = Tensor.Zeros(new Shape(2), Device);
        using var step = new RecordedStep(Device, inputs =>
        {
            kept.CopyFrom(kept + inputs[0]);
            return [];
        });
        using var one = Tensor.Ones(new Shape(2), Device);
        for (var i = 1; i <= 4; i++)
        {
            step.Run(one);
            Assert.That(kept.ToArray(), Is.All.EqualTo(i));
        }

        using var other = Device.Open("cpu", threads: 1);
        kept.CopyFrom(Tensor.From([5, 6], new Shape(2), other));
        Assert.That(kept.ToArray(), Is.EqualTo(new[] { 5, 6 }));
        Assert.That(() => kept.CopyFrom(Tensor.Ones(new Shape(3), Device)), Throws.TypeOf<ShapeException>());
    }
}
