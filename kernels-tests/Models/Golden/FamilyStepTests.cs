namespace IlgpuGan.ModelsTests.Golden;

/// <summary>Training steps of every family compute what PyTorch's compute.</summary>
[TestFixture("cpu")]
[TestFixture("opencl", Category = Exhaustive.Category)]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class FamilyStepTests(string deviceName)
{
    /// <summary>Recorded after the first step of a phase and replayed later, and as written each time.</summary>
    [Test]
    public void StepsAgreeWithPyTorch([ValueSource(typeof(GoldenCase), nameof(GoldenCase.Names))] string name, [Values] bool eager)
    {
        using var golden = new GoldenCase(name);
        using var model = golden.Begin(TestDevices.Open(deviceName), eager);
        golden.Take(model, golden.Steps);
        golden.Compare(model);
    }

    [Test]
    public void EachFamilyHasACase() => Assert.That(
        GoldenCase.Names.Select(name =>
        {
            using var golden = new GoldenCase(name);
            return golden.Options.Model;
        }),
        Is.SupersetOf(FamilyCatalog.All.Select(f => f.Info.Name)));
}
