using System.Text.Json;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Experiments;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using NUnit.Framework;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>Experiments so short that nothing is learnt: what they train, take up and write.</summary>
public class ExperimentTests : CommandFixture
{
    [Test]
    public void EveryArmHasPublishedFiguresAndSoundOptions(
        [ValueSource(typeof(ExperimentCatalogue), nameof(ExperimentCatalogue.All))] Experiment experiment)
    {
        using var device = Device.Open("cpu");
        var runner = new ExperimentRunner(experiment, new ExperimentSettings { Output = Folder }, device);

        Assert.That(experiment.Arms.Select(a => a.Name), Is.Unique);
        Assert.That(experiment.Arms.Select(runner.OptionsOf), Is.Unique, "arms differ in what they train");
        Assert.That(experiment.Arms.SelectMany(a => runner.OptionsOf(a).Problems()), Is.Empty);
        Assert.That(experiment.Published, Is.Not.Empty);
        foreach (var table in experiment.Published)
        {
            Assert.That(table.Scores.Keys, Is.EquivalentTo(experiment.Arms.Select(a => a.Name)));
            Assert.That(table.Source, Does.Contain("2017, table"));
        }
    }

    [Test]
    [MostSeconds(5)] // Several trainings.
    public async Task ExperimentIsTakenUpWhereItStopped()
    {
        using var device = Device.Open("cpu");
        var settings = new ExperimentSettings { Output = In("out"), Data = await SmallPairs(), Size = 32, Steps = 2,
            Segmenter = new SegmenterSettings { Steps = 5 } };
        var trained = new List<string>();
        var experiment = ExperimentCatalogue.Find("losses");
        using var stop = new CancellationTokenSource();

        var interrupted = RunnerThat(run =>
        {
            stop.Cancel();
            return run.Train(cancellation: stop.Token);
        });
        Assert.That(interrupted.Run(stop.Token), Is.Null, "stopped before its first step");

        var result = RunnerThat(run => run.Train()).Run()!;
        Assert.That(trained, Is.EqualTo(new[] { "l1", "l1", "gan", "cgan", "l1-gan", "l1-cgan" }), "the first arm once more");
        Assert.That(RunnerThat(run => run.Train()).Run()!.ToMarkdown(), Is.EqualTo(result.ToMarkdown()));
        Assert.That(trained, Has.Count.EqualTo(6), "nothing is done twice");

        var table = result.Tables.Single();
        Assert.That(
            table.Orders.Select(o => (o.Better, o.Worse, o.Published)),
            Is.EquivalentTo(new[]
            {
                ("l1", "gan", 0.20), ("cgan", "gan", 0.35), ("l1-gan", "gan", 0.42), ("l1-cgan", "gan", 0.44), ("cgan", "l1", 0.15),
                ("l1-gan", "l1", 0.22), ("l1-cgan", "l1", 0.24), ("l1-gan", "cgan", 0.07), ("l1-cgan", "cgan", 0.09),
                ("l1-cgan", "l1-gan", 0.02),
            }));
        Assert.That(File.ReadAllText(In("out", "table.md")), Is.EqualTo(result.ToMarkdown()).And.Contain("0.42 / 0.15 / 0.11"));
        Assert.That(
            JsonDocument.Parse(File.ReadAllText(In("out", "table.json"))).RootElement.GetProperty("tables")[0].GetProperty("arms")
                .GetArrayLength(),
            Is.EqualTo(5));
        Assert.That(
            Directory.GetFiles(In("out"), "segmenter-*", SearchOption.AllDirectories), Has.Length.EqualTo(1), "the arms share a segmenter");

        ExperimentRunner RunnerThat(Func<TrainingRun, TrainingOutcome> train) => new(experiment, settings, device)
        {
            Train = (run, _) =>
            {
                trained.Add(Path.GetFileName(run.Directory.Path));
                return train(run);
            },
        };
    }

    [Test]
    public async Task CommandListsAndRefuses()
    {
        Assert.That(
            await Do("experiment", "list"), Does.Contain("losses").And.Contain("patchgan").And.Contain("generators").And.Contain("cycle"));
        AssertExplained(await Run("experiment", "run", "nothing", "--out", In("x"), "--device", "cpu"), 2, "nothing", "losses");
        AssertExplained(await Run("experiment", "run", "losses", "--out", In("x"), "--size", "48", "--device", "cpu"), 2, "--size");
    }

    [Test]
    [Exhaustive]
    public async Task CommandRuns()
    {
        var data = await SmallPairs();
        await Do("experiment", "run", "losses", "--data", data, "--out", In("out"), "--size", "32", "--steps", "2", "--device", "cpu");
        AssertExplained(
            await Run("experiment", "run", "losses", "--data", data, "--out", In("out"), "--size", "32", "--steps", "1", "--device", "cpu"),
            2, "--steps is 1", "has 2 steps already");
    }

    [Test]
    [Exhaustive]
    public async Task ExperimentsWithoutPairsRunToo()
    {
        var data = await SmallPairs();
        var text =
            await Do("experiment", "run", "cycle", "--data", data, "--out", In("out"), "--size", "32", "--steps", "1", "--device", "cpu");

        Assert.That(
            text,
            Does.Contain("labels to photo").And.Contain("photo to labels").And.Contain("Zhu et al. 2017, table 5").And.Contain(
                "The paper's order"));
        AssertExplained(
            await Run(
                "experiment", "run", "cycle", "--data", data, "--out", In("out"), "--size", "32", "--steps", "1", "--seed", "2", "--device",
                "cpu"),
            2, "--seed is 2 but the run has 1");
    }

    /// <summary>A difference is reproduced or reversed only beyond chance, and the sentence counts them.</summary>
    [Test]
    public void VerdictSaysWhatTheFiguresSay()
    {
        PairedDifference better = new(0.1, 0.05, 0.15, 9, 10), worse = new(-0.1, -0.15, -0.05, 1, 10),
            unclear = new(0.01, -0.05, 0.07, 6, 10);

        Assert.That(
            new[] { better, worse, unclear }.Select(d => new OrderCheck("a", "b", 0.2, d).Outcome),
            Is.EqualTo(new[] { OrderOutcome.Reproduced, OrderOutcome.Reversed, OrderOutcome.Unclear }));
        Assert.That(Verdict(better, better), Does.Contain("is reproduced: all 2 differences beyond chance"));
        Assert.That(Verdict(better, unclear), Does.Contain("not contradicted, but 1 of 2 differences"));
        Assert.That(
            Verdict(worse, better, unclear),
            Does.Contain("not reproduced at this size: 1 of 3 differences is the other way round beyond chance, 1 as in the paper"));

        static string Verdict(params PairedDifference[] differences) =>
            new TableResult("", "", [], new SegmentationScore(1, 1, 1), [.. differences.Select(d => new OrderCheck("a", "b", 0.2, d))])
                .Verdict();
    }

    [Test]
    public void HalvesShareNoScene()
    {
        var halves = new UnpairedHalves(new SyntheticFacades(9, 32));
        var facades = new SyntheticFacades(9, 32);
        var (maps, photos) = (Bytes(i => facades.Draw(i).Labels.Bytes), Bytes(i => facades.Draw(i).Photo.Bytes));
        for (uint draw = 0; draw < 12; draw++)
        {
            var pair = halves.LoadPair((int)draw % halves.Count, new RandomSequence(new RandomKey(1, 2, 3, draw)));
            Assert.That(maps.FindIndex(m => m.SequenceEqual(Unmirrored(pair.A, maps))), Is.LessThan(4));
            Assert.That(photos.FindIndex(m => m.SequenceEqual(Unmirrored(pair.B, photos))), Is.GreaterThanOrEqualTo(4));
        }

        static List<byte[]> Bytes(Func<int, byte[]> draw) => [.. Enumerable.Range(0, 9).Select(draw)];
        static byte[] Unmirrored(Picture picture, List<byte[]> known) =>
            known.Exists(k => k.SequenceEqual(picture.Layers[0].Bytes)) ? picture.Layers[0].Bytes : picture.Mirrored().Layers[0].Bytes;
    }

    /// <summary>Eight pairs to train on and two kept back, of 32 pixels.</summary>
    private async Task<string> SmallPairs()
    {
        await Do("data", "synth", "--out", In("pairs"), "--count", "8", "--val", "2", "--size", "32");
        return In("pairs");
    }
}
