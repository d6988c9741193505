using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>What is damaged in a run's folder is named in a sentence, and what is sound is gone on with.</summary>
public sealed class DamagedRunTests : CommandFixture
{
    private const int Failed = 1;

    [Test]
    public async Task ADamagedLogKeepsNoRunFromGoingOn()
    {
        string[] damage =
        [
            "7", "[]", "null", """{"step":"a"}""", """{"step":1.5,"epoch":1,"lr":1,"seconds":1}""",
            """{"step":1,"epoch":1,"lr":0,"seconds":"NaN"}""",
            """{"step":1,"epoch":1,"lr":0,"seconds":1e30}""", "", "{", "\u00ff", """{"step":-4,"epoch":1,"lr":0,"seconds":1}""",
        ];
        var run = new RunDirectory(await TrainedRun());
        foreach (var line in damage)
        {
            var log = File.ReadAllLines(run.Log);
            await File.WriteAllTextAsync(run.Log, $"{log[0]}\n{line}\n{log[1]}\n{line}");
            Assert.That((await Run("report", run.Path)).Code, Is.Zero, line);
            await Do("train", "--resume", run.Path, "--quiet");
            Assert.That(File.ReadAllText(run.Log), Does.StartWith($"{log[0]}\n{line}\n{log[1]}\n").And.EndsWith("\n"), "no line is lost");
            await File.WriteAllLinesAsync(run.Log, log);
        }

        await File.WriteAllTextAsync(run.Log, string.Join('\n', File.ReadAllLines(run.Log)));
        await Do("train", "--resume", run.Path, "--steps", "3", "--quiet");
        Assert.That(
            IlgpuGan.Models.Reporting.LogEntry.ReadFile(run.Log).Select(e => e.Step), Is.EqualTo(new[] { 1, 2, 3 }),
            "a last line without its end");
    }

    /// <summary>A training and a plan that fail over a file say how to find all such files, and how to do without them.</summary>
    [Test]
    public async Task DamagedPicturesKeepATrainingFromBeginning()
    {
        var data = await DrawnData();
        foreach (var picture in Directory.GetFiles(Path.Combine(data, "train")))
        {
            await File.WriteAllBytesAsync(picture, []);
        }

        string[] wayOn = ["is empty (0 bytes)", $"ilgpugan data check {data} names all such files", "--on-damage skip leaves them out"];
        AssertExplained(await Run(["train", "pix2pix", "--data", data, "--out", In("run"), "--steps", "1", .. Tiny()]), Failed, wayOn);
        AssertExplained(
            await Run("new", "--have", "pairs", "--data", data, "--way", "atob", "--size", "32", "--time", "1m", "--out", In("new")),
            Failed, wayOn);
    }

    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("""{"columns":null,"environment":{}}""")]
    [TestCase("[")]
    public async Task DamagedFactsOfAReport(string facts)
    {
        var run = await TrainedRun();
        await File.WriteAllTextAsync(Path.Combine(run, "report.json"), facts);
        var told = await Run("report", run);
        Assert.That((told.Code, told.Error), Is.EqualTo((0, told.Error)));
        Assert.That(told.Error, Does.Contain("report.json").And.Contain("damaged"));
        Assert.That(File.ReadAllText(Path.Combine(run, "report.html")), Does.Contain("Not shown:").And.Contain("report.json"));
        await Do("train", "--resume", run, "--quiet");
        await Do("report", run);
    }

    /// <summary>The report shows the rest, and says what it lacks; the run goes on.</summary>
    [TestCase("evaluation.json")]
    [TestCase("options.json")]
    [TestCase("samples/step00000002-1.png")]
    [TestCase("evaluation/worst.png")]
    public async Task WhatIsDamagedIsLeftOutOfTheReport(string name)
    {
        await DrawnData();
        var run = In("run");
        await Do(["train", "pix2pix", "--data", In("data"), "--out", run, "--steps", "2", "--quiet", .. Tiny("--sample-freq", "2")]);
        await Do("evaluate", "--model", run, "--data", In("data"), "--no-labels", "--quiet");
        await File.WriteAllTextAsync(Path.Combine(run, name), name.EndsWith(".json", StringComparison.Ordinal) ? "{" : "");
        Assert.That((await Run("report", run)).Code, Is.Zero);
        var page = await File.ReadAllTextAsync(Path.Combine(run, "report.html"));
        Assert.That(page, Does.Contain("Curves").And.Contain("step 2"));
        var isSheet = name.StartsWith("evaluation/", StringComparison.Ordinal);
        Assert.That(isSheet || page.Contains(Path.GetFileName(name), StringComparison.Ordinal));
        await Do("train", "--resume", run, "--steps", "4", "--quiet");
    }

    /// <summary>Nobody may ever write to it.</summary>
    [TestCase("options.json")]
    [TestCase("log.jsonl")]
    [TestCase("evaluation.json")]
    [TestCase("checkpoints/latest.safetensors")]
    [TestCase(".training")]
    [Platform(Exclude = "Win")]
    public async Task APipeInPlaceOfAFileIsNotWaitedFor(string name)
    {
        var run = await TrainedRun();
        File.Delete(In("run", name));
        Assert.That(TestFiles.Run("mkfifo", [In("run", name)]), Is.Null);
        var told = await Task.Run(() => Run("report", run)).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(told.Code, Is.Zero, told.Error);
        Assert.That(
            told.Error.Contains($"{name}: is no ordinary file but a pipe or a device", StringComparison.Ordinal),
            Is.EqualTo(name != ".training"), told.Error);
    }

    /// <summary>Nobody may ever read from it, either.</summary>
    [TestCase("train", "options.json")]
    [TestCase("train", "log.jsonl")]
    [TestCase("train", "report.html")]
    [TestCase("train", "samples/step00000004-1.png")]
    [TestCase("train", "checkpoints/best.safetensors")]
    [TestCase("report", "report.html")]
    [TestCase("evaluate", "evaluation.json")]
    [Platform(Exclude = "Win")]
    public async Task APipeInPlaceOfAFileIsNotWrittenTo(string verb, string name)
    {
        var run = await TrainedRun();
        File.Delete(In("run", name));
        Assert.That(TestFiles.Run("mkfifo", [In("run", name)]), Is.Null);
        string[] words = verb switch
        {
            "train" => ["train", "--resume", run, "--steps", "3", "--quiet"],
            "report" => ["report", run],
            _ => ["evaluate", "--model", run, "--data", In("data"), "--no-labels", "--quiet"],
        };
        var told = await Task.Run(() => Run(words)).WaitAsync(TimeSpan.FromSeconds(20));
        AssertExplained(told, Failed, $"{name}: is no ordinary file but a pipe or a device; delete it");
    }

    /// <summary>An evaluation that can't renew the report tells so, as a stop that can't be asked for does.</summary>
    [Test]
    [Platform(Exclude = "Win")]
    public async Task APipeInPlaceOfAReportOrARequestIsNotWrittenTo()
    {
        var run = new RunDirectory(await TrainedRun());
        File.Delete(run.Report);
        foreach (var file in new[] { run.Report, run.StopRequest })
        {
            Assert.That(TestFiles.Run("mkfifo", [file]), Is.Null);
        }

        var told = await Task.Run(() => Run("evaluate", "--model", run.Path, "--data", In("data"), "--no-labels", "--quiet"))
            .WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That((told.Code, told.Error), Is.EqualTo((0, told.Error)));
        Assert.That(told.Error, Does.Contain("The report was not written again").And.Contain("is no ordinary file"));
        Fails.Starting<RunException>(() => TrainingRun.RequestStop(run), run.Path, ".stop: is no ordinary file");
    }

    [TestCase("position", "null")]
    [TestCase("position", "7")]
    [TestCase("position", """{"Step":-1,"Samples":6}""")]
    [TestCase("position", """{"Step":2,"Samples":-6}""")]
    [TestCase("position", """{"Step":2,"Samples":6,"Schedule":null}""")]
    [TestCase("options", "{")]
    [TestCase("options", "[]")]
    [TestCase("options", """{"ngf":"many"}""")]
    [TestCase("options", """{"ngf":0}""")]
    public async Task DamagedMetadataOfACheckpoint(string entry, string value)
    {
        var run = new RunDirectory(await TrainedRun());
        Rewrite(run.Latest, metadata => metadata[entry] = value);
        AssertExplained(await Run("train", "--resume", run.Path), Failed, "latest.safetensors", "damaged");
        if (entry == "options")
        {
            AssertExplained(
                await Run("translate", "--model", run.Path, "--input", In("data"), "--out", In("out")), Failed, "latest.safetensors",
                "damaged");
        }
    }

    /// <summary>Taken for one that is not there, it would begin again at zero, without a word.</summary>
    [TestCase(".step", "holds optG.")]
    [TestCase(".exp_avg", "lacks")]
    [TestCase(".exp_avg_sq", "lacks")]
    public async Task RenamedEntryOfAnOptimiser(string ending, string words)
    {
        var run = new RunDirectory(await TrainedRun());
        Rewrite(
            run.Latest,
            rename: name =>
                name.StartsWith("optG.", StringComparison.Ordinal) && name.EndsWith(ending, StringComparison.Ordinal) ? name + "x" : name);
        AssertExplained(await Run("train", "--resume", run.Path), Failed, "latest.safetensors", words);
    }

    private static void Rewrite(string path, Action<Dictionary<string, string>>? change = null, Func<string, string>? rename = null)
    {
        List<NamedArray> arrays;
        Dictionary<string, string> metadata;
        using (var file = new SafetensorsFile(path))
        {
            arrays = [.. file.ReadAll().Select(a => new NamedArray(rename?.Invoke(a.Name) ?? a.Name, a.Type, a.Shape, a.Bytes.ToArray()))];
            metadata = new Dictionary<string, string>(file.Metadata);
        }

        change?.Invoke(metadata);
        SafetensorsWriter.Write(path, arrays, metadata);
    }
}
