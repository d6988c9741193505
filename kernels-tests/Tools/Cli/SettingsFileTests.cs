using System.IO.Pipes;
using IlgpuGan.Models.Families.Pix2Pix;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary><c>train … --config FILE</c>: options out of a file.</summary>
public sealed class SettingsFileTests : CommandFixture
{
    private const string Settings =
        """
        {
            "$schema": "pix2pix.json",
            "model": "pix2pix", // as in options.json
            "generator": "unet32", "ngf": 4, "ndf": 4, "load-size": 32, "crop-size": 32, "sample-freq": 0, "steps": 0, "lambda-l1": 7,
        }
        """;

    /// <summary>As in <c>--config &lt;(jq … all.json)</c>: it can be read once.</summary>
    [Test]
    [Platform("Linux")]
    public async Task SettingsComeThroughAPipe()
    {
        var data = await DrawnData();
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var end = pipe.ClientSafePipeHandle;
        await pipe.WriteAsync(Encoding.UTF8.GetBytes(Settings));
        pipe.SafePipeHandle.Dispose();
        await Do(
            "train", "pix2pix", "--data", data, "--out", In("run"), "--quiet", "--config", $"/proc/self/fd/{end.DangerousGetHandle()}");
        var options = (Pix2PixOptions)OptionsJson.Parse(await File.ReadAllTextAsync(In("run", "options.json")));
        Assert.That((options.CropSize, options.LambdaL1), Is.EqualTo((32, 7f)));
    }

    /// <summary>A run's own options, as its folder has them, give the same options.</summary>
    [Test]
    public void OptionsOfARunAreSettings()
    {
        var options = new Pix2PixOptions { CropSize = 64, LambdaL1 = 3 };
        var read = OptionsJson.ParseSettings(FamilyCatalog.Find("pix2pix")!, options.ToJson(), "options.json");
        Assert.That(read, Is.EqualTo(options));
    }

    [TestCase("{\"batch-size\": 3}", null, "reference", 3)]
    [TestCase("{\"preset\": \"small\"}", null, "small", null)]
    [TestCase("{\"preset\": \"small\"}", "reference", "reference", null)]
    public void WhatIsLeftOutIsThePresets(string json, string? typed, string preset, int? batchSize)
    {
        var family = FamilyCatalog.Find("dualgan")!;
        var expected = family.Defaults(preset);
        Assert.That(
            OptionsJson.ParseSettings(family, json, "settings.json", typed),
            Is.EqualTo(expected with { BatchSize = batchSize ?? expected.BatchSize }));
    }

    [TestCase("{\"preset\": \"small\", \"epochs\": 3}", null)]
    [TestCase("{\"preset\": \"small\", \"epochs\": 3, \"steps\": 7}", 7L)]
    [TestCase("{\"steps\": 7, \"epochs\": 3}", 7L)]
    public void EpochsReplaceAPresetsSteps(string json, long? steps) => Assert.That(
        OptionsJson.ParseSettings(FamilyCatalog.Find("pix2pix")!, json, "settings.json").Steps, Is.EqualTo(steps));

    /// <summary>Other languages write whole numbers so.</summary>
    [TestCase("64.0")]
    [TestCase("6.4e1")]
    [TestCase("640e-1")]
    public void ANumberWithoutAFractionIsWhole(string text)
    {
        var family = FamilyCatalog.Find("pix2pix")!;
        var json = $"{{\"crop-size\": {text}, \"seed\": {text}, \"steps\": {text}}}";
        var read = (Pix2PixOptions)OptionsJson.ParseSettings(family, json, "settings.json");
        Assert.That((read.CropSize, read.Seed, read.Steps), Is.EqualTo((64, 64UL, (long?)64)));
        Assert.That(OptionsJson.Parse("{\"seed\": 18446744073709551615}").Seed, Is.EqualTo(ulong.MaxValue));
    }
}
