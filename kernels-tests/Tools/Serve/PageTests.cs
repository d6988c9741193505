using System.Text.Json;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>The page in a real browser: what people drop, draw and film, and the pixels that they see then.</summary>
public sealed class PageTests
{
    private const string Results = "[...document.querySelectorAll('#results figure')]";

    private ServedFamilies _served = null!;
    private Browser _browser = null!;

    private string Address => _served.Server.Address.AbsoluteUri;

    [OneTimeSetUp]
    public async Task Start()
    {
        _browser = await Browser.StartAsync("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");
        _served = await ServedFamilies.StartAsync(
            ["pix2pix", "bicyclegan", "cyclegan", "spade", "stargan", "singan", "pix2pixhd", "bridge"],
            train: options => options is Pix2PixHdOptions ? StyleOverHttpTests.WithStyles(options) : options);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_served is not null)
        {
            await _served.DisposeAsync();
            await _browser.DisposeAsync();
            Assert.That(_served.Failures, Is.Empty);
        }
    }

    [TestCase(1280, 900, false)]
    [TestCase(1280, 900, true, Category = Exhaustive.Category)]
    [TestCase(390, 844, false, Category = Exhaustive.Category)]
    [TestCase(390, 844, true)]
    public async Task ADroppedPictureIsTranslated(int width, int height, bool dark)
    {
        await Open(width, height, dark);
        var picture = ServedFamilies.Map(4);
        await Drop(picture);
        await Translated(1);
        AssertSame(await Pixels("img.after"), await _served.Translated("pix2pix", picture));
        await Same(0, picture, "img.before");
        Assert.That(await _browser.Eval<string>("document.querySelector('#results a').download"), Is.EqualTo("pix2pix.png"));
        Assert.That(await _browser.Eval<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width), "nothing sticks out");
        Assert.That(await Brightness(), dark ? Is.LessThan(60) : Is.GreaterThan(200));
        Assert.That(_browser.Problems(Address), Is.Empty);
        Browser.SaveScreenshot(await _browser.Screenshot(), $"serve-{width}{(dark ? "-dark" : "")}.png");
    }

    /// <summary>Of a pair, as the model has learnt from, the input half is translated and shown.</summary>
    [Test]
    public async Task OfADroppedPairTheInputIsShown()
    {
        await Open(1280, 900);
        var (map, photograph) = (ServedFamilies.Map(), ServedFamilies.Photograph());
        var pair = PictureFile.EncodePng(
            Mosaic.Row(PictureFile.Decode(map, "map"), PictureFile.Decode(photograph, "photograph")), "pair");
        await Drop(pair);
        await Translated(1);
        await Same(0, map, "img.before");
        Assert.That(await _browser.Eval<string>("document.querySelector('#results output').textContent"), Does.Contain("left half"));
    }

    [Test]
    [Exhaustive]
    public async Task SeveralModelsAnswerSideBySide()
    {
        await Open(1280, 900);
        var picture = ServedFamilies.Map(5);
        await Drop(picture);
        await Translated(1);
        await Choose("bicyclegan", "spade", "stargan");
        await Translated(7);
        Assert.That(
            await _browser.Eval<string[]>($"{Results}.map(f => f.querySelector('h3').textContent)"),
            Is.EqualTo(
                new[] { "pix2pix", "bicyclegan 1", "bicyclegan 2", "bicyclegan 3", "bicyclegan 4", "spade", "stargan" }).AsCollection);
        AssertSame(await Pixels("img.after", 3), await _served.Translated("bicyclegan", picture, "?samples=4&answer=3&seed=1"));
        AssertSame(await Pixels("img.after", 6), await _served.Translated("stargan", picture, "?label=maps"));
        Browser.SaveScreenshot(await _browser.Screenshot(), "serve-side-by-side.png");

        await _browser.Eval<object?>("(document.querySelector('input[type=radio][value=photographs]').click(), null)");
        await Same(6, await _served.Translated("stargan", picture, "?label=photographs"));
        Assert.That(_browser.Problems(Address), Is.Empty);
    }

    [Test]
    public async Task StepsAreAskedFor()
    {
        const string steps = "[...document.querySelectorAll('label.field')].find(l => l.textContent.startsWith('Steps')).firstElementChild";
        var picture = ServedFamilies.Map(6);
        var (two, three) =
            (await _served.Translated("bridge", picture), await _served.Translated("bridge", picture, "?steps=3"));
        Assert.That(three, Is.Not.EqualTo(two));
        await Open(1280, 900);
        await Drop(picture);
        await Translated(1);
        await Choose("bridge");
        await Translated(2);
        Assert.That(await _browser.Eval<string>($"{steps}.value"), Is.EqualTo("2"));
        await Same(1, two);
        Browser.SaveScreenshot(await _browser.Screenshot(), "serve-steps.png");
        await _browser.Eval<object?>($"({steps}.value = 3, {steps}.dispatchEvent(new Event('change')), null)");
        await Same(1, three);
        Assert.That(_browser.Problems(Address), Is.Empty);
    }

    /// <summary>A style that is taken over class by class needs its picture's label map: until both are there, none is asked for.</summary>
    [Test]
    [Exhaustive]
    public async Task AStyleComesWithItsLabelMap()
    {
        await Open(1280, 900);
        await Only("pix2pixhd");
        var (map, photo, labels) = (ServedFamilies.Map(5), ServedFamilies.Photograph(6), ServedFamilies.Map(6));
        await Drop(map);
        await Translated(4);
        await Give("pix2pixhd", "In the style of", photo);
        await _browser.WaitUntil("[...document.querySelectorAll('#models button')].some(b => b.textContent === 'Without' && !b.hidden)");
        await Translated(4);
        await Give("pix2pixhd", "with the label map", labels);
        await Translated(1);
        using var answer = await _served.TranslateForm(
            "pix2pixhd", "", ("picture", map), ("style", photo), ("style-labels", labels));
        AssertSame(await Pixels("img.after"), await answer.Content.ReadAsByteArrayAsync());
        Browser.SaveScreenshot(await _browser.Screenshot(), "serve-style.png");
        Assert.That(_browser.Problems(Address), Is.Empty);
    }

    /// <summary>The slider uncovers the input, by keys too.</summary>
    [Test]
    public async Task TheSliderGoesFromBeforeToAfter()
    {
        await Open(1280, 900);
        await Drop(ServedFamilies.Map(6));
        await Translated(1);
        await _browser.Eval<object?>("(document.querySelector('#results input').focus(), null)");
        for (var i = 0; i < 3; i++)
        {
            await _browser.Press("ArrowLeft");
        }

        Assert.That(await _browser.Eval<string>("document.querySelector('.compare').style.getPropertyValue('--cut')"), Is.EqualTo("97%"));
        Assert.That(
            await _browser.Eval<string>("getComputedStyle(document.querySelector('.before')).clipPath"),
            Does.Contain("97%").Or.Contain("3%"));
    }

    /// <summary>
    /// A model that makes pictures needs none: sliders say at which scale chance begins, and how large a picture becomes.
    /// </summary>
    [Test]
    [Exhaustive]
    public async Task SlidersMakePictures()
    {
        await Open(1280, 900);
        await Only("singan");
        await Translated(1);
        AssertSame(await Pixels("img.after"), await _served.Generated("singan", "?seed=1"));
        Assert.That(await _browser.Eval<string>("getComputedStyle(document.querySelector('#results .slide')).display"), Is.EqualTo("none"));
        await _browser.Eval<object?>(
            "([...document.querySelectorAll('#models button')].find(b => b.textContent === 'New sample').click(), null)");
        await Same(0, await _served.Generated("singan", "?seed=2"));
        await Slide("scale", 1);
        await Same(0, await _served.Generated("singan", "?seed=2&from-scale=1"));
        await Slide("scale", 0);
        await Same(0, await _served.Generated("singan", "?seed=2"));
        var trained = await Pixels("img.after");
        await Slide("width", 150);
        var size = $"{(int)Math.Round(1.5 * trained.Width, MidpointRounding.AwayFromZero)}x{trained.Height}";
        await Same(0, await _served.Generated("singan", $"?seed=2&size={size}"));
        Browser.SaveScreenshot(await _browser.Screenshot(), "serve-sliders.png");

        await Slide("width", 100);
        var picture = ServedFamilies.Map(8);
        await Drop(picture);
        await _browser.Eval<object?>("(document.querySelector('#models .choices input[type=checkbox]').click(), null)");
        await Same(0, await _served.Generated("singan", "?seed=2&from-scale=1", picture));
        await Translated(1);
        await Same(0, picture, "img.before");
        Assert.That(_browser.Problems(Address), Is.Empty);

        Task Slide(string name, int value) => _browser.Eval<object?>(
            $"(() => {{ const s = document.querySelector('[data-name={name}]'); s.value = {value}; s.dispatchEvent(new Event('input')); " +
                "return null; })()");
    }

    /// <summary>What is drawn is translated while the pen moves, and is what the model gets.</summary>
    [Test]
    public async Task ADrawingIsTranslatedWhileOneDraws()
    {
        await Open(1280, 900);
        await Only("spade");
        await _browser.Eval<object?>("(document.getElementById('draw').click(), null)");
        await _browser.WaitUntil("document.querySelectorAll('#drawing .examples img').length > 0");
        Assert.That(Colours(await Canvas()), Is.GreaterThan(2), "it begins with an example");
        await Press("Clear");
        await _browser.Eval<object?>("(document.querySelector('.palette button').click(), null)");
        var empty = await Canvas();
        var box = await Box("#drawing canvas");
        await _browser.Drag(box[0] + (0.2 * box[2]), box[1] + (0.3 * box[3]), box[0] + (0.8 * box[2]), box[1] + (0.6 * box[3]));
        var drawn = await Canvas();
        Assert.That(drawn.Bytes, Is.Not.EqualTo(empty.Bytes));
        Assert.That(Colours(drawn), Is.EqualTo(2), "no edge is a mixture");
        await _browser.WaitUntil("document.querySelector('#results figure[data-took]:not(.busy)')");
        await Same(0, await _served.Translated("spade", PngEncoder.Encode(drawn)));
        Browser.SaveScreenshot(await _browser.Screenshot(), "serve-drawing.png");

        await _browser.Eval<object?>("([...document.querySelectorAll('.tools button')].find(b => b.textContent === 'Undo').click(), null)");
        Assert.That((await Canvas()).Bytes, Is.EqualTo(empty.Bytes));
        await _browser.Eval<object?>("(document.querySelector('#drawing .examples button').click(), null)");
        for (var tries = 0; tries < 200 && Colours(await Canvas()) < 3; tries++)
        {
            await Task.Delay(25);
        }

        var example = await Canvas();
        Assert.That(Colours(example), Is.GreaterThan(2));
        await Same(0, await _served.Translated("spade", PngEncoder.Encode(example)));
        Assert.That(_browser.Problems(Address), Is.Empty);
    }

    /// <summary>A drawing is still there, and can be undone, after one for another model.</summary>
    [Test]
    [MaxSeconds(5)] // Three drawings are begun, and two models translate.
    public async Task EachModelKeepsItsDrawing()
    {
        await Open(1280, 900);
        await Draw("spade");
        await Press("Clear");
        var cleared = await Canvas();
        Assert.That(Colours(cleared), Is.EqualTo(1));
        await Draw("pix2pix");
        Assert.That(
            await _browser.Eval<int>("[...document.querySelectorAll('#drawing canvas')].filter(c => c.checkVisibility()).length"),
            Is.EqualTo(1));
        await Draw("spade");
        Assert.That((await Canvas()).Bytes, Is.EqualTo(cleared.Bytes));
        await Press("Undo");
        var example = await Canvas();
        Assert.That(Colours(example), Is.GreaterThan(2));
        await Same(0, await _served.Translated("spade", PngEncoder.Encode(example)));
        Assert.That(_browser.Problems(Address), Is.Empty);

        async Task Draw(string model)
        {
            await Only(model);
            await _browser.Eval<object?>("(() => { const draw = document.getElementById('draw'); " +
                "if (draw.getAttribute('aria-pressed') === 'true') draw.click(); draw.click(); return null; })()");
            await _browser.WaitUntil("[...document.querySelectorAll('#drawing .examples img')].some(i => i.checkVisibility())");
        }
    }

    /// <summary>The file of a drawing: colours for a model of colours, classes for one of numbers; a large one takes two blocks.</summary>
    [TestCase(1)]
    [TestCase(77)]
    [TestCase(300)]
    public async Task ADrawingIsAFileWithAPalette(int side)
    {
        await Open(1280, 900);
        var file = await _browser.Await<byte[]>($$"""
            import('/png.js').then(async m => {
              const classes = Uint8Array.from({ length: {{side * side}} }, (_, i) => (i * 7 + (i >> 5)) % 3);
              const colours = [[0, 0, 0], [255, 128, 1], [9, 250, 77]];
              const bytes = new Uint8Array(await m.png({{side}}, {{side}}, classes, colours).arrayBuffer());
              return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
            })
            """);
        byte[] classes = [.. Enumerable.Range(0, side * side).Select(i => (byte)(((i * 7) + (i >> 5)) % 3))];
        byte[][] colours = [[0, 0, 0], [255, 128, 1], [9, 250, 77]];
        var numbers = PngDecoder.Decode(file, new DecodeOptions { KeepIndices = true });
        Assert.That((numbers.Width, numbers.Height, numbers.Channels), Is.EqualTo((side, side, 1)));
        Assert.That(numbers.Bytes, Is.EqualTo(classes));
        Assert.That(PngDecoder.Decode(file).Bytes, Is.EqualTo(classes.SelectMany(k => colours[k])));
    }

    /// <summary>The canvas without a mouse: move, paint, choose a colour, fill, undo.</summary>
    [Test]
    [Exhaustive]
    public async Task KeysDrawToo()
    {
        await Open(1280, 900);
        await _browser.Eval<object?>("(document.getElementById('draw').click(), null)");
        await _browser.WaitUntil("document.querySelectorAll('#drawing .examples img').length > 0");
        await Press("Clear");
        await _browser.Eval<object?>("(document.querySelector('#drawing canvas').focus(), null)");
        foreach (var key in new[] { "3", "f", " ", "2", "r", " ", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", " " })
        {
            await _browser.Press(key);
        }

        await _browser.Eval<object?>("(document.querySelector('#drawing canvas').blur(), null)");
        var colours = await _browser.Eval<string[]>(
            "[...document.querySelectorAll('.palette button')].map(b => b.getAttribute('aria-label').split(', ')[1])");
        var picture = await Canvas();
        Assert.That(ColourAt(picture, 0, 0), Is.EqualTo(colours[2]));
        Assert.That(ColourAt(picture, picture.Width / 2, picture.Height / 2), Is.EqualTo(colours[1]));
        Assert.That(Colours(picture), Is.EqualTo(2));
        await _browser.Eval<object?>("(document.querySelector('#drawing canvas').focus(), null)");
        await _browser.Press("z", modifiers: 2);
        await _browser.Eval<object?>("(document.querySelector('#drawing canvas').blur(), null)");
        Assert.That(Colours(await Canvas()), Is.EqualTo(1));
    }

    /// <summary>The browser's fake camera: frame after frame is translated.</summary>
    [Test]
    [Exhaustive]
    public async Task FilmIsTranslated()
    {
        await Open(1280, 900);
        await _browser.Eval<object?>("(document.getElementById('film').click(), null)");
        await _browser.WaitUntil($"{Results}.length === 1 && {Results}[0].dataset.took && !!document.querySelector('#results .note')");
        await Press("Use it all the same"); // The camera's picture is no map.
        await _browser.WaitUntil("!document.querySelector('#results .note')");
        var first = await Pixels("img.after");
        await _browser.WaitUntil(
            "document.getElementById('film').getAttribute('aria-pressed') === 'true' && !document.getElementById('video').hidden");
        for (var tries = 0; tries < 200; tries++)
        {
            if (!(await Pixels("img.after")).Bytes.SequenceEqual(first.Bytes))
            {
                break;
            }

            await Task.Delay(50);
        }

        Assert.That((await Pixels("img.after")).Bytes, Is.Not.EqualTo(first.Bytes), "the fake camera shows a clock");
        await _browser.Eval<object?>("(document.getElementById('film').click(), null)");
        Assert.That(await _browser.Eval<bool>("document.getElementById('video').hidden"));
        Assert.That(_browser.Problems(Address), Is.Empty);
    }

    [Test]
    public async Task RunsAreShownAndCompared()
    {
        await Open(1280, 900);
        await _browser.Eval<object?>("(document.getElementById('tab-runs').click(), null)");
        await _browser.WaitUntil("document.querySelectorAll('#run-rows input').length === 8");
        await _browser.WaitUntil(
            "document.querySelectorAll('#run-rows input:checked').length === 1 && !!document.querySelector('#chart h3')");
        Assert.That(
            await _browser.Eval<string>("document.querySelector('#run-rows tr:has(input:checked) label').textContent.trim()"),
            Is.EqualTo(await NewestRun()), "the newest is shown");
        await _browser.Eval<object?>("(document.querySelector('#run-rows input:checked').click(), null)");
        Assert.That(
            await _browser.Eval<int>("document.querySelectorAll('#run-rows input:checked').length"), Is.EqualTo(1), "one is always shown");
        foreach (var wanted in new[] { "true", "false" })
        {
            await _browser.Eval<object?>("([...document.querySelectorAll('#run-rows label')].filter(l => " +
                $"/pix2pix(?!hd)|bicyclegan/.test(l.textContent) === {wanted} && l.querySelector('input').checked !== {wanted})" +
                ".forEach(l => l.querySelector('input').click()), null)");

            // What was shown before the two came, and what is in common with it, says nothing of what is shown then. The curves of one run
            // may be drawn before those of the other have come.
            await _browser.WaitUntil("document.querySelector('#chart h3')?.textContent.startsWith('G_L1:') && " +
                "document.querySelectorAll('#chart polyline').length === 2");
        }

        await _browser.WaitUntil("document.querySelectorAll('.samples img').length > 1");
        Assert.That(await _browser.Eval<string>("document.getElementById('run-view').innerText"), Does.Contain("Options that differ"));
        Assert.That(
            await _browser.Eval<double>("document.getElementById('run-view').getBoundingClientRect().top"),
            Is.GreaterThan(await _browser.Eval<double>("document.getElementById('curve').getBoundingClientRect().bottom - 1")));
        await File.AppendAllTextAsync(
            _served.PathOf("runs/pix2pix/log.jsonl"), "{\"step\":3,\"epoch\":1,\"G_new\":0.5,\"lr\":0.1,\"seconds\":0.25}\n");
        await _browser.WaitUntil("[...document.getElementById('loss').options].some(o => o.value === 'G_new')");
        await _browser.Eval<object?>(
            "(document.getElementById('loss').value = 'G_new', document.getElementById('loss').dispatchEvent(new Event('change')), null)");
        await _browser.WaitUntil("document.querySelector('#chart h3').textContent.startsWith('G_new')");
        Assert.That(
            await _browser.Eval<string[]>("[...document.querySelectorAll('#chart .mark')].map(m => m.textContent.trim())"),
            Is.EqualTo(new[] { "pix2pix" }), "the other has no such loss");
        await _browser.Eval<object?>("(document.querySelectorAll('#run-heads button')[1].click(), null)");
        Assert.That(
            await _browser.Eval<string[]>("[...document.querySelectorAll('#run-rows tr')].map(r => r.cells[1].textContent)"),
            Is.Ordered);
        Assert.That(await _browser.Eval<string>("document.querySelector('#run-rows a').getAttribute('href')"), Does.EndWith("/report"));
        Assert.That(_browser.Problems(Address), Is.Empty);
        Browser.SaveScreenshot(await _browser.Screenshot(), "serve-runs.png");
    }

    private async Task<string> NewestRun()
    {
        using var client = new HttpClient();
        using var runs = JsonDocument.Parse(await client.GetStringAsync(Address + "api/runs"));
        var newest = runs.RootElement.EnumerateArray().MaxBy(run => run.GetProperty("started").GetDateTimeOffset());
        return newest.GetProperty("name").GetString()!;
    }

    /// <summary>A photograph for a model of maps: it says so and shows an example of its own, until the user wants it otherwise.</summary>
    [Test]
    public async Task AModelThatCantUseAPictureSaysSo()
    {
        await Open(1280, 900);
        var photograph = ServedFamilies.Noise(64, 48, 3);
        await Drop(photograph);
        await Translated(1);
        Assert.That(
            await _browser.Eval<string>("document.querySelector('#results .note').textContent"), Does.Contain("no map in its colours"));
        var example = await _served.Client.GetByteArrayAsync("api/models/pix2pix/examples/0");
        await Same(0, await _served.Translated("pix2pix", example));
        await Press("Use it all the same");
        await Same(0, await _served.Translated("pix2pix", photograph));
        Assert.That(await _browser.Eval<bool>("!document.querySelector('#results .note')"));
        Assert.That(_browser.Problems(Address), Is.Empty);
    }

    /// <summary>Nothing of the list is off a phone's screen: what a run does, its report and its button.</summary>
    [Test]
    [Exhaustive]
    public async Task TheListOfRunsFitsAPhone()
    {
        await Open(390, 844);
        await _browser.Eval<object?>("(document.getElementById('tab-runs').click(), null)");
        await _browser.WaitUntil("document.querySelectorAll('#run-rows input').length === 8 && !!document.querySelector('#chart svg')");
        Assert.That(
            await _browser.Eval<double>(
                "Math.max(...[...document.querySelectorAll('#run-rows a, #run-rows .state')].map(e => e.getBoundingClientRect().right))"),
            Is.LessThanOrEqualTo(390));
        Assert.That(await _browser.Eval<int>("document.getElementById('run-list').scrollWidth"), Is.LessThanOrEqualTo(390));
        Browser.SaveScreenshot(await _browser.Screenshot(), "serve-runs-390.png");
    }

    [Test]
    public async Task AFileThatIsNoPictureIsExplained()
    {
        await Open(1280, 900);
        await Drop("no picture"u8.ToArray());
        await _browser.WaitUntil("!document.getElementById('problem').hidden");
        Assert.That(await _browser.Eval<string>("document.getElementById('problem').textContent"), Does.Contain("no picture"));
        await Drop(ServedFamilies.Map());
        await Translated(1);
        Assert.That(await _browser.Eval<bool>("document.getElementById('problem').hidden"));
    }

    /// <summary>An example is a click away, the same is a command away, and the address says what is looked at.</summary>
    [Test]
    public async Task TheFirstScreenLeadsOn()
    {
        await Open(1280, 900);
        await Only("spade");
        await _browser.WaitUntil("document.querySelectorAll('#try img').length > 0");
        Assert.That(
            await _browser.Eval<string>("document.getElementById('wants').textContent"), Does.Contain("It wants a map of flat colours"));
        Assert.That(await _browser.Eval<int>("document.querySelectorAll('fieldset.off > div')[0].offsetHeight"), Is.Zero);
        await _browser.Eval<object?>("(document.querySelector('#try button').click(), null)");
        await Translated(1);
        Assert.That(await _browser.Eval<string>("document.getElementById('curl').textContent"), Does.Contain("/models/spade/translate'"));
        Assert.That(await _browser.Eval<string>("document.getElementById('csharp').textContent"), Does.Contain("PostAsync("));
        Browser.SaveScreenshot(await _browser.Screenshot(), "serve-first.png");
        var address = await _browser.Eval<string>("location.href");
        Assert.That(address, Does.EndWith("#tab=translate&model=spade"));
        await _browser.OpenAsync(address.Replace("translate", "runs", StringComparison.Ordinal) + "&run=pix2pix", 1280, 900);
        await _browser.WaitUntil(
            "document.querySelectorAll('#run-rows input:checked').length === 1 && !!document.querySelector('#chart h3')");
        Assert.That(await _browser.Eval<bool>("document.getElementById('translate').hidden"));
        Assert.That(await _browser.Eval<int>("document.querySelectorAll('#models legend input:checked').length"), Is.EqualTo(1));
        Assert.That(_browser.Problems(Address), Is.Empty);
    }

    private async Task Open(int width, int height, bool dark = false)
    {
        await _browser.OpenAsync(Address, width, height, phone: width < 500);
        await _browser.SetColorScheme(dark);
        await _browser.WaitUntil("document.documentElement.dataset.ready");
        await Only("pix2pix");
        await Translated(1); // The page opens with an example.
        await _browser.Eval<object?>($"({Results}.forEach(f => delete f.dataset.took), null)");
    }

    private Task Press(string button) => _browser.Eval<object?>(
        $"([...document.querySelectorAll('button')].find(b => b.textContent === '{button}').click(), null)");

    /// <summary>The models are in the order of the server; the first is chosen at the beginning.</summary>
    private Task Only(string model) =>
        _browser.Eval<object?>($"([...document.querySelectorAll('#models legend')].forEach(l => {{ const i = l.querySelector('input'); " +
            $"if (i.checked !== l.textContent.trim().startsWith('{model} ')) i.click(); }}), null)");

    private Task Choose(params string[] models) => _browser.Eval<object?>(
        $"([...document.querySelectorAll('#models legend')].forEach(l => {{ const i = l.querySelector('input'); if (!i.checked && " +
            $"[{string.Join(',', models.Select(m => $"'{m}'"))}].some(m => l.textContent.trim().startsWith(m + ' '))) i.click(); }}), " +
                "null)");

    private Task Drop(byte[] file) => _browser.Drop(file, "#drop");

    /// <summary>Chooses a file in one of a model's fields.</summary>
    private Task Give(string model, string field, byte[] file) => _browser.Eval<object?>($$"""
        (() => {
          const bytes = Uint8Array.from(atob('{{Convert.ToBase64String(file)}}'), c => c.charCodeAt(0)), data = new DataTransfer();
          data.items.add(new File([bytes], 'given.png', { type: 'image/png' }));
          const box = [...document.querySelectorAll('#models fieldset')].find(
            f => f.querySelector('legend').textContent.trim().startsWith('{{model}} '));
          const input = [...box.querySelectorAll('label.field')].find(l => l.textContent.startsWith('{{field}}')).querySelector('input');
          input.files = data.files;
          input.dispatchEvent(new Event('change'));
          return null;
        })()
        """);

    private Task Translated(int count) =>
        _browser.WaitUntil($"{Results}.length === {count} && {Results}.every(f => f.dataset.took && !f.classList.contains('busy'))");

    /// <summary>The pixels that an image element shows.</summary>
    private Task<Image> Pixels(string image, int result = 0) =>
        Read($"{Results}[{result}].querySelector('{image}')", "naturalWidth", "naturalHeight");

    private Task<Image> Canvas() => Read("document.querySelector('#drawing canvas')", "width", "height");

    private Task<Image> Read(string element, string width, string height) => _browser.Read(element, width, height);

    private Task<double[]> Box(string element) => _browser.BoundingBox(element);

    private static void AssertSame(Image shown, byte[] png)
    {
        var expected = ImageFile.Load(png).ToChannels(3);
        Assert.That((shown.Width, shown.Height), Is.EqualTo((expected.Width, expected.Height)));
        Assert.That(shown.Bytes, Is.EqualTo(expected.Bytes));
    }

    /// <summary>Waits until a result shows a picture.</summary>
    private async Task Same(int result, byte[] png, string image = "img.after")
    {
        var expected = ImageFile.Load(png).ToChannels(3).Bytes;
        var shown = await Pixels(image, result);
        for (var tries = 0; tries < 200 && !shown.Bytes.SequenceEqual(expected); tries++)
        {
            await Task.Delay(25);
            shown = await Pixels(image, result);
        }

        AssertSame(shown, png); // The picture that was found: a request of before may still be answered.
    }

    private async Task<double> Brightness()
    {
        var colour = await _browser.Eval<string>("getComputedStyle(document.body).backgroundColor");
        return colour.Split('(', ',', ')').Skip(1).Take(3).Average(part => double.Parse(part, CultureInfo.InvariantCulture));
    }

    private static string ColourAt(Image picture, int x, int y) =>
        $"#{Convert.ToHexStringLower(picture.Bytes.AsSpan(((y * picture.Width) + x) * picture.Channels, 3))}";

    private static int Colours(Image picture) =>
        Enumerable.Range(0, picture.Width * picture.Height).Select(i => ColourAt(picture, i % picture.Width, i / picture.Width)).Distinct()
            .Count();
}
