using IlgpuGan.Benchmarks.Regression;

namespace IlgpuGan.ToolsTests.Benchmarks;

/// <summary>The regression check fails when a ratio stays too small, and only then.</summary>
internal sealed class RatioCheckTests
{
    [Test]
    public void OneGoodMeasurementOfSeveralIsEnough()
    {
        var measured = new Queue<double>([0.5, 0.7, 0.9, 0.1]);
        var outcome = new RatioCheck("a", "b", 1, measured.Dequeue).Run();
        Assert.That((outcome.Passed, outcome.Ratio, outcome.Attempts), Is.EqualTo((true, 0.9, 3)));
    }

    [Test]
    public void WhatWasTooSlowHasAnotherChanceAfterTheOthers()
    {
        var measured = new Queue<double>([0.5, 0.5, 0.5, 0.9]);
        using var output = new StringWriter();
        Assert.That(
            CheckCommand.Run([new RatioCheck("a", "b", 1, measured.Dequeue), new RatioCheck("c", "d", 1, () => measured.Count)], output),
            Is.Zero);
        Assert.That(
            output.ToString(),
            Does.Contain("| a | b | 0.50 | 1.00 | 0.80 | **too slow** in 3 attempts |").And.Contain("| a | b | 0.90 | 1.00 | 0.80 | ok |"));
    }

    /// <summary>A ratio of 0.7 of the usual one fails, one of 0.85 passes.</summary>
    [TestCase(0.7, false)]
    [TestCase(0.85, true)]
    public void ALossOfThirtyPercentFails(double part, bool passes) =>
        Assert.That(new RatioCheck("a", "b", 3, () => 3 * part).Run().Passed, Is.EqualTo(passes));

    [Test]
    public void WhatStaysTooSlowFailsTheRunAndIsNamed()
    {
        using var output = new StringWriter();
        var code = CheckCommand.Run(
            [new RatioCheck("fine", "peak", 0.5, () => 0.41), new RatioCheck("slow one", "peak", 0.5, () => 0.35)], output);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(
            output.ToString(),
            Does.Contain("| fine | peak | 0.41 | 0.50 | 0.40 | ok |").And.Contain("**too slow** in 6 attempts").And.Contain(
                "1 of 2 checks failed: slow one."));
        Assert.That(CheckCommand.Run([new RatioCheck("fine", "peak", 0.5, () => 0.6)], output), Is.Zero);
        Assert.That(CheckCommand.Run([], output), Is.EqualTo(1), "nothing was checked");
    }
}
