using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Networks;
using IlgpuGan.ModelsTests.ModelInterop;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>
/// The measure of checkerboards: against its definition, on patterns of known periods, and on the layers that it is about.
/// </summary>
internal sealed class CheckerboardTests
{
    /// <summary>Two pictures of odd sizes and different channels, by the formula.</summary>
    [Test]
    public void IsWhatItsDefinitionSays([Values(2, 4, 8)] int period)
    {
        Image[] images = [Noise(1, 21, 19, 3), Noise(2, 12, 30, 1)];
        var (sums, counts) = (new double[period, period], new double[period, period]);
        foreach (var image in images)
        {
            for (var c = 0; c < image.Channels; c++)
            {
                for (var y = 1; y < image.Height - 1; y++)
                {
                    for (var x = 1; x < image.Width - 1; x++)
                    {
                        double At(int dx, int dy) => image.Bytes[((((y + dy) * image.Width) + x + dx) * image.Channels) + c];
                        sums[y % period, x % period] += Math.Pow((4 * At(0, 0)) - At(-1, 0) - At(1, 0) - At(0, -1) - At(0, 1), 2);
                        counts[y % period, x % period]++;
                    }
                }
            }
        }

        var means = sums.Cast<double>().Zip(counts.Cast<double>(), (s, n) => s / n).ToArray();
        var mean = means.Average();
        var expected = Math.Sqrt(means.Average(m => (m - mean) * (m - mean))) / mean;
        Assert.That(MeterOf(images).Of(period), Is.EqualTo(expected).Within(1e-12));
        Assert.That(expected, Is.GreaterThan(0.01));
    }

    /// <summary>Bright squares in every other place of both directions.</summary>
    [TestCase(2, new[] { 2, 4, 8 })]
    [TestCase(4, new[] { 4, 8 })]
    public void APatternShowsAtItsPeriodAndItsMultiples(int period, int[] shownAt)
    {
        var noise = Noise(3, 128, 128, 1);
        var patterned =
            new Image(128, 128, 1, [.. noise.Bytes.Select((v, i) => (byte)(IsBright(i % 128) && IsBright(i / 128) ? v + 150 : v))]);
        foreach (var p in CheckerboardMeter.Periods)
        {
            var (plain, with) = (MeterOf(noise).Of(p), MeterOf(patterned).Of(p));
            Assert.That(with, shownAt.Contains(p) ? Is.GreaterThan(5 * plain) : Is.LessThan(0.05), $"period {p}");
        }

        bool IsBright(int x) => x % period < period / 2;
    }

    [Test]
    public void WhereThereIsNoDetailThereIsNoUnevenness()
    {
        Assert.That(MeterOf(new Image(16, 16, 3, new byte[768])).Of(2), Is.Zero);
        Assert.That(MeterOf(new Image(2, 2, 1, [0, 255, 255, 0])).Of(2), Is.Zero, "too small for a Laplacian");
        Assert.That(new CheckerboardMeter().Of(8), Is.Zero);
        var levels = CheckerboardMeter.Compare(MeterOf(Noise(1, 9, 9, 1)), new CheckerboardMeter());
        Assert.That(levels.Select(l => (l.Period, l.Real)), Is.EqualTo(new[] { (2, 0.0), (4, 0.0), (8, 0.0) }));
    }

    /// <summary>Untrained, transposed convolutions draw their grid, and resize-convolutions don't.</summary>
    [Test]
    public void ResizeConvolutionsLeaveNoCheckerboard()
    {
        var picture = new Picture(new SyntheticFacades(1, 64).Draw(0).Photo);
        var (transposed, resized) = (new CheckerboardMeter(), new CheckerboardMeter());
        for (var seed = 1UL; seed <= 8; seed++)
        {
            transposed.Add(Made(new UNet(downs: 4, ngf: 4, dropout: false), seed));
            resized.Add(Made(new UNet(downs: 4, ngf: 4, dropout: false, upsample: true), seed));
        }

        Assert.That(resized.Of(2), Is.LessThan(transposed.Of(2) / 3));

        Picture Made(Layer network, ulong seed)
        {
            var planes = new float[3 * 64 * 64];
            picture.CopyTo(planes);
            var (_, values) = network.Initialize(seed, gain: 0.1f).To(SampleNetworks.Cpu).Run(planes, 1, 3, 64, 64);
            return PictureTensors.ToPicture(Tensor.From(values, new Shape(1, 3, 64, 64), SampleNetworks.Cpu));
        }
    }

    private static CheckerboardMeter MeterOf(params Image[] images)
    {
        var meter = new CheckerboardMeter();
        foreach (var image in images)
        {
            meter.Add(new Picture(image));
        }

        return meter;
    }

    private static Image Noise(int seed, int width, int height, int channels)
    {
        var random = new Random(seed);
        return new Image(width, height, channels, [.. Enumerable.Range(0, width * height * channels).Select(_ => (byte)random.Next(100))]);
    }
}
