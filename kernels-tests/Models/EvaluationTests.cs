using System.Text.Json;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Evaluation;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Models;

[TestFixture]
public sealed class EvaluationTests
{
    [Test]
    public void SsimIsItsDefinition()
    {
        var (a, b) = (Plane(40, 25, 1), Plane(40, 25, 2));
        Assert.That(StructuralSimilarity.Of(a, b, 40, 25, 255), Is.EqualTo(SlowSsim(a, b, 40, 25)).Within(1e-9));
        Assert.That(StructuralSimilarity.Of(a, a, 40, 25, 255), Is.EqualTo(1).Within(1e-12));
        Assert.That(() => StructuralSimilarity.Of(a, b, 250, 4, 255), Throws.ArgumentException);
    }

    [Test]
    public void ScoresOfKnownPictures()
    {
        var image = new Image(16, 16, 3, [.. Enumerable.Range(0, 768).Select(i => (byte)(i / 3))]);
        var brighter = new Image(16, 16, 3, [.. Enumerable.Range(0, 768).Select(i => (byte)Math.Min(255, (i / 3) + 10))]);
        var score = ImageScore.Of("x", new Picture(brighter), new Picture(image));
        var l1 = Enumerable.Range(0, 256).Average(v => Math.Min(255, v + 10) - v) / 255;
        var mse = Enumerable.Range(0, 256).Average(v => Math.Pow(Math.Min(255, v + 10) - v, 2)) / 255 / 255;
        Assert.That((score.L1, score.Mse, score.Psnr), Is.EqualTo((l1, mse, 10 * Math.Log10(1 / mse))).Using<(double, double, double)>((x, y) =>
            Math.Abs(x.Item1 - y.Item1) < 1e-9 && Math.Abs(x.Item2 - y.Item2) < 1e-9 && Math.Abs(x.Item3 - y.Item3) < 1e-6));
        var same = ImageScore.Of("x", new Picture(image), new Picture(image));
        Assert.That((same.L1, same.Psnr, same.Ssim), Is.EqualTo((0.0, double.PositiveInfinity, 1.0)));
        Assert.That(() => ImageScore.Of("x", new Picture(image), new Picture(image).Resized(8, 16)), Throws.ArgumentException);
    }

    [Test]
    public void ReportsAreReadableByOthers()
    {
        ImageScore[] scores = [new("a \"quoted\", name", 0.25, 0.125, double.PositiveInfinity, 0.5), new("b", 0.75, 0.375, 20, 1)];
        var report = new EvaluationReport(scores, EvaluationReport.MeanOf("mean", scores), scores[1] with { Name = "mean colour" }, new ColourIntersection(0.9, 0.8, 0.7));
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.That(json.RootElement.GetProperty("mean").GetProperty("l1").GetDouble(), Is.EqualTo(0.5));
        Assert.That(json.RootElement.GetProperty("mean").GetProperty("psnr").GetDouble(), Is.EqualTo(60), "infinity counts as 100");
        Assert.That(json.RootElement.GetProperty("colours").GetProperty("a").GetDouble(), Is.EqualTo(0.8));
        Assert.That(json.RootElement.GetProperty("images")[0].GetProperty("name").GetString(), Is.EqualTo(scores[0].Name));
        Assert.That(report.ToCsv().Split('\n')[..2], Is.EqualTo(new[] { "name,l1,mse,psnr,ssim", "\"a \"\"quoted\"\", name\",0.25,0.125,Infinity,0.5" }));
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

    private static double SlowSsim(float[] a, float[] b, int width, int height)
    {
        var (c1, c2) = (Math.Pow(0.01 * 255, 2), Math.Pow(0.03 * 255, 2));
        var values = new List<double>();
        for (var y = 3; y < height - 3; y++)
        {
            for (var x = 3; x < width - 3; x++)
            {
                var window = Enumerable.Range(0, 49).Select(i => ((y + (i / 7) - 3) * width) + x + (i % 7) - 3).ToList();
                double ma = window.Average(i => (double)a[i]), mb = window.Average(i => (double)b[i]);
                double va = window.Sum(i => Math.Pow(a[i] - ma, 2)) / 48, vb = window.Sum(i => Math.Pow(b[i] - mb, 2)) / 48;
                var cov = window.Sum(i => (a[i] - ma) * (b[i] - mb)) / 48;
                values.Add(((2 * ma * mb) + c1) * ((2 * cov) + c2) / (((ma * ma) + (mb * mb) + c1) * (va + vb + c2)));
            }
        }

        return values.Average();
    }

    private static float[] Plane(int width, int height, uint op)
    {
        var random = new IlgpuGan.Tensors.RandomSequence(new IlgpuGan.Tensors.RandomKey(1, 2, 3, op));
        return [.. Enumerable.Range(0, width * height).Select(i => (float)(((i * 3) % 200) + random.NextInt(56)))];
    }
}
