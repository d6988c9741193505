using System.Text.Json;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>pix2pixHD from label maps in colours, from pictures, and coarse to fine, by the command line.</summary>
public sealed class Pix2PixHdCommandTests : CommandFixture
{
    private static readonly string[] s_tiny =
    [
        "--ngf", "4", "--ndf", "4", "--n-downsample-global", "2", "--n-blocks-global", "1", "--n-layers-d", "2", "--preprocess",
        "resize-and-crop",
        "--load-size", "32", "--crop-size", "32", "--sample-freq", "1", "--log-freq", "1", "--quiet", "--device", "cpu",
    ];

    [Test]
    public async Task LabelMapsBecomePhotographs()
    {
        await DrawnData();
        await Do(["train", "pix2pixhd", "--data", In("data"), "--out", In("run"), "--steps", "2", .. s_tiny]);
        var options = JsonDocument.Parse(File.ReadAllText(In("run", "options.json"))).RootElement;
        Assert.That(
            options.EnumerateObject().Single(o => o.Name.Replace("-", "", StringComparison.Ordinal)
                .Equals("labelnc", StringComparison.OrdinalIgnoreCase)).Value.GetInt32(),
            Is.GreaterThan(3));

        var report = JsonDocument.Parse(
            await Do("evaluate", "--model", In("run"), "--data", In("data"), "--no-labels", "--json", "--device", "cpu")).RootElement;
        Assert.That(report.GetProperty("images").GetArrayLength(), Is.EqualTo(2));
        await Do(
            "evaluate", "--model", In("run"), "--data", In("data"), "--split", "train", "--study", In("study"), "--study-count", "1",
            "--device", "cpu");
        Assert.That(In("study", "study.html"), Does.Exist);
        await Do("export", "--model", In("run"), "--to", "onnx", "--out", In("g.onnx"));
    }

    /// <summary>Without a photograph to encode, features are chosen by chance: other samples, other pictures, the same each time.</summary>
    [Test]
    public async Task FeaturesOfInstancesAreChosenByChance()
    {
        await DrawnData();
        await Do([
            "train", "pix2pixhd", "--data", In("data"), "--out", In("run"), "--steps", "2", "--instance-feat", "--n-downsample-e", "2",
            "--nef", "4", "--lr", "0.01", .. s_tiny]);
        var input = Directory.GetFiles(In("data", "val"))[0];
        foreach (var folder in new[] { "made", "again" })
        {
            await Do("translate", "--model", In("run"), "--input", input, "--out", In(folder), "--samples", "2", "--device", "cpu");
        }

        byte[][] made = [.. Files("made").Select(File.ReadAllBytes)];
        Assert.That(made, Has.Length.EqualTo(2));
        Assert.That(made[0], Is.Not.EqualTo(made[1]));
        Assert.That(Files("again").Select(File.ReadAllBytes), Is.EqualTo(made));
        await Do("translate", "--model", In("run"), "--input", input, "--out", In("one.png"), "--device", "cpu");
        Assert.That(PictureFile.Load(In("one.png")).Height, Is.EqualTo(32));
        string[] styled = ["translate", "--model", In("run"), "--input", input, "--out", In("styled.png"), "--style", input];
        await Do([.. styled, "--style-labels", input, "--device", "cpu"]);
        Assert.That(PictureFile.Load(In("styled.png")).Height, Is.EqualTo(32));
        AssertExplained(await Run([.. styled, "--device", "cpu"]), 2, "--style-labels is missing");
        await Do("evaluate", "--model", In("run"), "--data", In("data"), "--no-labels", "--json", "--device", "cpu");
        await Do("export", "--model", In("run"), "--to", "onnx", "--out", In("g.onnx"));
        await Do("export", "--model", In("run"), "--network", "netE", "--to", "pth", "--out", In("e.pth"));
        await Do("export", "--model", In("e.pth"), "--to", "onnx", "--out", In("e.onnx"));
        AssertExplained(await Run("import", "--from", In("e.pth"), "--out", In("e")), 1, "netE of pix2pixhd does not translate");
        await Do("train", "--resume", In("run"), "--steps", "3", "--quiet");
        var withoutMaps = await Run([
            "train", "pix2pixhd", "--no-label-maps", "--instance-feat", "--data", In("data"), "--out", In("x"), "--steps", "1", .. s_tiny]);
        AssertExplained(withoutMaps, 2, "--instance-feat", "--no-label-maps");

        IEnumerable<string> Files(string folder) =>
            Directory.GetFiles(In(folder), "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
    }

    [Test]
    public async Task AnEnhancerGrowsOutOfARunOnPictures()
    {
        await DrawnData();
        await Do(["train", "pix2pixhd", "--no-label-maps", "--data", In("data"), "--out", In("coarse"), "--steps", "2", .. s_tiny]);
        await Do([
            "train", "pix2pixhd", "--no-label-maps", "--data", In("data"), "--out", In("fine"), "--steps", "8", "--n-local-enhancers", "1",
            "--niter-fix-global", "1",
            "--init-from", In("coarse"), .. s_tiny.Select((word, i) => i > 0 && s_tiny[i - 1] == "--ngf" ? "2" : word)]);
        await Do(
            "translate", "--model", In("fine"), "--input", Directory.GetFiles(In("data", "val"))[0], "--out", In("made.png"), "--device",
            "cpu");
        Assert.That(PictureFile.Load(In("made.png")).Height, Is.EqualTo(32));
        await Do("export", "--model", In("fine"), "--to", "onnx", "--out", In("g.onnx"));
        AssertExplained(
            await Run(["train", "pix2pixhd", "--no-label-maps", "--data", In("data"), "--out", In("vgg"), "--steps", "1", "--vgg",
                In("none.pth"), .. s_tiny]), 1, In("none.pth"));
    }
}
