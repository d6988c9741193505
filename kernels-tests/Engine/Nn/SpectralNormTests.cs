using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>Power iteration, division and gradient of <see cref="SpectralNorm"/> against their definition in double precision.</summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class SpectralNormTests(string name) : OnDevice(name)
{
    private const double Tolerance = 5e-6;

    private static IEnumerable<TestCaseData> Layers()
    {
        yield return Case("Conv2d", () => new Conv2d(2, 4, 3, 2, 1), 0, new Shape(2, 2, 5, 6));
        yield return Case("Conv2d without bias", () => new Conv2d(2, 3, (1, 3), bias: false), 0, new Shape(1, 2, 4, 5));
        yield return Case("ConvTranspose2d", () => new ConvTranspose2d(3, 2, 4, 2, 1), 1, new Shape(2, 3, 3, 4));
        yield return Case("Linear", () => new Linear(5, 7), 0, new Shape(3, 5));

        static TestCaseData Case(string name, Func<Layer> create, int axis, Shape x) =>
            new TestCaseData(create, axis, x).SetArgDisplayNames(name);
    }

    /// <summary>Three forwards in training, each a step of the iteration, then one in evaluation, which changes nothing.</summary>
    [TestCaseSource(nameof(Layers))]
    public void EachForwardInTrainingTakesAStepOfTheIteration(Func<Layer> create, int axis, Shape shape)
    {
        var (norm, plain) = Pair(create);
        var (u, v) = (In(norm.U), In(norm.V));
        Assert.That(u.Values.Sum(x => x * x), Is.EqualTo(1).Within(1e-6), "begins with length 1");
        var weight = In(norm.Weight);
        for (var i = 0; i < 4; i++)
        {
            using var step = Device.Step();
            if (i < 3)
            {
                (u, v) = Naive.PowerIteration(weight, u, v, axis);
            }
            else
            {
                norm.Eval();
            }

            using var noGrad = i == 1 ? GradMode.NoGrad() : default(IDisposable);
            var x = Tensor.From(OpCase.DrawNumbers(new Random(i), (int)shape.Count), shape, Device);
            plain.Weight.Value.CopyFrom([.. Naive.SpectralNormalize(weight, u, v, axis).Values.Select(w => (float)w)]);
            Assert.That(
                RelativeError.Of(norm.Forward(x).ToArray(), Array64.From(((Layer)plain).Forward(x)).Values), Is.LessThan(Tolerance),
                $"forward {i}");
            Assert.That(RelativeError.Of(norm.U.Value.ToArray(), u.Values), Is.LessThan(Tolerance), $"u after forward {i}");
            Assert.That(RelativeError.Of(norm.V.Value.ToArray(), v.Values), Is.LessThan(Tolerance), $"v after forward {i}");
        }
    }

    /// <summary>
    /// Two forwards, then the backward of their sum: each divides by a σ of its own, with vectors that a later forward must not have
    /// overwritten. For Y = ⟨r, W/σ⟩ the gradient is r/σ − ⟨r, W⟩/σ²·uvᵀ.
    /// </summary>
    [Test]
    public void VectorsAreConstantsOfTheForwardThatMadeThem()
    {
        var norm = new SpectralNorm(new Linear(4, 3, bias: false)).Initialize(seed: 3, gain: 1).To(Device);
        using var step = Device.Step();
        var identity = Tensor.From([.. Enumerable.Range(0, 16).Select(i => i % 5 == 0 ? 1f : 0)], new Shape(4, 4), Device);
        var (weight, u, v) = (In(norm.Weight), In(norm.U), In(norm.V));
        var expected = new double[12];
        Tensor? sum = null;
        for (var i = 0; i < 3; i++)
        {
            if (i == 2)
            {
                norm.Eval();
            }

            var direction = OpCase.DrawNumbers(new Random(10 + i), 12);
            var r = Tensor.From(direction, new Shape(4, 3), Device);
            var product = (norm.Forward(identity) * r).Sum();
            sum = sum is null ? product : sum + product;
            if (i < 2)
            {
                (u, v) = Naive.PowerIteration(weight, u, v, 0);
            }

            var sigma = weight.Values[0] / Naive.SpectralNormalize(weight, u, v, 0).Values[0];
            var inner = 0.0;
            for (var o = 0; o < 3; o++)
            {
                for (var j = 0; j < 4; j++)
                {
                    inner += direction[(j * 3) + o] * weight[o, j];
                }
            }

            for (var o = 0; o < 3; o++)
            {
                for (var j = 0; j < 4; j++)
                {
                    expected[(o * 4) + j] += (direction[(j * 3) + o] / sigma) - (inner / (sigma * sigma) * u.Values[o] * v.Values[j]);
                }
            }
        }

        norm.Train();
        norm.Forward(identity);
        sum!.Backward();
        Assert.That(RelativeError.Of(norm.Weight.Value.Gradient!.ToArray(), expected), Is.LessThan(Tolerance));
    }

    [Test]
    public void ARecordedStepMovesTheVectorsAsOneThatIsWritten()
    {
        Assert.That(Train(eager: false), Is.EqualTo(Train(eager: true)));

        float[] Train(bool eager)
        {
            var network = new Sequential(
                new SpectralNorm(new Conv2d(2, 4, 3, 1, 1)), new LeakyRelu(), new SpectralNorm(new ConvTranspose2d(4, 2, 4, 2, 1)))
                .Initialize(seed: 5, gain: 0.5f).To(Device);
            var adam = new Adam(network.Parameters, learningRate: 0.01f);
            using var step = new RecordedStep(Device, inputs =>
            {
                adam.ClearGradients();
                using (GradMode.NoGrad())
                {
                    network.Forward(inputs[0]);
                }

                var loss = network.Forward(inputs[0]).Square().Mean();
                adam.FinishStep(loss);
                return [loss];
            }) { Eager = eager };
            var losses = new List<float>();
            for (var i = 0; i < 5; i++)
            {
                using var x = Tensor.From(OpCase.DrawNumbers(new Random(i), 2 * 2 * 4 * 4), new Shape(2, 2, 4, 4), Device);
                losses.Add(step.Run(x)[0].Item());
            }

            Assert.That(eager ? 0 : step.Counts[StepPath.Replayed], Is.EqualTo(eager ? 0 : 4));
            return [.. losses, .. network.NamedTensors().SelectMany(t => t.Value.ToArray())];
        }
    }

    /// <summary>
    /// In use, an averaged weight has a spectral norm of 1, also with the averaged vectors of older checkpoints, which are shorter than 1.
    /// </summary>
    [Test]
    public void AveragedWeightsAreDividedByTheirOwnNorm([Values] bool areShort)
    {
        var norm = new SpectralNorm(new Linear(4, 3, bias: false)).Initialize(seed: 3, gain: 1).To(Device);
        norm.Weight.Value.CopyFrom([3, 0, 0, 0.5f, 0, 1, 0, 0, 0, 0, 0.5f, 0]);
        norm.U.Value.CopyFrom([0.6f, 0.8f, 0]);
        using var average = new WeightAverage(norm.NamedTensors(), 0.5f);
        var sgd = new Sgd(norm.Parameters, 0.1f);
        for (var i = 0; i < 3; i++)
        {
            using var step = Device.Step();
            sgd.Minimize(norm.Forward(Tensor.From(OpCase.DrawNumbers(new Random(i), 8), new Shape(2, 4), Device)).Square().Mean());
            average.Update();
        }

        if (areShort)
        {
            var stored = average.State().ToDictionary(s => s.Name, s => s.Value.ToArray());
            stored["weight_u.average"] = [.. stored["weight_u.average"].Select(u => 0.6f * u)];
            average.LoadState(stored.GetValueOrDefault);
        }

        var (trained, averages) = (Numbers(norm.NamedTensors().Select(t => t.Value)), Numbers(average.Averages.Select(a => a.Value)));
        norm.Eval();
        using (average.Swap())
        {
            using var step = Device.Step();
            var identity = Tensor.From([.. Enumerable.Range(0, 16).Select(i => i % 5 == 0 ? 1f : 0)], new Shape(4, 4), Device);
            var weight = Array64.From(norm.Forward(identity));
            var (u, v) = (Array64.Build(new Shape(4), i => i[0] + 1), new Array64(new Shape(3)));
            for (var i = 0; i < 100; i++)
            {
                (u, v) = Naive.PowerIteration(weight, u, v, 0);
            }

            var sigma = weight.Values[0] / Naive.SpectralNormalize(weight, u, v, 0).Values[0];
            Assert.That(sigma, Is.EqualTo(1).Within(1e-3));
        }

        Assert.That(Numbers(norm.NamedTensors().Select(t => t.Value)), Is.EqualTo(trained));
        Assert.That(Numbers(average.Averages.Select(a => a.Value)), Is.EqualTo(averages));

        static float[] Numbers(IEnumerable<Tensor> tensors) => [.. tensors.SelectMany(t => t.ToArray())];
    }

    [Test]
    public void TensorsHavePyTorchsNames()
    {
        var network = new Sequential(new SpectralNorm(new ConvTranspose2d(6, 4, 3)), new SpectralNorm(new Linear(5, 2, bias: false)));
        Assert.That(network.NamedTensors("net.").Select(t => $"{t.Name} {t.Tensor.Shape} {t.Tensor.Role}"), Is.EqualTo(new[]
        {
            "net.0.weight_orig [6,4,3,3] Parameter", "net.0.bias [4] Parameter", "net.0.weight_u [4] Buffer", "net.0.weight_v [54] Buffer",
            "net.1.weight_orig [2,5] Parameter", "net.1.weight_u [2] Buffer", "net.1.weight_v [5] Buffer",
        }));
        Fails.With<ArgumentException>(() => new SpectralNorm(new Relu()), "a Relu has no weight");
    }

    private (SpectralNorm Norm, IWeightedLayer Plain) Pair(Func<Layer> create)
    {
        var norm = new SpectralNorm(create()).Initialize(seed: 3, gain: 1).To(Device);
        var plain = create().To(Device);
        if (norm.Bias is { } bias)
        {
            bias.Value.CopyFrom([.. Enumerable.Range(1, bias.Shape[0]).Select(i => 0.5f * i)]);
            ((IWeightedLayer)plain).Bias!.Value.CopyFrom(bias.Value);
        }

        return (norm, (IWeightedLayer)plain);
    }

    private static Array64 In(ModuleTensor tensor) => Array64.From(tensor.Value);
}
