using System.Text.RegularExpressions;
using IlgpuGan.Models.Reporting;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Reporting;

public class ReportPageTests
{
    private static RunReport Report(int entries, double dReal = 0.5) => new()
    {
        Title = "pix2pix <facades>",
        Log = [.. Enumerable.Range(1, entries).Select(i => new LogEntry(
            i * 10, i / 4.0, [new("G_GAN", 1 + (1.0 / i)), new("G_L1", 20 / Math.Sqrt(i)), new("D_real", dReal), new("D_fake", dReal)], 2e-4, 0.1))],
        Options = [new("--direction", "BtoA")],
        TotalSteps = 10_000,
    };

    [Test]
    public void HoldsCurvesOptionsAndProgressWithoutScript()
    {
        var html = Regex.Replace(ReportPage.Render(Report(40)), "<script>.*?</script>", "", RegexOptions.Singleline);

        Assert.That(html, Does.Contain("pix2pix &lt;facades&gt;"));
        Assert.That(html, Does.Contain("Step 400 of 10000"));
        Assert.That(html, Does.Contain("--direction").And.Contain("BtoA"));
        Assert.That(Regex.Count(html, "<polyline class=\"smooth"), Is.EqualTo(5), "four losses and the learning rate");
    }

    [Test]
    public void ReferencesNothingOutsideItself()
    {
        Assert.That(Regex.IsMatch(ReportPage.Render(Report(40)), "(src|href)=\"(?!data:)"), Is.False);
    }

    [Test]
    public void NamesADiscriminatorThatHasWon()
    {
        Assert.That(ReportPage.Render(Report(40, dReal: 0.001)), Does.Contain("The discriminator has won"));
        Assert.That(ReportPage.Render(Report(40)), Does.Not.Contain("class=\"warning\""));
    }

    [Test]
    public void TakesNegativeScoresOfACriticForNoVictory()
    {
        Assert.That(RunWarnings.Of(Report(40, dReal: -3).Log), Is.Empty);
        var aroundZero = Report(40).Log.Select((e, i) => e with { Losses = [new("D_A", i % 2 == 0 ? 4 : -4), new("gp_A", 0.1)] }).ToList();
        Assert.That(RunWarnings.Of(aroundZero), Is.Empty);
        Assert.That(ReportPage.Render(Report(40) with { Log = aroundZero }), Does.Contain(">gp_A <output>"), "the penalty has a curve");
    }

    [Test]
    public void NamesTheStepAtWhichALossBroke()
    {
        var report = Report(30);
        var broken = new LogEntry(310, 8, [new("G_L1", double.NaN)], 2e-4, 0.1);

        Assert.That(RunWarnings.Of([.. report.Log, broken]), Has.Some.Contains("G_L1 stopped being a number at step 310"));
    }

    [Test]
    public void ThinsLongLogsButKeepsPeaks()
    {
        var log = Enumerable.Range(1, 20_000).Select(i => new LogEntry(i, 1, [new("D_A", i == 7777 ? 99 : 1)], 1e-4, 0.1)).ToList();

        var series = LossSeries.From(log).Single();

        Assert.That(series.Steps, Has.Count.LessThanOrEqualTo(1300));
        Assert.That(series.Raw.Max(), Is.EqualTo(99));
    }

    [Test]
    public void ReadsLogLinesAndLeavesOutOneCutShort()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "{\"step\":1,\"epoch\":1,\"G_GAN\":0.5,\"D_real\":\"NaN\",\"lr\":0.0002,\"seconds\":0.1}\n{\"step\":2,\"ep");

        var log = LogEntry.ReadFile(path);
        File.Delete(path);

        Assert.That(log, Has.Count.EqualTo(1));
        Assert.That(log[0].Losses.Select(l => l.Key), Is.EqualTo(new[] { "G_GAN", "D_real" }));
        Assert.That(double.IsNaN(log[0].Losses[1].Value));
    }
}
