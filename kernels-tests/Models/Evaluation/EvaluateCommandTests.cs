using System.Text.Json;
using IlgpuGan.Models.Evaluation;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>The evaluate command on runs small enough to take seconds.</summary>
public class EvaluateCommandTests : CommandFixture
{
    [Test]
    [Exhaustive]
    public async Task PairsWithLabelMapsAreScoredAndShown()
    {
        var run = await TrainedRun();

        var text = await Do("evaluate", "--model", run, "--data", In("data"), "--sets", "--device", "cpu");
        var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "evaluation.json"))).RootElement;

        Assert.That(text, Does.Contain("2 pictures").And.Contain("classes").And.Contain("real pictures").And.Contain("worst.png"));
        Assert.That(text, Does.Contain("step 2, AtoB, 32x32 pixels, val of ").And.Contain("Segmenter: step 60 of 600, loss "));
        var classes = report.GetProperty("segmentation");
        Assert.That(
            classes.GetProperty("ceiling").GetProperty("pixelAccuracy").GetDouble(),
            Is.GreaterThan(classes.GetProperty("outputs").GetProperty("pixelAccuracy").GetDouble()),
            "real photographs are recognised better than those of a generator of two steps");
        Assert.That(
            report.GetProperty("images").EnumerateArray().Average(i => i.GetProperty("pixelAccuracy").GetDouble()),
            Is.EqualTo(classes.GetProperty("outputs").GetProperty("pixelAccuracy").GetDouble()).Within(1e-12), "pictures of one size");
        Assert.That(report.GetProperty("subject").GetProperty("step").GetInt64(), Is.EqualTo(2));
        Assert.That(report.GetProperty("slicedWasserstein").GetProperty("mean").GetDouble(), Is.GreaterThan(0));
        Assert.That(report.TryGetProperty("twoSample", out _), Is.False, "two pictures are too few");
        Assert.That(File.ReadAllLines(Path.Combine(run, "evaluation.csv")), Has.Length.EqualTo(1 + 2 + 2));
        Assert.That(File.ReadAllText(Path.Combine(run, "report.html")), Does.Contain("MS-SSIM"), "the run's page shows the figures");
        Assert.That(PictureFile.Load(Path.Combine(run, "evaluation", "best.png")).Width, Is.EqualTo(384));
        Assert.That(Directory.GetFiles(Path.Combine(run, "evaluation"), "segmenter-*.safetensors"), Has.Length.EqualTo(1));
        var again = await Do("evaluate", "--model", run, "--data", In("data"), "--json", "--device", "cpu");
        Assert.That(
            JsonDocument.Parse(again).RootElement.GetProperty("segmentation")
                .GetRawText(), Is.EqualTo(classes.GetRawText()), "with the kept segmenter, the same");
    }

    [Test]
    public async Task WhatAnEvaluationDoesNotUseIsRefused()
    {
        await Do("export", "--model", await TrainedRun(), "--to", "onnx", "--out", In("g.onnx"));
        string[] asked = ["evaluate", "--model", In("g.onnx"), "--data", In("data"), "--no-labels", "--device", "cpu"];
        AssertExplained(await Run([.. asked, "--eval"]), 2, "--eval needs the running statistics");
        AssertExplained(await Run([.. asked, "--temporal", "0.5"]), 2, "--temporal needs --clip");
    }

    [Test]
    public async Task PicturesOfNoneOfTheseFilesAreTold()
    {
        string[] asked = ["evaluate", "--model", await TrainedRun(), "--data", In("data"), "--pictures", In("rows"), "--no-labels",
            "--device", "cpu"];
        Assert.That((await Run(asked)).Error, Does.Not.Contain("also holds"));
        File.Delete(Directory.GetFiles(In("data", "val")).Order().Last());
        Assert.That((await Run(asked)).Error, Does.Contain($"{In("rows")} also holds 1 picture that this call has not made"));
    }

    /// <summary>There those named best, worst, generated or nearest would be replaced or deleted.</summary>
    [Test]
    public async Task PicturesDoNotGoWhereTheEvaluationsOwnAre()
    {
        var run = await TrainedRun();
        string[] asked = ["evaluate", "--model", run, "--data", In("data"), "--no-labels", "--device", "cpu", "--pictures"];
        var own = Path.Combine(run, "evaluation");
        AssertExplained(
            await Run([.. asked, own + Path.DirectorySeparatorChar]), 2, $"--pictures can't be {own}", "choose another folder");
        Assert.That(own, Does.Not.Exist);
        AssertExplained(await Run([.. asked, In("out", "evaluation"), "--out", In("out")]), 2, In("out", "evaluation"));
    }

    [Test]
    public async Task TheReportSaysThatTrainingPicturesWereEvaluated()
    {
        var run = await TrainedRun();
        await Do("evaluate", "--model", run, "--data", In("data"), "--split", "train", "--no-labels", "--device", "cpu");
        Assert.That(
            File.ReadAllText(Path.Combine(run, "report.html")),
            Does.Contain($"On train of {In("data")}, 32x32, AtoB").And.Not.Contain("On held-out"));
    }

    /// <summary>Files that differ in their extension alone have a row each.</summary>
    [Test]
    public async Task EveryPairHasARowOfItsOwn()
    {
        var run = await TrainedRun();
        var first = Directory.GetFiles(In("data", "val")).Order().First();
        File.Copy(first, Path.ChangeExtension(first, ".jpg"));
        await Do("evaluate", "--model", run, "--data", In("data"), "--pictures", In("rows"), "--no-labels", "--device", "cpu");
        var name = Path.GetFileNameWithoutExtension(first);
        Assert.That(Directory.GetFiles(In("rows")), Has.Length.EqualTo(3).And.Contain(In("rows", $"{name}-2.png")));
        Assert.That(
            File.ReadAllLines(Path.Combine(run, "evaluation.csv")).Select(line => line.Split(',')[0].Trim('"')),
            Is.SupersetOf((string[])[name, $"{name}-2"]));
    }

    [Test]
    public async Task AMissingSplitIsAnsweredWithThoseThatThereAre()
    {
        var run = await TrainedRun();
        Directory.Move(In("data", "val"), In("data", "testA"));

        AssertExplained(
            await Run("evaluate", "--model", run, "--data", In("data"), "--device", "cpu"), 1,
            $"{In("data", "val")}: there is no such folder; --split can be test or train");
        AssertExplained(await Run("evaluate", "--model", run, "--data", In("nowhere"), "--device", "cpu"), 1, In("nowhere", "val"));
    }

    /// <summary>Single pictures, of which each half would be scored against the other.</summary>
    [Test]
    public async Task PairsThatLookLikeNoneAreWarnedOf()
    {
        var run = await TrainedRun();
        SinglePictures(In("single", "val"));
        string[] asked = ["evaluate", "--model", run, "--data", In("single"), "--no-labels", "--device", "cpu"];
        var warning = $"{In("single", "val")}: these look like single pictures, not like pairs";
        Assert.That(await Do(asked), Does.Contain(warning));
        Assert.That(
            JsonDocument.Parse(await Do([.. asked, "--json"])).RootElement.GetProperty("warnings")[0].GetString(),
            Does.StartWith(warning));
        Assert.That((await Run([.. asked, "--study", In("study")])).Error, Does.Contain($"Warning: {warning}"));
        var pairs = await Do("evaluate", "--model", run, "--data", In("data"), "--no-labels", "--device", "cpu");
        Assert.That(pairs, Does.Not.Contain("look like"));
    }

    /// <summary>Before a segmenter is trained, or anything is translated.</summary>
    [Test]
    public async Task ADamagedPictureIsNamedBeforeTheWork()
    {
        var run = await TrainedRun();
        var (first, last) = (Directory.GetFiles(In("data", "val")).Min()!, Directory.GetFiles(In("data", "val")).Max()!);
        File.WriteAllBytes(first, File.ReadAllBytes(first)[..^12]);
        string[] asked = ["evaluate", "--model", run, "--data", In("data"), "--device", "cpu"];
        Assert.That(
            (await Do([.. asked, "--no-labels"])).Split("its end (IEND) is missing"), Has.Length.EqualTo(2), "a remark is said once");

        File.WriteAllBytes(last, File.ReadAllBytes(last)[..200]);
        var outcome = await Run(asked);
        AssertExplained(outcome, 1, last);
        Assert.That(outcome.Output, Does.Not.Contain("segmenter"));
    }

    /// <summary>Folders are in the way of some of its files; the others are written, and the scores told.</summary>
    [Test]
    public async Task ScoresAreToldWhereTheirFilesCanNotBeWritten()
    {
        var run = await TrainedRun();
        var name = Path.GetFileName(Directory.GetFiles(In("data", "val")).Min()!);
        string[] inTheWay = [Path.Combine(run, "evaluation.json"), Path.Combine(run, "evaluation", "worst.png"), In("rows", name)];
        foreach (var place in inTheWay)
        {
            Directory.CreateDirectory(place);
        }

        File.WriteAllText(Path.Combine(run, "evaluation", "generated.png"), "of an evaluation whose report stays");
        var outcome = await Run(
            "evaluate", "--model", run, "--data", In("data"), "--csv", In("scores.csv"), "--pictures", In("rows"), "--no-labels",
            "--device", "cpu");
        AssertExplained(outcome, 1, [.. inTheWay.Select(place => $"{place}: is a folder, not a file")]);
        Assert.That(outcome.Output, Does.Contain("2 pictures").And.Contain("this model"));
        Assert.That(outcome.Output, Does.Contain($"wrote {Path.Combine(run, "evaluation.csv")}"));
        Assert.That(File.ReadAllLines(In("scores.csv")), Has.Length.EqualTo(1 + 2 + 2));
        Assert.That(Directory.GetFiles(In("rows")), Has.Length.EqualTo(1));
        Assert.That(File.Exists(Path.Combine(run, "evaluation", "generated.png")));
    }

    [Test]
    public async Task RunsAreComparedWhereTheirFilesCanNotBeWritten()
    {
        var (one, two) = (await TrainedRun(name: "one"), await TrainedRun(steps: 4, name: "two"));
        string[] inTheWay = [Path.Combine(one, "evaluation.json"), In("table", "comparison.json")];
        foreach (var place in inTheWay)
        {
            Directory.CreateDirectory(place);
        }

        var outcome = await Run(
            "evaluate", "--compare", one, two, "--data", In("data"), "--no-labels", "--out", In("table"), "--device", "cpu");
        AssertExplained(outcome, 1, [.. inTheWay.Select(place => $"{place}: is a folder, not a file")]);
        Assert.That(outcome.Output, Does.Contain(File.ReadAllText(In("table", "comparison.md")).TrimEnd()));
    }

    /// <summary>Before a segmenter is trained.</summary>
    [TestCase("--out")]
    [TestCase("--pictures")]
    public async Task AFolderThatCanNotBeMadeIsNamedBeforeTheWork(string option)
    {
        var run = await TrainedRun();
        File.WriteAllText(In("file"), "in the way");
        var outcome = await Run("evaluate", "--model", run, "--data", In("data"), option, In("file"), "--device", "cpu");
        AssertExplained(outcome, 1, $"{In("file")}: is a file, not a folder");
        Assert.That(outcome.Output, Does.Not.Contain("segmenter"));
    }

    [Test]
    [MaxSeconds(4)] // A network and two measures of sets.
    public async Task SetsWithoutPairsAreJudgedAsSets()
    {
        await UnpairedSets();
        File.Delete(Directory.GetFiles(In("sets", "testB"))[0]);
        await Do(["train", "cyclegan", "--data", In("sets"), "--out", In("run"), "--steps", "1", "--quiet", "--device", "cpu",
            .. Tiny("--generator", "resnet1")]);
        string[] asked = ["evaluate", "--model", In("run"), "--data", In("sets"), "--split", "test", "--json", "--device", "cpu"];
        AssertExplained(
            await Run([.. asked, "--csv", In("a.csv")]), 2, "--csv needs a score for each picture", $"test of {In("sets")} holds no pairs");
        var report = JsonDocument.Parse(await Do([.. asked, "--pictures", In("there")])).RootElement;
        var back = JsonDocument.Parse(await Do([.. asked, "--direction", "BtoA", "--pictures", In("back")])).RootElement;
        foreach (var (outputs, inputs) in new[] { ("there", "testA"), ("back", "testB") })
        {
            Assert.That(
                Directory.GetFiles(In(outputs)).Select(Path.GetFileName),
                Is.EquivalentTo(Directory.GetFiles(In("sets", inputs)).Select(Path.GetFileName)), "an output has the name of its input");
        }

        Assert.That(report.TryGetProperty("mean", out _), Is.False, "nothing has a target");
        Assert.That(
            report.GetProperty("twoSample").GetProperty("pictures").GetInt32(), Is.EqualTo(8), "7 of each: 3 to learn from, 4 kept back");
        Assert.That(
            report.GetProperty("twoSample").GetProperty("accuracy").GetDouble(), Is.GreaterThan(0.5), "one step makes no house front");
        var patches = report.GetProperty("slicedWasserstein");
        Assert.That(patches.GetProperty("mean").GetDouble(), Is.GreaterThan(patches.GetProperty("realToReal").GetDouble()));
        Assert.That(report.GetProperty("colours").GetProperty("l").GetDouble(), Is.InRange(0, 1));
        Assert.That(back.GetProperty("subject").GetProperty("direction").GetString(), Is.EqualTo("BtoA"));
        Assert.That(back.GetProperty("colours").GetRawText(), Is.Not.EqualTo(report.GetProperty("colours").GetRawText()));

        await Do("export", "--model", In("run"), "--to", "safetensors", "--network", "netG_B", "--out", In("back.safetensors"));
        var alone = JsonDocument.Parse(await Do(
            "evaluate", "--model", In("back.safetensors"), "--data", In("sets"), "--split", "test", "--json", "--device", "cpu"));
        Assert.That(
            alone.RootElement.GetProperty("colours").GetRawText(), Is.EqualTo(back.GetProperty("colours").GetRawText()),
            "the only generator of a file translates its own way, unasked");
    }

    /// <summary>Eight pictures of A and seven of B go there and back, each once; a model with one generator has no way back.</summary>
    [Test]
    [MaxSeconds(3)] // A training, and six uses of the model.
    public async Task PicturesGoThereAndBackAgain()
    {
        await UnpairedSets();
        File.Delete(Directory.GetFiles(In("sets", "testB"))[0]);
        await Do(["train", "cyclegan", "--data", In("sets"), "--out", In("run"), "--steps", "1", "--quiet", "--device", "cpu",
            .. Tiny("--generator", "resnet1")]);
        string[] asked = ["evaluate", "--model", In("run"), "--data", In("sets"), "--split", "test", "--round-trip", "--device", "cpu"];
        var ways = JsonDocument.Parse(await Do([.. asked, "--json"])).RootElement.GetProperty("ways").EnumerateArray().ToList();
        Assert.That(
            ways.Select(w => (w.GetProperty("way").GetString(), w.GetProperty("pictures").GetInt32())),
            Is.EqualTo(new[] { ("AtoB", 8), ("BtoA", 7) }));
        AssertExplained(await Run([.. asked, "--csv", In("a.csv")]), 2, "--round-trip can't be combined with --csv");
        Assert.That(
            ways.SelectMany(w => w.GetProperty("scores").EnumerateArray()).Select(s => s.GetProperty("l1").GetDouble()),
            Has.Exactly(12).Items.And.All.InRange(1e-3, 1));
        Assert.That(await Do(asked), Does.Contain("AtoB and back, 8 pictures").And.Contain("8 bits").And.Contain("noise of 4 levels"));

        SinglePictures(In("single", "val"));
        Assert.That(
            (await Run("evaluate", "--model", In("run"), "--data", In("single"), "--round-trip", "--device", "cpu")).Error,
            Does.Contain($"Warning: {In("single", "val")}: these look like single pictures"));

        await Do("data", "synth", "--out", In("data"), "--count", "2", "--val", "2", "--size", "32");
        AssertExplained(
            await Run("evaluate", "--model", await TrainedRun(name: "one"), "--data", In("data"), "--round-trip", "--device", "cpu"), 1,
            "a generator for each direction");
    }

    [Test]
    public async Task SetsOfMixedSizesAreComparedByColoursAlone()
    {
        await UnpairedSets();
        var odd = Directory.GetFiles(In("sets", "testB"))[0];
        PictureFile.Save(PictureFile.Load(odd).Resize(48, 32), odd);
        await Do(["train", "cyclegan", "--data", In("sets"), "--out", In("run"), "--steps", "1", "--quiet", "--device", "cpu",
            .. Tiny("--generator", "resnet1", "--preprocess", "none")]);

        var text = await Do("evaluate", "--model", In("run"), "--data", In("sets"), "--split", "test", "--device", "cpu");

        Assert.That(
            text,
            Does.Contain("need pictures of one size").And.Contain("there are 2 sizes").And.Contain("colour histogram intersection")
            .And.Not.Contain("patch distance ×"));
    }

    [Test]
    public async Task RunsAreComparedByWhatTheirEvaluationsLeft()
    {
        var (one, two) = (await TrainedRun(name: "one"), await TrainedRun(steps: 4, name: "two"));

        AssertExplained(await Run("evaluate", "--compare", one, two, "--device", "cpu"), 1, "has not been evaluated yet", "--data");
        var anew =
            await Do("evaluate", "--compare", one, two, "--data", In("data"), "--no-labels", "--out", In("table"), "--device", "cpu");
        var kept = JsonDocument.Parse(await Do("evaluate", "--compare", one, two, "--json", "--device", "cpu")).RootElement;

        Assert.That(anew, Does.Contain("| measure").And.Contain("| one").And.Contain("two"));
        Assert.That(anew, Does.Contain(File.ReadAllText(In("table", "comparison.md")).TrimEnd()));
        Assert.That(kept.GetRawText().Trim(), Is.EqualTo(File.ReadAllText(In("table", "comparison.json")).Trim()));
        Assert.That(kept.GetProperty("runs").EnumerateArray().Select(r => r.GetString()), Is.EqualTo(new[] { "one", "two" }));
        AssertExplained(await Run("evaluate", "--compare", one, "--device", "cpu"), 2, "two runs");
        AssertExplained(await Run("evaluate", "--compare", one, two, "--split", "test"), 2, "--compare without --data", "--split");
        var doubted = EvaluationReport.Parse(File.ReadAllText(Path.Combine(two, "evaluation.json"))) with { DataWarning = "no pairs" };
        File.WriteAllText(Path.Combine(two, "evaluation.json"), doubted.ToJson());
        Assert.That((await Run("evaluate", "--compare", one, two, "--device", "cpu")).Error.Trim(), Is.EqualTo("Warning: two: no pairs."));
        File.WriteAllText(Path.Combine(two, "evaluation.json"), "{");
        AssertExplained(await Run("evaluate", "--compare", one, two, "--device", "cpu"), 1, "evaluation.json: is damaged");
    }

    /// <summary>What all evaluations warn of is told once.</summary>
    [Test]
    public async Task AComparisonTellsWhatItsEvaluationsWarnOf()
    {
        var run = await TrainedRun();
        SinglePictures(In("single", "val"));
        var outcome = await Run("evaluate", "--compare", run, run, "--data", In("single"), "--no-labels", "--device", "cpu");
        Assert.That(outcome.Error, Does.StartWith($"Warning: {In("single", "val")}: these look like single pictures"));
        Assert.That(outcome.Error.Split("single pictures"), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task WhatIsMissingIsNamed()
    {
        AssertExplained(await Run("evaluate", "--data", In("data"), "--device", "cpu"), 2, "--model");
        AssertExplained(await Run("evaluate", "--model", In("run"), "--device", "cpu"), 2, "--data");
        AssertExplained(
            await Run("evaluate", "--model", In("run"), "--data", In("data"), "--device", "cpu"), 1, "there is no such file or run");
    }

    /// <summary>Who types a seed expects other scores of it; those of a model that generates are of the same pictures each time.</summary>
    [TestCase("--seed", "--model", "run", "--data", "data")]
    [TestCase("--study-count", "--model", "run", "--data", "data", "--round-trip")]
    public async Task WhatAStudyAloneUsesIsRefused(string option, params string[] others) => AssertExplained(
        await Run(["evaluate", option, "2", .. others]), 2, $"{option} needs --study");

    /// <summary>Pictures of 64x32 pixels without a seam, enough for a study.</summary>
    private static void SinglePictures(string folder)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(1);
        for (var i = 0; i < 6; i++)
        {
            var noise = new byte[3 * 64 * 32];
            random.NextBytes(noise);
            PictureFile.Save(new Image(64, 32, 3, noise), Path.Combine(folder, $"{i}.png"));
        }
    }

    /// <summary>Label maps and pictures of 32 pixels taken apart: 12 of each to train on, 8 of each kept back.</summary>
    private async Task UnpairedSets()
    {
        await Do("data", "synth", "--out", In("drawn"), "--count", "12", "--val", "8", "--size", "32");
        foreach (var (set, part, files)
            in new[] { ("trainA", 0, "train"), ("trainB", 32, "train"), ("testA", 0, "val"), ("testB", 32, "val") })
        {
            Directory.CreateDirectory(In("sets", set));
            foreach (var file in Directory.GetFiles(In("drawn", files)))
            {
                PictureFile.Save(PictureFile.Load(file).Crop(part, 0, 32, 32), In("sets", set, Path.GetFileName(file)));
            }
        }
    }
}
