using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Families.DiscoGan;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.ModelsTests.Models;

public sealed class DiscoGanTests : FamilyFixture
{
    private static Family Family => FamilyCatalog.Find("discogan")!;

    /// <summary>Penalties are those of samples of any shape.</summary>
    [TestCase(GanMode.Wgangp, "gp_A")]
    [TestCase(GanMode.Rpgan, "R1_A")]
    public void PointsHaveTheirPenalties(GanMode mode, string penalty)
    {
        new DrawnGaussians().Write(_runs.PathOf("points"), "train", first: 0, count: 50, side: 0, seed: 1);
        var options = (DiscoGanOptions)Family.Defaults("points") with
        {
            Data = _runs.PathOf("points"), BatchSize = 10, Steps = 4, Device = "cpu", LogFreq = 1, GanMode = mode, LambdaR1 = 1,
        };
        Assert.That(_runs.TrainOnFiles("run", options), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(TinyRun.LogOf(_runs.PathOf("run"))[0], Does.Contain($"\"{penalty}\""));
    }
}
