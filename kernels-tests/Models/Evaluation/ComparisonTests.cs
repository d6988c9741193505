using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.ModelsTests.Evaluation;

public sealed class ComparisonTests
{
    /// <summary>The interval of the mean of many normal differences is mean ± 1.96·s/√n, which the bootstrap must come near.</summary>
    [Test]
    public void BootstrapComesNearTheNormalInterval()
    {
        const int count = 200;
        var random = new RandomSequence(new RandomKey(1, 2, 3, 4));
        double[] scores = [.. Enumerable.Range(0, count).Select(_ => 5 + (2.0 * random.NextNormal()))];

        var difference = PairedDifference.Of(scores, new double[count]);

        var mean = scores.Average();
        var reach = 1.96 * Math.Sqrt(scores.Sum(s => (s - mean) * (s - mean)) / (count - 1) / count);
        Assert.That(difference.Mean, Is.EqualTo(mean).Within(1e-9));
        Assert.That(difference.Low, Is.EqualTo(mean - reach).Within(0.1 * reach));
        Assert.That(difference.High, Is.EqualTo(mean + reach).Within(0.1 * reach));
        Assert.That(difference.IsClear);
        Assert.That(PairedDifference.Of(scores, new double[count]), Is.EqualTo(difference), "the same interval twice");
    }

    [Test]
    public void NoiseIsNotTakenForADifference()
    {
        var random = new RandomSequence(new RandomKey(7, 2, 3, 4));
        var difference = PairedDifference.Of([.. Enumerable.Range(0, 50).Select(_ => (double)random.NextNormal())], new double[50]);

        Assert.That(difference.IsClear, Is.False);
        Assert.That(() => PairedDifference.Of([1], [1, 2]), Throws.ArgumentException);
    }

    [Test]
    public void RunsAreComparedPictureByPictureWhateverTheirOrder()
    {
        var first = Run("plain", [("a", 0.5), ("b", 0.6), ("c", 0.7)]);
        var second = Run("better", [("c", 0.8), ("a", 0.6), ("b", 0.7)]);

        var comparison = RunComparison.Of([first, second]);
        var ssim = comparison.Measures.Single(m => m.Measure == "SSIM");
        var text = comparison.ToMarkdown();

        Assert.That(ssim.Means, Is.EqualTo(new double?[] { 0.6, 0.7 }).Within(1e-12));
        Assert.That(ssim.Differences[0], Is.Null);
        Assert.That(
            new[] { ssim.Differences[1]!.Mean, ssim.Differences[1]!.Low, ssim.Differences[1]!.High }, Is.All.EqualTo(0.1).Within(1e-12),
            "0.1 in each");
        Assert.That(text, Does.Contain("SSIM: better is better than plain by 0.1000, in 3 of 3 pictures."));
        Assert.That(text, Does.Contain("L1: better is better than plain by 0.1000, in 3 of 3 pictures."), "of L1 less is better");
        Assert.That(text, Does.Contain("PSNR (dB): no significant difference between better and plain"));
        Assert.That(
            text.Split('\n').TakeWhile(l => l.Length > 0).Select(l => l.Length).Distinct().Count(), Is.EqualTo(1),
            "columns stand below each other");
        Assert.That(comparison.Measures.Select(m => m.Measure), Does.Not.Contain("pixel accuracy"), "nobody judged classes");
        var stepped = second with { Report = second.Report with { Subject = first.Report.Subject! with { Step = 400 } } };
        Assert.That(RunComparison.Of([first, stepped]).ToMarkdown(), Does.Contain("| better, step 400"));
        Assert.That(
            JsonDocument.Parse(comparison.ToJson()).RootElement.GetProperty("measures")[0].GetProperty("differences")[1]
                .GetProperty("pictures").GetInt32(),
            Is.EqualTo(3));
    }

    /// <summary>A picture that is too small for one measure does not take that measure from the others.</summary>
    [Test]
    public void AMeasureIsComparedOnThePicturesThatHaveIt()
    {
        var (first, second) = (Run("one", [("a", 0.5), ("small", 0.6), ("c", 0.7)]), Run("two", [("a", 0.6), ("small", 0.9), ("c", 0.8)]));
        var comparison = RunComparison.Of([WithoutScales(first, "small"), WithoutScales(second, "small")]);
        var scales = comparison.Measures.Single(m => m.Measure == "MS-SSIM");
        Assert.That(scales.Means, Is.EqualTo(new double?[] { 0.6, 0.7 }).Within(1e-12));
        Assert.That(scales.Differences[1]!.Pictures, Is.EqualTo(2));
        Assert.That(comparison.Measures.Single(m => m.Measure == "SSIM").Differences[1]!.Pictures, Is.EqualTo(3));
        Assert.That(
            RunComparison.Of([WithoutScales(first, "a", "small"), WithoutScales(second, "c")]).Measures.Select(m => m.Measure),
            Does.Not.Contain("MS-SSIM"));

        static ComparedRun WithoutScales(ComparedRun run, params string[] names) => run with
        {
            Report = run.Report with
            {
                Images = [.. run.Report.Images.Select(score => names.Contains(score.Name) ? score with { MsSsim = null } : score)],
            },
        };
    }

    [Test]
    public void OtherPicturesAreRefused()
    {
        var first = Run("one", [("a", 0.5), ("b", 0.6)]);

        Assert.That(() => RunComparison.Of([first]), Throws.TypeOf<RunException>());
        Fails.With<RunException>(
            () => RunComparison.Of([first, Run("two", [("a", 0.5)])]), "two was evaluated on 1 picture of data (val, AtoB), but one on 2");
        Assert.That(() => RunComparison.Of([first, Run("two", [("a", 0.5), ("b", 0.6)], split: "test")]), Throws.TypeOf<RunException>());
        Fails.With<RunException>(
            () => RunComparison.Of([first, Run("two", [("a", 0.5), ("b", 0.6), ("a", 0.7)])]),
            "two was evaluated on several pictures of the name a");
    }

    /// <summary>Pictures of sets and of noise have no names: the same ones are as many.</summary>
    [Test]
    public void OtherSetsAreRefused()
    {
        var (few, many, old) = (OfSets("few", new(5, 5, 3, 3)), OfSets("many", new(40, 40, 38, 38)), OfSets("old", counts: null));
        Fails.With<RunException>(
            () => RunComparison.Of([few, many]),
            "many was evaluated on 40 outputs with 38 real pictures of data (val, AtoB), but few on 5 outputs with 3 real pictures of");
        Fails.With<RunException>(
            () => RunComparison.Of([few, old]), "old was evaluated on an unknown number of pictures of data", "evaluate all runs alike");
        Fails.With<RunException>(
            () => RunComparison.Of([OfNoise("few", 20), OfNoise("many", 80)]), "many was evaluated on 80 outputs with 80 real pictures",
            "few on 20 outputs with 20 real pictures");
        foreach (var run in new[] { few, old, OfNoise("noise", 20) })
        {
            Assert.That(RunComparison.Of([run, run with { Name = "another" }]).Runs, Is.EqualTo(new[] { run.Name, "another" }));
        }

        static ComparedRun OfSets(string name, SetCounts? counts) => new(name, new EvaluationReport
        {
            Subject = new EvaluationSubject(name, 1, "data", "val", "AtoB", Eval: false), Colours = new ColourIntersection(1, 1, 1),
            Compared = counts,
        });

        static ComparedRun OfNoise(string name, int count) => new(name, new EvaluationReport
        {
            Subject = new EvaluationSubject(name, 1, "data", "val", Direction: null, Eval: true), Colours = new ColourIntersection(1, 1, 1),
            Generator = new GeneratorScores(count, count, "features", null, null, null, null, null),
        });
    }

    /// <summary>Running statistics give other pictures than those of the batch.</summary>
    [Test]
    public void OtherStatisticsAreRefused()
    {
        var (first, other) = (Run("one", [("a", 0.5)]), Run("two", [("a", 0.5)]));
        var withEval = other with { Report = other.Report with { Subject = other.Report.Subject! with { Eval = true } } };
        Fails.With<RunException>(
            () => RunComparison.Of([first, withEval]),
            "two was evaluated on 1 picture of data (val, AtoB, --eval), but one on 1 picture of data (val, AtoB)");
    }

    /// <summary>What more steps are worth can be asked, so other numbers of steps are named, not refused.</summary>
    [Test]
    public void NumbersOfStepsAreNamed()
    {
        var (one, four, old) = (InSteps("one", 1), InSteps("four", 4), InSteps("old", null));
        var text = RunComparison.Of([one, four, old]).ToMarkdown();
        Assert.That(
            text, Does.Contain("| one, step 1, --steps 1 ").And.Contain("| four, step 1, --steps 4 ").And.Contain("| old, step 1 "));
        var fewer = Run("fewer", [("b", 0.5)]);
        Fails.With<RunException>(
            () => RunComparison.Of([fewer, four]),
            "four was evaluated on 1 picture of data (val, AtoB, --steps 4), but fewer on 1 picture of data (val, AtoB)");

        static ComparedRun InSteps(string name, int? steps)
        {
            var run = Run(name, [("a", 0.5)]);
            var report = run.Report with { Subject = run.Report.Subject! with { TranslationSteps = steps } };
            return run with { Report = EvaluationReport.Parse(report.ToJson()) };
        }
    }

    /// <summary>What was measured has a row, of features a row for each network; where a run has no value there is a dash.</summary>
    [Test]
    public void MeasuresOfFeaturesAndOfNoiseAreCompared()
    {
        var (first, second) = (OfNoise("one", 3), OfNoise("two", 5));
        second = second with
        {
            Report = second.Report with { Features = new("f.onnx", 64, 7.5, 1, new ManifoldScores(0.1, 0.2, 0.3, 0.4), 80) },
        };
        var third = first with { Report = first.Report with { Features = new("g.onnx", 8, 2.5, 1, Manifolds: null, 80) } };

        var comparison = RunComparison.Of([first, second, third]);

        AssertRow("Fréchet distance by f.onnx", false, null, 7.5, null);
        AssertRow("precision by f.onnx", true, null, 0.1, null);
        AssertRow("density by f.onnx", null, null, 0.3, null);
        AssertRow("Fréchet distance by g.onnx", false, null, null, 2.5);
        AssertRow("recall", true, 0.6, 0.6, 0.6);
        AssertRow("coverage", true, 0.8, 0.8, 0.8);
        AssertRow("mean difference of two", null, 0.3, 0.5, 0.3);
        AssertRow("classes reached", true, 2, 2, 2);
        AssertRow("nearest training picture", null, 0.2, 0.2, 0.2);
        Assert.That(comparison.Measures.Select(m => m.Measure), Does.Not.Contain("precision by g.onnx"), "too few pictures");
        Assert.That(comparison.ToMarkdown(), Does.Contain("| as real | 0.3000 "));

        void AssertRow(string name, bool? higherIsBetter, params double?[] values)
        {
            var row = comparison.Measures.Single(m => m.Measure == name);
            Assert.That(row.HigherIsBetter, Is.EqualTo(higherIsBetter), name);
            Assert.That(row.Means, Is.EqualTo(values).Within(1e-12), name);
        }

        static ComparedRun OfNoise(string name, int diversity) => new(name, new EvaluationReport
        {
            Subject = new EvaluationSubject(name, 1, "glyphs", "val", Direction: null, Eval: true),
            Colours = new ColourIntersection(1, 1, 1),
            Generator = new GeneratorScores(
                80, 80, "features", new ManifoldScores(0.5, 0.6, 0.7, 0.8), diversity / 10.0, 0.5,
                new ClassCoverage(["a", "b"], [0.5, 0.5], [0.5, 0.5]), new NearestDistances(0.2, 0.1)),
        });
    }

    /// <summary>Pictures that a network is given otherwise have other features.</summary>
    [Test]
    public void FeaturesOfAnotherSideOrRangeHaveRowsOfTheirOwn()
    {
        var features = new FeatureComparison("f.onnx", 64, 7.5, 1, Manifolds: null, 80);
        ComparedRun[] runs =
        [
            Of("one", features), Of("two", features with { Frechet = 8 }), Of("three", features with { Side = 32, Range = "bytes" }),
        ];
        var read = Array.ConvertAll(runs, run => run with { Report = EvaluationReport.Parse(run.Report.ToJson()) });
        var rows = RunComparison.Of(read).Measures.Where(m => m.Measure.StartsWith("Fréchet", StringComparison.Ordinal)).ToList();
        Assert.That(
            rows.Select(row => row.Measure),
            Is.EqualTo(new[] { "Fréchet distance by f.onnx", "Fréchet distance by f.onnx (side 32, range bytes)" }));
        Assert.That(rows[0].Means, Is.EqualTo(new double?[] { 7.5, 8, null }));
        Assert.That(rows[1].Means, Is.EqualTo(new double?[] { null, null, 7.5 }));

        static ComparedRun Of(string name, FeatureComparison found)
        {
            var run = Run(name, [("a", 0.5)]);
            return run with { Report = run.Report with { Features = found } };
        }
    }

    [Test]
    public void NamesAreAsShortAsCanBe()
    {
        Assert.That(RunNames.Of(["/x/one", "/x/two/"]), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(RunNames.Of(["/x/old/run", "/x/new/run"]), Is.EqualTo(new[] { "old/run", "new/run" }));
    }

    private static ComparedRun Run(string name, (string Name, double Ssim)[] pictures, string split = "val")
    {
        ImageScore[] scores = 
        [
            .. pictures.Select(p => new ImageScore
            {
                Name = p.Name, L1 = 1 - p.Ssim, Mse = 0.1, Psnr = 20, Ssim = p.Ssim, MsSsim = p.Ssim,
            }),
        ];
        var mean = ImageScore.MeanOf("mean", scores);
        var all = new PairScores { Images = scores, Mean = mean, Baseline = mean, Colours = new ColourIntersection(1, 1, 1) };
        return new ComparedRun(name, EvaluationReport.Of(all) with
        {
            Subject = new EvaluationSubject(name, 1, "data", split, "AtoB", Eval: false),
        });
    }
}
