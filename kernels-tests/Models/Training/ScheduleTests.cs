using IlgpuGan.Models.Families.BicycleGan;
using IlgpuGan.Models.Families.Bridge;
using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.DiscoGan;
using IlgpuGan.Models.Families.DualGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Families.ProgressiveGan;
using IlgpuGan.Models.Families.SinGan;
using IlgpuGan.Models.Families.Spade;
using IlgpuGan.Models.Families.StarGan;
using IlgpuGan.Models.Families.Unsb;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ModelsTests.Training;

public sealed class ScheduleTests
{
    /// <summary>Those of <see cref="s_unit"/>, half of them with decay.</summary>
    private const int Epochs = 200;

    private static readonly TranslationOptions s_unit = new Pix2PixOptions { Lr = 1 };

    [TestCase(1, 1f)]
    [TestCase(100, 1f)]
    [TestCase(101, 0.9900990f)]
    [TestCase(200, 0.0099010f)]
    public void LinearNeverReachesZero(int epoch, float expected) =>
        Assert.That(new LearningRateSchedule(s_unit, Epochs).Rate(epoch), Is.EqualTo(expected).Within(1e-6f));

    [TestCase(1, 1f)]
    [TestCase(101, 1f)]
    [TestCase(102, 0.99f)]
    [TestCase(200, 0.01f)]
    public void PyTorchGanDecaysAnEpochLater(int epoch, float expected)
    {
        var options = CycleGanOptions.PyTorchGan() with { Lr = 1 };
        Assert.That(new LearningRateSchedule(options, Epochs).Rate(epoch), Is.EqualTo(expected).Within(1e-6f));
    }

    [TestCase(1, 1f)]
    [TestCase(50, 1f)]
    [TestCase(51, 0.1f)]
    [TestCase(151, 0.001f)]
    public void StepDropsTenfold(int epoch, float expected)
    {
        var options = s_unit with { LrPolicy = LearningRatePolicy.Step };
        Assert.That(new LearningRateSchedule(options, Epochs).Rate(epoch), Is.EqualTo(expected).Within(1e-7f));
    }

    [Test]
    public void CosineFallsOverTheWholeRun()
    {
        var schedule = new LearningRateSchedule(s_unit with { LrPolicy = LearningRatePolicy.Cosine }, Epochs);
        var rates = Enumerable.Range(1, 200).Select(schedule.Rate).ToArray();
        Assert.That(rates[0], Is.EqualTo(1));
        Assert.That(rates[100], Is.EqualTo(0.5f).Within(1e-6f));
        Assert.That(rates, Is.Ordered.Descending);
        Assert.That(rates[^1], Is.GreaterThan(0).And.LessThan(0.001f));
    }

    /// <summary>Two epochs of five pictures, and on resume two more: the options' own 200 epochs are not those of the run.</summary>
    [Test]
    public void CosineFallsOverTheStepsOfARun()
    {
        using var runs = new TinyRun();
        runs.Train("run", TinyRun.Pix2Pix with { Lr = 1e-3f, LrPolicy = LearningRatePolicy.Cosine, Steps = 10 });
        runs.Resume("run", o => o with { Steps = 20 });
        var rates = LogEntry.ReadFile(new RunDirectory(runs.PathOf("run")).Log).Where(e => e.Step % 5 == 1).Select(e => e.LearningRate);
        Assert.That(rates, Is.EqualTo(new[] { 1e-3, 0.5e-3, 0.5e-3, 0.1464466e-3 }).Within(1e-8));
    }

    private static IEnumerable<TestCaseData> Followed() => new (TrainingOptions Options, string Losses)[]
    {
        (new Pix2PixOptions(), "G_L1"),
        (new Pix2PixOptions { LambdaL2 = 100 }, "G_L1"),
        (new Pix2PixOptions { LambdaL1 = 0, LambdaL2 = 100 }, "G_L2"),
        (new Pix2PixOptions { LambdaL1 = 0 }, ""),
        (new BridgeOptions { LambdaL1 = 1 }, "G_L2"),
        (new BridgeOptions { LambdaL2 = 0, LambdaL1 = 1 }, "G_L1"),
        (new CycleGanOptions { LambdaA = 0 }, "cycle_A cycle_B"),
        (new CycleGanOptions { LambdaA = 0, LambdaB = 0 }, ""),
        (new DualGanOptions { LambdaA = 0, LambdaB = 0 }, ""),
        (new StarGanOptions { LambdaRec = 0 }, ""),
        (new SinGanOptions { Alpha = 0 }, ""),
        (new CutOptions { LambdaNce = 0 }, ""),
        (new UnsbOptions { LambdaNce = 0 }, ""),
        (new BicycleGanOptions { LambdaL1 = 0 }, ""),
        (new BicycleGanOptions { Variant = BicycleVariant.ClrGan }, ""),
        (new DiscoGanOptions { ModelArch = DiscoGanArchitecture.Gan }, ""),
        (new Pix2PixHdOptions { LambdaFeat = 0 }, ""),
        (new SpadeOptions { LambdaFeat = 0 }, ""),
        (new ProgressiveGanOptions(), "W"),
        (new ProgressiveGanOptions { GanMode = GanMode.Vanilla }, ""),
        (new GanOptions(), ""),
    }.Select((row, i) => new TestCaseData(row.Options, row.Losses).SetArgDisplayNames($"{i} {row.Options.Model}"));

    /// <summary>A loss of weight 0 never falls, and without any the rate would never fall: a training does not begin so.</summary>
    [TestCaseSource(nameof(Followed))]
    public void PlateauFollowsLossesThatHaveAWeight(TrainingOptions options, string losses)
    {
        var family = FamilyCatalog.Of(options).Info;
        Assert.That(string.Join(' ', options.Followed(family.QualityLosses)), Is.EqualTo(losses));
        List<string> obstacles = [];
        options.AddObstacles(family, obstacles);
        Assert.That(obstacles, Is.Empty, "other policies follow none");
        (options with { LrPolicy = LearningRatePolicy.Plateau }).AddObstacles(family, obstacles);
        Assert.That(obstacles, Has.Exactly(losses.Length > 0 ? 0 : 1).StartsWith("--lr-policy plateau has no loss to follow"));
    }

    /// <summary>Published schedules may be linear in name alone.</summary>
    [Test]
    public void ALinearPolicyOfThePresetNeedsNoEpochsOfDecay()
    {
        foreach (var options in new TrainingOptions[] { new SpadeOptions(), new SinGanOptions(), new Pix2PixOptions { EpochsDecay = 0 } })
        {
            options.RequireToBegin(FamilyCatalog.Of(options));
        }
    }

    [Test]
    public void PlateauDropsOnlyWhenTheMetricStalls()
    {
        var options = s_unit with { LrPolicy = LearningRatePolicy.Plateau };
        var schedule = new LearningRateSchedule(options, Epochs);
        for (var epoch = 0; epoch < 20; epoch++)
        {
            schedule.EpochEnded(100 - epoch * 2);
        }

        Assert.That(schedule.Rate(21), Is.EqualTo(1), "the metric kept improving");
        for (var epoch = 0; epoch < 5; epoch++)
        {
            schedule.EpochEnded(62);
        }

        Assert.That(schedule.Rate(26), Is.EqualTo(1), "five epochs are within its patience");
        var resumed = new LearningRateSchedule(options, Epochs) { State = schedule.State };
        foreach (var s in new[] { schedule, resumed })
        {
            s.EpochEnded(62);
            Assert.That(s.Rate(27), Is.EqualTo(0.2f));
        }
    }
}
