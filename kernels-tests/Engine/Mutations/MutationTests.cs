namespace IlgpuGan.EngineTests.Mutations;

/// <summary>
/// Shows that the gradient checks bite: every gradient of every op is made wrong in every way of <see cref="Mutation.All"/>,
/// one at a time, and the check that the op tests use must report it. The table goes to the test's output.
/// </summary>
[Exhaustive]
internal sealed class MutationTests
{
    private IReadOnlyList<Site> _sites = [];

    /// <summary>
    /// Gradients that are zero almost everywhere, so that the op returns none: piecewise linear functions, by the place of their kink.
    /// </summary>
    private static readonly string[] s_zero =
    [
        "abs_gradient 0", "clamp_gradient 0", "hardtanh_gradient 0", "leakyrelu_gradient 0", "relu_gradient 0",
        "max_pool_gather 0", "max_pool_gradient 0", "sign 0",
    ];

    private static Device Device => TestDevices.Open("cpu");

    [OneTimeSetUp]
    public void FindSites() => _sites = Site.Find(Device);

    [TestCaseSource(typeof(Mutation), nameof(Mutation.All))]
    public void EveryWrongGradientIsNoticed(Mutation mutation)
    {
        var survivors = new List<string>();
        var noticed = 0;
        foreach (var site in _sites)
        {
            var name = $"{site.Op} {site.Input}";
            var (by, hasBitten) = site.Hunt(Device, mutation);
            TestContext.Out.WriteLine($"{name,-36} {by ?? (hasBitten ? "NOT NOTICED" : "the same numbers")}");
            noticed += by is null ? 0 : 1;

            // Shifting equal numbers changes nothing; every other mutation changes any gradient that is not zero.
            if (by is null && (hasBitten || (mutation != Mutation.IndexShifted && !s_zero.Contains(name))))
            {
                survivors.Add(name);
            }
        }

        Assert.That(survivors, Is.Empty, "wrong gradients that no check noticed");
        Assert.That(noticed, Is.GreaterThan(90));
    }

    /// <summary>The hook by itself changes nothing: what the checks report above is the mutation's doing.</summary>
    [Test]
    public void RightGradientsPass()
    {
        var none = new Mutation("none", g => g);
        foreach (var site in _sites)
        {
            Assert.That(site.Hunt(Device, none), Is.EqualTo(((string?)null, false)), $"{site.Op} {site.Input}");
        }
    }
}
