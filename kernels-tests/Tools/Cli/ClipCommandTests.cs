using System.Text.Json;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>Films through the command line, with a script in ffmpeg's place.</summary>
public sealed class ClipCommandTests : CommandFixture
{
    private const string Variable = "ILGPUGAN_FFMPEG";

    private FakeFfmpeg _ffmpeg = null!;
    private string? _before;

    [SetUp]
    public void NameTheStandIn()
    {
        _ffmpeg = new FakeFfmpeg();
        _before = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, _ffmpeg.PathOf("ffmpeg"));
    }

    [TearDown]
    public void ForgetTheStandIn()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        _ffmpeg?.Dispose();
    }

    [Test]
    public async Task AFilmIsTranslated()
    {
        var run = await TrainedRun();
        var clip = _ffmpeg.Add("clip.mp4", 40, 30, 3, sound: "aac");

        var text = await Do("translate", "--model", run, "--input", clip, "--out", In("deep", "out.mp4"), "--device", "cpu");
        Assert.That(text, Does.Contain("3 frames of 40x30 pixels, with the clip's sound"));
        Assert.That(new FileInfo(In("deep", "out.mp4")).Length, Is.EqualTo(3 * 3 * 40 * 30));

        var json = JsonDocument.Parse(await Do(
            "translate", "--model", run, "--input", clip, "--out", In("folder"), "--device", "cpu", "--temporal", "0.8",
            "--json")).RootElement;
        Assert.That(json.GetProperty("output").GetString(), Is.EqualTo(In("folder", "clip.mp4")));
        Assert.That(json.GetProperty("frames").GetInt32(), Is.EqualTo(3));
        Assert.That(json.GetProperty("sound")[0].GetString(), Is.EqualTo("aac"));
    }

    /// <summary>What was made of it is kept.</summary>
    [Test]
    public async Task AFilmThatIsCutOffFails()
    {
        var run = await TrainedRun();
        var clip = _ffmpeg.Add("clip.mp4", 40, 30, 10);
        File.WriteAllBytes(clip, File.ReadAllBytes(clip)[..(4 * 3 * 40 * 30)]);
        var missing = $"{clip}: only 4 of about 10 frames could be read: the clip is damaged or cut off";
        AssertExplained(
            await Run("translate", "--model", run, "--input", clip, "--out", In("out.mp4"), "--device", "cpu", "--quiet"), 1, missing);
        Assert.That(new FileInfo(In("out.mp4")).Length, Is.EqualTo(4 * 3 * 40 * 30));
        AssertExplained(await Run("evaluate", "--model", run, "--clip", clip, "--device", "cpu"), 1, missing);
    }

    [Test]
    public async Task MistakesAreExplained()
    {
        var run = await TrainedRun();
        var clip = _ffmpeg.Add("clip.mp4", 40, 30, 1);
        string[] translate = ["translate", "--model", run, "--device", "cpu"];

        AssertExplained(await Run([.. translate, "--input", In("none.mp4"), "--out", In("x.mp4")]), 1, "none.mp4", "no such file");
        AssertExplained(await Run([.. translate, "--input", clip, "--out", In("x.png")]), 1, "x.png", ".mp4");
        AssertExplained(await Run([.. translate, "--input", clip, "--out", clip]), 1, "would be overwritten");
        AssertExplained(
            await Run([.. translate, "--input", In("data", "val"), "--out", In("x"), "--temporal", "0.5"]), 2, "--temporal", "clip");
        AssertExplained(await Run([.. translate, "--input", clip, "--out", In("x.mp4"), "--temporal", "1"]), 2, "--temporal", "0.99");
        AssertExplained(await Run([.. translate, "--input", clip, "--out", In("x.mp4"), "--samples", "2"]), 2, "--samples", "clip");
        AssertExplained(await Run([.. translate, "--input", clip, "--out", In("x.mp4"), "--instances", clip]), 2, "--instances", "clip");
        Environment.SetEnvironmentVariable(Variable, In("nothing"));
        AssertExplained(await Run([.. translate, "--input", clip, "--out", In("x.mp4")]), 1, clip, Variable, In("nothing"));
        Assert.That(In("x.mp4"), Does.Not.Exist);
    }
}
