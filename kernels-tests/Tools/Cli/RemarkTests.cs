namespace IlgpuGan.ToolsTests.Cli;

/// <summary>Pictures that are complete but for a trifle, in every verb that reads pictures.</summary>
public sealed class RemarkTests : CommandFixture
{
    private const string Remark = "its end (IEND) is missing";

    [Test]
    public async Task RemarksAreCountedAndSaidOnce()
    {
        await DrawnData();
        var cut = Directory.GetFiles(In("data", "train"), "*.png").Order(StringComparer.Ordinal).Take(3).ToList();
        cut.ForEach(file => File.WriteAllBytes(file, File.ReadAllBytes(file)[..^12]));

        Assert.That(Lines(await Do("data", "check", In("data"))), Is.EqualTo(new[] { $"{cut[0]} and 2 others" }));
        var trained = await Do(
            ["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "9", "--threads", "1", .. Tiny()]);
        Assert.That(Lines(trained), Is.EqualTo(new[] { $"{cut[0]} and 2 others" }));
        Assert.That(
            Lines(await Do("translate", "--model", In("run"), "--input", In("data", "train"), "--out", In("out"), "--device", "cpu")),
            Is.EqualTo(new[] { $"{cut[0]} and 2 others" }));

        // What precedes the remark in the lines that say it.
        string[] Lines(string said) => [.. said.Split('\n').Where(l => l.Contains(Remark, StringComparison.Ordinal))
            .Select(l => l[..l.IndexOf($": {Remark}", StringComparison.Ordinal)])];
    }

    /// <summary>Photographs for a model of label maps, and pictures much larger than those of the training: a line each.</summary>
    [Test]
    public async Task TranslateTellsOfPicturesThatTheModelDoesNotKnow()
    {
        for (var i = 0; i < 2; i++)
        {
            var (labels, photo) = new SyntheticFacades(2, 64).Draw(i);
            Directory.CreateDirectory(In("pictures"));
            PictureFile.Save(new Picture(labels), In("pictures", $"map {i}.png"));
            PictureFile.Save(new Picture(photo), In("pictures", $"photo {i}.png"));
        }

        PictureFile.Save(new Picture(new SyntheticFacades(1, 512).Draw(0).Labels), In("pictures", "large.png"));
        var said = (await Do("translate", "--model", "zoo:facades", "--input", In("pictures"), "--out", In("out"), "--device", "cpu"))
            .Split('\n').Where(line => line.Contains(": it ", StringComparison.Ordinal)).ToList();
        Assert.That(said, Has.Count.EqualTo(2));
        Assert.That(said, Has.Exactly(1).Matches(@"photo 0\.png and 1 other: it is no label map"));
        Assert.That(said, Has.Exactly(1).Matches(@"large\.png: it has 4 times the 128 pixels"));
    }

    [TestCase("none", "--load-size")]
    [TestCase("crop", "--load-size")]
    [TestCase("scale-width", "")]
    public async Task TrainTellsOfTypedSizesThatChangeNothing(string preprocess, string told) =>
        Assert.That(await Idle(Tiny("--preprocess", preprocess)), Is.EqualTo(told));

    /// <summary>They belong to a part that is switched off.</summary>
    [Test]
    public async Task TrainTellsOfTypedOptionsThatChangeNothing() => Assert.That(
        await Idle([.. Tiny("--evaluate-freq", "5", "--lambda-attention", "3"), "--no-sync-batch-norm"]),
        Is.EqualTo("--no-sync-batch-norm --evaluate-freq --lambda-attention"));

    [Test]
    public async Task SizesOfAPresetAreNoContradiction() => Assert.That(
        await Idle(["--preprocess", "none", "--generator", "unet32", "--ngf", "4", "--ndf", "4", "--sample-freq", "0"]), Is.Empty);

    /// <summary>One epoch is six steps. A preset's decay is not remarked on.</summary>
    [TestCase("--epochs-decay has no effect: the run ends at step 6, and the rate falls from step 7 on, after --epochs 1", "6",
        "--epochs", "1", "--epochs-decay", "5")]
    [TestCase("--lr-policy has no effect: the run ends at step 1, and the rate falls from step 601 on, after --epochs 100", "1",
        "--lr-policy", "linear")]
    [TestCase(null, "7", "--epochs", "1", "--epochs-decay", "5")]
    [TestCase(null, "1")]
    public async Task TrainTellsOfADecayAfterItsLastStep(string? told, string steps, params string[] options)
    {
        await DrawnData();
        var (code, _, error) = await Run(
            ["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", steps, .. Tiny(options)]);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, told is null ? Does.Not.Contain("has no effect") : Does.Contain($"Warning: {told}."));
    }

    /// <summary>Its schedule keeps the full rate for an epoch more, so that a single epoch of decay never falls.</summary>
    [TestCase("5", " has no effect: the run ends at step 1, and the rate falls from step 3 on, after --epochs 0 and one more")]
    [TestCase("1", ": the rate does not fall: with this preset it falls from the second epoch of decay on")]
    public async Task TrainTellsOfADecayThatBeginsAnEpochLater(string decay, string told)
    {
        var data = await DrawnData();
        Directory.Move(Path.Combine(data, "train"), Path.Combine(data, "trainA"));
        Directory.Move(Path.Combine(data, "val"), Path.Combine(data, "trainB"));
        var (code, _, error) = await Run(
            ["train", "cyclegan", "--preset", "pytorch-gan", "--data", data, "--out", In("run"), "--steps", "1", "--epochs", "0",
                "--epochs-decay", decay, "--max-dataset-size", "2", .. Tiny("--generator", "resnet1-upsample")]);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain($"Warning: --epochs-decay{told}."));
        Assert.That(
            await Do("train", "--resume", In("run"), "--epochs", "0", "--epochs-decay", "2"),
            Does.Contain("It ends with epoch 2: 1 at the full learning rate, 1 of decay.").And.Contain("step 4/4"));
    }

    /// <summary>Also of a run that goes on, and of a training that is only estimated.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task ADecayAfterTheLastStepIsToldWhereverItIsTyped(bool resumed)
    {
        await DrawnData();
        string[] train = ["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--epochs", "1", .. Tiny()];
        if (resumed)
        {
            await Do([.. train, "--epochs-decay", "0", "--steps", "2"]);
            train = ["train", "--resume", In("run")];
        }
        else
        {
            train = [.. train, "--estimate"];
        }

        var (code, _, error) = await Run([.. train, "--steps", "3", "--epochs-decay", "3"]);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("Warning: --epochs-decay has no effect: the run ends at step 3, and the rate falls from step 7"));
    }

    /// <summary>That it had no effect would contradict the reason.</summary>
    [Test]
    public async Task ARefusedOptionIsNotWarnedOf()
    {
        var refused = await Run("train", "gan", "--data", In("data"), "--out", In("run"), "--lr-policy", "linear");
        AssertExplained(refused, 2, "--lr-policy linear keeps the rate for --epochs");
        Assert.That(refused.Error, Does.Not.Contain("Warning"));
    }

    /// <summary>The options that are said to change nothing.</summary>
    private async Task<string> Idle(string[] options)
    {
        await DrawnData();
        var (code, _, error) = await Run(["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "0", .. options]);
        Assert.That(code, Is.Zero, error);
        return string.Join(
            ' ', error.Split('\n').Where(l => l.Contains(" has no effect with", StringComparison.Ordinal)).Select(l => l.Split(' ')[1]));
    }
}
