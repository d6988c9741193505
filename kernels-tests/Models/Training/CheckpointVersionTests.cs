using System.IO.Compression;
using System.Text.Json;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>
/// Checkpoints that earlier versions of the program wrote keep loading. Each fixture is <c>latest.safetensors</c> of a tiny CycleGAN run
/// after three steps; a new version of the format adds one and never replaces these.
/// </summary>
public sealed class CheckpointVersionTests
{
    private static readonly string s_folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "Training", "fixtures");

    public static IEnumerable<string> Fixtures =>
        Directory.EnumerateFiles(s_folder, "checkpoint-v*.safetensors").Select(f => Path.GetFileName(f)!).Order();

    [TestCaseSource(nameof(Fixtures))]
    public void EarlierCheckpointsLoad(string fixture)
    {
        var path = Path.Combine(s_folder, fixture);
        var checkpoint = Checkpoint.Read(path);
        Assert.That((checkpoint.Position.Step, checkpoint.Position.Samples), Is.EqualTo((3L, 5)));
        Assert.That(((TranslationOptions)checkpoint.Options).Generator, Is.EqualTo(GeneratorKind.ResNet(1)));

        using var device = Device.Open("cpu", threads: 1);
        using var trainer = GanModel.Create(checkpoint.Options, device);
        Assert.That(Checkpoint.Load(path, trainer), Is.EqualTo(checkpoint.Position));
        Assert.That(trainer.Pools.Select(p => p.Pool.Count), Is.All.EqualTo(3));
        using var file = new SafetensorsFile(path);
        foreach (var (name, network) in trainer.Networks)
        {
            foreach (var tensor in network.NamedTensors(name + "."))
            {
                Assert.That(tensor.Value.ToArray(), Is.EqualTo(file.Read(tensor.Name).ToSingle()), tensor.Name);
            }
        }

        foreach (var (name, value) in trainer.Optimizers.SelectMany(o => o.Optimizer.State().Select(s => ($"{o.Name}.{s.Name}", s.Value))))
        {
            Assert.That(value.ToArray(), Is.EqualTo(file.Read(name).ToSingle()), name);
        }
    }

    [Test]
    public void LaterVersionsAreRefused()
    {
        using var runs = new TinyRun();
        var path = runs.PathOf("later.safetensors");
        SafetensorsWriter.Write(
            path, new List<NamedArray>(), new Dictionary<string, string> { ["format"] = "ilgpugan-checkpoint", ["version"] = "2" });
        Fails.With<CheckpointFormatException>(() => Checkpoint.Read(path), "version 2, which a newer program wrote");
        SafetensorsWriter.Write(path, new List<NamedArray>());
        Fails.With<CheckpointFormatException>(() => Checkpoint.Read(path), "weights alone");
    }

    /// <summary>It is not damaged, so no older checkpoint takes its place.</summary>
    [Test]
    public void AnOlderCheckpointDoesNotReplaceOneOfALaterVersion()
    {
        using var runs = new TinyRun();
        var options = TinyRun.Pix2Pix with { Steps = 5, SaveEpochFreq = 1 };
        runs.Train("run", options);
        var directory = new RunDirectory(runs.PathOf("run"));
        var metadata = Checkpoint.Read(directory.Latest).ToMetadata();
        metadata["version"] = "2";
        SafetensorsWriter.Write(directory.Latest, new List<NamedArray>(), metadata);
        var later = File.ReadAllBytes(directory.Latest);
        Assert.That(
            () => TrainingRun.Resume(directory.Path, data: TinyRun.Data(options)),
            Throws.TypeOf<CheckpointFormatException>().With.Message.Contains("newer program").And.Message.Not.Contains("epoch0001"));
        Fails.Starting<RunException>(
            () => TrainingRun.Resume(directory.Numbered(1), data: TinyRun.Data(options)), directory.Latest, "newer program");
        Assert.That(File.ReadAllBytes(directory.Latest), Is.EqualTo(later));
    }

    /// <summary>What is not known here is not damaged, so no older checkpoint takes its place: another program can go on with it.</summary>
    [Test]
    public void AnUnknownNameIsNoDamage()
    {
        (string Known, string Unknown)[] changes =
        [
            ("\"norm\": \"batch\"", "\"norm\": \"layer\""),
            ("\"norm\"", "\"new-option\": 3, \"norm\""),
            ("\"norm\"", "\"pool-size\": 3, \"norm\""),
            ("\"model\": \"pix2pix\"", "\"model\": \"my-own\""),
            ("\"preset\": \"reference\"", "\"preset\": \"huge\""),
        ];
        using var runs = new TinyRun();
        var options = TinyRun.Pix2Pix with { Steps = 5, SaveEpochFreq = 1 };
        runs.Train("run", options);
        var directory = new RunDirectory(runs.PathOf("run"));
        var metadata = Checkpoint.Read(directory.Latest).ToMetadata();
        var own = metadata["options"];
        foreach (var (known, unknown) in changes)
        {
            metadata["options"] = own.Replace(known, unknown, StringComparison.Ordinal);
            SafetensorsWriter.Write(directory.Latest, new List<NamedArray>(), metadata);
            var latest = File.ReadAllBytes(directory.Latest);
            Assert.That(
                () => TrainingRun.Resume(directory.Path, data: TinyRun.Data(options)),
                Throws.TypeOf<CheckpointFormatException>().With.Message.Contains("a newer one wrote it")
                    .And.Message.Not.Contains("damaged").And.Message.Not.Contains("epoch0001"),
                unknown);
            Fails.Starting<RunException>(
                () => TrainingRun.Resume(directory.Numbered(1), data: TinyRun.Data(options)), directory.Latest, "newer program");
            Assert.That(File.ReadAllBytes(directory.Latest), Is.EqualTo(latest), unknown);
        }

        metadata["options"] = own.Replace("\"norm\"", "\"pool-size\": 3, \"norm\"", StringComparison.Ordinal);
        metadata.Remove("own-options");
        SafetensorsWriter.Write(directory.Latest, new List<NamedArray>(), metadata);
        Assert.That(
            Checkpoint.Read(directory.Latest).Options, Is.EqualTo(Checkpoint.Read(directory.Numbered(1)).Options),
            "the first versions wrote options of other families");
    }

    /// <summary>Exported weights say, too, that their options are all of their family; the first ones did not.</summary>
    [Test]
    public void AnUnknownNameInExportedWeightsIsRefused()
    {
        using var runs = new TinyRun();
        runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 });
        using var run = NetworkFile.Open(runs.PathOf("run"));
        var exported = runs.PathOf("exported.safetensors");
        var metadata = new Dictionary<string, string>(NetworkFile.MetadataOf(run.Find("netG")));
        metadata["options"] = metadata["options"].Replace("\"norm\"", "\"pool-size\": 3, \"norm\"", StringComparison.Ordinal);
        SafetensorsWriter.Write(exported, new List<NamedArray>(), metadata);
        Fails.With<CheckpointFormatException>(() => NetworkFile.Open(exported), "a newer one wrote it", "'pool-size'");
        metadata.Remove("own-options");
        SafetensorsWriter.Write(exported, new List<NamedArray>(), metadata);
        using var earlier = NetworkFile.Open(exported);
        Assert.That(earlier.Find("netG").Options, Is.EqualTo(run.Find("netG").Options));
    }

    /// <summary>Trimmed and native programs have no reflection; the text is the one that it writes.</summary>
    [Test]
    public void PositionsAreWrittenAndReadWithoutReflection()
    {
        var full = new RunPosition
        {
            Step = 7, Samples = 5, Seconds = 0.1, ProcessorSeconds = 0.2, EpochLossSum = 1e-20, EpochLossCount = 3,
            Schedule = new(0.5f, 2, 0.1f),
            Best = new BestSoFar { Metric = "ssim", Value = 0.25, Step = 6, Misses = 1, IsSpread = true },
            Teacher = "a", Data = "ä", Labels = "c", Vectors = 256, LeftOut = [new LeftOutFile("x.png", 3, "why")], Damaged = ["y.png"],
            Due = DueWork.All,
        };
        foreach (var position in new[] { new RunPosition(), full })
        {
            var text = JsonSerializer.Serialize(position);
            Assert.That(position.ToJson(), Is.EqualTo(text));
            Assert.That(JsonSerializer.Serialize(RunPosition.Parse(text)), Is.EqualTo(text));
        }

        Assert.That(RunPosition.Parse("{}")!.IsValid, "of a file without some entries");
    }

    /// <summary>No run starts from the archive either, so it is not what the message advises.</summary>
    [Test]
    public void AZippedRunIsToBeUnpacked()
    {
        using var runs = new TinyRun();
        runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 });
        var zip = runs.PathOf("run.zip");
        ZipFile.CreateFromDirectory(runs.PathOf("run"), zip, CompressionLevel.Fastest, includeBaseDirectory: true);
        Fails.Starting<CheckpointFormatException>(() => TrainingRun.Resume(zip), $"{zip}: is a zip archive", "unpack it");
        var outside = runs.PathOf("outside.safetensors");
        File.Copy(new RunDirectory(runs.PathOf("run")).Latest, outside);
        Fails.Starting<RunException>(() => TrainingRun.Resume(outside), outside, "--init-from");
    }
}
