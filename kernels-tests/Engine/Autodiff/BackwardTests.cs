using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.EngineTests.Autodiff;

/// <summary>What the reverse walk does with graphs: sums, sharing, higher orders, and uses that make no sense.</summary>
[TestFixtureSource(typeof(TestDevices))]
internal sealed class BackwardTests(string name) : InStep(name)
{
    [Test]
    public void AValueUsedSeveralTimesCollectsAllContributions()
    {
        var x = Leaf(2, 3);
        ((x * x) + x + x.Affine(5, 0)).Sum().Backward();
        Assert.That(x.Gradient!.ToArray(), Is.EqualTo(new float[] { 10, 12 }));
    }

    [Test]
    public void GradientsOfTwoLossesAddUpUntilCleared()
    {
        var x = Leaf(2, 3);
        x.Square().Sum().Backward();
        x.Sum().Backward();
        Assert.That(x.Gradient!.ToArray(), Is.EqualTo(new float[] { 5, 7 }));
        x.ClearGradient();
        Assert.That(x.Gradient, Is.Null);
        x.Sum().Backward();
        Assert.That(x.Gradient!.ToArray(), Is.EqualTo(new float[] { 1, 1 }));
    }

    /// <summary>A gradient that two leaves share in memory is not changed for one by what the other gets later.</summary>
    [Test]
    public void LeavesDoNotShareWhatTheyCollect()
    {
        var (a, b) = (Leaf(1, 2), Leaf(3, 4));
        (a + b).Sum().Backward();
        a.Affine(10, 0).Sum().Backward();
        Assert.That(a.Gradient!.ToArray(), Is.EqualTo(new float[] { 11, 11 }));
        Assert.That(b.Gradient!.ToArray(), Is.EqualTo(new float[] { 1, 1 }));
    }

    [Test]
    public void DerivativesOfAPowerGoOnToTheFourth()
    {
        var x = Leaf(0.5f, -1.25f);
        var derivative = x.Power(4);
        Func<double, double>[] expected = [v => 4 * v * v * v, v => 12 * v * v, v => 24 * v, _ => 24];
        foreach (var f in expected)
        {
            derivative = Differentiation.Gradients(derivative, [x], createGraph: true)[0];
            Assert.That(derivative.ToArray(), Is.EqualTo(new[] { (float)f(0.5), (float)f(-1.25) }).Within(1e-5f));
        }
    }

    [Test]
    public void ThirdDerivativeOfTanh()
    {
        var x = Leaf(0.3f, -0.8f);
        var derivative = x.Tanh();
        for (var order = 0; order < 3; order++)
        {
            derivative = Differentiation.Gradients(derivative, [x], createGraph: true)[0];
        }

        // tanh''' = (1 − t²)(6t² − 2).
        var expected = new[] { 0.3, -0.8 }.Select(v => Math.Tanh(v)).Select(t => (float)((1 - (t * t)) * ((6 * t * t) - 2)));
        Assert.That(derivative.ToArray(), Is.EqualTo(expected).Within(1e-5f));
    }

    [Test]
    public void GradientsWithASeedAreWeighted()
    {
        var x = Leaf(2, 3);
        var seed = Tensor.From([10, 100], new Shape(2), Device);
        var gradient = Differentiation.Gradients(x.Square(), [x], seed)[0];
        Assert.That(gradient.ToArray(), Is.EqualTo(new float[] { 40, 600 }));
        Assert.That(seed.ToArray(), Is.EqualTo(new float[] { 10, 100 }), "the seed stays the caller's");
    }

    [Test]
    public void GradientsOfComputedValuesAndOfUnrelatedOnes()
    {
        var (x, unrelated) = (Leaf(2, 3), Leaf(7));
        var inner = x.Square();
        var gradients = Differentiation.Gradients(inner.Affine(3, 0).Sum(), [inner, x, unrelated]);
        Assert.That(gradients[0].ToArray(), Is.EqualTo(new float[] { 3, 3 }));
        Assert.That(gradients[1].ToArray(), Is.EqualTo(new float[] { 12, 18 }));
        Assert.That(gradients[2].ToArray(), Is.EqualTo(new float[] { 0 }));
        Assert.That(x.Gradient, Is.Null, "Gradients leaves the leaves' own gradients alone");
    }

    /// <summary>
    /// The slope of a linear critic is a constant where its weights are frozen, and a function of them alone where they are not.
    /// </summary>
    [Test]
    public void TheSecondDerivativeOfALinearFunctionIsZero([Values] bool frozen)
    {
        var (x, weight) = (Leaf(2, 3), Leaf(5, 7));
        weight.RequiresGrad = !frozen;
        var slope = Differentiation.Gradients((x * weight).Sum(), [x], createGraph: true)[0];
        Assert.That(slope.ToArray(), Is.EqualTo(new float[] { 5, 7 }));
        var second = Differentiation.Gradients(slope.Square().Sum(), [x, weight], createGraph: true);
        Assert.That(second[0].ToArray(), Is.All.Zero);
        Assert.That(second[1].ToArray(), Is.EqualTo(frozen ? new float[] { 0, 0 } : [10, 14]));
        Assert.That(() => Differentiation.Gradients(slope, [x], seed: Leaf(1)), Throws.TypeOf<ShapeException>());
    }

    [Test]
    public void NothingIsRecordedUnderNoGradAndBehindDetach()
    {
        var x = Leaf(2, 3);
        using (GradMode.NoGrad())
        {
            Assert.That(x.Square().RequiresGrad, Is.False);
            using (GradMode.NoGrad())
            {
                Assert.That(GradMode.IsEnabled, Is.False);
            }

            Assert.That(GradMode.IsEnabled, Is.False, "an inner scope restores the outer one's mode");
        }

        Assert.That(GradMode.IsEnabled, Is.True);
        (x.Square().Detach() * x).Sum().Backward();
        Assert.That(x.Gradient!.ToArray(), Is.EqualTo(new float[] { 4, 9 }));
    }

    /// <summary>A gradient penalty would be a constant there.</summary>
    [Test]
    public void GradientsOfWhatIsMadeUnderNoGradAreRefused()
    {
        var x = Leaf(2, 3);
        var recorded = x.Square().Sum();
        using var constants = GradMode.NoGrad();
        Fails.With<AutodiffException>(() => Differentiation.Gradients(x.Square().Sum(), [x], createGraph: true), "made under NoGrad()");
        Assert.That(Differentiation.Gradients(recorded, [x])[0].ToArray(), Is.EqualTo(new float[] { 4, 6 }));
    }

    [Test]
    public void ASecondBackwardThroughAReleasedGraphNamesTheOpAndTheCure()
    {
        var x = Leaf(2, 3);
        var loss = x.Square().Sum();
        loss.Backward();
        Assert.That(
            loss.Backward, Throws.TypeOf<AutodiffException>().With.Message.Contains("retainGraph").And.Message.Contains("released"));
    }

    /// <summary>Gradients of a value, by which the value is then differentiated: nothing below it was walked.</summary>
    [Test]
    public void TheGraphBelowATargetStays()
    {
        var (x, unrelated) = (Leaf(2, 3), Leaf(7));
        var inner = x.Square();
        var loss = inner.Square().Sum();
        Differentiation.Gradients(loss, [unrelated]);
        var gradient = Differentiation.Gradients(loss, [inner])[0];
        Assert.That(Differentiation.Gradients(inner, [x], gradient)[0].ToArray(), Is.EqualTo(new float[] { 32, 108 }));
        Fails.With<AutodiffException>(() => Differentiation.Gradients(inner, [x], gradient), "released");
    }

    [Test]
    public void ARetainedGraphCanBeWalkedAgain()
    {
        var x = Leaf(2, 3);
        var loss = x.Square().Sum();
        Differentiation.Backward(loss, retainGraph: true);
        loss.Backward();
        Assert.That(x.Gradient!.ToArray(), Is.EqualTo(new float[] { 8, 12 }));
    }

    [Test]
    public void BackwardFromNowhereSaysWhy()
    {
        var constant = Tensor.Ones(new Shape(2), Device);
        Assert.That(constant.Sum().Backward, Throws.TypeOf<AutodiffException>().With.Message.Contains("without recorded history"));
        Assert.That(Leaf(1, 2).Square().Backward, Throws.TypeOf<AutodiffException>().With.Message.Contains("one element, not [2]"));
        Fails.With<AutodiffException>(() => Differentiation.Gradients(Leaf(1).Sum(), [constant]), "set RequiresGrad");
        Assert.That(() => Leaf(1).Square().RequiresGrad = false, Throws.TypeOf<AutodiffException>().With.Message.Contains("Detach()"));
        var x = Leaf(1, 2);
        Assert.That(() => Differentiation.Gradients(x.Square(), [x], seed: Tensor.Ones(new Shape(3), Device)),
            Throws.TypeOf<ShapeException>().With.Message.EqualTo("backward: the seed [3] must have the output's shape [2]"));
    }

    [Test]
    public void AChainOfTenThousandOpsNeedsNoStack()
    {
        // The graph is walked by the host: an interpreted device is asked for less of the same.
        var length = Device is CpuDevice ? 10_000 : 100;
        var x = Leaf(1);
        var y = x;
        for (var i = 0; i < length; i++)
        {
            y = y.Affine(1, 0);
        }

        Assert.That(Differentiation.Gradients(y, [x])[0].ToArray(), Is.EqualTo(new float[] { 1 }));
    }

    private Tensor Leaf(params float[] values)
    {
        var leaf = Tensor.From(values, new Shape(values.Length), Device);
        leaf.RequiresGrad = true;
        return leaf;
    }
}
