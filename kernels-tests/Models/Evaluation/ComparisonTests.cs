using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Comparison;
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
