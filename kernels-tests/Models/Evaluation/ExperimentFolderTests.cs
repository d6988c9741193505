using IlgpuGan.Claims;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>An experiment leaves alone what no experiment has written, and goes on with what one has.</summary>
public sealed class ExperimentFolderTests : CommandFixture
{
    [Test]
    public void AnExperimentThatWasStoppedWhileItDrewGoesOn()
    {
        Assert.That(RunUpToATraining(), Is.Null);
        Directory.Move(In("out", "data"), In("out", "data.drawing"));
        File.WriteAllText(In("out", "data.drawing", "unfinished"), "");
        Assert.That(RunUpToATraining(), Is.Null);
        Assert.That(In("out", "data.drawing"), Does.Not.Exist);
        Assert.That(In("out", "data", "unfinished"), Does.Not.Exist);
        Assert.That(In("out", "data"), Does.Exist);
        Assert.That(RunUpToATraining(), Is.Null, "its own data are taken");
    }

    /// <summary>Read and written at the same time by two programs, the files would lose a seed of one of them.</summary>
    [Test]
    public void ResultsAreWrittenByOneProgramAtATime()
    {
        var trained = 0;
        FileStream? other = null;
        var runner = new ClaimRunner(
            ClaimCatalogue.Find("discogan"),
            new ClaimSettings { Output = In("out"), Results = In("results"), Seeds = 1, Seed = 5, Steps = 2 }, Device)
        {
            Train = (run, _) =>
            {
                other = ++trained == 3 ? ClaimFiles.Of("madgan", In("results")).TakeTurn() : null;
                return run.Train();
            },
        };
        var running = Task.Run(() => runner.Run());
        try
        {
            var last = In("results", "begun", "discogan", "gan", "seed-5", "finding.json");
            Assert.That(() => File.Exists(last), Is.True.After(10_000, 10), "all variants are trained");
            Assert.That(running.Wait(200), Is.False);
            Assert.That(Directory.GetFiles(In("results")), Is.Empty);
        }
        finally
        {
            other?.Dispose();
        }

        Assert.That(running.Result!.Seeds, Is.EqualTo(new[] { 5 }));
    }

    /// <summary>Two would draw over each other's data, and lose each other's results.</summary>
    [Test]
    public void OneProgramRunsAnExperiment()
    {
        var refused = 0;
        var outcome = RunUpToATraining(() =>
        {
            Fails.With<RunException>(() => RunUpToATraining(), $"{In("out")}: another program runs this experiment now");
            refused++;
        });
        Assert.That((outcome, refused), Is.EqualTo(((ClaimResult?)null, 1)));
        Assert.That(RunUpToATraining(), Is.Null, "the next one goes on");
    }

    private ClaimResult? RunUpToATraining(Action? meanwhile = null) => new ClaimRunner(
        ClaimCatalogue.Find("discogan"), new ClaimSettings { Output = In("out"), Seeds = 1, Steps = 2 }, Device)
    {
        Train = (_, _) =>
        {
            meanwhile?.Invoke();
            return TrainingOutcome.Interrupted;
        },
    }.Run();
}
