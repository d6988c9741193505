using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary><c>generate</c>, with the family that has all its uses.</summary>
public sealed class GenerateTests : CommandFixture
{
    private string _run = null!;

    [SetUp]
    public async Task TrainOnOnePicture()
    {
        await Do("data", "synth", "--out", In("drawn"), "--count", "1", "--val", "0", "--size", "32");
        var pair = PictureFile.Load(Directory.GetFiles(In("drawn", "train"))[0]);
        PictureFile.Save(pair.Crop(39, 7, 18, 18), In("one.png"));
        await Do(["train", "singan", "--data", In("one.png"), "--out", In("singan"), "--quiet", .. OneLevel()]);
        _run = In("singan");
    }

    [Test]
    public async Task TheSameSeedGivesTheSamePictures()
    {
        await Do("generate", "--model", _run, "--out", In("three"), "--count", "3", "--device", "cpu");
        await Do("generate", "--model", _run, "--out", In("five"), "--count", "5", "--device", "cpu");
        await Do("generate", "--model", _run, "--out", In("other"), "--count", "3", "--seed", "2", "--device", "cpu");
        Assert.That(Files("three").Concat(Files("other")).DistinctBy(Convert.ToHexString).Count(), Is.EqualTo(6), "all differ");
        Assert.That(Files("five").Take(3), Is.EqualTo(Files("three")));
        Assert.That(
            Directory.GetFiles(In("five")).Select(Path.GetFileName).Order(),
            Is.EqualTo(new[] { "0001.png", "0002.png", "0003.png", "0004.png", "0005.png" }));
    }

    [Test]
    public async Task OtherPicturesInTheFolderAreNamed()
    {
        await Do("generate", "--model", _run, "--out", In("made"), "--count", "3", "--device", "cpu");
        var again = await Run("generate", "--model", _run, "--out", In("made"), "--count", "1", "--seed", "2", "--device", "cpu");
        Assert.That(again.Code, Is.Zero);
        Assert.That(again.Error, Does.Contain($"{In("made")} also holds 2 pictures that this call has not made (0002.png to 0003.png)."));
    }

    [Test]
    public async Task APictureThatCanNotBeWrittenDoesNotStopTheOthers()
    {
        Directory.CreateDirectory(In("made", "0002.png"));
        var outcome = await Run("generate", "--model", _run, "--out", In("made"), "--count", "3", "--device", "cpu");
        AssertExplained(outcome, 1, $"{In("made", "0002.png")}: is a folder, not a file");
        Assert.That(outcome.Output, Does.Contain("2 pictures of 18x18 pixels in").And.Contain(", 1 failed"));
        await Do("generate", "--model", _run, "--out", In("all"), "--count", "3", "--device", "cpu");
        Assert.That(Files("made"), Is.EqualTo(new[] { Files("all")[0], Files("all")[2] }), "under their own numbers");
    }

    [Test]
    public async Task PicturesMayHaveAnotherSize()
    {
        foreach (var scale in new[] { "0", "1" })
        {
            await Do("generate", "--model", _run, "--out", In(scale), "--size", "40x25", "--from-scale", scale, "--device", "cpu");
            Assert.That(SizeOf(PictureFile.Load(In(scale, "0001.png"))), Is.EqualTo((40, 25)));
        }
    }

    /// <summary>From the finest scale on only the last noise varies: nearer to each other than from the coarsest.</summary>
    [Test]
    public async Task ALaterScaleVariesLess()
    {
        double[] spreads = [.. await Task.WhenAll(Spread("0"), Spread("2"))];
        Assert.That(spreads[1], Is.LessThan(spreads[0]));

        async Task<double> Spread(string scale)
        {
            await Do("generate", "--model", _run, "--out", In("from" + scale), "--from-scale", scale, "--count", "2", "--device", "cpu");
            return Distance(PictureFile.Load(In("from" + scale, "0001.png")), PictureFile.Load(In("from" + scale, "0002.png")));
        }
    }

    [Test]
    public async Task AWayLeadsFromOnePictureToAnother()
    {
        await Do("generate", "--model", _run, "--out", In("two"), "--count", "2", "--device", "cpu");
        await Do("generate", "--model", _run, "--out", In("way"), "--count", "4", "--interpolate", "--device", "cpu");
        Assert.That(Files("way")[0], Is.EqualTo(Files("two")[0]));
        Assert.That(Distance(PictureFile.Load(In("way", "0004.png")), PictureFile.Load(In("two", "0002.png"))), Is.LessThan(0.5));
        Assert.That(Files("way").DistinctBy(Convert.ToHexString).Count(), Is.EqualTo(4));
    }

    /// <summary>What is black in the mask, and far from its white, stays the picture of training.</summary>
    [Test]
    public async Task AMaskKeepsThePictureOfTraining()
    {
        var mask = new byte[18 * 18];
        Array.Fill(mask, (byte)255, 0, 18 * 3);
        PictureFile.Save(new Picture(new IlgpuGan.Imaging.Image(18, 18, 1, mask)), In("mask.png"));
        var blank = new byte[18 * 18 * 3];
        PictureFile.Save(new Picture(new IlgpuGan.Imaging.Image(18, 18, 3, blank)), In("black.png"));
        await Do("generate", "--model", _run, "--out", In("injected"), "--inject", In("black.png"), "--device", "cpu");
        await Do(
            "generate", "--model", _run, "--out", In("masked"), "--inject", In("black.png"), "--mask", In("mask.png"), "--mask-grow", "0",
            "--device", "cpu");
        var (whole, masked, picture) =
            (PictureFile.Load(In("injected", "0001.png")), PictureFile.Load(In("masked", "0001.png")), PictureFile.Load(In("one.png")));
        Assert.That(Distance(whole.Crop(0, 0, 18, 1), masked.Crop(0, 0, 18, 1)), Is.LessThan(1));
        Assert.That(Distance(picture.Crop(0, 17, 18, 1), masked.Crop(0, 17, 18, 1)), Is.LessThan(3));
        Assert.That(
            Distance(picture.Crop(0, 17, 18, 1), whole.Crop(0, 17, 18, 1)), Is.GreaterThan(10),
            "without a mask it counts everywhere");
    }

    [Test]
    public async Task ThePictureGrowsFourfold()
    {
        await Do("generate", "--model", _run, "--out", In("large"), "--super-resolve", "--device", "cpu");
        var large = PictureFile.Load(In("large", "0001.png"));
        Assert.That(SizeOf(large), Is.EqualTo((72, 72)));
        Assert.That(Distance(large.Resize(18, 18), PictureFile.Load(In("one.png"))), Is.LessThan(60), "it is that picture");
    }

    /// <summary>Frames follow each other: neighbours are nearer than samples are, and none stands still.</summary>
    [Test]
    public async Task FramesMove()
    {
        await Do("generate", "--model", _run, "--out", In("frames"), "--animate", "--from-scale", "0", "--count", "5", "--device", "cpu");
        await Do("generate", "--model", _run, "--out", In("samples"), "--count", "2", "--device", "cpu");
        var frames = Directory.GetFiles(In("frames")).Order().Select(PictureFile.Load).ToList();
        var moves = frames.Zip(frames.Skip(1), Distance).ToList();
        Assert.That(moves, Has.Count.EqualTo(4).And.All.GreaterThan(0));
        Assert.That(
            moves.Max(), Is.LessThan(Distance(PictureFile.Load(In("samples", "0001.png")), PictureFile.Load(In("samples", "0002.png")))));
    }

    /// <summary>The frames as a film; one that stops half-way would be gone on with by the same command.</summary>
    [TestCase("film.mp4")]
    [TestCase("film.webm")]
    public async Task FramesBecomeAFilm(string name)
    {
        try
        {
            _ = Ffmpeg.Find("clip");
        }
        catch (PictureException e)
        {
            Assert.Ignore(e.Message);
        }

        var made = await Do("generate", "--model", _run, "--out", In("made", name), "--animate", "--count", "5", "--device", "cpu");
        Assert.That(made, Does.Contain("5 frames of 18x18 pixels in"));
        using var clip = ClipReader.Open(In("made", name));
        Assert.That((clip.Info.Width, clip.Info.Height, clip.Info.Rate.PerSecond), Is.EqualTo((18, 18, 10.0)));
        var frames = 0;
        while (clip.Next() is not null)
        {
            frames++;
        }

        Assert.That(frames, Is.EqualTo(5));
        Assert.That(Directory.GetFileSystemEntries(In("made")), Has.Length.EqualTo(1), "nothing else is left");
        AssertExplained(
            await Run("generate", "--model", _run, "--out", In("made", name), "--device", "cpu"), 2, name, "--animate or --interpolate");
    }

    [Test]
    public async Task WhatCannotBeMadeIsRefusedInASentence()
    {
        var translated = await Run("translate", "--model", _run, "--input", In("one.png"), "--out", In("out.png"), "--device", "cpu");
        AssertExplained(translated, 1, "singan generates pictures from noise", "use 'generate' instead of 'translate'");
        var pix2pix = await TrainedRun(name: "pix2pix");
        AssertExplained(
            await Generate(pix2pix), 1, "pix2pix translates pictures and does not generate", "use 'translate' instead of 'generate'");
        AssertExplained(await Generate(In("nowhere")), 1, "there is no such file or run");
        AssertExplained(await Generate(_run, "--label", "cat"), 2, "--label does not apply to singan");
        AssertExplained(await Generate(_run, "--mask", In("one.png")), 2, "it needs --inject");
        AssertExplained(await Generate(_run, "--inject", In("one.png"), "--mask-grow", "3"), 2, "generate without --mask", "--mask-grow");
        AssertExplained(await Generate(_run, "--animate", "--super-resolve"), 2, "choose one");
        AssertExplained(await Generate(_run, "--from-scale", "0", "--super-resolve"), 2, "--from-scale can't be combined with --super-");
        AssertExplained(await Generate(_run, "--size", "12"), 2, "--size needs a width and a height such as 320x200");
        AssertExplained(await Generate(_run, "--from-scale", "3"), 1, "--from-scale must be between 0 and 2");
        AssertExplained(await Generate(_run, "--from-scale", "0", "--inject", In("one.png")), 1, "--from-scale must be between 1 and 2");
        await Do(["train", "singan", "--data", In("one.png"), "--out", In("fresh"), "--quiet", .. OneLevel(), "--steps", "0"]);
        AssertExplained(await Generate(In("fresh")), 1, "the run has taken no step yet");
    }

    /// <summary>Both verbs send an exported generator of noise to its run, not to each other.</summary>
    [Test]
    public async Task AnExportedGeneratorIsSentToItsRun()
    {
        var one = CatalogueCase.All["dcgan"];
        one.WriteData(In("classes"));
        _runs.TrainOnFiles("dcgan", one.Options with { Data = In("classes"), Steps = 1 });
        foreach (var format in new[] { "safetensors", "pth", "onnx" })
        {
            var file = In("g." + format);
            await Do("export", "--model", In("dcgan"), "--to", format, "--out", file);
            AssertExplained(await Generate(file), 1, file, "holds weights alone", "take the run, or one of its checkpoints");
            var translated = await Run("translate", "--model", file, "--input", In("one.png"), "--out", In("out.png"), "--device", "cpu");
            AssertExplained(translated, 1, "dcgan generates pictures from noise", "'generate'", "with the run or one of its checkpoints");
        }
    }

    /// <summary>A run that has not come to its finest scale shows what it has.</summary>
    [Test]
    public async Task AnUnfinishedRunMakesSmallerPictures()
    {
        await Do(["train", "singan", "--data", In("one.png"), "--out", In("half"), "--quiet", .. OneLevel(), "--steps", "3"]);
        await Do("generate", "--model", In("half"), "--out", In("made"), "--device", "cpu");
        Assert.That(SizeOf(PictureFile.Load(In("made", "0001.png"))), Is.EqualTo((14, 14)));
        AssertExplained(await Generate(In("half"), "--super-resolve"), 1, "the run has reached 0");
        AssertExplained(await Generate(In("half"), "--from-scale", "1"), 1, "--from-scale must be 0, the only scale that is trained");
        AssertExplained(
            await Generate(In("half"), "--from-scale", "1", "--inject", In("one.png")), 1, "--inject needs two trained scales");
    }

    private static string[] OneLevel() =>
        ["--min-size", "14", "--max-size", "18", "--nfc", "4", "--max-nfc", "4", "--niter", "4", "--dsteps", "1", "--gsteps", "1",
            "--sample-freq", "0", "--device", "cpu"];

    private Task<Outcome> Generate(string model, params string[] more) =>
        Run(["generate", "--model", model, "--out", In("refused"), "--device", "cpu", .. more]);

    private List<byte[]> Files(string folder) => [.. Directory.GetFiles(In(folder)).Order().Select(File.ReadAllBytes)];

    private static (int Width, int Height) SizeOf(Picture picture) => (picture.Width, picture.Height);

    /// <summary>Mean difference in levels.</summary>
    private static double Distance(Picture a, Picture b) => Values(a).Zip(Values(b), (x, y) => Math.Abs(x - y) * 127.5).Average();

    private static float[] Values(Picture picture)
    {
        var values = new float[picture.Width * picture.Height * picture.Channels];
        picture.CopyTo(values);
        return values;
    }
}
