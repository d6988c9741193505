using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.ModelsTests.Training;

public sealed class ScheduleTests
{
    private static readonly TranslationOptions s_unit = new Pix2PixOptions { Lr = 1 };

    [TestCase(1, 1f)]
    [TestCase(100, 1f)]
    [TestCase(101, 0.9900990f)]
    [TestCase(200, 0.0099010f)]
    public void LinearNeverReachesZero(int epoch, float expected) =>
        Assert.That(new LearningRateSchedule(s_unit).Rate(epoch), Is.EqualTo(expected).Within(1e-6f));

    [TestCase(1, 1f)]
    [TestCase(101, 1f)]
    [TestCase(102, 0.99f)]
    [TestCase(200, 0.01f)]
    public void PyTorchGanDecaysAnEpochLater(int epoch, float expected)
    {
        var options = CycleGanOptions.PyTorchGan() with { Lr = 1 };
        Assert.That(new LearningRateSchedule(options).Rate(epoch), Is.EqualTo(expected).Within(1e-6f));
    }

    [TestCase(1, 1f)]
    [TestCase(50, 1f)]
    [TestCase(51, 0.1f)]
    [TestCase(151, 0.001f)]
    public void StepDropsTenfold(int epoch, float expected)
    {
        var options = s_unit with { LrPolicy = LearningRatePolicy.Step };
        Assert.That(new LearningRateSchedule(options).Rate(epoch), Is.EqualTo(expected).Within(1e-7f));
    }

    [Test]
    public void CosineFallsOverTheWholeRun()
    {
        var schedule = new LearningRateSchedule(s_unit with { LrPolicy = LearningRatePolicy.Cosine });
        var rates = Enumerable.Range(1, 200).Select(schedule.Rate).ToArray();
        Assert.That(rates[0], Is.EqualTo(1));
        Assert.That(rates[100], Is.EqualTo(0.5f).Within(1e-6f));
        Assert.That(rates, Is.Ordered.Descending);
        Assert.That(rates[^1], Is.GreaterThan(0).And.LessThan(0.001f));
    }

    [Test]
    public void PlateauDropsOnlyWhenTheMetricStalls()
    {
        var options = s_unit with { LrPolicy = LearningRatePolicy.Plateau };
        var schedule = new LearningRateSchedule(options);
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
        var resumed = new LearningRateSchedule(options) { State = schedule.State };
        foreach (var s in new[] { schedule, resumed })
        {
            s.EpochEnded(62);
            Assert.That(s.Rate(27), Is.EqualTo(0.2f));
        }
    }
}
