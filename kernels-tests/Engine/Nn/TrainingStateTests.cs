using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>
/// The checkpoint of a loop of one's own: what comes back, and what is refused. Exact resume is <c>Docs/OwnLoopTests</c> of the tools.
/// </summary>
internal sealed class TrainingStateTests : OnCpu
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"ilgpugan-state-{Guid.NewGuid():N}.safetensors");

    [TearDown]
    public void Delete() => File.Delete(_path);

    [Test]
    public void EverythingComesBack()
    {
        var (network, own, random) =
            (new Linear(3, 2).Initialize(5).To(_device), Tensor.Full(new Shape(2, 2), 3, _device).Keep(), new RandomState(ulong.MaxValue));
        (random.Step, random.Draws) = (4_000_000_000, 7);
        using var average = new WeightAverage(network.NamedTensors());
        average.Update();
        State(network, own, random, average, step: 5_000_000_000).Save(_path);

        var (other, tensor, draws) =
            (new Linear(3, 2).Initialize(6).To(_device), Tensor.Zeros(new Shape(2, 2), _device).Keep(), new RandomState(ulong.MaxValue));
        using var another = new WeightAverage(other.NamedTensors());
        var state = State(other, tensor, draws, another, step: 0);
        Assert.That(state.LoadIfExists(_path));
        Assert.That((state.Step, draws.Step, draws.Draws, another.UpdateCount), Is.EqualTo((5_000_000_000L, 4_000_000_000u, 7u, 1L)));
        Assert.That(other.Weight.Value.ToArray(), Is.EqualTo(network.Weight.Value.ToArray()));
        Assert.That(another.Averages.First().Value.ToArray(), Is.EqualTo(average.Averages.First().Value.ToArray()));
        Assert.That(tensor.ToArray(), Is.All.EqualTo(3));
    }

    /// <summary>What the optimiser has gathered since is forgotten, sums of micro-batches too, also where steps are replayed.</summary>
    [Test]
    public void AStateFromBeforeTheFirstStepIsABeginning([Values] bool adam, [Values] bool eager)
    {
        var network = new Linear(3, 2).Initialize(5).To(_device);
        Optimizer optimizer = adam ? new Adam(network.Parameters, 0.1f) : new Sgd(network.Parameters, 0.1f, momentum: 0.9f);
        using var accumulate = new RecordedStep(_device, inputs =>
        {
            optimizer.Accumulate(network.Forward(inputs[0]).Square().Mean());
            return [];
        })
        {
            Eager = eager,
        };
        using var update = new RecordedStep(_device, _ =>
        {
            optimizer.StepAccumulated();
            return [];
        })
        {
            Eager = eager,
        };
        using var x = Tensor.Uniform(new RandomKey(1, 2, 3, 4), [4, 3], _device);
        var state = new TrainingState(_device).Add("net", network).Add("optimizer", optimizer);
        state.Save(_path);
        var first = Train();
        accumulate.Run(x);
        state.Load(_path);
        update.Run();
        Assert.That(optimizer.UpdateCount, Is.Zero, "there is no sum yet");
        Assert.That(Train(), Is.EqualTo(first));

        string Train()
        {
            for (var i = 0; i < 3; i++)
            {
                accumulate.Run(x);
                update.Run();
            }

            return $"{optimizer.StepCount}: {string.Join(' ', network.NamedTensors().SelectMany(t => t.Value.ToArray()))}";
        }
    }

    /// <summary>
    /// The masks of dropout and the noise are those of a loop that never stopped, whether the program adds the random state itself or not,
    /// and where layers have states of their own.
    /// </summary>
    [TestCase("")]
    [TestCase("net")]
    [TestCase("own")]
    public void DropoutGoesOnWithTheSameBits(string added)
    {
        var whole = Train(steps: 4);
        _ = Train(steps: 2);
        Assert.That(Train(steps: 4, resumes: true), Is.EqualTo(whole));

        float[] Train(int steps, bool resumes = false)
        {
            var noise = new GaussianNoise(0.1f);
            var network = new Sequential(new Linear(3, 8), new Dropout(), new Linear(8, 1), noise).Initialize(5).To(_device);
            noise.Random = new RandomState(6);
            using var adam = new Adam(network.Parameters, 0.1f);
            var state = new TrainingState(_device).Add("net", network).Add("adam", adam);
            state = added.Length == 0 ? state : state.Add(added, network.Random!);
            if (resumes)
            {
                state.Load(_path);
            }

            for (; state.Step < steps; state.Step++)
            {
                using var step = _device.Step();
                adam.Minimize(network.Forward(Tensor.Ones([4, 3], _device)).Square().Mean());
            }

            state.Save(_path);
            return [.. network.NamedTensors().SelectMany(t => t.Value.ToArray())];
        }
    }

    /// <summary>A file of before has no random state of networks, and a program that chose another seed draws its numbers.</summary>
    [Test]
    public void TheRandomStateOfANetworkMayBeMissing()
    {
        var network = new Sequential(new Dropout(), new Linear(3, 2)).To(_device);
        With(network).Save(_path);
        var random = new RandomState(5) { Draws = 2 };
        network.Random = random;
        With(network).Load(_path);
        Assert.That(random.Draws, Is.EqualTo(2));

        With(network).Save(_path);
        var other = new Sequential(new Dropout(), new Linear(3, 2)).Initialize(6).To(_device);
        With(other).Load(_path);
        Assert.That((other.Random!.Seed, other.Random.Draws), Is.EqualTo((6, 0)));
        Assert.That(((Linear)other[1]).Weight.Value.ToArray(), Is.EqualTo(((Linear)network[1]).Weight.Value.ToArray()));

        TrainingState With(Module module) => new TrainingState(_device).Add("net", module);
    }

    /// <summary>Also of a tensor that is long enough to be copied by all threads.</summary>
    [Test]
    public void ACopyIsOfItsMoment()
    {
        var values = Enumerable.Range(0, (1 << 20) + 7).Select(i => i * 0.5f).ToArray();
        using var tensor = Tensor.From(values, [values.Length], _device);
        var parts = new CheckpointParts(_device);
        parts.Add("long", tensor);
        parts.Add("short", Tensor.Full([3], 1, _device).Keep());
        var copy = new CheckpointCopy();
        parts.Reserve(copy)();
        parts.CopyTo(copy);
        tensor.CopyFrom(new float[values.Length]);
        var shares = new List<double>();
        copy.Write(_path, new Dictionary<string, string>(), shares.Add);
        Assert.That(shares, Is.EqualTo(new[] { values.Length / (values.Length + 3.0), 3 / (values.Length + 3.0) }));
        using var file = TensorFile.Open(_path);
        Assert.That(file.Read("long").ToSingle(), Is.EqualTo(values));
    }

    [Test]
    public void ACopyNamesTheFirstTensorThatHoldsNoNumber()
    {
        var parts = new CheckpointParts(_device);
        foreach (var (name, value) in new[] { ("a", 1), ("b", float.NaN), ("c", float.PositiveInfinity) })
        {
            parts.Add(name, Tensor.Full([3], value, _device).Keep());
        }

        Assert.That(() => parts.CopyTo(new CheckpointCopy()), Throws.TypeOf<NotFiniteNumberException>().With.Message.StartsWith("b holds"));
    }

    [Test]
    public void NoFileIsNoError() => Assert.That(new TrainingState(_device).LoadIfExists(_path), Is.False);

    [Test]
    public void WhatDoesNotFitIsRefusedByName()
    {
        var network = new Linear(3, 2).Initialize(5).To(_device);
        new TrainingState(_device).Add("net", network).Add("random", new RandomState(1)).Save(_path);
        Refuses(new TrainingState(_device).Add("net", network), "the random state 'random', which the program has not");
        Refuses(new TrainingState(_device).Add("net", network).Add("random", new RandomState(2)), "is of seed 1, not 2");
        Refuses(new TrainingState(_device).Add("random", new RandomState(1)), "holds net.weight");
        Refuses(
            new TrainingState(_device).Add("net", new Linear(4, 2).To(_device)).Add("random", new RandomState(1)),
            "net.weight of shape [2,3]");
        Refuses(
            new TrainingState(_device).Add("net", network).Add("random", new RandomState(1))
                .Add("own", Tensor.Zeros(new Shape(1), _device)),
            "lacks own");
        new CheckpointParts(_device).Write(_path, new Dictionary<string, string> { ["format"] = "other" });
        Refuses(new TrainingState(_device), "no step and no random states");

        void Refuses(TrainingState state, string why) => Assert.That(
            () =>
                state.Load(_path), Throws.TypeOf<CheckpointFormatException>().With.Message.Contains(why).And.Message.Contains(
                    Path.GetFileName(_path)));
    }

    /// <summary>The name of a part may continue a network's, also where the network has a child of that name.</summary>
    [Test]
    public void APartMayBeNamedWithinANetwork()
    {
        var network = new Sequential(new Linear(3, 2), new Linear(2, 1)).Initialize(5).To(_device);
        var averaged = new Linear(3, 2).Initialize(6).To(_device);
        var noise = Tensor.Full([2], 3, _device).Keep();
        using var adam = new Adam(network.Parameters);
        using (_device.Step())
        {
            adam.Minimize(network.Forward(Tensor.Ones([1, 3], _device)).Sum());
        }

        var state = new TrainingState(_device)
            .Add("netG", network).Add("netG.ema", averaged).Add("netG.noise", noise).Add("netG.0", adam);
        state.Save(_path);
        var (weights, averages) = (Numbers(network), Numbers(averaged));
        network.Initialize(7);
        averaged.Initialize(8);
        noise.CopyFrom([0, 0]);
        adam.Restart();
        state.Load(_path);
        Assert.That(Numbers(network), Is.EqualTo(weights));
        Assert.That(Numbers(averaged), Is.EqualTo(averages));
        Assert.That(noise.ToArray(), Is.All.EqualTo(3));
        Assert.That(adam.StepCount, Is.EqualTo(1));
        Fails.With<CheckpointFormatException>(
            () => new TrainingState(_device).Add("netG", network).Add("netG.0", adam).Load(_path), "holds netG.ema.weight");

        static float[] Numbers(Module module) => [.. module.NamedTensors().SelectMany(t => t.Value.ToArray())];
    }

    /// <summary>Where the network itself is no part, nothing else tells that the file is of another one.</summary>
    [Test]
    public void EquallyManyNumbersOfAnotherShapeAreRefused()
    {
        var own = Tensor.Zeros([2, 3], _device).Keep();
        using var stepped = AdamOf(inputs: 2, outputs: 3);
        using (_device.Step())
        {
            stepped.Minimize(stepped.Parameters[0].Value.Square().Sum());
        }

        new TrainingState(_device).Add("opt", stepped).Add("own", own).Save(_path);
        using var other = AdamOf(inputs: 3, outputs: 2);
        Fails.With<CheckpointFormatException>(
            () => new TrainingState(_device).Add("opt", other).Add("own", own).Load(_path),
            "opt.weight.exp_avg of shape [3,2] where the run has [2,3]");
        Fails.With<CheckpointFormatException>(
            () => new TrainingState(_device).Add("opt", stepped).Add("own", own.Reshape(3, 2).Keep()).Load(_path),
            "own of shape [2,3] where the run has [3,2]");
        new TrainingState(_device).Add("opt", stepped).Add("own", own).Load(_path);

        Adam AdamOf(int inputs, int outputs) =>
            new(new Linear(inputs, outputs, bias: false).Initialize(1).To(_device).Parameters);
    }

    [Test]
    public void ANameIsTakenOnce()
    {
        var network = new Linear(3, 2).To(_device);
        Fails.With<ArgumentException>(() => new TrainingState(_device).Add("net", network).Add("net", network), "'net'");
    }

    private TrainingState State(Linear network, Tensor own, RandomState random, WeightAverage average, long step) =>
        new TrainingState(_device) { Step = step }.Add("net", network).Add("own", own).Add("random", random).Add("average", average);
}
