namespace IlgpuGan.EngineTests.Ops;

/// <summary>
/// The smallest cases of each op where kernels are interpreted: value and gradient. <see cref="OpTests"/> has all cases there, and
/// gradients of gradients, in the exhaustive suite. On OpenCL in the exhaustive suite.
/// </summary>
[TestFixtureSource(typeof(TestDevices.Interpreters))]
[TestFixture("opencl", Category = Exhaustive.Category)]
internal sealed class EachOpTests(string device)
{
    /// <summary>Of inputs of one shape, of others, and with a single number: those are different kernels.</summary>
    internal static IEnumerable<OpCase> Smallest => OpCases.All
        .GroupBy(c => (c.Op, HasNumber: c.Inputs.Any(s => s.Rank == 0), AreAlike: c.Inputs.Distinct().Count() == 1))
        .Select(cases => cases.MinBy(c => c.Inputs.Sum(s => s.Count))!);

    private GradientCheck Check { get; } = new(TestDevices.Open(device));

    [TestCaseSource(nameof(Smallest))]
    public void ForwardAgreesWithTheDefinition(OpCase c) => Assert.That(Check.ForwardError(c), Is.LessThan(c.ForwardTolerance));

    [TestCaseSource(nameof(Smallest))]
    public void GradientAgreesWithTheDefinition(OpCase c) => Assert.That(Check.FirstOrderError(c), Is.LessThan(OpTests.GradientTolerance));
}
