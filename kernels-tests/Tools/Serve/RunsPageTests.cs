using IlgpuGan.Models.Runs;
using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>The list of runs in a real browser: what the page says of what it can't do.</summary>
public sealed class RunsPageTests
{
    private const string Problem = "document.getElementById('problem')";

    /// <summary>As many as one connection follows. One more is refused, ticked or in a link, and the others stay.</summary>
    [Test]
    [MaxSeconds(20)]
    public async Task SixteenRunsAreShownAtATime([Values] bool byLink)
    {
        await using var browser = await Browser.StartAsync();
        using var runs = new TinyRun();
        runs.Train("run01", TinyRun.Pix2Pix with { Steps = 2 });
        var names = Enumerable.Range(1, 17).Select(i => $"run{i:00}").ToList();
        names.Skip(1).ToList().ForEach(name => Copy(runs.PathOf("run01"), runs.PathOf(name)));
        await using var server = await PictureServer.StartAsync(
            new ServeSettings { Runs = runs.Folder, Port = 0 }, Device.Open("cpu", threads: 1));
        var link = byLink ? $"#tab=runs&{string.Join('&', names.Select(name => $"run={name}"))}" : "";
        await browser.OpenAsync(server.Address.AbsoluteUri + link, 1280, 900);
        await browser.WaitUntil("document.querySelectorAll('#run-rows input').length === 17");
        await browser.Eval<object?>("(document.querySelectorAll('#run-rows input:not(:checked)').forEach(i => i.click()), null)");
        await browser.WaitUntil("document.querySelectorAll('#chart polyline').length === 16");
        Assert.That(await browser.Eval<int>("document.querySelectorAll('#run-rows input:checked').length"), Is.EqualTo(16));
        Assert.That(
            await browser.Eval<string>($"{Problem}.textContent"),
            Is.EqualTo("The page shows 16 runs at a time: untick another one first."));
        await browser.Eval<object?>("(document.querySelector('#run-rows input:checked').click(), null)");
        Assert.That(await browser.Eval<bool>($"{Problem}.hidden"), "it was heard");
    }

    /// <summary>With a token the page fetches the report itself, and says why there is none.</summary>
    [Test]
    [MaxSeconds(10)]
    public async Task AReportThatCanNotBeReadIsExplained()
    {
        await using var browser = await Browser.StartAsync();
        using var runs = new TinyRun();
        runs.Train("run", TinyRun.Pix2Pix with { Steps = 2 });
        await using var server = await PictureServer.StartAsync(
            new ServeSettings { Runs = runs.Folder, Port = 0, Token = "secret" }, Device.Open("cpu", threads: 1));
        await browser.OpenAsync(server.Address.AbsoluteUri + "#token=secret", 1280, 900);
        await browser.WaitUntil("!!document.querySelector('#chart svg')");
        var run = new RunDirectory(runs.PathOf("run"));
        await File.WriteAllTextAsync(run.Options, "{");
        File.Delete(run.Latest);
        await browser.Eval<object?>("(document.querySelector('#run-rows a').click(), null)");
        await browser.WaitUntil($"!{Problem}.hidden");
        Assert.That(await browser.Eval<string>($"{Problem}.textContent"), Does.Contain("options.json"));
    }

    /// <summary>A link to a run that is not there says so.</summary>
    [Test]
    [MaxSeconds(10)]
    public async Task ARunThatIsGoneIsNamed()
    {
        await using var browser = await Browser.StartAsync();
        using var runs = new TinyRun();
        runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 });
        await using var server = await PictureServer.StartAsync(
            new ServeSettings { Runs = runs.Folder, Port = 0 }, Device.Open("cpu", threads: 1));
        await browser.OpenAsync(server.Address.AbsoluteUri + "#tab=runs&run=gone", 1280, 900);
        await browser.WaitUntil($"!{Problem}.hidden");
        Assert.That(
            await browser.Eval<string>($"{Problem}.textContent"), Is.EqualTo("gone: no such run is in this server's folder."));
    }

    /// <summary>Pictures that could not be had for a moment come later, and until then their step is not said to be shown.</summary>
    [Test]
    [MaxSeconds(15)] // The page waits three seconds.
    public async Task SamplesAreAskedForAgain()
    {
        await using var browser = await Browser.StartAsync();
        using var runs = new TinyRun();
        runs.Train("run", TinyRun.Pix2Pix with { Steps = 2, SampleFreq = 1 });
        await using var server = await PictureServer.StartAsync(
            new ServeSettings { Runs = runs.Folder, Port = 0 }, Device.Open("cpu", threads: 1));
        await browser.OpenAsync(server.Address.AbsoluteUri, 1280, 900);
        await browser.WaitUntil("document.querySelector('#run-samples img')?.alt.endsWith('step 2')");
        await browser.Eval<object?>("""
            (() => {
              const real = window.real = fetch, slider = document.querySelector('#run-samples input');
              window.fetch = async (to, how) => String(to).includes('/samples/')
                ? new Response('{"error":"the disk is away"}', { status: 500 }) : real(to, how);
              slider.value = 0;
              slider.dispatchEvent(new Event('input'));
              return null;
            })()
            """);
        await browser.WaitUntil($"{Problem}.textContent === 'the disk is away'");
        Assert.That(await browser.Eval<string>("document.querySelector('#run-samples h2').textContent"), Does.Contain("step 2"));
        await browser.Eval<object?>("(window.fetch = window.real, null)");
        await browser.WaitUntil("!document.querySelector('#run-samples img').alt.endsWith('step 2')");
        Assert.That(await browser.Eval<string>("document.querySelector('#run-samples h2').textContent"), Does.Not.Contain("step 2"));
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
