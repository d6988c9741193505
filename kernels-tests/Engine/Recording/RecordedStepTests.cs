using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Steps of a library's user: recorded, replayed, kept apart by shape, and refused where a replay would differ.</summary>
internal sealed class RecordedStepTests() : OnCpu(threads: 1)
{
    [Test]
    public void TheCodeRunsOnceAndItsKernelsEachTime()
    {
        var runs = 0;
        using var step = new RecordedStep(_device, inputs =>
        {
            runs++;
            return [inputs[0] * inputs[1]];
        });
        for (var i = 1; i <= 5; i++)
        {
            using var a = Tensor.Full(new Shape(3), i, _device);
            using var b = Tensor.Full(new Shape(3), 10, _device);
            Assert.That(step.Run(a, b)[0].ToArray(), Is.All.EqualTo(10 * i));
        }

        Assert.That(runs, Is.EqualTo(1));
        step.Eager = true;
        using var one = Tensor.Ones(new Shape(3), _device);
        Assert.That(step.Run(one, one)[0].ToArray(), Is.All.EqualTo(1));
        Assert.That(runs, Is.EqualTo(2));
    }

    [Test]
    public void EachShapeHasItsOwnRecording()
    {
        var runs = 0;
        using var step = new RecordedStep(_device, inputs =>
        {
            runs++;
            return [inputs[0].Sum()];
        });
        for (var i = 0; i < 12; i++)
        {
            Sum(step, 2 + (i % 2));
        }

        Assert.That(runs, Is.EqualTo(2), "two shapes, each recorded once");
        Sum(step, 4);
        Sum(step, 5);
        Assert.That(runs, Is.EqualTo(4));
        Sum(step, 2);
        Assert.That(runs, Is.EqualTo(5), "the shape that was not used for longest gave way");
    }

    /// <summary>Three shapes in turn need room for three.</summary>
    [TestCase(2)]
    [TestCase(3)]
    public void CountsSayHowOftenStepsWereReplayedAndWhyNot(int capacity)
    {
        using var step = new RecordedStep(_device, inputs => [inputs[0].Sum()]) { Capacity = capacity };
        for (var i = 0; i < 12; i++)
        {
            Sum(step, 2 + (i % 3));
        }

        Sum(step, 4);
        Sum(step, 4);
        step.Eager = true;
        Sum(step, 4);
        Assert.That(step.Counts.ToString(), Is.EqualTo(capacity == 2
            ? "2 of 15 steps replayed: 3 recorded, 9 recorded again, after other shapes had taken their place (Capacity), 1 eager on " +
                "request"
            : "11 of 15 steps replayed: 3 recorded, 1 eager on request"));
        Assert.That(step.Counts.Total, Is.EqualTo(15));
        Assert.That(() => step.Capacity = 0, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    /// <summary>A step's learning rate, random masks and moments go on in a replay, on the memory that was recorded.</summary>
    [TestCase("adam")]
    [TestCase("adam twice")]
    [TestCase("sgd")]
    public void ReplaysTrainAsTheCodeDoes(string optimizer)
    {
        var eager = Train(optimizer, eager: true);
        Assert.That(Train(optimizer, eager: false), Is.EqualTo(eager));
        Assert.That(eager, Is.Unique);
    }

    /// <summary>Two updates of the same weights, in a graph where the device has those: each has rates and addresses of its own.</summary>
    [TestCase("ptx")]
    [TestCase("cuda")]
    public void AStepMayUpdateWeightsTwice(string name)
    {
        var device = TestDevices.Open(name);
        Assert.That(Weights(eager: false), Is.EqualTo(Weights(eager: true)));

        List<float> Weights(bool eager)
        {
            var layer = new Conv2d(2, 3, 3).Initialize(seed: 1).To(device);
            var adam = new Adam(layer.Parameters, 0.1f);
            using var step = new RecordedStep(device, inputs =>
            {
                adam.Minimize(layer.Forward(inputs[0]).Square().Mean());
                var loss = layer.Forward(inputs[1]).L1Loss(inputs[2]);
                adam.Minimize(loss);
                return [loss];
            })
            {
                Eager = eager,
            };
            var losses = new List<float>();
            for (uint i = 0; i < 5; i++)
            {
                using var a = Draw(i, 0, new Shape(1, 2, 5, 5));
                using var b = Draw(i, 1, new Shape(1, 2, 4, 4));
                using var c = Draw(i, 2, new Shape(1, 3, 2, 2));
                losses.Add(step.Run(a, b, c)[0].Item());
            }

            Assert.That(losses, Is.Unique);
            return [.. losses, .. layer.Parameters.SelectMany(p => p.Value.ToArray())];
        }

        Tensor Draw(uint step, uint op, Shape shape) => Tensor.Uniform(new RandomKey(7, 98, step, op), shape, device);
    }

    /// <summary>Nothing but weights, inputs and numbers decides a replay: all else may hold anything before it.</summary>
    [Test]
    public void ReplaysReadNoTemporaryThatTheyDidNotWrite()
    {
        using var trained = new Trained(_device, "adam");
        using var recording = KernelRecording.Take(_device, () => trained.Step(trained.Input));
        var lasting = recording.Calls.SelectMany(c => c.Reads.Concat(c.Writes)).Select(s => s.Storage).ToHashSet();
        Assert.That(lasting.Count(KernelRecording.IsTemporary), Is.GreaterThan(5));
        Assert.That(KernelRecording.IsTemporary(trained.Network.Parameters.First().Value.Span.Storage), Is.False);
        var calls = recording.Place();
        var temporaries = calls.SelectMany(c => c.Reads.Concat(c.Writes)).Where(s => !lasting.Contains(s.Storage)).ToList();

        using var expected = new Trained(_device, "adam");
        expected.Step(expected.Input);
        expected.Step(expected.Input);
        Run();
        foreach (var span in temporaries)
        {
            _device.Kernels.Run(new FillCall(span, float.NaN));
        }

        recording.Prepare();
        Run();
        Assert.That(trained.Weights(), Is.EqualTo(expected.Weights()));

        void Run()
        {
            foreach (var call in calls)
            {
                _device.Kernels.Run(call);
            }
        }
    }

    /// <summary>A read may be the very span that is written, where that is meant; nothing overlaps otherwise.</summary>
    [Test]
    public void CallsOverlapOnlyWhereTheyWorkInPlace()
    {
        using var trained = new Trained(_device, "adam");
        using var recording = KernelRecording.Take(_device, () => trained.Step(trained.Input));
        foreach (var call in recording.Calls)
        {
            var overlaps =
                from read in call.Reads
                from write in call.Writes
                where read != write && read.Storage == write.Storage && read.Offset < write.Offset + write.Length
                    && write.Offset < read.Offset + read.Length
                select (read, write);
            Assert.That(overlaps, Is.Empty, call.ToString());
        }
    }

    [Test]
    public void RecordedMemoryIsNobodyElsesUntilItIsDisposed()
    {
        using var trained = new Trained(_device, "adam");
        using var other = new Trained(_device, "adam");
        trained.Run();
        var before = _device.Pool.Allocations;
        trained.Run();
        Assert.That(_device.Pool.Allocations, Is.EqualTo(before));
        other.Step(other.Input);
        Assert.That(_device.Pool.Allocations, Is.GreaterThan(before), "the blocks of a whole step are taken");
        trained.Recorded.Forget();
        before = _device.Pool.Allocations;
        trained.Run();
        Assert.That(_device.Pool.Allocations, Is.EqualTo(before), "the memory of what was forgotten serves the next recording");
    }

    [Test]
    public void WhatAReplayWouldNotRepeatIsRefused()
    {
        using var other = Device.Open("cpu", threads: 1);
        var (x, elsewhere) = (Tensor.Ones(new Shape(3), _device), Tensor.Ones(new Shape(3), other));
        Refused(() => x.ToArray(), "copies 3 numbers from the device to the host");
        Refused(() => x.Sum().Item(), "copies 1 numbers from the device to the host");
        Refused(() => Tensor.From([1, 2], new Shape(2), _device), "copies 2 numbers from the host to the device");
        using var number = new StepNumber(_device, 1);
        Refused(() => x * number.Value, "reads a step number's value");
        Refused(() => GradMode.NoGrad(), "leaves gradients off or on");
        Refused(() => elsewhere * 2, "also computes on another, cpu");
        Refused(() => KernelRecording.Take(_device, () => { }), "takes another recorded step");
        using var onDevice = new RecordedStep(_device, inputs => [inputs[0] * 2]);
        onDevice.Run(x);
        Refused(() => onDevice.Run(x), "takes another recorded step");
        Fails.With<DeviceException>(() => onDevice.Run(elsewhere), "input [3] on another cpu");
        var before = _device.Pool.Allocations;
        using var again = KernelRecording.Take(_device, () => _ = x + x);
        Assert.That(again.Calls, Has.Count.EqualTo(1), "what was refused has left nothing behind");
        Assert.That(_device.Pool.Allocations, Is.EqualTo(before));

        void Refused(Func<object> code, string message)
        {
            using var step = new RecordedStep(_device, _ => { code(); return []; });
            Fails.With<RecordingException>(() => step.Run(x), message);
        }
    }

    /// <summary>Whoever disposes the outputs gets the numbers of the next step nevertheless, checked or not.</summary>
    [Test]
    public void OutputsMayBeDisposed([Values] bool eager)
    {
        using var kept = Tensor.From([5, 6, 7], new Shape(3), _device);
        using var step = new RecordedStep(_device, inputs => [inputs[0] * 2, kept, kept[1..]]) { Eager = eager, Checks = 1 };
        for (var i = 1; i <= 4; i++)
        {
            using var x = Tensor.Full(new Shape(3), i, _device);
            var outputs = step.Run(x);
            Assert.That(outputs[0].ToArray(), Is.All.EqualTo(2 * i));
            Assert.That(outputs[1].ToArray(), Is.EqualTo(new float[] { 5, 6, 7 }));
            Assert.That(outputs[2].ToArray(), Is.EqualTo(new float[] { 6, 7 }));
            for (var k = 0; k < i % outputs.Count; k++)
            {
                outputs[k].Dispose();
            }
        }

        Assert.That(step.Counts[StepPath.Replayed], Is.EqualTo(eager ? 0 : 3));
    }

    /// <summary>A slice of an output counts as a copy, and a graph over one needs its numbers.</summary>
    [Test]
    public void WhatIsMadeOfOutputsIsNotOfTheNextOnes([Values] bool eager)
    {
        using var state = Tensor.Zeros([4], _device);
        using var step = new RecordedStep(_device, inputs =>
        {
            state.CopyFrom(inputs[0]);
            return [inputs[0] * 2, (inputs[0] * 2)[1..], state, state[1..]];
        })
        {
            Eager = eager,
        };
        using var x = Tensor.From([1, 2, 3, 4], [4], _device);
        using var other = Tensor.Full([4], 50, _device);
        using var w = Tensor.Ones([3], _device);
        w.RequiresGrad = true;
        for (var i = 0; i < 2; i++)
        {
            Tensor[] slices = [.. step.Run(x).Select(output => output[..2])];
            var graphs = step.Run(x).Select(output => (w * output[^3..]).Sum()).ToList();
            var needed = (w * step.Run(x)[1]).Sum();
            step.Run(other);
            Assert.That(slices.SelectMany(slice => slice.ToArray()), Is.EqualTo(new float[] { 2, 4, 4, 6, 1, 2, 2, 3 }));
            graphs.ForEach(graph => graph.Backward());
            Assert.That(w.Gradient!.ToArray(), Is.EqualTo(new float[] { 12, 18, 24 }));
            w.ClearGradient();
            Assert.That(() => needed.Backward(), eager ? Throws.Nothing : Throws.TypeOf<AutodiffException>());
            w.ClearGradient();
        }

        Assert.That(step.Counts[StepPath.Replayed], Is.EqualTo(eager ? 0 : 7));
    }

    /// <summary>What a step has made may go into the next one, also where that runs in another way.</summary>
    [Test]
    public void OutputsMayBeTheNextInputs([Values] bool eager)
    {
        using var step = new RecordedStep(_device, inputs => [inputs[0] * 0.5f]) { Eager = eager };
        using var x = Tensor.Ones(new Shape(2), _device);
        var made = step.Run(x)[0];
        for (var i = 2; i <= 6; i++)
        {
            step.Eager = eager ? i < 4 : i >= 4;
            made = step.Run(made)[0];
            Assert.That(made.ToArray(), Is.All.EqualTo(1f / (1 << i)), $"run {i}");
        }

        var given = made;
        step.Eager = true;
        made = step.Run(given)[0];
        Assert.That(given.IsUsable, Is.EqualTo(eager), "a recording's own output stays its own");
        Assert.That(made.ToArray(), Is.All.EqualTo(1f / (1 << 7)));
    }

    /// <summary>Also those that are inputs as they came, at other places.</summary>
    [Test]
    public void InputsThatAreOutputsMayBeTheNextInputs([Values] bool eager, [Values(0, 2)] int checks)
    {
        using var history =
            new RecordedStep(_device, inputs => [inputs[0] + 1f, inputs[0], inputs[1]]) { Eager = eager, Checks = checks };
        using var swap = new RecordedStep(_device, inputs => [inputs[1], inputs[0].Reshape(2)]) { Eager = eager, Checks = checks };
        using var zero = Tensor.Zeros(new Shape(2), _device);
        using var one = Tensor.Ones(new Shape(2), _device);
        using var two = Tensor.Full(new Shape(2), 2, _device);
        var past = history.Run(two, one, zero);
        var pair = swap.Run(two, one);
        for (var i = 4; i <= 7; i++)
        {
            past = history.Run(past[0], past[1], past[2]);
            pair = swap.Run(pair[0], pair[1]);
            Assert.That(past.SelectMany(x => x.ToArray()), Is.EqualTo(new float[] { i, i, i - 1, i - 1, i - 2, i - 2 }));
            Assert.That(
                pair.SelectMany(x => x.ToArray()), Is.EqualTo(i % 2 == 0 ? new float[] { 2, 2, 1, 1 } : new float[] { 1, 1, 2, 2 }));
        }

        Assert.That(history.Counts[StepPath.Replayed], Is.EqualTo(eager ? 0 : 4));
    }

    /// <summary>Also of one that is recorded, to which the recording that made them gives way.</summary>
    [Test]
    public void OutputsMayBeTheNextInputsOfAnotherRecording([Values(1, 2)] int capacity)
    {
        using var shorter = new RecordedStep(_device, inputs => [inputs[0][1..] * 2]) { Capacity = capacity };
        using var half = new RecordedStep(_device, inputs => [inputs[0] * 0.5f]) { Capacity = capacity };
        using var x = Tensor.Ones(new Shape(6), _device);
        var made = shorter.Run(x)[0];
        for (var i = 2; i <= 4; i++)
        {
            made = shorter.Run(made)[0];
            Assert.That(made.ToArray(), Has.Length.EqualTo(6 - i).And.All.EqualTo(1 << i));
        }

        made = half.Run(x)[0];
        using (GradMode.NoGrad())
        {
            made = half.Run(made)[0];
        }

        Assert.That(made.ToArray(), Is.All.EqualTo(0.25f));
    }

    [Test]
    public void ProfilesSeeOps()
    {
        using var trained = new Trained(_device, "adam");
        trained.Run();
        trained.Run();
        using var profile = OpProfile.Start();
        trained.Run();
        Assert.That(profile.Timings.Select(t => t.Name), Does.Contain("conv2d"));
        Assert.That(profile.Steps.ToString(), Is.EqualTo("0 of 1 steps replayed: 1 profiled"));
    }

    [Test]
    public void NumbersAreGivenBack()
    {
        using var trained = new Trained(_device, "adam");
        trained.Run();
        for (var i = 0; i < 10; i++)
        {
            trained.Run();
            trained.Run();
            trained.Recorded.Forget();
        }

        Assert.That(_device.Numbers.Reserve(1000), Is.LessThan(100));
        Assert.That(() => _device.Numbers.Reserve(StepNumbers.Capacity), Throws.TypeOf<DeviceException>());
        Assert.That(() => _device.Numbers[0] = 1, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private void Sum(RecordedStep step, int count)
    {
        using var x = Tensor.Ones(new Shape(count), _device);
        Assert.That(step.Run(x)[0].Item(), Is.EqualTo(count));
    }

    private List<string> Train(string optimizer, bool eager)
    {
        using var trained = new Trained(_device, optimizer);
        trained.Recorded.Eager = eager;
        var lines = new List<string>();
        for (uint i = 0; i < 6; i++)
        {
            trained.Network.Random!.Step = i;
            trained.Optimizer.LearningRate = 0.01f * (i + 1);
            lines.Add($"{i} {trained.Run():R} {string.Join(' ', trained.Weights())}");
        }

        return lines;
    }

    /// <summary>A small network with dropout and a step of its training.</summary>
    private sealed class Trained : IDisposable
    {
        private readonly bool _twice;

        public Trained(Device device, string optimizer)
        {
            Network = new UNet(3, 3, downs: 5, ngf: 2).Initialize(seed: 1).To(device);
            Optimizer = optimizer == "sgd" ? new Sgd(Network.Parameters, 0.1f, momentum: 0.9f) : new Adam(Network.Parameters, 0.01f);
            _twice = optimizer == "adam twice";
            Input = Tensor.Uniform(new RandomKey(1, 99, 0, 0), new Shape(1, 3, 32, 32), device);
            Recorded = new RecordedStep(device, inputs => [Step(inputs[0])]);
        }

        public UNet Network { get; }

        public Optimizer Optimizer { get; }

        public Tensor Input { get; }

        public RecordedStep Recorded { get; }

        public Tensor Step(Tensor x)
        {
            var loss = Network.Forward(x).L1Loss(x);
            Optimizer.Minimize(loss);
            if (_twice)
            {
                Optimizer.Minimize(Network.Forward(x).MseLoss(x));
            }

            return loss;
        }

        public float Run() => Recorded.Run(Input)[0].Item();

        public List<float> Weights() => [.. Network.NamedTensors().SelectMany(t => t.Value.ToArray())];

        public void Dispose()
        {
            Recorded.Dispose();
            Input.Dispose();
        }
    }
}
