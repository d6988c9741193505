using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>What a recorded step has captured changes between two runs: it does what the code would do, never the old step.</summary>
internal sealed class CapturedStateTests() : OnCpu(threads: 1)
{
    /// <param name="sets">whether the code sets something of it, as steps that freeze do</param>
    [Test]
    public void ADisposedTensor([Values] bool sets)
    {
        var w = Tensor.Full([1024], 2, _device).Keep();
        using var one = Tensor.Ones([1024], _device);
        using var step = new RecordedStep(_device, inputs =>
        {
            w.RequiresGrad = sets ? false : w.RequiresGrad;
            return [inputs[0] * w.Reshape(1024)];
        });
        Assert.That(step.Run(one)[0].ToArray(), Is.All.EqualTo(2));
        w.Dispose();
        using var other = Tensor.Full([1024], 77, _device);
        Assert.That(() => step.Run(one), Throws.TypeOf<ObjectDisposedException>());
        w = Tensor.Full([1024], 3, _device).Keep();
        Assert.That(step.Run(one)[0].ToArray(), Is.All.EqualTo(3), "the code reads another tensor now");
    }

    [Test]
    public void AFrozenNetworkThatWasElsewhere()
    {
        using var elsewhere = Device.Open("cpu", threads: 1);
        var layer = new Linear(2, 2, bias: false).Initialize(seed: 1).To(_device);
        using var one = Tensor.Ones([1, 2], _device);
        using var step = new RecordedStep(_device, inputs =>
        {
            layer.RequiresGrad = false;
            return [layer.Forward(inputs[0])];
        });
        step.Run(one);
        layer.To(elsewhere).To(_device).Weight.Value.CopyFrom(new float[] { 1, 2, 3, 4 });
        Assert.That(step.Run(one)[0].ToArray(), Is.EqualTo(new float[] { 3, 7 }));
    }

    /// <summary>A replay refuses what eager code refuses: the gradient of numbers that are no more.</summary>
    [Test]
    public void AGraphFromOutsideWhoseNumbersWereOverwritten([Values] bool isEager)
    {
        var w = Tensor.Full([2], 3, _device).Keep();
        w.RequiresGrad = true;
        using var square = w.Square().Keep();
        using var one = Tensor.Ones([2], _device);
        using var step = new RecordedStep(_device, inputs =>
            [Differentiation.Gradients((square * inputs[0]).Sum(), [w], retainGraph: true)[0]]) { Eager = isEager };
        for (var i = 0; i < 3; i++)
        {
            Assert.That(step.Run(one)[0].ToArray(), Is.All.EqualTo(6));
        }

        Assert.That(step.Counts[StepPath.Replayed], Is.EqualTo(isEager ? 0 : 2));
        w.CopyFrom(new float[] { 5, 5 });
        Fails.With<AutodiffException>(() => step.Run(one), "overwritten by CopyFrom");
    }

    [Test]
    public void ADisposedNumber()
    {
        var number = new StepNumber(_device, 2);
        using var one = Tensor.Ones([3], _device);
        using var step = new RecordedStep(_device, inputs => [inputs[0] * number]);
        Assert.That(step.Run(one)[0].ToArray(), Is.All.EqualTo(2));
        number.Dispose();
        using var other = new StepNumber(_device, 77);
        Assert.That(() => step.Run(one), Throws.TypeOf<ObjectDisposedException>());
        number = new StepNumber(_device, 3);
        Assert.That(step.Run(one)[0].ToArray(), Is.All.EqualTo(3), "the code reads another number now");
    }

    [Test]
    public void AveragesThatAreInTheNetworkAndADisposedOptimizer()
    {
        var layer = new Linear(2, 1).Initialize(seed: 1).To(_device);
        var sgd = new Sgd(layer.Parameters, 0.01f);
        using var average = new WeightAverage(layer.NamedTensors(), 0.5f);
        using var x = Tensor.From([1, 2], [1, 2], _device);
        using var step = new RecordedStep(_device, inputs =>
        {
            sgd.Minimize(layer.Forward(inputs[0]).Square().Sum());
            average.Update();
            return [];
        });
        step.Run(x);
        var weights = layer.Weight.Value.ToArray();
        using (average.Swap())
        {
            Assert.That(() => step.Run(x), Throws.InvalidOperationException.With.Message.Contains("in the network"));
        }

        Assert.That(layer.Weight.Value.ToArray(), Is.EqualTo(weights));
        step.Run(x);
        Assert.That((sgd.StepCount, average.UpdateCount), Is.EqualTo((2L, 2L)));
        Assert.That(step.Counts[StepPath.Replayed], Is.EqualTo(1));
        sgd.Dispose();
        Assert.That(() => step.Run(x), Throws.TypeOf<ObjectDisposedException>());
    }

    /// <summary>Kernels and bias corrections take the new ones together; the step is replayed as long as they stay.</summary>
    [Test]
    public void TheBetasOfAdam([Values] bool amsGrad) => AssertSameUpdates(
        amsGrad,
        [(0.9f, 0.999f), (0.9f, 0.999f), (0.5f, 0.999f), (0.5f, 0.9f), (0.5f, 0.9f)],
        (adam, betas) => (adam.Beta1, adam.Beta2) = betas,
        (adam, output) => adam.Minimize(output().Square().Sum()),
        replayed: 2);

    /// <summary>A step that sets one itself is recorded once for each of the other, and each update keeps its own.</summary>
    [Test]
    public void BetasThatTheCodeSets([Values] bool amsGrad) => AssertSameUpdates(
        amsGrad,
        [0.999f, 0.999f, 0.999f, 0.9f, 0.9f],
        (adam, beta2) => (adam.Beta1, adam.Beta2) = (0.7f, beta2), // The step sets the first itself.
        (adam, output) =>
        {
            adam.Beta1 = 0.5f;
            adam.Minimize(output().Square().Sum());
            adam.Beta1 = 0.9f;
            adam.Minimize(output().MseLoss(3));
        },
        replayed: 3);

    /// <summary>Each update of a replay has the rate that the code set for it, and the last one stays.</summary>
    /// <param name="scales">whether the code makes the rates of the one that it finds</param>
    /// <param name="amsGrad">whether the update is composed of ops</param>
    [Test]
    public void RatesThatTheCodeSets([Values] bool scales, [Values] bool amsGrad) => AssertSameUpdates(
        amsGrad,
        [0.5f, 0.5f, 0.2f, 0.2f],
        (adam, rate) => adam.LearningRate = rate,
        (adam, output) =>
        {
            adam.LearningRate = scales ? adam.LearningRate * 0.5f : 0.1f;
            adam.Minimize(output().Square().Sum());
            adam.LearningRate = scales ? adam.LearningRate * 0.25f : 0.01f;
            adam.Minimize(output().MseLoss(3));
        },
        replayed: scales ? 2 : 3);

    /// <summary>Recorded steps update the weights as the code does.</summary>
    /// <param name="amsGrad">whether the update is composed of ops</param>
    /// <param name="settings">a setting for each step</param>
    /// <param name="set">sets it before the step</param>
    /// <param name="update">the step, of the output of a layer</param>
    /// <param name="replayed">how many of the steps are replayed</param>
    private void AssertSameUpdates<T>(
        bool amsGrad, T[] settings, Action<Adam, T> set, Action<Adam, Func<Tensor>> update, int replayed)
    {
        var eager = Train(isEager: true);
        Assert.That(Train(isEager: false), Is.EqualTo(eager));

        List<float> Train(bool isEager)
        {
            var layer = new Linear(2, 1).Initialize(seed: 1).To(_device);
            using var adam = new Adam(layer.Parameters, 0.1f, amsGrad: amsGrad);
            using var x = Tensor.From([1, 2], [1, 2], _device);
            using var step = new RecordedStep(_device, inputs =>
            {
                update(adam, () => layer.Forward(inputs[0]));
                return [];
            })
            {
                Eager = isEager,
            };
            var numbers = new List<float>();
            foreach (var setting in settings)
            {
                set(adam, setting);
                step.Run(x);
                numbers.AddRange(layer.Weight.Value.ToArray());
                numbers.Add(adam.LearningRate);
            }

            Assert.That(step.Counts[StepPath.Replayed], Is.EqualTo(isEager ? 0 : replayed));
            return numbers;
        }
    }

    [Test]
    public void TheModeOfAModule()
    {
        var network = new Sequential(new BatchNorm2d(2), new Dropout(0.5f)).Initialize(seed: 1).To(_device);
        using var x = Tensor.Uniform(new RandomKey(1, 2, 3, 4), [2, 2, 3, 3], _device);
        using var step = new RecordedStep(_device, inputs => [network.Forward(inputs[0])]);
        var runs = 0;
        foreach (var training in new[] { true, true, false, false, true, false })
        {
            _ = training ? network.Train() : network.Eval();
            var before = Batches();
            var y = step.Run(x)[0].ToArray();
            Assert.That(Batches(), Is.EqualTo(training ? before + 1 : before), $"run {runs}");
            Assert.That(y.Contains(0), Is.EqualTo(training), "dropout");
            runs++;
        }

        Assert.That(step.Counts.ToString(), Does.Contain("4 of 6 steps replayed"), "one recording for each mode");

        float Batches() => ((BatchNorm2d)network[0]).BatchesTracked!.Value.Item();
    }

    [Test]
    public void WhatIsFrozen()
    {
        var network = new Sequential(new Linear(2, 2), new Linear(2, 1)).Initialize(seed: 1).To(_device);
        var adam = new Adam(network.Parameters, 0.1f);
        using var x = Tensor.From([1, 2], [1, 2], _device);
        using var step = new RecordedStep(_device, inputs =>
        {
            adam.Minimize(network.Forward(inputs[0]).Square().Sum());
            return [];
        });
        foreach (var frozen in new[] { false, false, true, true, false, false })
        {
            network[0].RequiresGrad = !frozen;
            var (first, second) = (Weights(0), Weights(1));
            step.Run(x);
            Assert.That(Weights(0).SequenceEqual(first), Is.EqualTo(frozen));
            Assert.That(Weights(1), Is.Not.EqualTo(second));
        }

        float[] Weights(int layer) => ((Linear)network[layer]).Weight.Value.ToArray();
    }

    /// <summary>A step that freezes and unfreezes networks itself is recorded once.</summary>
    [Test]
    public void WhatTheCodeDecidesItselfIsNoChange()
    {
        var network = new Sequential(new Linear(2, 2), new Dropout(0.5f)).Initialize(seed: 1).To(_device);
        var runs = 0;
        using var x = Tensor.From([1, 2], [1, 2], _device);
        using var step = new RecordedStep(_device, inputs =>
        {
            runs++;
            network.RequiresGrad = false;
            network.Eval();
            var y = network.Forward(inputs[0]);
            network.RequiresGrad = true;
            network.Train();
            return [y];
        });
        for (var i = 0; i < 4; i++)
        {
            network.RequiresGrad = i % 2 == 0;
            step.Run(x);
        }

        Assert.That(runs, Is.EqualTo(1));
    }

    [Test]
    public void ThePlainTensorAndTheRandomStateAndTheGradientMode()
    {
        var dropout = new Dropout(0.5f) { Random = new RandomState(1) };
        var w = Tensor.Ones([64], _device).Keep();
        w.RequiresGrad = true;
        using var x = Tensor.Ones([64], _device);
        using var step = new RecordedStep(_device, inputs =>
        {
            var y = dropout.Forward(inputs[0]) * w;
            return [y, Tensor.Full([], y.RequiresGrad ? 1 : 0, _device)];
        });
        var first = step.Run(x)[0].ToArray();
        Assert.That(step.Run(x)[1].Item(), Is.EqualTo(1));
        w.RequiresGrad = false;
        Assert.That(step.Run(x)[1].Item(), Is.Zero);
        w.RequiresGrad = true;
        using (GradMode.NoGrad())
        {
            Assert.That(step.Run(x)[1].Item(), Is.Zero);
        }

        Assert.That(step.Run(x)[1].Item(), Is.EqualTo(1));
        dropout.Random = new RandomState(1);
        Assert.That(step.Run(x)[0].ToArray(), Is.EqualTo(first), "the numbers of the new state");
    }

    /// <summary>Gradients of passes before the step count as in eager code, whether or not there were any when it was recorded.</summary>
    /// <param name="passes">passes before each run of the step</param>
    [TestCase(2, 2, 2, 2)]
    [TestCase(0, 0, 1, 0, 2, 0)]
    [TestCase(1, 0, 0, 3)]
    public void GradientsOfEarlierPasses(params int[] passes)
    {
        var eager = Train(isEager: true);
        Assert.That(Train(isEager: false), Is.EqualTo(eager));

        List<float> Train(bool isEager)
        {
            var layer = new Linear(24, 1, bias: false).Initialize(seed: 1).To(_device);
            using var sgd = new Sgd(layer.Parameters, 1);
            using var x = Tensor.Ones([1, 24], _device);
            using var step = new RecordedStep(_device, inputs =>
            {
                sgd.FinishStep(layer.Forward(inputs[0]).Sum());
                return [];
            })
            {
                Eager = isEager,
            };
            var numbers = new List<float>();
            foreach (var count in passes)
            {
                using var around = _device.Step();
                for (var i = 0; i < count; i++)
                {
                    layer.Forward(x).Sum().Backward();
                }

                step.Run(x);
                numbers.AddRange(layer.Weight.Value.ToArray());
            }

            return numbers;
        }
    }

    [Test]
    public void AStepThatFirstFoundNoGradientTrainsOnceThereIsOne()
    {
        var w = Tensor.Ones([3], _device).Keep();
        w.RequiresGrad = true;
        using var step = new RecordedStep(_device, inputs => [w.Gradient ?? inputs[0]]);
        using var zero = Tensor.Zeros([3], _device);
        Assert.That(step.Run(zero)[0].ToArray(), Is.All.Zero);
        w.Sum().Backward();
        Assert.That(step.Run(zero)[0].ToArray(), Is.All.EqualTo(1));
        w.ClearGradient();
        Assert.That(step.Run(zero)[0].ToArray(), Is.All.Zero);
        Assert.That(step.Counts[StepPath.Replayed], Is.EqualTo(1), "the state is that of the first recording again");
    }

    /// <summary>The calls run after the code, so what it disposes must not be given to others before.</summary>
    [Test]
    public void ATensorThatTheCodeDisposes()
    {
        using var x = Tensor.Ones([1024], _device);
        foreach (var run in new[] { 1, 2, 3 })
        {
            var w = Tensor.Full([1024], run, _device).Keep();
            using var step = new RecordedStep(_device, inputs =>
            {
                var eleven = inputs[0] + 10; // It is made before w is read, and must not lie where w does.
                var scaled = inputs[0] * w;
                w.Dispose();
                return [eleven, scaled];
            });
            Assert.That(step.Run(x)[1].ToArray(), Is.All.EqualTo(run));
        }
    }

    /// <summary>The code can neither train nor overwrite what it is given, eagerly as recorded.</summary>
    [Test]
    public void InputsAreCopies([Values] bool isEager)
    {
        using var x = Tensor.Full([4], 3, _device);
        using var y = Tensor.Full([4], 5, _device);
        x.RequiresGrad = true;
        var w = Tensor.Ones([4], _device).Keep();
        w.RequiresGrad = true;
        using var step = new RecordedStep(_device, inputs =>
        {
            w.ClearGradient();
            (w * inputs[0]).Sum().Backward();
            var gradient = w.Gradient!.Share();
            inputs[0].CopyFrom(y);
            return [gradient, inputs[0] + 1];
        })
        {
            Eager = isEager,
        };
        for (var run = 0; run < 3; run++)
        {
            var outputs = step.Run(x);
            Assert.That(outputs[0].ToArray(), Is.All.EqualTo(3));
            Assert.That(outputs[1].ToArray(), Is.All.EqualTo(6));
            Assert.That(x.ToArray(), Is.All.EqualTo(3));
            Assert.That(x.Gradient, Is.Null);
        }
    }

    [Test]
    public void AGradientThatTheStepClearsIsGoneAfterAReplayToo()
    {
        var w = Tensor.Ones([3], _device).Keep();
        w.RequiresGrad = true;
        using var x = Tensor.Ones([3], _device);
        using var step = new RecordedStep(_device, inputs =>
        {
            w.ClearGradient();
            return [w * inputs[0]];
        });
        for (var run = 0; run < 3; run++)
        {
            w.Sum().Backward();
            step.Run(x);
            Assert.That(w.Gradient, Is.Null);
        }

        Assert.That(step.Counts[StepPath.Replayed], Is.EqualTo(2));
    }
}
