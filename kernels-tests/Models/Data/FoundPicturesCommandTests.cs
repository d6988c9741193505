using System.Text.Json;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>What the verbs say of pictures that are left out, or read otherwise than they are stored.</summary>
public sealed class FoundPicturesCommandTests : CommandFixture
{
    [Test]
    public async Task EveryVerbNamesThemOnce()
    {
        await Do("data", "synth", "--kind", "facades", "--out", In("data"), "--count", "3", "--val", "1", "--size", "32");
        foreach (var name in new[] { "a", "b" })
        {
            PictureFile.Save(new Picture(new Image(65, 32, 3, new byte[65 * 32 * 3])), In("data", "train", $"odd-{name}.png"));
        }

        File.WriteAllText(In("data", "train", "phone.heic"), "x");
        const string Odd = "odd-a.png and 1 other: odd width: the halves of a pair are read without the middle column";
        const string Left = "phone.heic: left out: HEIC is not read; convert such pictures first";
        Assert.That(await Do("data", "check", In("data")), Does.Contain(Odd).And.Contain(Left).And.Contain("6 pictures, all usable"));
        using var report = JsonDocument.Parse(await Do("data", "check", In("data"), "--json"));
        Assert.That(report.RootElement.GetProperty("remarks").GetArrayLength(), Is.EqualTo(2));
        var trained = await Do(
            ["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "2", "--device", "cpu", .. Tiny()]);
        Assert.That(trained, Does.Contain(Odd).And.Contain(Left));
        Assert.That(trained.Split("odd width").Length - 1, Is.EqualTo(1), "once, although steps read them again");
        var translated = await Do("translate", "--model", In("run"), "--input", In("data", "train"), "--out", In("out"), "--device", "cpu");
        Assert.That(translated, Does.Contain(Odd).And.Contain(Left));
        Assert.That(PictureFile.Load(In("out", "odd-a.png")).Width, Is.EqualTo(32), "the same half");
        Assert.That(
            await Do("data", "split", "--data", In("data", "train"), "--out", In("split"), "--val", "0.2", "--test", "0"),
            Does.Contain(Left).And.Contain("4 pictures in train"));
    }

    /// <summary>Its own pictures are no data, be it in a folder among them or in theirs.</summary>
    [TestCase("data/run")]
    [TestCase("data")]
    public async Task ARunAmongItsPicturesGoesOn(string place)
    {
        var (data, run) = (Directory.CreateDirectory(In("data")).FullName, In(place.Split('/')));
        foreach (var name in new[] { "a.png", "b.png", "c.png" })
        {
            PictureFile.Save(new Picture(new Image(16, 16, 3, new byte[16 * 16 * 3])), Path.Combine(data, name));
        }

        await Do(
            "train", "dcgan", "--data", data, "--out", run, "--preset", "small", "--image-size", "16", "--ngf", "4", "--ndf", "4", "--nz",
            "6", "--batch-size", "3", "--steps", "2", "--sample-freq", "1", "--device", "cpu", "--quiet");
        Assert.That(Directory.GetFiles(Path.Combine(run, "samples"), "*.png"), Is.Not.Empty);
        Assert.That(
            await Do("train", "--resume", run, "--steps", "3"), Does.Contain($"{run}: holds a run, whose own pictures are passed over"));
        Assert.That(await Do("data", "check", data), Does.Contain("3 pictures, all usable"));
        File.Delete(Path.Combine(data, "c.png"));
        Assert.That(
            (await Run("train", "--resume", run, "--steps", "4")).Error, Does.Contain($"what the run in {run} has made is no data"),
            "once it was");
    }

    [Test]
    public async Task AMovedDataSetAndARemovedPictureHaveAWayOn()
    {
        await Do("data", "synth", "--kind", "facades", "--out", In("data"), "--count", "3", "--val", "1", "--size", "32");
        await Do(["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "2", "--device", "cpu", .. Tiny()]);
        Directory.Move(In("data"), In("moved"));
        var (code, _, error) = await Run("train", "--resume", In("run"), "--steps", "3");
        Assert.That((code, error.Contains($"train --resume {In("run")} --data PLACE")), Is.EqualTo((1, true)), error);
        File.Delete(Directory.GetFiles(In("moved", "train"))[0]);
        (code, _, error) = await Run("train", "--resume", In("run"), "--steps", "3", "--data", In("moved"));
        Assert.That((code, error.Contains("add --changed-data")), Is.EqualTo((1, true)), error);
        var outcome = await Run("train", "--resume", In("run"), "--steps", "3", "--data", In("moved"), "--changed-data");
        Assert.That((outcome.Code, outcome.Output.Contains("Finished")), Is.EqualTo((0, true)), outcome.Error);
        Assert.That(outcome.Error, Does.Contain("other names, lengths or labels than when the run was started; "));
    }

    /// <summary>Which pictures a limit chooses is up to the program.</summary>
    [Test]
    public async Task OtherPicturesMayBeThoseOfAnotherChoice()
    {
        await Do("data", "synth", "--kind", "facades", "--out", In("data"), "--count", "3", "--val", "1", "--size", "32");
        await Do(
            ["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "2", "--max-dataset-size", "2", "--device", "cpu",
                .. Tiny()]);
        File.Delete(Directory.GetFiles(In("data", "train")).Order().First());
        var outcome = await Run("train", "--resume", In("run"), "--steps", "3");
        Assert.That((outcome.Code, outcome.Error.Contains("was started, or --max-dataset-size chooses others")), Is.EqualTo((0, true)),
            outcome.Error);
    }
}
