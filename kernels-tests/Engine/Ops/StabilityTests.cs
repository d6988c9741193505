using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.EngineTests.Ops;

/// <summary>Values where a formula written down naively would overflow, cancel or divide by zero.</summary>
[TestFixtureSource(typeof(TestDevices))]
internal sealed class StabilityTests(string name) : InStep(name)
{
    private static readonly float[] s_logits = [-200, -50, -20, 0, 20, 50, 200];

    [TestCase(0)]
    [TestCase(1)]
    public void CrossEntropyOfLargeLogits(int target)
    {
        foreach (var logit in s_logits)
        {
            var x = Vector(logit);
            x.RequiresGrad = true;
            var loss = x.BceWithLogits(target);
            var z = target == 1 ? -(double)logit : logit;
            Assert.That(loss.Item(), Is.EqualTo(Softplus(z)).Within(Rounding(Softplus(z))), $"logit {logit}");
            Assert.That(loss.Item(), Is.EqualTo(Vector(logit).BceWithLogits(Vector(target)).Item()), "target as a tensor");
            Assert.That(
                Differentiation.Gradients(loss, [x])[0].Item(), Is.EqualTo((1 / (1 + Math.Exp(-(double)logit))) - target).Within(1e-7));
        }
    }

    [Test]
    public void SaturatedActivations()
    {
        Assert.That(Vector(s_logits).Sigmoid().ToArray(), Is.EqualTo(s_logits.Select(x => 1 / (1 + Math.Exp(-(double)x)))).Within(1e-7));
        Assert.That(Vector(s_logits).Tanh().ToArray(), Is.EqualTo(s_logits.Select(x => Math.Tanh(x))).Within(1e-7));
        var softplus = Vector(s_logits).Softplus().ToArray();
        for (var i = 0; i < softplus.Length; i++)
        {
            Assert.That(
                softplus[i], Is.EqualTo(Softplus(s_logits[i])).Within(Rounding(Softplus(s_logits[i]))), $"softplus of {s_logits[i]}");
        }
    }

    [Test]
    public void SoftmaxOfLargeNumbers()
    {
        var x = Tensor.From([10_000, 10_001, 9_000], new Shape(1, 3), Device);
        Assert.That(x.Softmax().ToArray(), Is.EqualTo(new[] { 0.26894142f, 0.73105858f, 0 }).Within(1e-6f));
        Assert.That(x.LogSoftmax().ToArray(), Is.EqualTo(new[] { -1.3132617f, -0.3132617f, -1001.3133f }).Within(1e-4f));
    }

    [Test]
    public void NormOfSmallChangesOnALargeMean()
    {
        var values = Enumerable.Range(0, 64).Select(i => 4096 + ((i % 2) - 0.5f)).ToArray();
        var y = Tensor.From(values, new Shape(1, 1, 8, 8), Device).InstanceNorm();
        Assert.That(y.ToArray(), Is.EqualTo(values.Select(v => v > 4096 ? 1f : -1f)).Within(1e-4f));
    }

    [Test]
    public void NormOfAConstantIsZeroWithAFiniteGradient()
    {
        var x = Tensor.Full(new Shape(1, 2, 3, 3), 7, Device);
        x.RequiresGrad = true;
        var y = x.InstanceNorm();
        Assert.That(y.ToArray(), Is.All.Zero);
        var gradient = Differentiation.Gradients((y * Tensor.Uniform(new RandomKey(1, 2, 3, 4), y.Shape, Device)).Sum(), [x])[0];
        Assert.That(gradient.ToArray(), Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void SumsOfManyNumbersKeepTheirDigits()
    {
        var count = DeviceName == "ptx" ? 300_000 : 3_000_000;
        Assert.That(Tensor.Full(new Shape(count), 0.1f, Device).Sum().Item(), Is.EqualTo(count * (double)0.1f).Within(1e-5).Percent);
    }

    [Test]
    public void EqualsShareTheGradientOfAMaximum()
    {
        var (a, b) = (Vector(3), Vector(3));
        a.RequiresGrad = b.RequiresGrad = true;
        var gradients = Differentiation.Gradients(a.Maximum(b).Sum(), [a, b]);
        Assert.That(gradients.Select(g => g.Item()), Is.All.EqualTo(0.5f));
    }

    [Test]
    public void NotANumberIsPassedOn()
    {
        var x = Vector(float.NaN, 1);
        Func<Tensor, Tensor>[] functions =
        [
            t => t.Relu(), t => t.LeakyRelu(), t => t.Tanh(), t => t.Sigmoid(), t => t.Softplus(), t => t.Abs(), t => t.Square(),
            t => t * 2,
        ];
        foreach (var f in functions)
        {
            var y = f(x).ToArray();
            Assert.That(y[0], Is.NaN);
            Assert.That(y[1], Is.Not.NaN);
        }

        Assert.That(x.Sum().Item(), Is.NaN);
    }

    [Test]
    public void ClampToBoundsTheWrongWayRoundIsTheUpperOne()
    {
        var x = Vector(0, 1, 1.5f, 2, 3);
        x.RequiresGrad = true;
        var y = x.Clamp(2, 1);
        Assert.That(y.ToArray(), Is.All.EqualTo(1));
        Assert.That(Differentiation.Gradients(y.Sum(), [x])[0].ToArray(), Is.All.Zero);
    }

    /// <summary>xⁿ and its derivatives are polynomials: 0 is a place like any other.</summary>
    [TestCase(0, 1, 0, 0, 0)]
    [TestCase(1, 0, 1, 0, 0)]
    [TestCase(2, 0, 0, 2, 0)]
    [TestCase(3, 0, 0, 0, 6)]
    [TestCase(4, 0, 0, 0, 0)]
    public void WholePowersAtZero(int exponent, params double[] expected)
    {
        var x = Vector(0, -2);
        x.RequiresGrad = true;
        var y = x.Power(exponent);
        for (var order = 0; ; order++)
        {
            var atMinusTwo = order > exponent
                ? 0
                : Enumerable.Range(exponent - order + 1, order).Aggregate(1.0, (a, b) => a * b) * Math.Pow(-2, exponent - order);
            Assert.That(y.ToArray(), Is.EqualTo(new[] { expected[order], atMinusTwo }).Within(1e-5), $"derivative {order}");
            if (order == 3)
            {
                break;
            }

            y = Differentiation.Gradients(y.Sum(), [x], createGraph: true)[0];
        }
    }

    private static double Softplus(double x)
    {
        var e = Math.Exp(-Math.Abs(x));
        return Math.Max(x, 0) + (e < 1e-8 ? e : Math.Log(1 + e)); // log(1 + e) = e − e²/2 + …
    }

    /// <summary>A few units in the last place of float32, down to its smallest normal number.</summary>
    private static double Rounding(double expected) => (5e-7 * expected) + 1.2e-38;

    private Tensor Vector(params float[] values) => Tensor.From(values, new Shape(values.Length), Device);
}
