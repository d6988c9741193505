namespace IlgpuGan.EngineTests.Ops;

/// <summary>Every case against its definition: value, gradient, gradient of the gradient.</summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class OpTests(string device)
{
    /// <summary>What float32 must reach in the first and second derivative, relative and in norm.</summary>
    public const double GradientTolerance = 1e-4;

    private GradientCheck Check { get; } = new(TestDevices.Open(device));

    [TestCaseSource(typeof(OpCases), nameof(OpCases.All))]
    public void ForwardAgreesWithTheDefinition(OpCase c) => Assert.That(Check.ForwardError(c), Is.LessThan(c.ForwardTolerance));

    [TestCaseSource(typeof(OpCases), nameof(OpCases.All))]
    public void GradientAgreesWithTheDefinition(OpCase c) => Assert.That(Check.FirstOrderError(c), Is.LessThan(GradientTolerance));

    [TestCaseSource(typeof(OpCases), nameof(OpCases.WithGradient))]
    public void GradientOfGradientAgreesWithTheDefinition(OpCase c) =>
        Assert.That(Check.SecondOrderError(c), Is.LessThan(GradientTolerance));
}
