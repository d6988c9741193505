using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Families.DiscoGan;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.ModelsTests.Models;

public sealed class DiscoGanTests : FamilyFixture
{
    private static readonly DiscoGanOptions s_tiny =
        new() { LoadSize = 16, CropSize = 16, Downs = 2, Ngf = 4, Ndf = 4, BatchSize = 2, GanCurriculum = 2 };

    private static Family Family => FamilyCatalog.Find("discogan")!;

    [Test]
    public void DefaultsAreTheAuthors()
    {
        var o = (DiscoGanOptions)Family.Defaults();
        Assert.That(
            (o.StartingRate, o.DefaultRate, o.GanCurriculum, o.UpdateInterval, o.ModelArch),
            Is.EqualTo((0.01f, 0.5f, 10000, 3, DiscoGanArchitecture.DiscoGan)));
        Assert.That(
            (o.CropSize, o.BatchSize, o.Flip, o.InitType, o.Lr, o.Beta1), Is.EqualTo((64, 64, false, Initialization.Default, 2e-4f, 0.5f)));
    }

    /// <summary>One step of three trains the discriminators, and no step trains both.</summary>
    [Test]
    public void TurnsAreOneToTwo()
    {
        var (model, batch) = ModelAndNoise(s_tiny);
        var trained = new List<string>();
        for (var step = 0; step < 6; step++)
        {
            trained.Add(string.Join(' ', ModelSteps.Learned(model, () => model.Step(batch, step))));
        }

        const string Discriminators = "netD_A netD_B";
        const string Generators = "netG_A netG_B";
        Assert.That(trained, Is.EqualTo(new[] { Discriminators, Generators, Generators, Discriminators, Generators, Generators }));
    }

    [TestCase(DiscoGanArchitecture.ReconGan, "netD_A netG_A netG_B")]
    [TestCase(DiscoGanArchitecture.Gan, "netD_A netG_A")]
    public void OneWayVariantsTrainWhatTheyUse(DiscoGanArchitecture architecture, string names)
    {
        var (model, batch) = ModelAndNoise(s_tiny with { ModelArch = architecture }, s_tiny);
        var learned = ModelSteps.Learned(model, () =>
        {
            model.Step(batch, 0);
            model.Step(batch, 1);
        });
        Assert.That(string.Join(' ', learned.Order()), Is.EqualTo(names));
    }

    /// <summary>Points go the way of pictures: a run stopped and resumed ends with the bits of one that was not.</summary>
    [Test]
    public void PointsAreLearntFromAndResumedExactly()
    {
        new DrawnGaussians().Write(_runs.PathOf("points"), "train", first: 0, count: 50, side: 0, seed: 1);
        var options = (DiscoGanOptions)Family.Defaults(
            "points") with { Data = _runs.PathOf("points"), BatchSize = 10, Steps = 8, Device = "cpu", LogFreq = 1 };
        _runs.TrainOnFiles("whole", options);
        _runs.TrainOnFiles("eager", options with { Eager = true });
        Assert.That(_runs.TrainOnFiles("parts", options, stopAfter: 4), Is.EqualTo(TrainingOutcome.Interrupted));
        Assert.That(_runs.ResumeOnFiles("parts"), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(_runs.FinalTensors("parts"), Is.EqualTo(_runs.FinalTensors("whole")));
        Assert.That(_runs.FinalTensors("eager"), Is.EqualTo(_runs.FinalTensors("whole")));
        var losses = File.ReadLines(new RunDirectory(_runs.PathOf("whole")).Log).ToList();
        Assert.That(losses, Has.Count.EqualTo(8));
        Assert.That(losses, Has.None.Contains("\"fm_A\""));
        Fails.With<OptionsException>(() => (options with { SampleFreq = 1 }).Validated(), "--sample-freq 0");
    }

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
