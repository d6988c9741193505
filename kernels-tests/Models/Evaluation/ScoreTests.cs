using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Reporting;

namespace IlgpuGan.ModelsTests.Evaluation;

public sealed class ScoreTests
{
    [Test]
    public void ScoresOfKnownPictures()
    {
        var image = new Image(16, 16, 3, [.. Enumerable.Range(0, 768).Select(i => (byte)(i / 3))]);
        var brighter = new Image(16, 16, 3, [.. Enumerable.Range(0, 768).Select(i => (byte)Math.Min(255, (i / 3) + 10))]);
        var score = ImageScore.Of("x", new Picture(brighter), new Picture(image));
        var l1 = Enumerable.Range(0, 256).Average(v => Math.Min(255, v + 10) - v) / 255;
        var mse = Enumerable.Range(0, 256).Average(v => Math.Pow(Math.Min(255, v + 10) - v, 2)) / 255 / 255;
        Assert.That(
            (score.L1, score.Mse, score.Psnr), Is.EqualTo((l1, mse, 10 * Math.Log10(1 / mse))).Using<(double, double, double)>((x, y) =>
            Math.Abs(x.Item1 - y.Item1) < 1e-9 && Math.Abs(x.Item2 - y.Item2) < 1e-9 && Math.Abs(x.Item3 - y.Item3) < 1e-6));
        var same = ImageScore.Of("x", new Picture(image), new Picture(image));
        Assert.That((same.L1, same.Psnr, same.Ssim!.Value), Is.EqualTo((0.0, double.PositiveInfinity, 1.0)));
        Assert.That(same.MsSsim!.Value, Is.EqualTo(1).Within(1e-12));
        Assert.That(() => ImageScore.Of("x", new Picture(image), new Picture(image).Resize(8, 16)), Throws.ArgumentException);
    }

    /// <summary>A picture on which a similarity's window has no place lacks it, and nothing else; the others have their mean.</summary>
    [Test]
    public void SmallPicturesLackSimilaritiesAlone()
    {
        ImageScore[] scores = [Equal("a", 16, 16), Equal("b", 32, 8), Equal("c", 6, 32)];
        Assert.That(
            scores.Select(s => (s.Ssim is null, s.MsSsim is null)), Is.EqualTo(new[] { (false, false), (false, true), (true, true) }));
        var mean = ImageScore.MeanOf("mean", scores);
        Assert.That(new[] { mean.L1, mean.Ssim!.Value, mean.MsSsim!.Value }, Is.EqualTo(new[] { 0.0, 1, 1 }).Within(1e-12));
        var report = EvaluationReport.Of(
            new PairScores { Images = scores, Mean = mean, Baseline = mean, Colours = new ColourIntersection(1, 1, 1) });
        Assert.That(report.Warnings, Is.EqualTo(new[]
        {
            "SSIM needs 7 pixels a side, and its mean leaves out c",
            "MS-SSIM needs 11 pixels a side, and its mean leaves out b and 1 other",
        }));
        Assert.That(report.ToCsv(), Does.Contain("\"c\",0,0,Infinity,,,\n"));
        Assert.That(EvaluationReport.Parse(report.ToJson()).ToCsv(), Is.EqualTo(report.ToCsv()));
        var shown = EvaluationMetrics.Of(report with { Mean = scores[2] }).Select(metric => metric.Name).ToList();
        Assert.That(shown, Has.Some.Contains("PSNR"));
        Assert.That(shown, Has.None.Contains("SSIM"));

        static ImageScore Equal(string name, int width, int height)
        {
            var image = new Image(width, height, 1, [.. Enumerable.Range(0, width * height).Select(i => (byte)i)]);
            return ImageScore.Of(name, new Picture(image), new Picture(image));
        }
    }

    [Test]
    public void ReportsAreReadableByOthers()
    {
        ImageScore[] scores =
        [
            new() { Name = "a \"quoted\", name", L1 = 0.25, Mse = 0.125, Psnr = double.PositiveInfinity, Ssim = 0.5, MsSsim = 0.75 },
            new() { Name = "b", L1 = 0.75, Mse = 0.375, Psnr = 20, Ssim = 1, MsSsim = 1 },
        ];
        var report = EvaluationReport.Of(new PairScores
        {
            Images = scores, Mean = ImageScore.MeanOf("mean", scores), Baseline = scores[1] with { Name = "mean colour" },
            Colours = new ColourIntersection(0.9, 0.8, 0.7),
        });
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.That(json.RootElement.GetProperty("mean").GetProperty("l1").GetDouble(), Is.EqualTo(0.5));
        Assert.That(json.RootElement.GetProperty("mean").GetProperty("psnr").GetDouble(), Is.EqualTo(60), "infinity counts as 100");
        Assert.That(json.RootElement.GetProperty("colours").GetProperty("a").GetDouble(), Is.EqualTo(0.8));
        Assert.That(json.RootElement.GetProperty("images")[0].GetProperty("name").GetString(), Is.EqualTo(scores[0].Name));
        Assert.That(
            report.ToCsv().Split('\n')[..2],
            Is.EqualTo(
                new[] { "name,l1,mse,psnr,ssim,ms_ssim,pixel_accuracy", "\"a \"\"quoted\"\", name\",0.25,0.125,Infinity,0.5,0.75," }));
        Assert.That(json.RootElement.TryGetProperty("segmentation", out _), Is.False, "what does not apply is left out");
        Assert.That(EvaluationReport.Parse(report.ToJson()).ToCsv(), Is.EqualTo(report.ToCsv()), "and reads back");
    }

    /// <summary>White, mid-gray and the primaries, from Bruce Lindbloom's published conversion of sRGB under D65.</summary>
    [TestCase(255, 255, 255, 100, 0, 0)]
    [TestCase(0, 0, 0, 0, 0, 0)]
    [TestCase(119, 119, 119, 50.034, 0, 0)]
    [TestCase(255, 0, 0, 53.241, 80.092, 67.203)]
    [TestCase(0, 255, 0, 87.735, -86.183, 83.179)]
    [TestCase(0, 0, 255, 32.297, 79.188, -107.860)]
    public void LabIsCies(int red, int green, int blue, double l, double a, double b)
    {
        var lab = LabColour.Of((byte)red, (byte)green, (byte)blue);
        Assert.That(new[] { lab.L, lab.A, lab.B }, Is.EqualTo(new[] { l, a, b }).Within(0.02));
    }

    [Test]
    public void HistogramsIntersectByTheirShares()
    {
        static ColourHistogram Of(params byte[] levels)
        {
            var histogram = new ColourHistogram();
            histogram.Add(new Picture(new Image(levels.Length, 1, 1, levels)));
            return histogram;
        }

        Assert.That(Of(10, 200).Intersect(Of(200, 10, 10, 200)), Is.EqualTo(new ColourIntersection(1, 1, 1)));
        Assert.That(Of(10, 10, 10, 200).Intersect(Of(200, 200)), Is.EqualTo(new ColourIntersection(0.25, 1, 1)));
        Assert.That(Of(10).Intersect(Of(200)).L, Is.Zero);
    }
}
