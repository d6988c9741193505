using IlgpuGan.Imaging.Png;
using IlgpuGan.Models.Reporting;

namespace IlgpuGan.ToolsTests.Reporting;

/// <summary>The pages as people see them, in a real browser: what they say, what they show, what one can do there.</summary>
public sealed class BrowserTests : InBrowser
{
    /// <summary>Of <c>s0</c>, the first curve, and of the left half of sample pictures.</summary>
    private static readonly (int R, int G, int B) s_curve = (0x28, 0x64, 0xd8), s_sample = (200, 40, 120);

    [TestCase(1280, 900, true)]
    [TestCase(1280, 900, false)]
    [TestCase(390, 844, true)]
    [TestCase(390, 844, false)]
    public async Task TheReportShowsARun(int width, int height, bool scripts)
    {
        var page = Page("report.html", () => ReportPage.Render(Run("facades") with { Finished = false }));
        await _browser.OpenAsync(page, width, height, scripts, phone: width < 500);

        var text = await _browser.Eval<string>("document.body.innerText");
        foreach (var expected in new[]
        {
            "facades", "300 of 1000", "images/s", "Time left", "The discriminator has won", "Samples", "input", "output", "target",
            "PSNR (dB, higher is better)", "17.25",
            "one colour", "Generator: adversarial", "Discriminator", "G_GAN", "--direction", "BtoA", "Device", "a processor",
        })
        {
            Assert.That(text, Does.Contain(expected));
        }

        Assert.That(await _browser.Eval<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width), "nothing sticks out");
        Assert.That(
            await _browser.Eval<int[]>(
                "[document.querySelectorAll('polyline.raw').length, document.querySelectorAll('polyline.smooth').length]"),
            Is.EqualTo(new[] { 5, 5 }));
        Assert.That(await _browser.Eval<bool>("[...document.images].every(i => i.complete && i.naturalWidth === 120)"));
        Assert.That(
            await _browser.Eval<bool>("document.querySelector('input[type=range]').offsetParent !== null"), Is.EqualTo(scripts),
            "a slider that does nothing is not shown");
        Assert.That(await VisibleMoments(), Is.EqualTo(new[] { 300 }));
        Assert.That(_browser.Problems(), Is.Empty);

        var picture = await _browser.Screenshot();
        Assert.That(Share(picture, s_curve), Is.GreaterThan(0.0003), "curves are drawn");
        Assert.That(Share(picture, s_sample), Is.GreaterThan(0.01), "samples are drawn");
        Browser.SaveScreenshot(picture, $"report-{width}{(scripts ? "" : "-without-scripts")}.png");
    }

    [Test]
    public async Task TheSliderMovesThroughTheSteps()
    {
        await _browser.OpenAsync(Page("slider.html", () => ReportPage.Render(Run("facades"))), 1280, 900);
        await _browser.Eval<object?>("(() => { const s = document.querySelector('input[type=range]'); s.value = 0; s.dispatchEvent(new " +
            "Event('input')); return null; })()");
        Assert.That(await VisibleMoments(), Is.EqualTo(new[] { 100 }));
        Assert.That(await _browser.Eval<string>("document.querySelector('.slider output').textContent"), Is.EqualTo("step 100"));
    }

    /// <summary>Of one moment there is nothing to slide to, and it says which it is.</summary>
    [Test]
    public async Task ASingleSampleHasNoSlider()
    {
        var run = Run("facades");
        var page = Page("single.html", () => ReportPage.Render(run with { Samples = [.. run.Samples.Where(s => s.Step == 200)] }));
        await _browser.OpenAsync(page, 1280, 900);
        Assert.That(await VisibleMoments(), Is.EqualTo(new[] { 200 }));
        Assert.That(await _browser.Eval<int>("document.querySelectorAll('input[type=range]').length"), Is.Zero);
        Assert.That(await _browser.Eval<string>("document.body.innerText"), Does.Contain("step 200"));
        Assert.That(_browser.Problems(), Is.Empty);
    }

    /// <summary>Lines of the command break at its spaces: none of its words stands on two lines.</summary>
    [TestCase(1280)]
    [TestCase(390)]
    public async Task TheCommandIsReadAndCopiedWhole(int width)
    {
        const string command = "ilgpugan train pix2pix --data photos/facades --out runs/a --generator unet64 --n-layers-d 2 " +
            "--load-size 286 --crop-size 256 --direction BtoA --lambda-l1 10";
        await _browser.OpenAsync(
            Page("command.html", () => ReportPage.Render(Run("facades") with { Command = command })), width, 900, phone: width < 500);
        Assert.That(
            await _browser.Eval<int>("Math.max(...[...document.querySelectorAll('.command span')].map(s => s.getClientRects().length))"),
            Is.EqualTo(1));
        Assert.That(await _browser.Eval<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width));
        Assert.That(
            await _browser.Eval<double>(
                "document.querySelector('.command').clientWidth / document.querySelector('main').clientWidth"),
            Is.GreaterThan(0.85));
        var copied = await _browser.Await<string>("""
            new Promise(done => {
              Object.defineProperty(navigator, 'clipboard', { value: { writeText: async text => done(text) } });
              document.querySelector('.command button').click();
            })
            """);
        Assert.That(copied, Is.EqualTo(command));
        Assert.That(_browser.Problems(), Is.Empty);
    }

    [Test]
    public async Task ADragZoomsIntoAChartAndTheButtonGoesBack()
    {
        await _browser.OpenAsync(Page("zoom.html", () => ReportPage.Render(Run("facades"))), 1280, 900);
        var box = await _browser.Eval<double[]>("(() => { const s = document.querySelector('.chart svg'); s.scrollIntoView(); const b = " +
            "s.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()");
        var before = await Ticks();
        Assert.That(await ButtonShown(), Is.False);

        var y = box[1] + (box[3] / 2);
        await _browser.Drag(box[0] + (0.4 * box[2]), y, box[0] + (0.6 * box[2]), y);
        var zoomed = await Ticks();
        Assert.That((zoomed.Min(), zoomed.Max()), Is.EqualTo((100.0, 180.0)).Within(25), "the stretch that was dragged over");
        Assert.That(await ButtonShown());
        Assert.That(
            await _browser.Eval<int>("document.querySelector('.chart polyline.raw').points.length"), Is.InRange(50, 80), "of 300 points");

        await _browser.Eval<object?>("(document.querySelector('.chart button').click(), null)");
        Assert.That(await Ticks(), Is.EqualTo(before));
        Assert.That(_browser.Problems(), Is.Empty);

        Task<double[]> Ticks() =>
            _browser.Eval<double[]>(
                "[...document.querySelectorAll('.chart svg')[0].querySelectorAll('text[text-anchor=middle]')].map(t => +t.textContent)");
        Task<bool> ButtonShown() => _browser.Eval<bool>("document.querySelector('.chart button').offsetParent !== null");
    }

    /// <summary>The value and its average differ by their last bit, by which the script must not divide the axis.</summary>
    [Test]
    public async Task ASingleValueHasAnAxisOfFewTicks()
    {
        var run = Run("facades") with { Log = [new LogEntry(1, 1, [new("W", -33_300_000_000)], 2e-4, 0.1)] };
        await _browser.OpenAsync(Page("single-value.html", () => ReportPage.Render(run)), 1280, 900);
        Assert.That(
            await _browser.Eval<int>("document.querySelector('.chart').querySelectorAll('text[text-anchor=end]').length"),
            Is.InRange(2, 10));
        Assert.That(_browser.Problems(), Is.Empty);
    }

    [TestCase(1280, true)]
    [TestCase(390, false)]
    public async Task RunsAreComparedOnOnePage(int width, bool scripts)
    {
        var second = Run("other", lr: "0.001", psnr: 19.5);
        await _browser.OpenAsync(
            Page("compare.html", () => ComparisonPage.Render([Run("facades"), second])), width, 900, scripts, phone: width < 500);

        var text = await _browser.Eval<string>("document.body.innerText");
        foreach (var expected
            in new[] { "2 runs", "facades", "other", "Options that differ", "--lr", "0.0002", "0.001", "17.25", "19.5", "Samples" })
        {
            Assert.That(text, Does.Contain(expected));
        }

        Assert.That(text, Does.Not.Contain("--direction"), "what is equal is no difference");
        Assert.That(
            await _browser.Eval<int[]>(
                "[...document.querySelectorAll('.chart svg')].map(s => s.querySelectorAll('polyline.smooth').length)"),
            Is.EqualTo(new[] { 2, 2, 2, 2 }), "both runs in each chart");
        Assert.That(await _browser.Eval<int>("document.querySelectorAll('.samples').length"), Is.EqualTo(2));
        Assert.That(await _browser.Eval<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width));
        Assert.That(_browser.Problems(), Is.Empty);
        var picture = await _browser.Screenshot();
        Assert.That(Share(picture, s_curve), Is.GreaterThan(0.0003));
        Browser.SaveScreenshot(picture, $"compare-{width}.png");
    }

    private Task<int[]> VisibleMoments() =>
        _browser.Eval<int[]>(
            "[...document.querySelectorAll('.moment')].filter(m => m.querySelector('img').checkVisibility()).map(m => +m.dataset.step)");

    private string Page(string name, Func<string> render)
    {
        var path = _runs.PathOf(name);
        File.WriteAllText(path, render());
        return path;
    }

    private RunReport Run(string title, string lr = "0.0002", double psnr = 17.25)
    {
        var samples = new List<ReportSample>();
        foreach (var step in new[] { 100, 200, 300 })
        {
            var path = _runs.PathOf($"{step}.png");
            File.WriteAllBytes(
                path,
                PngEncoder.Encode(new Image(
                    120, 40, 3,
                    [.. Enumerable.Range(0, 120 * 40).SelectMany(
                        i => i % 120 < 60 ? new[] { (byte)s_sample.R, (byte)s_sample.G, (byte)s_sample.B } : [(byte)i, (byte)step, 90])])));
            samples.AddRange([new(step, "input | output | target", path), new(step, "input | output | target", path)]);
        }

        return new RunReport
        {
            Title = title,
            Log = [.. Enumerable.Range(1, 300).Select(i => new LogEntry(
                i, i / 40.0,
                [new("G_GAN", 2 + Math.Sin(i * 0.7)), new("G_L1", 20 / Math.Sqrt(i)), new("D_real", 0.002), new("D_fake", 0.001)], 2e-4,
                0.1))],
            Samples = samples,
            Options = [new("--direction", "BtoA"), new("--lr", lr)],
            Environment = [new("Device", "a processor")],
            Metrics = [new("PSNR (dB, higher is better)", psnr, 12, "one colour")],
            TotalSteps = 1000,
            BatchSize = 4,
            Time = new TrainingTime(300, 30),
        };
    }

    /// <summary>Part of a picture's pixels that have a colour, but for what scaling and smooth edges do to it.</summary>
    private static double Share(Image picture, (int R, int G, int B) colour)
    {
        var (bytes, step) = (picture.Bytes, picture.Channels);
        var hits = 0;
        for (var i = 0; i < bytes.Length; i += step)
        {
            hits += Math.Abs(bytes[i] - colour.R) < 12 && Math.Abs(bytes[i + 1] - colour.G) < 12 && Math.Abs(bytes[i + 2] - colour.B) < 12
                ? 1
                : 0;
        }

        return hits * step / (double)bytes.Length;
    }
}
