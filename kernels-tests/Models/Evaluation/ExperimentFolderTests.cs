using IlgpuGan.Claims;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>An experiment leaves alone what no experiment has written, and goes on with what one has.</summary>
public sealed class ExperimentFolderTests : CommandFixture
{
    private static readonly string[] s_short = ["experiment", "run", "discogan", "--steps", "2", "--seeds", "1", "--device", "cpu"];

    /// <summary>Typed they are refused; the variable is for claims that draw none.</summary>
    [Test]
    public async Task DataOfTheEnvironmentAreNotForAClaimThatDrawsItsOwn()
    {
        Directory.CreateDirectory(In("out"));
        File.WriteAllText(In("out", "table.csv"), "mine");
        string[] run = [.. s_short, "--out", In("out")];
        AssertExplained(await Run([.. run, "--data", In("data")]), 2, "--data does not apply to a claim like 'discogan'");
        Environment.SetEnvironmentVariable("ILGPUGAN_DATA", In("data"));
        try
        {
            AssertExplained(await Run(run), 2, "would overwrite it"); // It has begun.
        }
        finally
        {
            Environment.SetEnvironmentVariable("ILGPUGAN_DATA", null);
        }
    }

    /// <summary>The table in a folder of results is rewritten whichever claim's they are.</summary>
    [Test]
    public async Task AFolderOfResultsTakesFurtherClaims()
    {
        Directory.CreateDirectory(In("results"));
        File.Copy(Path.Combine(Sources.Root, "models", "Claims", "results", "began.json"), In("results", "began.json"));
        File.WriteAllText(In("results", "all.md"), "of an earlier version");
        await Do([.. s_short, "--out", In("out"), "--results", In("results")]);
        Assert.That(File.ReadAllText(In("results", "all.md")), Does.Contain("[`began`](began.md)").And.Contain("[`discogan`]"));
    }

    [TestCase("summary.md", "mine")]
    [TestCase("summary.json", "{\"mine\": 1}")]
    [TestCase("summary.json", "[{\"mine\": 1}]")]
    public void PagesOfOthersAreNotOverwritten(string name, string text)
    {
        File.WriteAllText(In(name), text);
        var series = new ClaimSeries(new ClaimSettings { Output = Folder, Seeds = 1, Steps = 2 }, Device)
        {
            Claims = [ClaimCatalogue.Find("discogan")],
        };
        Fails.With<OptionsException>(() => series.Run(), In(name), "would overwrite it");
        Assert.That(Directory.GetFileSystemEntries(Folder), Is.EqualTo(new[] { In(name) }));
    }

    [TestCase("data")]
    [TestCase("data.drawing")]
    public void DataOfOthersAreNotTakenForDrawnOnes(string name)
    {
        Directory.CreateDirectory(In("out", name));
        Fails.With<OptionsException>(
            () => RunUpToATraining(), $"{In("out", name)}: is there already and was not drawn by this experiment", "--out");
        Assert.That(Directory.GetFileSystemEntries(In("out")), Is.EqualTo(new[] { In("out", name) }), "nothing was begun");
    }

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
        Assert.That(File.ReadAllText(In("results", ClaimTable.FileName)), Does.Contain("[`discogan`](discogan.md)"));
    }

    private ClaimResult? RunUpToATraining() => new ClaimRunner(
        ClaimCatalogue.Find("discogan"), new ClaimSettings { Output = In("out"), Seeds = 1, Steps = 2 }, Device)
    {
        Train = (_, _) => TrainingOutcome.Interrupted,
    }.Run();
}
