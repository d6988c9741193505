using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>The review of pairs in a real browser: what is decided is about the pair that is shown, and is kept.</summary>
[MaxSeconds(10)] // Each starts a browser and a server.
public sealed class DataPageTests
{
    private const string Canvas = "document.getElementById('pair-canvas')";
    private const string Count = "document.getElementById('pair-count').textContent";
    private const string Shown = $"{Canvas}.width === 64 && {Canvas}.getAttribute('aria-busy') === 'false'";

    /// <summary>Pairs are looked through by keys and with the mouse, and what is decided is kept.</summary>
    [Test]
    [Exhaustive]
    public async Task PairsAreLookedThrough()
    {
        await using var browser = await Browser.StartAsync();
        using var folder = new TinyRun();
        await using var server = await Open(browser, folder);
        var before = await browser.Read(Canvas, "width", "height");
        await browser.Eval<object?>("(document.activeElement.blur(), null)");
        await browser.Press("s");
        await browser.WaitUntil("document.getElementById('pair-swap').getAttribute('aria-pressed') === 'true'");
        var after = await browser.Read(Canvas, "width", "height");
        Assert.That(after.Crop(0, 0, 32, 32).Bytes, Is.EqualTo(before.Crop(32, 0, 32, 32).Bytes));
        var box = await browser.BoundingBox("#pair-canvas");
        await browser.Drag(box[0] + (0.05 * box[2]), box[1] + (0.25 * box[3]), box[0] + (0.3 * box[2]), box[1] + (0.75 * box[3]));
        await browser.Press("ArrowRight");
        await browser.WaitUntil($"document.getElementById('pair-name').textContent.startsWith('2 of ') && {Shown}");
        await browser.Press("x");
        await browser.WaitUntil($"{Count}.startsWith('1 bad, 1 changed')");
        Browser.SaveScreenshot(await browser.Screenshot(), "serve-data.png");
        await Stored(folder, review => review[1].Bad);
        var kept = PairReview.Open(folder.PathOf("data"));
        Assert.That((kept[0].Swapped, kept[0].Crop!.Y, kept[0].Crop!.Height, kept[1].Bad), Is.EqualTo((true, 8, 16, true)));
        Assert.That(browser.Problems(server.Address.AbsoluteUri), Is.Empty);
    }

    /// <summary>What the server has not stored yet is counted, held back from being lost, and sent after a reload.</summary>
    [Test]
    public async Task WhatIsNotStoredOutlastsAReload()
    {
        await using var browser = await Browser.StartAsync();
        using var folder = new TinyRun();
        await using var server = await Open(browser, folder);
        await browser.Eval<object?>("""
            (() => {
              const real = fetch;
              window.fetch = (to, how) => how?.method === 'PUT' ? Promise.reject(new TypeError('away')) : real(to, how);
              document.getElementById('pair-bad').click();
              return null;
            })()
            """);
        await browser.WaitUntil($"{Count} === '1 bad, 0 changed, of 3; not stored yet: 1'");
        Assert.That(await browser.Eval<bool>("dispatchEvent(new Event('beforeunload', { cancelable: true }))"), Is.False, "it asks");
        Assert.That(PairReview.Open(folder.PathOf("data"))[0].Bad, Is.False);
        await browser.Eval<object?>("(location.reload(), null)");
        await Stored(folder, review => review[0].Bad);
        await browser.WaitUntil($"{Count} === '1 bad, 0 changed, of 3'");
        Assert.That(await browser.Eval<bool>("dispatchEvent(new Event('beforeunload', { cancelable: true }))"), "nothing is left");
    }

    /// <summary>Until a pair's picture is there, no other is shown in its place, and nothing is decided about it.</summary>
    [Test]
    public async Task DecisionsWaitForTheirPicture()
    {
        await using var browser = await Browser.StartAsync();
        using var folder = new TinyRun();
        await using var server = await Open(browser, folder);
        await browser.Eval<object?>("""
            (() => {
              const real = fetch;
              window.fetch = async (to, how) => {
                if (String(to).endsWith('api/data/1') && !how?.method) await new Promise(go => { window.letGo = go; });
                return real(to, how);
              };
              document.getElementById('pair-next').click();
              document.getElementById('pair-bad').click();
              return null;
            })()
            """);
        await browser.WaitUntil("window.letGo");
        Assert.That((await browser.Read(Canvas, "width", "height", alpha: true)).Bytes, Is.All.Zero, "the canvas is empty");
        Assert.That(await browser.Eval<string>(Count), Does.StartWith("0 bad"));
        await browser.LetGo();
        await browser.WaitUntil(Shown);
        await browser.Eval<object?>("(document.getElementById('pair-bad').click(), null)");
        await Stored(folder, review => review[1].Bad);
        Assert.That(PairReview.Open(folder.PathOf("data"))[0].Bad, Is.False);
    }

    /// <summary>A rectangle that was begun on one pair cuts no other.</summary>
    [Test]
    public async Task ARectangleStaysWithItsPair()
    {
        await using var browser = await Browser.StartAsync();
        using var folder = new TinyRun();
        await using var server = await Open(browser, folder);
        await browser.Eval<object?>($$"""
            (() => {
              const canvas = {{Canvas}}, box = canvas.getBoundingClientRect();
              const at = (kind, x, y) => canvas.dispatchEvent(
                new PointerEvent(kind, { clientX: box.left + x * box.width, clientY: box.top + y * box.height }));
              canvas.setPointerCapture = () => {};
              at('pointerdown', 0.05, 0.1);
              at('pointermove', 0.3, 0.6);
              document.getElementById('pair-next').click();
              at('pointermove', 0.4, 0.9);
              at('pointerup', 0.4, 0.9);
              return null;
            })()
            """);
        await browser.WaitUntil(Shown);
        Assert.That(await browser.Eval<string>(Count), Is.EqualTo("0 bad, 0 changed, of 3"));
    }

    /// <summary>Two clicks write once: the second would say that what is to be written is there already.</summary>
    [Test]
    public async Task ADoubleClickWritesOnce()
    {
        await using var browser = await Browser.StartAsync();
        using var folder = new TinyRun();
        await using var server = await Open(browser, folder);
        await browser.Eval<object?>("""
            (() => {
              const real = fetch, button = document.querySelector('#write button');
              window.sent = 0;
              window.fetch = (to, how) => { if (how?.method === 'POST') sent++; return real(to, how); };
              button.click();
              button.click();
              return null;
            })()
            """);
        await browser.WaitUntil("document.getElementById('written').textContent.startsWith('3 pairs are written')");
        await browser.WaitUntil("!document.querySelector('#write button').disabled");
        await browser.Eval<object?>(
            "(document.querySelector('#write button').dispatchEvent(new MouseEvent('click', { detail: 2, cancelable: true })), null)");
        Assert.That(await browser.Eval<int>("sent"), Is.EqualTo(1));
    }

    /// <summary>Serves three pairs, and waits until the first is shown.</summary>
    private static async Task<PictureServer> Open(Browser browser, TinyRun folder)
    {
        new SyntheticFacades(3, 32).WriteTo(folder.PathOf("data"));
        var settings = new ServeSettings { Data = folder.PathOf("data"), DataOut = folder.PathOf("kept"), Port = 0 };
        var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1));
        await browser.OpenAsync(server.Address.AbsoluteUri, 1280, 900);
        await browser.WaitUntil(Shown);
        return server;
    }

    private static async Task Stored(TinyRun folder, Func<PairReview, bool> isStored)
    {
        for (var tries = 0; !isStored(PairReview.Open(folder.PathOf("data"))) && tries < 400; tries++)
        {
            await Task.Delay(20);
        }

        Assert.That(isStored(PairReview.Open(folder.PathOf("data"))));
    }
}
