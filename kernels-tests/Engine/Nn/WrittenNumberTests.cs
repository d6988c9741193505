namespace IlgpuGan.EngineTests.Nn;

/// <summary>Coefficients in float64 are those that were written, by whatever version of .NET.</summary>
public sealed class WrittenNumberTests
{
    [TestCase(0f, 0)]
    [TestCase(0.999f, 0.999)]
    [TestCase(0.9999999f, 0.9999999)]
    [TestCase(2e-4f, 2e-4)]
    [TestCase(-1e-8f, -1e-8)]
    [TestCase(1e30f, 1e30)]
    [TestCase(float.Epsilon, 1.401298e-45)]
    public void ANumberIsTheOneThatWasWritten(float value, double written) => Assert.That(WrittenNumber.Of(value), Is.EqualTo(written));

    /// <summary>Seven digits, as ever: with all nine that a float may need, runs with a schedule would get other bits.</summary>
    [TestCase(1.3333333e-4f, 1.333333e-4)]
    [TestCase(0.12345679f, 0.1234568)]
    [TestCase(1f / 2048, 4.882812e-4)] // Exactly 4.8828125e-4: a half is rounded to the even digit.
    public void ARateOfAScheduleHasSevenDigits(float value, double seven) => Assert.That(WrittenNumber.Of(value), Is.EqualTo(seven));

    [Test]
    public void ComplementsAreThoseOfTheWrittenNumbers()
    {
        var settings = new AdamSettings(0.9f, 0.999f, 1e-8f, WeightDecay: 0, Rates: 0);
        var adam = AdamCoefficients.WithoutRates(settings);
        Assert.That((adam.OneMinusBeta1, adam.OneMinusBeta2), Is.EqualTo((0.1f, 0.001f)));
        Assert.That(new RmsPropSettings(0.9f, 1e-8f, 0, 0, RmsPropConvention.PyTorch, 0).OneMinusDecay, Is.EqualTo(0.1f));
    }
}
