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
