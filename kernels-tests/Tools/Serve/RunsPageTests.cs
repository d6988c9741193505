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
