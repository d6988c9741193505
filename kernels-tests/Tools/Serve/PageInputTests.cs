using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>
/// The page in a real browser: the newest picture is the one that is translated, as its model wants it, and nothing drawn is lost.
/// </summary>
[MaxSeconds(10)] // Some wait for what must not come.
public sealed class PageInputTests
{
    private const string Result = "document.querySelector('#results figure')";

    private readonly TinyRun _runs = new();
    private Browser _browser = null!;
    private PictureServer? _server;

    /// <summary>A model of maps in colours, and one of class numbers.</summary>
    [OneTimeSetUp]
    public async Task Start()
    {
        _browser = await Browser.StartAsync("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");
        var colours = CatalogueCase.All["pix2pix"];
        colours.WriteData(_runs.PathOf("data/colours"));
        _runs.TrainOnFiles("colours", colours.Options with { Data = _runs.PathOf("data/colours"), Steps = 2, SampleFreq = 2 });
        new SyntheticFacades(4, 32).WriteLabelsTo(_runs.PathOf("data/numbers"), "train");
        _runs.TrainOnFiles(
            "numbers",
            CatalogueCase.All["pix2pixhd"].Options with { Data = _runs.PathOf("data/numbers"), Steps = 2, SampleFreq = 2 });
        _server = await PictureServer.StartAsync(
            new ServeSettings { Models = [_runs.PathOf("colours"), _runs.PathOf("numbers")], Port = 0 },
            Device.Open("cpu", threads: 2));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            await _browser.DisposeAsync();
        }

        _runs.Dispose();
    }

    /// <summary>A map that is resized has no colours but its own: mixtures would be of other classes.</summary>
    [Test]
    public async Task AMapKeepsItsColours()
    {
        await Open("colours");
        var map = ImageFile.Load(ServedFamilies.Map(4)).ToChannels(3);
        await _browser.Eval<object?>("(document.getElementById('side').value = '256', null)");
        await _browser.Drop(PictureFile.EncodePng(new Picture(Enlarged(map, 9)), "map"), "#drop");
        await _browser.WaitUntil($"{Result}.querySelector('.before').naturalWidth === 256");
        var shown = await _browser.Read($"{Result}.querySelector('.before')", "naturalWidth", "naturalHeight");
        Assert.That(Colours(shown).IsSubsetOf(Colours(map)));
    }

    /// <summary>A picture that takes longer to read does not come after the one that was dropped later.</summary>
    [Test]
    public async Task TheLastPictureStays()
    {
        await Open("colours");
        await _browser.HoldOnePicture();
        await _browser.Drop(ServedFamilies.Map(5), "#drop");
        await _browser.WaitUntil("window.letGo");
        await _browser.Drop(ServedFamilies.Map(6), "#drop");
        await Shows(ServedFamilies.Map(6));
        await _browser.LetGo();
        await Task.Delay(300);
        await Shows(ServedFamilies.Map(6));
    }

    [Test]
    public async Task OfSeveralFilesTheFirstIsTakenAndNamed()
    {
        await Open("colours");
        await _browser.Eval<object?>($$"""
            (() => {
              const bytes = Uint8Array.from(atob('{{Convert.ToBase64String(ServedFamilies.Map(7))}}'), c => c.charCodeAt(0));
              const data = new DataTransfer();
              for (const name of ['one.png', 'two.png']) data.items.add(new File([bytes], name, { type: 'image/png' }));
              document.getElementById('drop').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
              return null;
            })()
            """);
        await _browser.WaitUntil(
            "document.getElementById('problem').textContent === 'Of these 2 files the first picture is taken, one.png.'");
        await Shows(ServedFamilies.Map(7));
    }

    /// <summary>
    /// A camera that was asked for twice is there once; another size is that of its next frame; and one that comes when it is no longer
    /// wanted is switched off.
    /// </summary>
    [Test]
    public async Task NoCameraIsLeftOn()
    {
        const string on = "streams.filter(s => s.getTracks().some(t => t.readyState === 'live')).length";
        await Open("colours");
        await _browser.Drop(ServedFamilies.Map(8), "#drop");
        await Shows(ServedFamilies.Map(8));
        await _browser.Eval<object?>("""
            (() => {
              const devices = navigator.mediaDevices, real = devices.getUserMedia.bind(devices), film = document.getElementById('film');
              [window.streams, window.gates] = [[], []];
              devices.getUserMedia = async how => {
                streams.push(await real(how));
                const stream = streams[streams.length - 1];
                await new Promise(go => gates.push(go));
                return stream;
              };
              film.click();
              film.click();
              return null;
            })()
            """);
        await _browser.WaitUntil("gates.length === 2");
        await _browser.Eval<object?>("(gates.splice(0).forEach(go => go()), null)");
        await _browser.WaitUntil($"document.getElementById('film').getAttribute('aria-pressed') === 'true' && {on} === 1");
        await _browser.Eval<object?>("(document.getElementById('side').dispatchEvent(new Event('change')), null)");
        await Task.Delay(200);
        Assert.That(await _browser.Eval<string>("document.getElementById('film').getAttribute('aria-pressed')"), Is.EqualTo("true"));

        await _browser.Eval<object?>("(document.getElementById('film').click(), document.getElementById('film').click(), null)");
        await _browser.WaitUntil("gates.length === 1");
        await _browser.Drop(ServedFamilies.Map(9), "#drop");
        await _browser.Eval<object?>("(gates[0](), null)");
        await _browser.WaitUntil($"{on} === 0");
        await Shows(ServedFamilies.Map(9));
        Assert.That(await _browser.Eval<bool>("document.getElementById('video').hidden"));
    }

    /// <summary>Where there is no answer, that to an earlier picture can't be taken for it.</summary>
    [Test]
    public async Task AFailureLeavesNothingToDownload()
    {
        await Open("colours");
        await _browser.Eval<object?>("""
            (window.fetch = async () => new Response('{"error":"the device has no memory left"}', { status: 500 }), null)
            """);
        await _browser.Drop(ServedFamilies.Map(10), "#drop");
        await _browser.WaitUntil($"{Result}.classList.contains('failed')");
        Assert.That(await _browser.Eval<string>($"{Result}.querySelector('output').textContent"), Does.Contain("no memory"));
        Assert.That(await _browser.Eval<bool>($"{Result}.querySelector('a').hidden && !{Result}.querySelector('img[src]')"));
    }

    /// <summary>A model of class numbers is given its coloured examples as numbers, and maps of numbers as they are.</summary>
    [Test]
    public async Task AModelOfNumbersReadsItsExamples()
    {
        await Open("numbers");
        Assert.That(await _browser.Eval<bool>($"!{Result}.classList.contains('failed')"));
        var map = await File.ReadAllBytesAsync(Directory.GetFiles(_runs.PathOf("data/numbers/train_label"))[0]);
        await _browser.Drop(map, "#drop");
        await Shows(map);
        await _browser.WaitUntil($"!{Result}.classList.contains('busy')");
        Assert.That(
            await _browser.Eval<bool>($"!{Result}.classList.contains('failed') && !document.querySelector('#results .note')"));
        using var client = new HttpClient { BaseAddress = _server!.Address };
        using var body = new ByteArrayContent(map);
        using var answer = await client.PostAsync("api/models/numbers/translate", body);
        var expected = ImageFile.Load(await answer.Content.ReadAsByteArrayAsync()).ToChannels(3);
        var made = await _browser.Read($"{Result}.querySelector('.after')", "naturalWidth", "naturalHeight");
        Assert.That(made.Bytes, Is.EqualTo(expected.Bytes));
    }

    /// <summary>What is drawn before the example comes stays, and is not left without a question.</summary>
    [Test]
    public async Task WhatIsDrawnStays()
    {
        await Open("colours");
        await _browser.HoldOnePicture();
        await _browser.Eval<object?>("(document.getElementById('draw').click(), null)");
        await _browser.WaitUntil("window.letGo && document.querySelector('#drawing canvas')");
        var empty = await Drawn();
        var box = await _browser.BoundingBox("#drawing canvas");
        await _browser.Drag(box[0] + (0.2 * box[2]), box[1] + (0.3 * box[3]), box[0] + (0.8 * box[2]), box[1] + (0.3 * box[3]));
        var drawn = await Drawn();
        Assert.That(drawn.Bytes, Is.Not.EqualTo(empty.Bytes));
        await _browser.LetGo();
        await _browser.WaitUntil("document.querySelectorAll('#drawing .examples img').length > 0");
        Assert.That((await Drawn()).Bytes, Is.EqualTo(drawn.Bytes));
        Assert.That(await _browser.Eval<bool>("dispatchEvent(new Event('beforeunload', { cancelable: true }))"), Is.False, "it asks");

        Task<Image> Drawn() => _browser.Read("document.querySelector('#drawing canvas')", "width", "height");
    }

    /// <summary>An undo while a rectangle is drawn takes back the rectangle alone, and ends it.</summary>
    [Test]
    public async Task AnUndoEndsARectangle()
    {
        await Open("colours");
        Assert.That(await _browser.Await<bool>("""
            import('/drawing.js').then(({ Drawing }) => {
              const place = document.body.appendChild(document.createElement('div'));
              const drawing = new Drawing(place, 16, ['#000000', '#ff0000'], () => {}), { canvas } = drawing;
              const box = canvas.getBoundingClientRect();
              const at = (kind, part) => canvas.dispatchEvent(
                new PointerEvent(kind, { clientX: box.left + part * box.width, clientY: box.top + part * box.height }));
              canvas.setPointerCapture = () => {};
              at('pointerdown', 0.1);
              at('pointerup', 0.1);
              const stroke = drawing.classes.slice();
              drawing.use('rectangle');
              at('pointerdown', 0.5);
              at('pointermove', 0.7);
              drawing.undo();
              at('pointermove', 0.9);
              at('pointerup', 0.9);
              place.remove();
              return drawing.done.length === 1 && stroke.includes(1) && drawing.classes.every((k, i) => k === stroke[i]);
            })
            """));
    }

    /// <summary>Where the browser lets the page keep nothing, it remembers until it is left.</summary>
    [Test]
    public async Task WithoutStorageThePageRemembers()
    {
        await Open("colours");
        Assert.That(
            await _browser.Await<string>("""
                import('/storage.js').then(({ keep, recall }) => {
                  Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('blocked'); } });
                  keep('name', 'text');
                  return `${recall('name')} ${recall('another')}`;
                })
                """),
            Is.EqualTo("text null"));
    }

    /// <summary>Opens the page with one model, and waits for its answer to the example.</summary>
    private async Task Open(string model)
    {
        await _browser.OpenAsync($"{_server!.Address.AbsoluteUri}#tab=translate&model={model}", 1280, 900);
        await _browser.WaitUntil($"document.documentElement.dataset.ready && {Result} && !{Result}.classList.contains('busy')");
    }

    /// <summary>Waits until the page shows a picture as the one to translate.</summary>
    private async Task Shows(byte[] png)
    {
        var expected = ImageFile.Load(png).ToChannels(3).Bytes;
        var shown = await Shown();
        for (var tries = 0; tries < 100 && !shown.SequenceEqual(expected); tries++)
        {
            await Task.Delay(20);
            shown = await Shown();
        }

        Assert.That(shown, Is.EqualTo(expected));

        async Task<byte[]> Shown() =>
            (await _browser.Read("document.getElementById('shown')", "naturalWidth", "naturalHeight")).Bytes;
    }

    /// <summary>Each pixel of a picture as a square of pixels.</summary>
    private static Image Enlarged(Image image, int by)
    {
        var (width, bytes) = (image.Width * by, new byte[image.Bytes.Length * by * by]);
        for (var i = 0; i < bytes.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, 3);
            var (y, x) = Math.DivRem(pixel, width);
            bytes[i] = image.Bytes[(3 * ((y / by * image.Width) + (x / by))) + channel];
        }

        return new Image(width, image.Height * by, 3, bytes);
    }

    private static HashSet<int> Colours(Image picture) => [.. Enumerable.Range(0, picture.Width * picture.Height).Select(i =>
        (picture.Bytes[3 * i] << 16) | (picture.Bytes[(3 * i) + 1] << 8) | picture.Bytes[(3 * i) + 2])];
}
