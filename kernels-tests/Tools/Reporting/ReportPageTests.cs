using System.Text.RegularExpressions;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Families.Spade;
using IlgpuGan.Models.Reporting;

namespace IlgpuGan.ToolsTests.Reporting;

public class ReportPageTests
{
    private const string Columns = "input | output | target";

    private static RunReport Report(int entries, double dReal = 0.5) => new()
    {
        Title = "pix2pix <facades>",
        Log = [.. Enumerable.Range(1, entries).Select(i => new LogEntry(
            i * 10, i / 4.0, [new("G_GAN", 1 + (1.0 / i)), new("G_L1", 20 / Math.Sqrt(i)), new("D_real", dReal), new("D_fake", dReal)],
            2e-4, 0.1))],
        Options = [new("--direction", "BtoA")],
        TotalSteps = 10_000,
        Time = new TrainingTime(entries * 10, entries),
    };

    [Test]
    public void HoldsCurvesOptionsAndProgressWithoutScript()
    {
        var html = Regex.Replace(ReportPage.Render(Report(40)), "<script>.*?</script>", "", RegexOptions.Singleline);

        Assert.That(html, Does.Contain("pix2pix &lt;facades&gt;"));
        Assert.That(html, Does.Contain("400 of 10000").And.Contain("10.0 images/s, 100 ms per step").And.Contain("16 min 0 s")
            .And.Contain("<dt>Trained for</dt><dd>40 s</dd>"));
        Assert.That(html, Does.Contain("--direction").And.Contain("BtoA"));
        Assert.That(Regex.Count(html, "<polyline class=\"smooth"), Is.EqualTo(5), "four losses and the learning rate");
        Assert.That(Regex.Count(html, ">step</text>.*?>value</text>"), Is.EqualTo(4), "axes have names");
        Assert.That(html, Does.Contain("In a healthy GAN"));
    }

    /// <summary>Each name in a legend leads to a phrase on the page, and none leads nowhere.</summary>
    [Test]
    public void SaysWhatEachLossIs()
    {
        foreach (var html in new[] { ReportPage.Render(Report(40)), ComparisonPage.Render([Report(40), Report(20)]) })
        {
            var links = Regex.Matches(html, "href=\"#(loss-[^\"]+)\"").Select(m => m.Groups[1].Value).ToList();
            Assert.That(links, Is.SupersetOf(new[] { "loss-G_GAN", "loss-G_L1", "loss-D_real", "loss-D_fake" }));
            Assert.That(links, Is.EquivalentTo(Regex.Matches(html, "<dt id=\"(loss-[^\"]+)\"").Select(m => m.Groups[1].Value)));
        }
    }

    /// <summary>Every loss that a family reports has its phrase; the page on curves has all of them, each with what is healthy.</summary>
    [Test]
    public void EveryLossOfAFamilyHasAPhrase()
    {
        var page = File.ReadAllText(Path.Combine(Sources.Root, LossMeanings.Page));
        var names = new[] { "Families", "Noise" }
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Sources.Root, "models", f), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"Report\(\s*\$?""([^""]+)""")).Select(m => m.Groups[1].Value)
            .Select(name => Regex.Replace(name, @"\{(way\.N|n)ame\}", "A").Replace("{i}", "0", StringComparison.Ordinal))
            .Distinct().ToList();
        Assert.That(names, Has.Count.GreaterThan(40).And.Contain("cycle_A"));
        foreach (var name in names)
        {
            Assert.That(LossMeanings.Of(name), Is.Not.Null, name);
            Assert.That(page, Does.Contain($"| {LossMeanings.Of(name)!.Value.What} | {LossMeanings.Of(name)!.Value.Healthy} |"), name);
        }
    }

    /// <summary>What guessing costs depends on the kind of the adversarial loss, which a run knows.</summary>
    [TestCase("vanilla", "0.69", "0.25")]
    [TestCase("lsgan", "0.25", "0.69")]
    public void SaysWhatIsHealthyOfTheRunsOwnLoss(string mode, string own, string other)
    {
        var run = Report(40) with { Options = [new("--gan-mode", mode)] };
        foreach (var html in new[] { ReportPage.Render(run), ComparisonPage.Render([run, run]) })
        {
            Assert.That(html, Does.Contain($"Healthy: level and noisy; {own} is guessing").And.Not.Contain($"{other} is guessing"));
        }

        Assert.That(ComparisonPage.Render([run, Report(40)]), Does.Contain("with cross-entropy 0.69 is guessing"), "of unlike runs");
    }

    [Test]
    public void ARunThatWasStoppedHasNoTimeLeft()
    {
        Assert.That(ReportPage.Render(Report(40)), Does.Contain("Time left"));
        Assert.That(
            ReportPage.Render(Report(40) with { Stopped = true }),
            Does.Contain("stopped after 400 of 10000 steps").And.Not.Contain("Time left"));
    }

    /// <summary>The numbers of runs that the page on curves shows.</summary>
    [Test]
    public void NamesADiscriminatorThatIsWinningAndARunThatLearnsNothing()
    {
        var winning = Report(60).Log.Select(e => e with { Losses = [new("G_GAN", 3), new("D_real", 0.06), new("D_fake", 0.06)] }).ToList();
        Assert.That(
            RunWarnings.Of(winning), Has.Exactly(1).StartsWith("The discriminator is winning: D_real 0.06 and D_fake 0.06"));
        var learning = Report(60).Log.Select(e => e with { Losses = [new("G_GAN", 1.7), new("D_real", 0.4), new("D_fake", 0.3)] }).ToList();
        Assert.That(RunWarnings.Of(learning), Is.Empty);

        var nothing = Report(60).Log.Select((e, i) => e with { Losses = [new("G_L1", 40 + (i % 2))] }).ToList();
        Assert.That(RunWarnings.Of(nothing), Has.Exactly(1).StartsWith("G_L1 has not fallen since the first steps (40.50, now 40.50)"));
        Assert.That(RunWarnings.Of(Report(60).Log), Is.Empty);
    }

    /// <summary>Whoever copies the command that trains the same anew runs nothing of what another wrote into a run's options.</summary>
    [TestCase("photos/a b", "'photos/a b'")]
    [TestCase("it's $(reboot)", @"'it'\''s $(reboot)'")]
    [TestCase("photos/facades", "photos/facades")]
    public void OptionsAreWordsToTheShell(string data, string word) =>
        Assert.That(
            StoredReport.CommandOf(new Pix2PixOptions { Data = data, Ngf = 8 }, "run"),
            Is.EqualTo($"ilgpugan train pix2pix --data {word} --out run --ngf 8"));

    /// <summary>What the data tell is no option of the command line, which would refuse it.</summary>
    [Test]
    public void OptionsThatTheDataTellAreNotTyped() =>
        Assert.That(
            StoredReport.CommandOf(new SpadeOptions { Data = "maps", IndexColours = "0:FF0000" }, "run"),
            Is.EqualTo("ilgpugan train spade --data maps --out run"));

    /// <summary>A run may be stopped between two logged steps, or before the first.</summary>
    [Test]
    public void SaysHowFarTheCheckpointIsWhereTheLogIsBehind()
    {
        var (begun, unknown) = (Report(0) with { SavedStep = 7 }, Report(0));
        Assert.That(ReportPage.Render(begun), Does.Contain("Step 7 of 10000 was taken."));
        Assert.That(ReportPage.Render(unknown), Does.Contain("Nothing logged yet.").And.Not.Contain("of 10000"));
        Assert.That(ReportPage.Render(Report(40) with { SavedStep = 407 }), Does.Contain("407 of 10000"));
        Assert.That(ComparisonPage.Render([begun, unknown]), Does.Contain(">7 of 10000<").And.Not.Contain(">0 of"));
    }

    /// <summary>Scores are those of the weights that were evaluated, which a run may have left behind.</summary>
    [Test]
    public void SaysOfWhichStepTheScoresAre()
    {
        var run = Report(40) with { SavedStep = 407, EvaluatedStep = 200, Metrics = [new("PSNR (dB, higher is better)", 12)] };
        Assert.That(ReportPage.Render(run), Does.Contain("On held-out pictures, as of step 200"));
        Assert.That(ReportPage.Render(run with { EvaluatedStep = 407 }), Does.Not.Contain("as of step"));
        Assert.That(ComparisonPage.Render([run, run]), Does.Contain("(as of step 200)"));
    }

    /// <summary>400 steps in 40 seconds: an epoch may have fewer pictures than a batch, and its last step has those left.</summary>
    [TestCase(64, null, "640.0")]
    [TestCase(64, 8, "80.0")]
    [TestCase(64, 100, "500.0")]
    [TestCase(3, 8, "26.7")]
    public void CountsThePicturesThatWereShown(int batchSize, int? samples, string rate)
    {
        var run = Report(40) with { BatchSize = batchSize, PicturesPerEpoch = samples };
        Assert.That(ReportPage.Render(run), Does.Contain($"{rate} images/s, 100 ms per step"));
        Assert.That(ComparisonPage.Render([run, run]), Does.Contain($">{rate}<"));
    }

    /// <summary>Scores on training pictures are not those on pictures kept back, nor are those of two sizes the same.</summary>
    [Test]
    public void SaysOfWhichPicturesTheScoresAre()
    {
        var run = Report(40) with { Metrics = [new("SSIM", 0.5)], EvaluatedOn = "train of d, 32x32, AtoB" };
        Assert.That(ReportPage.Render(run), Does.Contain("<h2>On train of d, 32x32, AtoB</h2>").And.Not.Contain("On held-out"));
        Assert.That(ComparisonPage.Render([run, run, Report(20)]), Does.Contain("<h2>On train of d, 32x32, AtoB</h2>"));
        var unlike = ComparisonPage.Render([run, run with { EvaluatedOn = "val of d, 64x64, AtoB" }, Report(20)]);
        Assert.That(unlike, Does.Contain("<h2>On different pictures</h2>").And.Not.Contain("On held-out"));
        Assert.That(unlike, Does.Contain("</b> on train of d, 32x32, AtoB</th>").And.Contain("</b> on val of d, 64x64, AtoB</th>"));
    }

    [Test]
    public void ShowsMeasuresByFeatures()
    {
        var report = new EvaluationReport
        {
            Colours = new ColourIntersection(1, 1, 1), Features = new("f.onnx", 64, 7.5, 1, new ManifoldScores(0.1, 0.2, 0.3, 0.4), 80),
        };
        var metrics = EvaluationMetrics.Of(report).ToDictionary(m => m.Name, m => (m.Value, m.Baseline));
        Assert.That(metrics["Fréchet distance by f.onnx (lower is better)"], Is.EqualTo((7.5, (double?)1)));
        Assert.That(metrics["Recall by f.onnx (of 1)"], Is.EqualTo((0.2, (double?)null)));
        var scaled = report with { Features = report.Features! with { Side = 32 } };
        Assert.That(EvaluationMetrics.Of(scaled).Select(m => m.Name), Has.Member("Recall by f.onnx (side 32) (of 1)"));
    }

    /// <summary>Logged steps tell nothing of those between them.</summary>
    [Test]
    public void SaysNothingOfTheTimeThatNobodyMeasured()
    {
        var unmeasured = Report(40) with { Time = null };
        Assert.That(
            ReportPage.Render(unmeasured),
            Does.Contain("400 of 10000").And.Not.Contain("Trained for").And.Not.Contain("Throughput").And.Not.Contain("Time left"));
        var compared = ComparisonPage.Render([unmeasured, Report(40) with { Time = new TrainingTime(400, 3700) }]);
        Assert.That(compared, Does.Contain(">1 h 1 min<").And.Contain(">0.1<").And.Not.Contain(">10.0<").And.Not.Contain(">40 s<"));
    }

    [Test]
    public void ASinglePointIsADot()
    {
        var html = ReportPage.Render(Report(1));
        Assert.That(Regex.Count(html, "<circle class=\"smooth s\\d\" cx=\"[\\d.]+\" cy=\"[\\d.]+\" r=\"4\"/>"), Is.EqualTo(5));
        Assert.That(html, Does.Not.Contain("<polyline class=\"smooth s0\" points"));
    }

    [Test]
    public void ReferencesNothingOutsideItself()
    {
        Assert.That(Regex.IsMatch(ReportPage.Render(Report(40)), "(src|href)=\"(?!data:|#loss-)"), Is.False);
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
        Assert.That(ReportPage.Render(Report(40) with { Log = aroundZero }), Does.Contain(">gp_A</a> <output>"), "the penalty has a curve");
    }

    /// <summary>pix2pix and DualGAN log the scores of their critics, and no difference of them.</summary>
    [TestCase("--gan-mode", "wgangp")]
    [TestCase("--critic", "global")]
    public void TakesScoresOfACriticNearZeroForNoVictory(string option, string mode)
    {
        var run = Report(40, dReal: 0.001) with { Options = [new(option, mode)] };
        Assert.That(RunWarnings.Of(run.Log), Has.Exactly(1).StartsWith("The discriminator has won"), "of a discriminator");
        Assert.That(ReportPage.Render(run), Does.Not.Contain("class=\"warning\""));
        Assert.That(ComparisonPage.Render([run, run]), Does.Contain("<td>none</td>"));
        var oneOfTwo = run.Log.Select(e => e with { Losses = [new("D_A", 0.001)] }).ToList();
        Assert.That(RunWarnings.Of(oneOfTwo), Has.Exactly(1).StartsWith("D_A is near zero"), "of a discriminator");
        Assert.That(RunWarnings.Of(oneOfTwo, hasCritic: true), Is.Empty);
    }

    [Test]
    public void NamesADiscriminatorThatHasLost()
    {
        var lost = Report(40).Log.Select(e => e with { Losses = [new("G_GAN", 0.001), new("D_real", 0.3), new("D_fake", 6)] }).ToList();
        Assert.That(RunWarnings.Of(lost), Has.Exactly(1).Contains("The discriminator has lost"));
        var winning =
            Report(40).Log.Select(e => e with { Losses = [new("G_GAN", 0.001), new("D_real", 0.3), new("D_fake", 0.4)] }).ToList();
        Assert.That(RunWarnings.Of(winning), Is.Empty);
    }

    [Test]
    public void NamesALossThatStandsStillUnlessItHasNoWeight()
    {
        Assert.That(Warnings(20), Has.Exactly(1).StartsWith("G_L1 has stopped changing"));
        Assert.That(Warnings(0), Is.Empty, "--lambda-l1 0");

        static IReadOnlyList<string> Warnings(double value) =>
            [.. RunWarnings.Of([.. Report(40).Log.Select(e => e with { Losses = [new("G_L1", value)] })])];
    }

    /// <summary>Networks that have learnt nothing yet may well make one colour.</summary>
    [Test]
    public void ADeadOutputBeforeTheFirstStepIsNone()
    {
        using var folder = new TinyRun();
        var path = folder.PathOf("sample.png");
        PictureFile.Save(new Picture(new Image(30, 10, 3, [.. Enumerable.Repeat((byte)7, 900)])), path);
        Assert.That(SampleWarnings.Of([new(0, Columns, path)]), Is.Empty);
        Assert.That(SampleWarnings.Of([new(1, Columns, path)]), Is.Not.Empty);
    }

    /// <summary>An output of one colour in every row, of the last step: not the input, which may be, and not an earlier step.</summary>
    [Test]
    public void NamesADeadOutput()
    {
        using var folder = new TinyRun();
        var (dead, alive) = (Sample("dead.png", flat: true), Sample("alive.png", flat: false));
        Assert.That(
            SampleWarnings.Of([new(1, Columns, alive), new(2, Columns, dead), new(2, Columns, dead)]),
            Has.Exactly(1).StartsWith("output was a single colour at step 2"));
        Assert.That(SampleWarnings.Of([new(1, Columns, dead), new(2, Columns, dead), new(2, Columns, alive)]), Is.Empty);
        Assert.That(SampleWarnings.Of([]), Is.Empty);

        string Sample(string name, bool flat)
        {
            var path = folder.PathOf(name);
            PictureFile.Save(
                new Picture(
                    new Image(30, 10, 3, [.. Enumerable.Range(0, 900).Select(i => (byte)(i / 3 % 30 is >= 10 and < 20 && !flat ? i : 7))])),
                path);
            return path;
        }
    }

    /// <summary>A few of many moments, the first and the last among them; what the columns of CycleGAN are is said.</summary>
    [Test]
    public void ShowsSomeOfManyMoments()
    {
        using var folder = new TinyRun();
        var path = folder.PathOf("sample.png");
        PictureFile.Save(new Picture(new Image(40, 10, 3, new byte[1200])), path);
        var samples =
            Enumerable.Range(0, 8).Select(i => new ReportSample(10 * i, "real_A | fake_B | rec_A | made_by_hand", path)).ToList();
        Assert.That(Steps(3), Is.EqualTo(new[] { "0", "30", "70" }));
        Assert.That(Steps(2), Is.EqualTo(new[] { "0", "70" }));
        Assert.That(Steps(1), Is.EqualTo(new[] { "70" }));
        Assert.That(Steps(8), Has.Count.EqualTo(8));
        Assert.That(
            Page(1),
            Does.Contain("<span>A (real_A)</span><span>→ B (fake_B)</span><span>→ back to A (rec_A)</span><span>made_by_hand</span>"));

        List<string> Steps(int most) => [.. Regex.Matches(Page(most), "data-step=\"(\\d+)\"").Select(m => m.Groups[1].Value)];

        string Page(int most)
        {
            var html = new StringBuilder();
            SampleStrip.Append(html, samples, "", most);
            return System.Net.WebUtility.HtmlDecode(html.ToString());
        }
    }

    [Test]
    public void ComparesWhatDiffersOnly()
    {
        var other = Report(40) with { Title = "other", Options = [new("--direction", "AtoB"), new("--lr", "1")] };
        var html = ComparisonPage.Render([Report(40) with { Options = [new("--direction", "BtoA"), new("--lr", "1")] }, other]);
        Assert.That(html, Does.Contain("--direction").And.Contain("AtoB").And.Not.Contain("--lr").And.Contain("pix2pix &lt;facades&gt;"));
        Assert.That(html, Does.Contain("None of the runs has been evaluated"));
        Assert.That(Regex.Count(html, "class=\"smooth s1\""), Is.EqualTo(4), "the second run in each loss's chart");
    }

    [Test]
    public void NamesTheStepAtWhichALossBroke()
    {
        var report = Report(30);
        var broken = new LogEntry(310, 8, [new("G_L1", double.NaN)], 2e-4, 0.1);

        Assert.That(RunWarnings.Of([.. report.Log, broken]), Has.Some.Contains("G_L1 was not a finite number at step 310"));
    }

    [Test]
    public void ThinsLongLogsButKeepsPeaks()
    {
        var log = Enumerable.Range(1, 20_000).Select(i => new LogEntry(i, 1, [new("D_A", i == 7777 ? 99 : 1)], 1e-4, 0.1)).ToList();

        var series = LossSeries.From(log).Single();

        Assert.That(series.Steps, Has.Count.LessThanOrEqualTo(1300));
        Assert.That(series.Raw.Max(), Is.EqualTo(99));
    }

    /// <summary>A run's first chart: the average of a single value may differ from it by its last bit, which is no range.</summary>
    [Test]
    public void ASingleValueHasAnAxisOfFewTicks()
    {
        const double value = -0.0004753535;
        Assert.That(ChartSvg.Ticks(value, Math.BitIncrement(value), 5).Take(100).Count(), Is.LessThanOrEqualTo(10));

        var series = LossSeries.From([new LogEntry(1, 1, [new("G_GAN", value)], 2e-4, 0.1)]);
        Assert.That(series.Single().Smooth.Single(), Is.GreaterThan(value), "by rounding");
        Assert.That(ChartSvg.Draw(series), Does.Contain(">0.2</text>").And.Not.Contain("NaN"), "an axis from the value to one above it");
    }

    [Test]
    public void ReadsLogLinesAndLeavesOutOneCutShort()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(
            path, "{\"step\":1,\"epoch\":1,\"G_GAN\":0.5,\"D_real\":\"NaN\",\"lr\":0.0002,\"seconds\":0.1}\n{\"step\":2,\"ep");

        var log = LogEntry.ReadFile(path);
        File.Delete(path);

        Assert.That(log, Has.Count.EqualTo(1));
        Assert.That(log[0].Losses.Select(l => l.Key), Is.EqualTo(new[] { "G_GAN", "D_real" }));
        Assert.That(double.IsNaN(log[0].Losses[1].Value));
    }
}
