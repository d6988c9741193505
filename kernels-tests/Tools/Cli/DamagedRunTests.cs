using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>What is damaged in a run's folder is named in a sentence, and what is sound is gone on with.</summary>
public sealed class DamagedRunTests : CommandFixture
{
    private const int Failed = 1;

    [Test]
    [Platform(Exclude = "Win")]
    public async Task APipeInPlaceOfARequestIsNotWrittenTo()
    {
        var run = new RunDirectory(await TrainedRun());
        Assert.That(TestFiles.Run("mkfifo", [run.StopRequest]), Is.Null);
        Fails.Starting<RunException>(() => TrainingRun.RequestStop(run), run.Path, ".stop: is no ordinary file");
    }

    [TestCase("position", "null")]
    [TestCase("position", "7")]
    [TestCase("position", """{"Step":-1,"Samples":6}""")]
    [TestCase("position", """{"Step":2,"Samples":-6}""")]
    [TestCase("position", """{"Step":2,"Samples":6,"Schedule":null}""")]
    [TestCase("options", "{")]
    [TestCase("options", "[]")]
    [TestCase("options", """{"ngf":"many"}""")]
    [TestCase("options", """{"ngf":0}""")]
    public async Task DamagedMetadataOfACheckpoint(string entry, string value)
    {
        var run = new RunDirectory(await TrainedRun());
        Rewrite(run.Latest, metadata => metadata[entry] = value);
        AssertExplained(await Run("train", "--resume", run.Path), Failed, "latest.safetensors", "damaged");
        if (entry == "options")
        {
            AssertExplained(
                await Run("translate", "--model", run.Path, "--input", In("data"), "--out", In("out")), Failed, "latest.safetensors",
                "damaged");
        }
    }

    /// <summary>Taken for one that is not there, it would begin again at zero, without a word.</summary>
    [TestCase(".step", "holds optG.")]
    [TestCase(".exp_avg", "lacks")]
    [TestCase(".exp_avg_sq", "lacks")]
    public async Task RenamedEntryOfAnOptimiser(string ending, string words)
    {
        var run = new RunDirectory(await TrainedRun());
        Rewrite(
            run.Latest,
            rename: name =>
                name.StartsWith("optG.", StringComparison.Ordinal) && name.EndsWith(ending, StringComparison.Ordinal) ? name + "x" : name);
        AssertExplained(await Run("train", "--resume", run.Path), Failed, "latest.safetensors", words);
    }

    private static void Rewrite(string path, Action<Dictionary<string, string>>? change = null, Func<string, string>? rename = null)
    {
        List<NamedArray> arrays;
        Dictionary<string, string> metadata;
        using (var file = new SafetensorsFile(path))
        {
            arrays = [.. file.ReadAll().Select(a => new NamedArray(rename?.Invoke(a.Name) ?? a.Name, a.Type, a.Shape, a.Bytes.ToArray()))];
            metadata = new Dictionary<string, string>(file.Metadata);
        }

        change?.Invoke(metadata);
        SafetensorsWriter.Write(path, arrays, metadata);
    }
}
