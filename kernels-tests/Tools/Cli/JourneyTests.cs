using System.Text.Json;
using IlgpuGan.Cli.Commands;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>What a user does from the first command to the last, with networks small enough to take seconds.</summary>
public class JourneyTests : CommandFixture
{
    [Test]
    [MaxSeconds(8)] // The whole demo.
    public async Task DemoDrawsTrainsTranslatesAndReports()
    {
        var result = JsonDocument.Parse(await Do("demo", "--out", In("demo"), "--steps", "1", "--json")).RootElement;

        Assert.That(File.Exists(result.GetProperty("report").GetString()));
        var gallery = PictureFile.Load(result.GetProperty("picture").GetString()!);
        Assert.That((gallery.Width, gallery.Height), Is.EqualTo((6 * 128, 3 * 128)));
        Assert.That(result.GetProperty("psnr").GetDouble(), Is.GreaterThan(0));
        Assert.That(
            Directory.GetFiles(In("demo", "run", "tensorboard")).Length, Is.LessThanOrEqualTo(1),
            "the closing page leaves no empty event file");
    }

    [Test]
    public Task AFamilyShowsItself() => ShowsItself("gan");

    [TestCaseSource(nameof(Families))]
    [Exhaustive]
    public async Task EachFamilyShowsItself(string family)
    {
        await ShowsItself(family);
        await ShowsItself(family); // a second one starts over
    }

    [Test]
    [Exhaustive]
    public async Task ASecondTourStartsOver()
    {
        await Do("demo", "--out", In("demo"), "--steps", "1", "--quiet");
        await Do("demo", "--out", In("demo"), "--steps", "0", "--quiet");
        Assert.That(Checkpoint.Read(new RunDirectory(In("demo", "run-2")).Latest).Position.Step, Is.Zero);
        Assert.That(Checkpoint.Read(new RunDirectory(In("demo", "run")).Latest).Position.Step, Is.EqualTo(1));
    }

    /// <summary>The run of the first may have been trained further since, as it says how to.</summary>
    [Test]
    [MaxSeconds(5)] // Two demos, and a training.
    public async Task ASecondTourLeavesTheFirstRunAlone()
    {
        await ShowsItself("gan");
        var first = new RunDirectory(In("demo", "gan", "run"));
        await Do("train", "--resume", first.Path, "--steps", "3", "--quiet");
        await ShowsItself("gan");
        Assert.That(Checkpoint.Read(first.Latest).Position.Step, Is.EqualTo(3));
        Assert.That(Checkpoint.Read(new RunDirectory(first.Path + "-2").Latest).Position.Step, Is.EqualTo(2));
    }

    private static IEnumerable<string> Families => FamilyCatalog.All.Select(family => family.Info.Name);

    /// <summary>The family's data are drawn, its small preset is trained for two steps, and its samples lie below each other.</summary>
    private async Task ShowsItself(string family)
    {
        var said = await Do("demo", "--family", family, "--steps", "2", "--out", In("demo"), "--json");
        var result = JsonDocument.Parse(said).RootElement;
        Assert.That(File.Exists(result.GetProperty("report").GetString()));
        var picture = PictureFile.Load(result.GetProperty("picture").GetString()!);
        Assert.That(picture.Width, Is.GreaterThan(15));
        // A fresh DCGAN's samples are a few levels of grey.
        Assert.That(picture.Layers[0].Bytes.Distinct().Count(), Is.GreaterThan(1), "not a single colour");
    }

    [Test]
    public async Task TheFastDemoTranslatesAtOnceAndOffersTheTraining()
    {
        var result = JsonDocument.Parse(await Do("demo", "--fast", "--out", In("demo"), "--json")).RootElement;
        var gallery = PictureFile.Load(result.GetProperty("picture").GetString()!);
        Assert.That((gallery.Width, gallery.Height), Is.EqualTo((6 * 128, 3 * 128)));
        Assert.That(result.GetProperty("l1").GetDouble(), Is.LessThan(result.GetProperty("baseline_l1").GetDouble() / 2));
        Assert.That(Directory.Exists(In("demo", "run")), Is.False, "nothing is trained unasked");

        var said = await Do("demo", "--fast", "--out", In("demo"));
        Assert.That(said, Does.StartWith("Drawing 6 house fronts").And.Contain("zoo:facades").And.Contain($"demo --out {In("demo")}"));
    }

    [Test]
    public void AnAddressIsThatOfTheFile() => Assert.That(
        TrainCommand.AddressOf(In("50%41 #\u00fc.html")), Does.StartWith("file:///").And.EndsWith("/50%2541%20%23%C3%BC.html"));

    [Test]
    public async Task TrainedRunHoldsEverythingItPromises()
    {
        var run = await TrainedRun(steps: 3);
        var said = await Do(["train", "pix2pix", "--data", In("data"), "--out", In("other"), "--steps", "1", .. Tiny()]);

        Assert.That(said, Does.Contain("file:///").And.Contain($"translate --model {In("other")}").And.Contain("pictures are few"));
        Assert.That(File.Exists(Path.Combine(run, "options.json")));
        var page = await File.ReadAllTextAsync(Path.Combine(run, "report.html"));
        Assert.That(page, Does.Contain("<span>ilgpugan</span> <span>train</span> <span>pix2pix</span> <span>--data</span>"));
        Assert.That(Directory.GetFiles(Path.Combine(run, "tensorboard")), Is.Not.Empty);
        var log = File.ReadAllLines(Path.Combine(run, "log.jsonl")).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.That(log.Select(e => e.GetProperty("step").GetInt64()), Is.EqualTo(new[] { 1, 2, 3 }));
        foreach (var name in new[] { "epoch", "G_GAN", "G_L1", "D_real", "D_fake", "lr", "seconds" })
        {
            Assert.That(log[0].TryGetProperty(name, out _), name);
        }

        var tensors = await Do("inspect", Path.Combine(run, "checkpoints", "latest.safetensors"));
        Assert.That(tensors, Does.Contain("netG.model.model.0.weight").And.Contain("netD.model.0.bias").And.Contain("optG."));
        Assert.That(await Do("inspect", run), Is.EqualTo(tensors));
    }

    [Test]
    public async Task ResumedRunHasTheBitsOfOneThatNeverStopped()
    {
        var whole = await TrainedRun(steps: 5, name: "whole");
        var parts = await TrainedRun(steps: 2, name: "parts");

        await Do("train", "--resume", parts, "--steps", "5", "--quiet");

        Assert.That(Weights(parts), Is.EqualTo(Weights(whole)));
        Assert.That(
            await Do("train", "--resume", parts),
            Does.Contain("Nothing was left to do: the run has taken 5 of 5 steps.")
                .And.Contain($"--resume {parts} --steps N, with N above 5").And.Not.Contain("Finished."));
    }

    [Test]
    public async Task ThreadsChangeNoBit()
    {
        await DrawnData();
        foreach (var threads in new[] { "1", "3" })
        {
            await Do(["train", "pix2pix", "--data", In("data"), "--out", In("t" + threads), "--steps", "3", "--threads", threads,
                "--quiet", .. Tiny()]);
        }

        Assert.That(Weights(In("t3")), Is.EqualTo(Weights(In("t1"))));
    }

    [Test]
    public async Task CycleGanTrainsAndTranslatesBothWays()
    {
        var data = await DrawnData();
        Directory.Move(Path.Combine(data, "train"), Path.Combine(data, "trainA"));
        Directory.Move(Path.Combine(data, "val"), Path.Combine(data, "trainB"));
        var trained = await Do(["train", "cyclegan", "--data", data, "--out", In("run"), "--steps", "2",
            .. Tiny("--generator", "resnet1", "--sample-freq", "1")]);

        Assert.That(trained, Does.Contain("--direction AtoB --out PICTURE").And.Contain("--direction BtoA --out PICTURE"));
        Assert.That(Directory.GetFiles(In("run", "samples")), Is.Not.Empty);
        string[] unasked = ["translate", "--model", In("run"), "--input", Path.Combine(data, "trainA"), "--out", In("unasked")];
        Assert.That(await Do(unasked), Does.Contain("Translating A to B (trainA → trainB); the other way: --direction BtoA"));
        Assert.That(await Do([.. unasked, "--direction", "BtoA"]), Does.Not.Contain("the other way"));
        Assert.That(JsonDocument.Parse(await Do([.. unasked, "--json"])).RootElement.GetProperty("failed").GetInt32(), Is.Zero);
        foreach (var direction in new[] { "AtoB", "BtoA" })
        {
            await Do(
                "translate", "--model", In("run"), "--input", Path.Combine(data, "trainB"), "--out", In(direction), "--direction",
                direction);
            Assert.That(Directory.GetFiles(In(direction)), Has.Length.EqualTo(2));
        }
    }

    [Test]
    public async Task TranslateKeepsAnOddSizeAndGoesOnAfterADamagedFile()
    {
        var run = await TrainedRun();
        Directory.CreateDirectory(In("in", "deep"));
        var pair = PictureFile.Load(Directory.GetFiles(In("data", "train"))[0]);
        PictureFile.Save(pair.Resize(53, 37), In("in", "odd.png"));
        PictureFile.Save(pair, In("in", "deep", "good.jpg"));
        File.WriteAllText(In("in", "notes.png"), "this is no picture");

        var outcome = await Run("translate", "--model", run, "--input", In("in"), "--out", In("out"));

        AssertExplained(outcome, 1, "notes.png");
        Assert.That(outcome.Output, Does.Contain("2 of 3"));
        var odd = PictureFile.Load(In("out", "odd.png"));
        Assert.That((odd.Width, odd.Height), Is.EqualTo((53, 37)));
        Assert.That(File.Exists(In("out", "deep", "good.png")));
    }

    [Test]
    public async Task TranslateGivesTheSameBitsTwice()
    {
        var run = await TrainedRun();
        var picture = Directory.GetFiles(In("data", "val"))[0];
        await Do("translate", "--model", run, "--input", picture, "--out", In("once.png"));
        await Do("translate", "--model", run, "--input", picture, "--out", In("twice.png"));

        Assert.That(File.ReadAllBytes(In("twice.png")), Is.EqualTo(File.ReadAllBytes(In("once.png"))));
    }

    [Test]
    public Task KernelsAreCompiledAhead() => TranslateCommand.WarmUp();

    [Test]
    public async Task EvaluateMeasuresAgainstABaseline()
    {
        var run = await TrainedRun();
        var report = JsonDocument.Parse(
            await Do("evaluate", "--model", run, "--data", In("data"), "--no-labels", "--json", "--csv", In("scores.csv"))).RootElement;

        Assert.That(report.GetProperty("images").GetArrayLength(), Is.EqualTo(2));
        Assert.That(report.GetProperty("mean").GetProperty("l1").GetDouble(), Is.InRange(0.01, 1));
        Assert.That(report.GetProperty("baseline").GetProperty("psnr").GetDouble(), Is.InRange(3, 40));
        Assert.That(File.ReadAllLines(In("scores.csv")), Has.Length.EqualTo(1 + 2 + 2));
    }

    [Test]
    public async Task ReportsTellScoresAndCompareRuns()
    {
        var (first, second) = (await TrainedRun(steps: 2, name: "first"), await TrainedRun(steps: 3, name: "second"));
        var trained = File.ReadAllText(Path.Combine(first, "report.html"));
        Assert.That(trained, Does.Not.Contain("On held-out pictures"));

        await Do("evaluate", "--model", first, "--data", In("data"), "--no-labels");
        var evaluated = File.ReadAllText(Path.Combine(first, "report.html"));
        var psnr = JsonDocument.Parse(File.ReadAllText(Path.Combine(first, "evaluation.json"))).RootElement.GetProperty("mean")
            .GetProperty("psnr").GetDouble();
        Assert.That(
            evaluated,
            Does.Contain("PSNR").And.Contain($">{psnr:0.00}<").And.Contain("the mean colour").And.Contain("The worst of them by SSIM"));
        Assert.That(
            evaluated, Does.Contain("2 of 2").And.Contain("Environment").And.Contain("--generator"),
            "nothing is lost that the training wrote");
        File.Delete(Path.Combine(first, "report.html"));
        Assert.That(await Do("report", first), Does.Contain("report.html"));
        Assert.That(File.ReadAllText(Path.Combine(first, "report.html")), Is.EqualTo(evaluated));

        await Do("report", first, second, "--out", In("both.html"));
        Assert.That(
            File.ReadAllText(In("both.html")),
            Does.Contain("pix2pix: first").And.Contain("pix2pix: second").And.Contain("--steps").And.Contain(
                $">{psnr:0.00}<").And.Not.Contain("--generator"));
        AssertExplained(await Run("report", first, In("nowhere")), 1, In("nowhere"), "no run");
    }

    [Test]
    public async Task DataVerbsMakeSetsThatTrainingAccepts()
    {
        await DrawnData();
        var halves = Directory.GetFiles(In("data", "train"));
        foreach (var (folder, left) in new[] { ("a", 0), ("b", 32) })
        {
            Directory.CreateDirectory(In(folder));
            foreach (var file in halves)
            {
                PictureFile.Save(Crop(PictureFile.Load(file), left), In(folder, Path.GetFileName(file)));
            }
        }

        File.Delete(Directory.GetFiles(In("b"))[0]);
        var combined = await Run("data", "combine", "--a", In("a"), "--b", In("b"), "--out", In("pairs"));
        Assert.That(combined.Code, Is.EqualTo(1), "a file without a partner is named, the others are joined");
        Assert.That(Directory.GetFiles(In("pairs")), Has.Length.EqualTo(5));

        await Do("data", "split", "--data", In("pairs"), "--out", In("set"), "--val", "0.2", "--test", "0.2");
        Assert.That(new[] { "train", "val", "test" }.Select(s => Directory.GetFiles(In("set", s)).Length), Is.EqualTo(new[] { 3, 1, 1 }));
        Assert.That(await Do("data", "check", In("set")), Does.Contain("5 pictures, all usable; sizes: 5 of 64x32"));
        Assert.That(await Do("data", "check", In("set", "val")), Does.Contain("1 picture, all usable"));
        await Do(["train", "pix2pix", "--data", In("set"), "--out", In("run"), "--steps", "1", "--quiet", .. Tiny()]);

        static Picture Crop(Picture pair, int left) => new(pair.Layers[0].Crop(left, 0, 32, 32));
    }

    [Test]
    [MaxSeconds(4)] // It measures.
    public async Task BenchPrintsOneJsonLine()
    {
        var line = JsonDocument.Parse(await Do("bench", "step", "--size", "256", "--steps", "1", "--warmup", "1", "--json")).RootElement;

        Assert.That(line.GetProperty("gflop_per_step").GetDouble(), Is.EqualTo(86.94).Within(0.5), "counted as the peers count");
        Assert.That(line.GetProperty("min_s").GetDouble(), Is.GreaterThan(0));
    }

    [Test]
    public async Task DevicesSaysWhatIsHere() => Assert.That(await Do("devices"), Does.Contain("cpu"));

    /// <summary>The networks and optimisers of a run, without the position, whose seconds differ.</summary>
    private static Dictionary<string, byte[]> Weights(string run)
    {
        using var file = IlgpuGan.Tensors.Formats.TensorFile.Open(Path.Combine(run, "checkpoints", "latest.safetensors"));
        return file.ReadAll().ToDictionary(a => a.Name, a => a.Bytes.ToArray());
    }
}
