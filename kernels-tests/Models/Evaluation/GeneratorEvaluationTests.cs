using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>What models that make pictures of noise are asked.</summary>
public sealed class GeneratorEvaluationTests : CommandFixture
{
    /// <summary>Points 0, 1, …, 9 of a line: a ball reaches as far as the third, or the fifth, neighbour.</summary>
    private static readonly float[][] s_line = [.. Enumerable.Range(0, 10).Select(i => new[] { (float)i, 0 })];

    [Test]
    public void ASetCoversItself()
    {
        var scores = Manifolds.Between(s_line, s_line);
        Assert.That((scores.Precision, scores.Recall, scores.Coverage), Is.EqualTo((1.0, 1.0, 1.0)));

        // To the fifth: 5, 4, 3, 3, 3 from the left end to the middle, as far as points go.
        int[] radii = [5, 4, 3, 3, 3, 3, 3, 3, 4, 5];
        var inBalls = Enumerable.Range(0, 10).Sum(r => Enumerable.Range(0, 10).Count(m => Math.Abs(m - r) <= radii[r]));
        Assert.That(scores.Density, Is.EqualTo(inBalls / 50.0).Within(1e-12));
    }

    [Test]
    public void CopiesOfOnePointArePreciseAndCoverLittle()
    {
        float[][] copies = [.. Enumerable.Repeat(new[] { 0f, 0 }, 10)];
        var scores = Manifolds.Between(copies, s_line);
        Assert.That((scores.Precision, scores.Recall), Is.EqualTo((1.0, 0.1)), "around copies nothing lies but themselves");

        // The balls of 0 … 3 reach to 0: of 5, 4, 3 and 3.
        Assert.That((scores.Density, scores.Coverage), Is.EqualTo((4 / 5.0, 0.4)));
    }

    [Test]
    public void WhatIsFarAwayCoversNothing() => Assert.That(
        Manifolds.Between([.. s_line.Select(p => new[] { p[0], 100f })], s_line), Is.EqualTo(new ManifoldScores(0, 0, 0, 0)));

    [Test]
    public void FewPointsHaveNoNeighbours() => Fails.With<ArgumentException>(() => Manifolds.Between(s_line[..5], s_line), "at least 6");

    [Test]
    public void ClassesAreReachedAndSharesDiverge()
    {
        var half = new ClassCoverage(["a", "b", "c", "d"], [0.5, 0.496, 0.004, 0], [0.25, 0.25, 0.25, 0.25]);
        Assert.That(half.Reached, Is.EqualTo(2));
        Assert.That(half.Divergence, Is.EqualTo((0.5 * Math.Log(2)) + (0.496 * Math.Log(1.984)) + (0.004 * Math.Log(0.016))).Within(1e-12));
        Assert.That(new ClassCoverage(["a", "b"], [0.5, 0.5], [0.5, 0.5]).Divergence, Is.Zero);
    }

    [Test]
    public void TheNearestPicturesAreFound()
    {
        var set = new NearestPictures([Gray(0), Gray(100), Gray(200)]);
        var nearest = set.To(Gray(110), 2);
        Assert.That(nearest.Select(n => n.Distance), Is.EqualTo(new[] { 20 / 255.0, 180 / 255.0 }).Within(1e-5));
        Assert.That(set.MeanDistance([Gray(200), Gray(110)]), Is.EqualTo(10 / 255.0).Within(1e-5), "a copy and another one");
    }

    [TestCase(59, 6)]
    [TestCase(60, null)]
    public void FewRealPicturesOfAClassAreNoticed(int real, int? least)
    {
        var classes = new ClassCoverage([.. Enumerable.Range(0, 10).Select(i => $"{i}")], new double[10], new double[10]);
        var scores = new GeneratorScores(real, real, "features", new ManifoldScores(1, 1, 1, 1), null, null, classes, null);
        Assert.That(scores.RequiredPicturesPerClass(), Is.EqualTo(least));
        Assert.That((scores with { Classes = null }).RequiredPicturesPerClass(), Is.Null);
        Assert.That((scores with { Manifolds = null }).RequiredPicturesPerClass(), Is.Null);
    }

    /// <summary>Enough pictures are not remarked upon.</summary>
    [TestCase(99, 60, "divergence")]
    [TestCase(100, 59, "coverage")]
    [TestCase(100, 60)]
    public void FewPicturesAreWarnedOf(int made, int real, params string[] measures)
    {
        var classes = new ClassCoverage([.. Enumerable.Range(0, 10).Select(i => $"{i}")], new double[10], new double[10]);
        var report = new EvaluationReport
        {
            Colours = new ColourIntersection(1, 1, 1),
            Generator = new GeneratorScores(made, real, "features", new ManifoldScores(1, 1, 1, 1), null, null, classes, null),
        };
        AssertWarned(report, measures);
        AssertWarned(report with { Features = new("net.onnx", 64, 1, null, null, 64) }, ["Fréchet", .. measures]);
        AssertWarned(report with { Features = new("net.onnx", 64, 1, null, null, 65) }, measures);
        Assert.That(EvaluationReport.Parse(report.ToJson()).Warnings, Is.EqualTo(report.Warnings));
        var forLabels = report with { Generator = report.Generator! with { ForLabels = true } };
        AssertWarned(EvaluationReport.Parse(forLabels.ToJson()), [.. measures.Where(measure => measure != "divergence")]);

        static void AssertWarned(EvaluationReport report, string[] measures)
        {
            var warnings = report.Warnings ?? [];
            Assert.That(warnings, Has.Count.EqualTo(measures.Length), string.Join('\n', warnings));
            Assert.That(warnings.Zip(measures).Where(w => !w.First.Contains(w.Second, StringComparison.Ordinal)), Is.Empty);
            Assert.That(report.Warnings, measures.Length == 0 ? Is.Null : Is.Not.Null);
        }
    }

    /// <summary>A segmenter that does not recognise real pictures can't judge others.</summary>
    [TestCase(0.6, true)]
    [TestCase(0.9, false)]
    public void AWeakSegmenterIsWarnedOf(double recognised, bool isWarned)
    {
        var (outputs, ceiling) = (new SegmentationScore(0.5, 0.5, 0.5), new SegmentationScore(recognised, 0.5, 0.5));
        var report = new EvaluationReport
        {
            Colours = new ColourIntersection(1, 1, 1), Segmentation = new SegmentationReport(4, outputs, ceiling),
        };
        Assert.That(report.Warnings ?? [], isWarned ? Has.One.Contains("too weak").And.One.Contains("0.60") : Is.Empty);
        Assert.That(report with { Segmentation = report.Segmentation with { Ceiling = null } }, Has.Property("Warnings").Null);
    }

    /// <summary>Of classes, of which a classifier learns; and again without.</summary>
    [Test]
    [MaxSeconds(4)] // Several trainings.
    public async Task PicturesMadeOfNoiseAreEvaluated()
    {
        await Do("data", "synth", "--kind", "glyphs", "--out", In("glyphs"), "--count", "40", "--val", "20", "--size", "16");
        await Do(
            "train", "gan", "--preset", "small", "--data", In("glyphs"), "--out", In("run"), "--conditional", "--g-widths", "8",
            "--d-widths", "8", "--steps", "2", "--sample-freq", "0", "--device", "cpu", "--quiet");
        var text = await Do("evaluate", "--model", In("run"), "--data", In("glyphs"), "--device", "cpu");
        Assert.That(text, Does.Contain("Training a classifier of 10 classes on 40 training pictures").And.Contain("precision ")
            .And.Contain("a classifier of the training pictures").And.Contain("of 10;").And.Contain("nearest training picture")
            .And.Contain("patch distance").And.Contain("a classifier tells outputs")
            .And.Contain("20 real pictures of 10 classes are few; keep back 6 or more of each")
            .And.Not.Contain("chance alone"));
        var scores = JsonDocument.Parse(File.ReadAllText(In("run", "evaluation.json"))).RootElement.GetProperty("generator");
        Assert.That((scores.GetProperty("made").GetInt32(), scores.GetProperty("real").GetInt32()), Is.EqualTo((20, 20)));
        Assert.That(scores.GetProperty("classes").GetProperty("made").EnumerateArray().Sum(s => s.GetDouble()), Is.EqualTo(1).Within(1e-9));
        Assert.That(
            scores.GetProperty("classes").GetProperty("real").EnumerateArray().Select(s => s.GetDouble()),
            Is.All.EqualTo(0.1).Within(1e-9));
        var read = EvaluationReport.Parse(File.ReadAllText(In("run", "evaluation.json"))).Generator!;
        Assert.That(read.Nearest!.Made, Is.GreaterThan(read.Nearest.Real), "two steps make noise");
        var (nearest, all) = (PictureFile.Load(In("run", "evaluation", "nearest.png")),
            PictureFile.Load(In("run", "evaluation", "generated.png")));
        Assert.That((nearest.Width, nearest.Height, all.Width, all.Height), Is.EqualTo((5 * 16, 8 * 16, 10 * 16, 2 * 16)));
        Assert.That(File.ReadAllText(In("run", "report.html")), Does.Contain("Classes reached (of 10)"));
        Assert.That(
            await Do("evaluate", "--model", In("run"), "--data", In("glyphs"), "--device", "cpu", "--threads", "2"), Is.EqualTo(text));

        AssertExplained(
            await Run("evaluate", "--model", In("run"), "--data", In("glyphs"), "--split", "test", "--device", "cpu"), 1, "test", "val");
        string[] bothWays = ["evaluate", "--model", In("run"), "--data", In("glyphs"), "--direction", "BtoA", "--device", "cpu"];
        AssertExplained(await Run(bothWays), 2, "--direction", In("run"), "noise");
        AssertExplained(await Run([.. bothWays, "--compare", In("run"), In("run")]), 2, "--direction", In("run"), "noise");
    }

    /// <summary>What is no number would be black, and scored as such.</summary>
    [Test]
    public async Task ValuesThatAreNoNumbersAreNoPictures()
    {
        await TrainTiny(In("noise"));
        Overflow(In("noise"));
        AssertExplained(
            await Run("generate", "--model", In("noise"), "--out", In("made"), "--count", "4", "--device", "cpu"), 1, In("noise"),
            "its gan makes values that are not numbers");
        AssertExplained(
            await Run("evaluate", "--model", In("noise"), "--data", In("glyphs"), "--device", "cpu"), 1, "values that are not numbers");
        var run = await TrainedRun(steps: 1);
        Overflow(run);
        AssertExplained(
            await Run("evaluate", "--model", run, "--data", In("data"), "--no-labels", "--device", "cpu"), 1,
            "makes values of it that are not numbers");
    }

    /// <summary>Trains a GAN for a step on 20 drawn glyphs, with 10 kept back.</summary>
    private async Task TrainTiny(string run, params string[] more)
    {
        await Do("data", "synth", "--kind", "glyphs", "--out", In("glyphs"), "--count", "20", "--val", "10", "--size", "16");
        await Do(
        [
            "train", "gan", "--preset", "small", "--data", In("glyphs"), "--out", run, "--g-widths", "8", "--d-widths", "8",
            "--steps", "1", "--sample-freq", "0", "--device", "cpu", "--quiet", .. more,
        ]);
    }

    /// <summary>Gives a run's generator weights so large that its sums overflow.</summary>
    private static void Overflow(string run)
    {
        var file = new RunDirectory(run).Latest;
        var bytes = File.ReadAllBytes(file);
        var start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, start - 8));
        foreach (var tensor in header.RootElement.EnumerateObject()
            .Where(t => t.Name.StartsWith("netG.", StringComparison.Ordinal) && t.Name.EndsWith("weight", StringComparison.Ordinal)))
        {
            var offsets = tensor.Value.GetProperty("data_offsets");
            var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan((start + offsets[0].GetInt32())..(start + offsets[1].GetInt32())));
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = MathF.CopySign(3e38f, values[i]);
            }
        }

        File.WriteAllBytes(file, bytes);
    }

    private static Picture Gray(byte level) => new(new Image(2, 2, 1, [level, level, level, level]));
}
