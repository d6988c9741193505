using IlgpuGan.Benchmarks.Regression;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Benchmarks;

/// <summary>The regression check fails when a ratio stays too small, and only then.</summary>
internal sealed class RatioCheckTests
{
    [Test]
    public void OneGoodMeasurementOfSeveralIsEnough()
    {
        var measured = new Queue<double>([0.5, 0.7, 0.9, 0.1]);
        var outcome = new RatioCheck("a", "b", 0.8, measured.Dequeue).Run();
        Assert.That((outcome.Passed, outcome.Ratio, outcome.Attempts), Is.EqualTo((true, 0.9, 3)));
    }

    [Test]
    public void WhatStaysTooSlowFailsTheRunAndIsNamed()
    {
        using var output = new StringWriter();
        var code = CheckCommand.Run([new RatioCheck("fine", "peak", 0.5, () => 0.6), new RatioCheck("slow one", "peak", 0.5, () => 0.4)], output);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain("| fine | peak | 0.60 | 0.50 | ok |").And.Contain("1 of 2 checks failed: slow one."));
        Assert.That(CheckCommand.Run([new RatioCheck("fine", "peak", 0.5, () => 0.6)], output), Is.Zero);
        Assert.That(CheckCommand.Run([], output), Is.EqualTo(1), "nothing was checked");
    }
}
