namespace IlgpuGan.ToolsTests.Cli;

/// <summary>No verb writes over a file that it reads, whatever the name by which its output goes.</summary>
public sealed class OriginalsCommandTests : CommandFixture
{
    private const int Failed = 1;

    /// <summary>In words, <c>run</c>, <c>data</c> and <c>link</c> (to <c>data/val</c>) are in the folder of the test.</summary>
    [TestCase("translate --model run --input data/val --out link")]
    [TestCase("translate --model run --input data/val/facade0006.png --out link/facade0006.png")]
    [TestCase("translate --model run --input data/val/facade0006.png --out run/options.json")]
    [TestCase("data combine --a data/val --b data/val --out link")]
    [TestCase("evaluate --model run --data data --pictures link --no-labels")]
    [TestCase("evaluate --model run --data data --csv link/facade0006.png --no-labels")]
    [TestCase("export --model run --to safetensors --out run/checkpoints/latest.safetensors")]
    [TestCase("export --model run --to onnx --out run/log.jsonl")]
    [TestCase("import --from run/checkpoints/latest.safetensors --out run")]
    [TestCase("report run --out run/checkpoints/latest.safetensors")]
    public async Task WhatIsReadStays(string command)
    {
        await TrainedRun();
        OtherName.OfFolder(In("link"), Path.Combine("data", "val"));
        var before = Contents();
        string[] words = [.. command.Split(' ').Select(w => w.Split('/')[0] is "run" or "data" or "link" && w != "data" ? In(w) : w)];
        words = words[0] == "data" ? words : [.. words.Select(w => w == "data" ? In(w) : w)];
        AssertExplained(await Run(words), Failed, "would be overwritten");
        Assert.That(Contents(), Is.EqualTo(before));
    }

    /// <summary>The pictures that a model was trained on, those beside them, and what it is told to start from.</summary>
    [TestCase("0001.png")]
    [TestCase("one.png")]
    public async Task WhatWasTrainedOnStays(string trained)
    {
        Directory.CreateDirectory(In("pictures"));
        foreach (var name in new[] { "0001.png", "one.png" })
        {
            PictureFile.Save(new Picture(new Image(32, 32, 3, new byte[3072])), In("pictures", name));
        }

        await Do("train", "singan", "--data", In("pictures", trained), "--out", In("run"), "--preset", "small", "--steps", "1", "--quiet");
        var link = OtherName.OfFolder(In("link"), "pictures");
        AssertExplained(await Run("generate", "--model", In("run"), "--out", link), Failed, "0001.png", "would be overwritten");
        await Do("generate", "--model", In("run"), "--out", In("made"));
        await Do("generate", "--model", In("run"), "--out", In("made"));
    }

    /// <summary>What another run needs to go on, and files of another format; one of its own format is written anew.</summary>
    [Test]
    public async Task WhatIsOfAnotherKindStays()
    {
        var (run, other) = (await TrainedRun(), await TrainedRun(name: "other"));
        var picture = Directory.GetFiles(In("data", "train"))[0];
        await Do("export", "--model", run, "--to", "onnx", "--out", In("g.onnx"));
        File.WriteAllText(Path.Combine(other, "teacher.safetensors"), "copied by a student");
        var (link, checkpoints) = (
            OtherName.OfFolder(In("link"), "other"), OtherName.OfFolder(In("ck"), Path.Combine("other", "checkpoints")));
        var before = Contents();
        foreach (var place in new[] { other, link })
        {
            foreach (var name in new[] { "latest", "new" })
            {
                await IsRefused(
                    "among the checkpoints of the run", "export", "--model", run, "--to", "safetensors", "--out",
                    Path.Combine(place, "checkpoints", name + ".safetensors"));
            }

            await IsRefused(
                "the teacher from which the run", "export", "--model", run, "--to", "safetensors", "--out",
                Path.Combine(place, "teacher.safetensors"));
        }

        await IsRefused(
            "among the checkpoints of the run", "export", "--model", run, "--to", "safetensors", "--out",
            Path.Combine(checkpoints, "latest.safetensors"));
        await IsRefused("is no .onnx file", "export", "--model", run, "--to", "onnx", "--out", picture);
        await IsRefused("is no .pth file", "export", "--model", run, "--to", "pth", "--out", Path.Combine(other, "options.json"));
        await IsRefused("is no .html file", "report", run, "--out", picture);
        await IsRefused("is no .csv file", "evaluate", "--model", run, "--data", In("data"), "--no-labels", "--csv", In("g.onnx"));
        Assert.That(Contents(), Is.EqualTo(before));
        await Do("export", "--model", run, "--to", "onnx", "--out", In("g.onnx"), "--half");

        async Task IsRefused(string why, params string[] words) => AssertExplained(await Run(words), Failed, words[^1], why);
    }

    private Dictionary<string, string> Contents() => Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .ToDictionary(file => file, file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
}
