using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>Optimisers against their formulas in double precision, and their state.</summary>
[TestFixtureSource(typeof(TestDevices))]
internal sealed partial class OptimizerTests(string name) : OnDevice(name)
{
    private static readonly float[] s_start = [.. Enumerable.Range(0, 37).Select(i => 0.1f * (i - 18))];
    private static readonly float[] s_gradient = OpCase.DrawNumbers(new Random(3), 37);

    [TestCase(0)]
    [TestCase(0.1)]
    public void AdamFollowsThePaper(double decay)
    {
        var parameter = Parameter("w");
        var adam = new Adam([parameter], 0.01f, 0.5f, 0.999f, 1e-8f, (float)decay);
        double[] w = [.. s_start.Select(x => (double)x)];
        var (m, v) = (new double[w.Length], new double[w.Length]);
        for (var t = 1; t <= 5; t++)
        {
            adam.LearningRate = t < 4 ? 0.01f : 0.005f;
            Step(adam, parameter, scale: t);
            for (var i = 0; i < w.Length; i++)
            {
                var g = (t * s_gradient[i]) + ((float)decay * w[i]);
                m[i] = (0.5 * m[i]) + (0.5 * g);
                v[i] = (0.999 * v[i]) + (0.001 * g * g);
                w[i] -= adam.LearningRate * (m[i] / (1 - Math.Pow(0.5, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
            }
        }

        Assert.That(RelativeError.Of(parameter.Value.ToArray(), w), Is.LessThan(1e-5));
        Assert.That(adam.StepCount, Is.EqualTo(5));
    }

    [TestCase(0, 0)]
    [TestCase(0.9, 0)]
    [TestCase(0.9, 0.05)]
    public void SgdFollowsItsFormula(double momentum, double decay)
    {
        var parameter = Parameter("w");
        var sgd = new Sgd([parameter], 0.01f, (float)momentum, (float)decay);
        double[] w = [.. s_start.Select(x => (double)x)];
        var v = new double[w.Length];
        for (var t = 1; t <= 4; t++)
        {
            Step(sgd, parameter, scale: t);
            for (var i = 0; i < w.Length; i++)
            {
                v[i] = (momentum * v[i]) + (t * s_gradient[i]) + (decay * w[i]);
                w[i] -= 0.01f * v[i];
            }
        }

        Assert.That(RelativeError.Of(parameter.Value.ToArray(), w), Is.LessThan(1e-5));
    }

    /// <summary>A parameter that sat out a step is corrected for its own steps, as if it had been alone.</summary>
    [Test]
    public void BiasCorrectionCountsAParametersOwnSteps()
    {
        var (both, late, alone) = (Parameter("both"), Parameter("late"), Parameter("alone"));
        var adam = new Adam([both, late], 0.01f);
        Step(adam, both, 1);
        Step(adam, both, 1);
        Step(adam, late, 1);
        Step(new Adam([alone], 0.01f), alone, 1);
        Assert.That(late.Value.ToArray(), Is.EqualTo(alone.Value.ToArray()));
        Assert.That(adam.StepCount, Is.EqualTo(2));
    }

    [Test]
    public void FrozenParametersStay()
    {
        var parameter = Parameter("w");
        var adam = new Adam([parameter], 0.01f);
        using (Device.Step())
        {
            Loss(parameter, 1).Backward();
            parameter.Tensor.RequiresGrad = false;
            adam.Step();
        }

        Assert.That(parameter.Value.ToArray(), Is.EqualTo(s_start));
    }

    [Test]
    public void AResumedRunGoesOnBitForBit([Values] bool adam)
    {
        var stored = AssertGoesOn(
            parameter => adam ? new Adam([parameter], 0.01f) : new Sgd([parameter], 0.01f, momentum: 0.9f));
        Assert.That(stored, Is.EqualTo(adam ? new[] { "w.exp_avg", "w.exp_avg_sq", "w.step" } : ["w.momentum_buffer"]));
    }

    [Test]
    public void IncompleteStateIsRefused()
    {
        var parameter = Parameter("w");
        Fails.Saying<ArgumentException>(
            () => new Adam([parameter]).LoadState(name => name == "w.step" ? [1] : null), "adam: the stored state lacks 'w.exp_avg'");
    }

    [Test]
    public void EqualNamesAreRefused()
    {
        NamedTensor[] parameters = [Parameter("w"), Parameter("w")];
        Fails.With<ArgumentException>(() => new Adam(parameters), "two parameters are named 'w'");
    }

    [Test]
    public void NothingToTrainIsRefused() =>
        Assert.That(() => new Adam([]), Throws.ArgumentException.With.Message.StartsWith("adam: there are no parameters to train"));

    [Test]
    public void AGroupThatWasRefusedIsAddedWithOtherNames()
    {
        var (first, second, third) = (Parameter("w"), Parameter("a"), Parameter("b"));
        var adam = new Adam([first], 0.01f);
        Fails.With<ArgumentException>(() => adam.AddGroup([second, third with { Name = "a" }]), "two parameters are named 'a'");
        Assert.That(adam.Parameters, Has.Count.EqualTo(1));
        Assert.That(adam.AddGroup([second, third]).Parameters, Has.Count.EqualTo(2));
        foreach (var parameter in new[] { second, third })
        {
            Step(adam, parameter, 1);
            Assert.That(parameter.Value.ToArray(), Is.Not.EqualTo(s_start), parameter.Name);
            Assert.That(adam.State().Select(s => s.Name), Does.Contain($"{parameter.Name}.step"));
        }
    }

    [Test]
    public void ASharedParameterIsTrainedOnce()
    {
        var parameter = Parameter("w");
        Assert.That(new Adam([parameter, parameter with { Name = "again" }]).Parameters, Has.Count.EqualTo(1));
    }

    /// <summary>Resumes an optimiser after two steps, and returns the names of what is stored of it.</summary>
    private IEnumerable<string> AssertGoesOn(Func<NamedTensor, Optimizer> make)
    {
        var parameter = Parameter("w");
        var optimizer = make(parameter);
        Step(optimizer, parameter, 1);
        Step(optimizer, parameter, 2);
        var stored = optimizer.State().ToDictionary(s => s.Name, s => s.Value.ToArray());
        var resumed = Parameter("w", parameter.Value.ToArray());
        var successor = make(resumed);
        successor.LoadState(stored.GetValueOrDefault);
        Step(optimizer, parameter, 3);
        Step(successor, resumed, 3);
        Assert.That(resumed.Value.ToArray(), Is.EqualTo(parameter.Value.ToArray()));
        Assert.That(successor.State().Select(s => s.Name), Is.EqualTo(stored.Keys));
        return stored.Keys;
    }

    private void Step(Optimizer optimizer, NamedTensor parameter, float scale)
    {
        using var step = Device.Step();
        optimizer.Minimize(Loss(parameter, scale));
    }

    private Tensor Loss(NamedTensor parameter, float scale) =>
        (parameter.Value * Tensor.From(s_gradient, new Shape(37), Device)).Sum() * scale;

    private NamedTensor Parameter(string key, float[]? values = null)
    {
        var layer = new Row().To(Device);
        layer.Weight.Value.CopyFrom(values ?? s_start);
        return new NamedTensor(key, layer.Weight);
    }

    private sealed class Row : Layer
    {
        public Row() => Weight = AddParameter("weight", new Shape(37), InitialValue.Zero);

        public ModuleTensor Weight { get; }

        public override Tensor Forward(Tensor x) => x * Weight.Value;
    }
}
