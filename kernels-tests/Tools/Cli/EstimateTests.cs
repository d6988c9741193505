using System.Text.Json;
using IlgpuGan.Models.Measuring;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary><c>train … --estimate</c>: what a training would take, before it begins.</summary>
public sealed class EstimateTests() : CommandFixture(threads: 2)
{
    /// <summary>Within a factor that other work on the machine does not exceed.</summary>
    [Test]
    public async Task AStepTakesAsLongAsItIsSaidTo()
    {
        var said = (await Estimate("--steps", "30")).GetProperty("seconds_per_step").GetDouble();
        var run = await TrainedRun(steps: 30);
        var taken = File.ReadLines(Path.Combine(run, "log.jsonl"))
            .Select(l => JsonDocument.Parse(l).RootElement.GetProperty("seconds").GetDouble()).Order().ElementAt(15);
        Assert.That(said, Is.InRange(taken / 8, taken * 8));
    }

    /// <summary>Of a family whose networks grow each stage has its own pace, and a short one is not left.</summary>
    [Test]
    public void EachStageIsEstimated()
    {
        var one = CatalogueCase.All["singan"];
        one.WriteData(In("picture"));
        var taken = TrainingEstimate.Measure(one.Options with { Data = In("picture"), Steps = 7 }, Device);
        Assert.That(taken.Stages.Select(s => s.Steps), Is.EqualTo(new long[] { 4, 3 }));
        Assert.That(taken.Stages.Select(s => s.SecondsPerStep), Has.All.Positive);
        Assert.That(taken.Steps, Is.EqualTo(7));
        Assert.That(taken.Seconds, Is.EqualTo(taken.Stages.Sum(s => s.Steps * s.SecondsPerStep)));
    }

    /// <summary>Where critic and generator take turns, a whole turn is timed.</summary>
    [Test]
    public void TurnsAreEstimated()
    {
        var one = CatalogueCase.All["wgan"];
        one.WriteData(In("pictures"));
        var taken = TrainingEstimate.Measure(one.Options with { Data = In("pictures"), Steps = 1000 }, Device);
        Assert.That(taken.Steps, Is.EqualTo(1000));
        Assert.That(taken.Seconds, Is.Positive);
    }

    /// <summary>It steps sample by sample as the training does, and so refuses what that refuses.</summary>
    [Test]
    public void ATreeIsEstimatedAsOne()
    {
        var one = CatalogueCase.All["triplegan"];
        one.WriteData(In("pictures"));
        var options = one.Options with
        {
            Data = In("pictures"), Steps = 2, Reduction = GradientReduction.Tree, SyncBatchNorm = false,
        };
        Fails.With<OptionsException>(() => TrainingEstimate.Measure(options, Device), "--no-sync-batch-norm is not for triplegan");
    }

    private async Task<JsonElement> Estimate(params string[] changes)
    {
        if (!Directory.Exists(In("data")))
        {
            await DrawnData();
        }

        return JsonDocument.Parse(
            await Do(["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--estimate", "--json", .. Tiny(changes)])).RootElement;
    }
}
