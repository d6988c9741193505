using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>The page in a real browser, left open while its server goes and comes back.</summary>
public sealed class PageRestartTests
{
    /// <summary>
    /// The server goes and comes back at the same address, as after a restart: meanwhile one sentence says so, and then the curves go on.
    /// </summary>
    [Test]
    [MaxSeconds(20)]
    public async Task AfterARestartThePageGoesOn()
    {
        await using var browser = await Browser.StartAsync();
        using var runs = new TinyRun();
        runs.Train("pix2pix", TinyRun.Pix2Pix with { Steps = 2, LogFreq = 1 });
        var log = runs.PathOf("pix2pix/log.jsonl");
        var settings = new ServeSettings { Runs = runs.Folder, Port = 0 };
        await using (var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1)))
        {
            settings = settings with { Port = server.Address.Port };
            await browser.OpenAsync(server.Address.AbsoluteUri, 1280, 900);
            await browser.WaitUntil("!!document.querySelector('#chart svg')");
        }

        await browser.WaitUntil("!document.getElementById('problem').hidden");
        Assert.That(
            await browser.Eval<string>("document.getElementById('problem').textContent"),
            Is.EqualTo("The server does not answer. This page tries again, and goes on when it does."));
        await File.AppendAllTextAsync(log, "{\"step\":100,\"epoch\":1,\"G_L1\":0.5,\"lr\":0.1,\"seconds\":0.25}\n");
        await using var again = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1));
        await browser.WaitUntil("[...document.querySelectorAll('#chart text')].some(t => t.textContent === '100')");
        await browser.WaitUntil("document.getElementById('problem').hidden");
        await File.AppendAllTextAsync(log, "{\"step\":200,\"epoch\":1,\"G_L1\":0.5,\"lr\":0.1,\"seconds\":0.25}\n");
        await browser.WaitUntil("[...document.querySelectorAll('#chart text')].some(t => t.textContent === '200')");
    }

    /// <summary>
    /// What is decided while the server is away is stored when it is back, and nothing is written before. Where the folder has changed
    /// meanwhile, no other pair is decided on.
    /// </summary>
    [Test]
    [MaxSeconds(30)] // Three servers, and the pauses of the page while there is none.
    public async Task DecisionsOutlastARestart()
    {
        await using var browser = await Browser.StartAsync();
        using var folder = new TinyRun();
        var data = folder.PathOf("data");
        new SyntheticFacades(3, 32).WriteTo(data);
        var settings = new ServeSettings { Data = data, DataOut = folder.PathOf("kept"), Port = 0 };
        await using (var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1)))
        {
            settings = settings with { Port = server.Address.Port };
            await browser.OpenAsync(server.Address.AbsoluteUri, 1280, 900);
            await browser.WaitUntil("document.getElementById('pair-canvas').getAttribute('aria-busy') === 'false'");
        }

        await browser.Press("x");
        await browser.Press("s");
        await browser.WaitUntil("document.getElementById('pair-count').textContent.startsWith('1 bad, 1 changed')");
        await browser.Eval<object?>("(document.getElementById('write').requestSubmit(), null)");
        await browser.WaitUntil("document.getElementById('written').textContent.startsWith('Nothing is written')");
        await using (await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1)))
        {
            for (var tries = 0; !PairReview.Open(data)[0].Swapped && tries < 200; tries++)
            {
                await Task.Delay(50);
            }

            await browser.WaitUntil("document.getElementById('problem').hidden");
        }

        Assert.That(Bad(), Is.EqualTo(new[] { "facade0000.png" }));
        File.Copy(Path.Combine(data, "facade0002.png"), Path.Combine(data, "added.png"));
        await using var changed = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1));
        await browser.Press("x");
        await browser.WaitUntil("document.getElementById('problem').textContent.includes('the pairs have changed')");
        Assert.That(
            await browser.Eval<string>("document.getElementById('pair-name').textContent"), Is.EqualTo("2 of 4: facade0000.png"));
        Assert.That(Bad(), Is.EqualTo(new[] { "facade0000.png" }));

        string[] Bad()
        {
            var review = PairReview.Open(data);
            return [.. review.Names.Where((_, index) => review[index].Bad)];
        }
    }
}
