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
