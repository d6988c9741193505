using System.Text.Json;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>The best checkpoint, stopping early, averages and augmentation as a user asks for them.</summary>
public sealed class KeepBestCommandTests : CommandFixture
{
    [Test]
    public async Task TheBestCheckpointIsNamedAndTranslates()
    {
        await DrawnData();
        var text = await Do(
            ["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "4", "--device", "cpu", "--keep-best", "ssim",
                "--evaluate-freq", "2",
             "--ema-decay", "0.9", "--augment-affine", "0.5", "--augment-colour", "0.5", .. Tiny("--generator", "unet32-upsample")]);
        Assert.That(
            text,
            Does.Contain("step 2: ssim ").And.Contain("on held-out pictures").And.Contain(In("run", "checkpoints", "best.safetensors")));
        await Do(
            "translate", "--model", In("run", "checkpoints", "best.safetensors"), "--input", In("data", "val", "facade0006.png"), "--out",
            In("out.png"), "--device", "cpu");
        Assert.That(File.Exists(In("out.png")));
    }

    [Test]
    public async Task ARunThatStopsEarlySaysSoAndHasSucceeded()
    {
        await DrawnData();
        var result = JsonDocument.Parse(await Do(
            ["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "20", "--device", "cpu", "--lr", "1e-12",
                "--no-dropout",
             "--keep-best", "l1", "--evaluate-freq", "2", "--patience", "2", "--json", .. Tiny()])).RootElement;
        Assert.That(result.GetProperty("outcome").GetString(), Is.EqualTo("stoppedearly"));
        Assert.That(result.GetProperty("step").GetInt32(), Is.EqualTo(6));
        Assert.That(result.GetProperty("best").GetProperty("step").GetInt32(), Is.EqualTo(2));
        Assert.That(result.GetProperty("best").GetProperty("metric").GetString(), Is.EqualTo("l1"));
        Assert.That(await Do("train", "--resume", In("run"), "--device", "cpu"), Does.Contain("no improvement in 2 evaluations"));
    }

    [Test]
    public async Task PicturesKeptBackAreNeeded()
    {
        await DrawnData();
        Directory.Delete(In("data", "val"), recursive: true);
        AssertExplained(
            await Run(["train", "pix2pix", "--data", In("data"), "--out", In("run"), "--steps", "2", "--device", "cpu", "--keep-best",
                "l1", .. Tiny()]),
            2, "--keep-best needs held-out pictures", "neither val nor test");
        Assert.That(Directory.Exists(In("run")), Is.False);
    }
}
