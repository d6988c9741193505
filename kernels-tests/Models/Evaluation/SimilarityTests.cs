using System.Text.Json;
using IlgpuGan.Models.Evaluation;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>SSIM and MS-SSIM against figures that numpy computed from their definitions (tools/fixtures/evaluation).</summary>
public sealed class SimilarityTests
{
    private sealed record Case(int Width, int Height, int Noise, double Ssim, int Scales, double MsSsim)
    {
        public override string ToString() => $"{Width}x{Height}, noise {Noise}";
    }

    private static IEnumerable<TestCaseData> Cases()
    {
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "Evaluation", "fixtures", "similarity.json");
        return JsonSerializer.Deserialize<Case[]>(File.ReadAllText(file), JsonSerializerOptions.Web)!
            .Select(c => new TestCaseData(c.Width, c.Height, c.Noise, c.Ssim, c.Scales, c.MsSsim).SetArgDisplayNames(c.ToString()));
    }

    [TestCaseSource(nameof(Cases))]
    public void AgreeWithAnIndependentImplementation(int width, int height, int noise, double ssim, int scales, double msSsim)
    {
        var (a, b) = Planes(width, height, noise);

        Assert.That(StructuralSimilarity.Of(a, b, width, height, 255), Is.EqualTo(ssim).Within(1e-9));
        Assert.That(MultiScaleSimilarity.ScalesOf(width, height), Is.EqualTo(scales));
        Assert.That(MultiScaleSimilarity.Of(a, b, width, height, 255), Is.EqualTo(msSsim).Within(1e-9));
    }

    [Test]
    public void EqualPlanesAreOneAndBrokenCallsAreRefused()
    {
        var (a, _) = Planes(50, 30, 1);

        Assert.That(MultiScaleSimilarity.Of(a, a, 50, 30, 255), Is.EqualTo(1).Within(1e-12));
        Fails.With<ArgumentException>(() => MultiScaleSimilarity.Of(a, a, 150, 10, 255), "11x11");
        Assert.That(() => MultiScaleSimilarity.Of(a, a, 30, 30, 255), Throws.ArgumentException);
    }

    [TestCase(256, 256, 5)]
    [TestCase(161, 1000, 5)]
    [TestCase(160, 1000, 4)]
    [TestCase(11, 11, 1)]
    [TestCase(10, 500, 0)]
    public void ScalesAreThoseThatHoldTheWindow(int width, int height, int scales) =>
        Assert.That(MultiScaleSimilarity.ScalesOf(width, height), Is.EqualTo(scales));

    /// <summary>A negative of a picture has a negative covariance: no root of it is taken.</summary>
    [Test]
    public void NegativesHaveNoSimilarityAndNotNoNumber()
    {
        var (a, _) = Planes(60, 60, 1);

        Assert.That(MultiScaleSimilarity.Of(a, Array.ConvertAll(a, v => 255 - v), 60, 60, 255), Is.Zero);
    }

    /// <summary>The planes that the fixture's script draws.</summary>
    private static (float[] A, float[] B) Planes(int width, int height, int noise)
    {
        var (a, b) = (new float[width * height], new float[width * height]);
        uint state = 1;
        for (var i = 0; i < a.Length; i++)
        {
            var (x, y) = (i % width, i / width);
            a[i] = (((x * x) + (3 * y * y)) / 64 + (40 * (((x / 16) + (y / 16)) % 2))) % 256;
            state = unchecked((state * 1664525) + 1013904223);
            b[i] = Math.Clamp(a[i] + (int)((state >> 16) % ((2 * noise) + 1)) - noise, 0, 255);
        }

        return (a, b);
    }
}
