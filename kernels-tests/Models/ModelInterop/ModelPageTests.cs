using IlgpuGan.Cli.Web;
using IlgpuGan.Models.Interop;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>
/// Pages that <c>export --to web</c> wrote, in a real browser: what they make of dropped, drawn and filmed pictures is what
/// <c>translate</c> makes of them. Skipped without a browser, or npm and its registry.
/// </summary>
[Exhaustive]
public sealed class ModelPageTests : CommandFixture
{
    /// <summary>A picture of the zoo's model, of which the page shows palette and examples.</summary>
    private const string Pictures = "pictures";

    /// <summary>A run whose generator reads planes of classes.</summary>
    private const string Labels = "labels";

    /// <summary>Of 256 levels: the runtime sums in another order.</summary>
    private const int MostLevels = 1;

    private const string Result = "document.querySelector('#results figure')";

    private readonly TinyRun _trained = new();

    private Browser? _browser;
    private FolderServer? _server;

    [OneTimeSetUp]
    public async Task Start()
    {
        _browser = await Browser.StartAsync("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");
        var one = CatalogueCase.All["spade"];
        one.WriteData(_trained.PathOf("data"));
        _trained.TrainOnFiles("run", one.Options with { Data = _trained.PathOf("data"), Steps = 2, SampleFreq = 2 });
        await Export("zoo:facades", Pictures);
        await Export(_trained.PathOf("run"), Labels);
        _server = new FolderServer(_trained.PathOf("pages"));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _server?.Dispose();
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _trained.Dispose();
    }

    /// <summary>Sides that the network takes, and sides that are mirrored out to some; from a server, and from the disk.</summary>
    [TestCase(true, 128, 128)]
    [TestCase(true, 100, 90)]
    [TestCase(false, 128, 128)]
    [TestCase(false, 77, 128)]
    public async Task ADroppedPictureBecomesWhatTranslateMakesOfIt(bool served, int width, int height)
    {
        var input = ZooModel.Find("zoo:facades").Inputs[0].Crop(0, 0, width, height);
        var png = PictureFile.EncodePng(input, "input");
        await Open(Pictures, served);
        await _browser!.Drop(png, "#drop");
        await Same(await Translated("zoo:facades", png));
        await _browser.WaitUntil($"{Result}.querySelector('img.before').naturalWidth");
        Assert.That((await Pixels("img.before")).Bytes, Is.EqualTo(ImageFile.Load(png).ToChannels(3).Bytes));
        Assert.That(await _browser.Eval<string>("document.querySelector('#results a').download"), Is.EqualTo("facades.png"));
        Assert.That(await _browser.Eval<int>("document.querySelectorAll('#examples button').length"), Is.GreaterThan(1));
        AssertNothingWrong();
        Browser.SaveScreenshot(await _browser.Screenshot(), $"model-page-{(served ? "served" : "file")}-{width}.png");
    }

    /// <summary>Transparency is kept, white is put under it, and of a pair the model's half is taken, as translate does.</summary>
    [TestCase("transparent")]
    [TestCase("partly transparent")]
    [TestCase("a pair")]
    public async Task TransparencyAndPairsAreThoseOfTranslate(string kind)
    {
        var input = ZooModel.Find("zoo:facades").Inputs[0];
        var colours = input.Layers[0].ToChannels(4);
        var random = new Random(3);
        for (var i = 0; i < colours.Bytes.Length; i += 4)
        {
            colours.Bytes[i + 3] = (byte)(i / 4 % 128 < 40 ? 0 : kind == "partly transparent" ? random.Next(1, 256) : 255);
        }

        var png = PictureFile.EncodePng(kind == "a pair" ? Mosaic.Row(input, input) : new Picture(colours), "input");
        await Open(Pictures, served: true);
        await _browser!.Drop(png, "#drop");
        var expected = await TranslatedWithAlpha("zoo:facades", png);
        await _browser.WaitUntil($"{Result} && {Result}.querySelector('img.after').naturalWidth === {expected.Width}");
        await Same(Visible(expected), Visible);
        AssertNothingWrong();

        // What is nearly transparent is rounded by the browser's PNG writer.
        static Image Visible(Image image)
        {
            var shown = image.ToChannels(4);
            for (var i = 0; i < shown.Bytes.Length; i += 4)
            {
                if (shown.Bytes[i + 3] < 200)
                {
                    shown.Bytes.AsSpan(i, 3).Clear();
                }
            }

            return shown;
        }
    }

    /// <summary>Of a map of colours what is transparent is of the class of white, whatever colour is hidden there.</summary>
    [Test]
    public async Task TheTransparencyOfAMapIsThatOfTranslate()
    {
        var colours = new SyntheticFacades(1, 32, first: 5).Draw(0).Labels.ToChannels(4);
        for (var i = 3; i < colours.Bytes.Length; i += 4)
        {
            colours.Bytes[i] = (byte)(i / 4 % 32 < 12 ? 0 : 255);
        }

        var png = PictureFile.EncodePng(new Picture(colours), "input");
        await Open(Labels, served: true);
        await _browser!.Drop(png, "#drop");
        await Same(await Translated(_trained.PathOf("run"), png));
        AssertNothingWrong();
    }

    /// <summary>A picture longer than the model's long side goes through the network at it, and comes back in its own size.</summary>
    [TestCase(128, 90)]
    [TestCase(60, 64)]
    public async Task TheLongSideIsThatOfTranslate(int width, int height)
    {
        var page = $"long-{width}";
        await Export("zoo:facades", page, "--long-side", "64");
        var png = PictureFile.EncodePng(ZooModel.Find("zoo:facades").Inputs[0].Crop(0, 0, width, height), "input");
        await Open(page, served: true);
        await _browser!.Drop(png, "#drop");
        await Same(await Translated("zoo:facades", png, "--long-side", "64"));
        AssertNothingWrong();
    }

    /// <summary>A page of every bundled model and family that a page can run.</summary>
    [TestCaseSource(nameof(Others))]
    public async Task EveryModelsPageMakesWhatTranslateMakes(string model)
    {
        var path = model;
        if (!ZooModel.IsName(model))
        {
            var one = CatalogueCase.All[model];
            one.WriteData(_trained.PathOf("data-" + model));
            _trained.TrainOnFiles("run-" + model, one.Options with { Data = _trained.PathOf("data-" + model), Steps = 2, SampleFreq = 2 });
            path = _trained.PathOf("run-" + model);
        }

        var page = "page-" + model.Replace(':', '-');
        string[] steps = model == "unsb" ? ["--steps", "1"] : [];
        await Export(path, page, steps);
        var png = PictureFile.EncodePng(new Picture(new SyntheticFacades(1, 64, first: 5).Draw(0).Labels).Crop(0, 0, 61, 45), "input");
        await Open(page, served: true);
        await _browser!.Drop(png, "#drop");
        await Same(await Translated(path, png, steps));
        AssertNothingWrong();
    }

    private static IEnumerable<string> Others => ZooModel.All.Select(m => m.Path)
        .Concat(CatalogueCase.All
            .Where(c => c.Value.Family.Generators(c.Value.Options) is [var first, ..] && ModelPage.Obstacle(first) is null)
            .Select(c => c.Key))
        .Where(name => name != "zoo:edges-shapes");

    /// <summary>The palette is the model's own, and what the pen draws is what the model reads: colours, or planes of classes.</summary>
    [TestCase(Pictures)]
    [TestCase(Labels)]
    public async Task ADrawingIsTranslatedWhileOneDraws(string page)
    {
        await Open(page, served: true);
        await _browser!.Eval<object?>("(document.getElementById('draw').click(), null)");
        await _browser.WaitUntil(
            "document.querySelector('#drawing canvas') && document.querySelectorAll('#drawing .examples img').length > 0");
        Assert.That(
            await _browser.Eval<int>("document.querySelectorAll('.palette button').length"),
            Is.EqualTo(await _browser.Eval<int>("ilgpuganSettings.palette.length")));

        // An example that is still loading moves the canvas when it comes.
        await _browser.WaitUntil("[...document.images].every(image => image.complete)");
        var empty = await Canvas();
        var box = await _browser.BoundingBox("#drawing canvas");
        await _browser.Drag(box[0] + (0.2 * box[2]), box[1] + (0.3 * box[3]), box[0] + (0.8 * box[2]), box[1] + (0.6 * box[3]));
        var drawn = await Canvas();
        Assert.That(drawn.Bytes, Is.Not.EqualTo(empty.Bytes));
        var png = PictureFile.EncodePng(new Picture(drawn), "drawn");
        await Same(await Translated(page == Pictures ? "zoo:facades" : _trained.PathOf("run"), png));
        AssertNothingWrong();
        Browser.SaveScreenshot(await _browser.Screenshot(), $"model-page-drawing-{page}.png");
    }

    /// <summary>Mixtures of a map's colours would be of other classes.</summary>
    [Test]
    public async Task AMapThatIsResizedKeepsItsColours()
    {
        var map = new SyntheticFacades(1, 300, first: 5).Draw(0).Labels;
        await Open(Labels, served: true);
        await _browser!.Eval<object?>("(document.getElementById('side').value = '256', null)");
        await _browser.Drop(PictureFile.EncodePng(new Picture(map), "map"), "#drop");
        await _browser.WaitUntil("document.getElementById('shown').naturalWidth === 256");
        var shown = await _browser.Read("document.getElementById('shown')", "naturalWidth", "naturalHeight");
        Assert.That(shown.Bytes.Chunk(3).Select(Colour).Except(map.Bytes.Chunk(3).Select(Colour)), Is.Empty);

        static (byte Red, byte Green, byte Blue) Colour(byte[] rgb) => (rgb[0], rgb[1], rgb[2]);
    }

    /// <summary>A picture that takes longer to read does not come after the one that was dropped later.</summary>
    [Test]
    public async Task TheLastPictureStays()
    {
        var pictures = Enumerable.Range(0, 2).Select(i =>
            PictureFile.EncodePng(ZooModel.Find("zoo:facades").Inputs[0].Crop(0, 0, 128, 100 + i), "input")).ToList();
        await Open(Pictures, served: true);
        await _browser!.WaitUntil($"{Result} && {Result}.dataset.took");
        await _browser.HoldOnePicture();
        await _browser.Drop(pictures[0], "#drop");
        await _browser.WaitUntil("window.letGo");
        await _browser.Drop(pictures[1], "#drop");
        await Same(await Translated("zoo:facades", pictures[1]));
        await _browser.LetGo();
        await Task.Delay(300);
        Assert.That(await _browser.Eval<int>("document.getElementById('shown').naturalHeight"), Is.EqualTo(101));
        AssertNothingWrong();
    }

    /// <summary>The browser's fake camera: frame after frame is translated.</summary>
    [Test]
    public async Task FilmIsTranslated()
    {
        await Open(Pictures, served: true);
        await _browser!.Eval<object?>("(document.getElementById('film').click(), null)");
        await _browser.WaitUntil($"{Result} && {Result}.dataset.took");
        var first = await Pixels("img.after");
        for (var tries = 0; tries < 200 && (await Pixels("img.after")).Bytes.SequenceEqual(first.Bytes); tries++)
        {
            await Task.Delay(50);
        }

        Assert.That((await Pixels("img.after")).Bytes, Is.Not.EqualTo(first.Bytes), "the fake camera shows a clock");
        await _browser.Eval<object?>("(document.getElementById('film').click(), null)");
        Assert.That(await _browser.Eval<bool>("document.getElementById('video').hidden"));
        AssertNothingWrong();
    }

    [Test]
    public async Task AFileThatIsNoPictureIsExplained()
    {
        await Open(Pictures, served: true);
        await _browser!.Drop("no picture"u8.ToArray(), "#drop");
        await _browser.WaitUntil("!document.getElementById('problem').hidden");
        Assert.That(await _browser.Eval<string>("document.getElementById('problem').textContent"), Does.Contain("no picture"));
    }

    /// <summary>A folder that lost a part says so.</summary>
    [Test]
    public async Task AMissingPartIsNamed()
    {
        var page = In("page");
        Directory.CreateDirectory(page);
        foreach (var file in Directory.GetFiles(_trained.PathOf("pages/" + Labels)))
        {
            File.Copy(file, Path.Combine(page, Path.GetFileName(file)));
        }

        File.Delete(Path.Combine(page, "model-0.js"));

        await _browser!.OpenAsync(Path.Combine(page, "index.html"), 1280, 900);
        await _browser.WaitUntil("document.documentElement.dataset.ready");
        Assert.That(await _browser.Eval<string>("document.getElementById('problem').textContent"), Does.Contain("model-0.js is missing"));
    }

    private async Task Export(string model, string page, params string[] options)
    {
        var outcome = await Run(["export", "--model", model, "--to", "web", "--out", _trained.PathOf("pages/" + page), .. options]);
        if (outcome.Code != 0
            && TestFiles.Run("npm", ["view", $"{RuntimePackage.Name}@{RuntimePackage.Version}", "version"]) is { } problem)
        {
            Assert.Ignore($"npm is not installed, or its registry is out of reach: {problem}");
        }

        Assert.That(outcome.Code, Is.Zero, outcome.Error);
    }

    private string AddressOf(string page, bool served) =>
        served ? $"{_server!.Address}{page}/index.html" : _trained.PathOf($"pages/{page}/index.html");

    private async Task Open(string page, bool served)
    {
        await _browser!.OpenAsync(AddressOf(page, served), 1280, 900);
        await _browser.WaitUntil("document.documentElement.dataset.ready");
        Assert.That(await _browser.Eval<string>("document.getElementById('problem').textContent"), Is.Empty);
    }

    /// <summary>What <c>translate</c> makes of a picture.</summary>
    private async Task<Image> Translated(string model, byte[] png, params string[] options) =>
        (await TranslatedWithAlpha(model, png, options)).ToChannels(3);

    private async Task<Image> TranslatedWithAlpha(string model, byte[] png, params string[] options)
    {
        await File.WriteAllBytesAsync(In("input.png"), png);
        await Do(
            ["translate", "--model", model, "--input", In("input.png"), "--out", In("output.png"), "--device", "cpu", .. options]);
        return ImageFile.Load(await File.ReadAllBytesAsync(In("output.png")));
    }

    /// <summary>Waits until the page shows a picture, and holds it against another.</summary>
    private async Task Same(Image expected, Func<Image, Image>? visible = null)
    {
        await _browser!.WaitUntil($"{Result} && {Result}.dataset.took");
        var shown = await Shown();
        for (var tries = 0; tries < 400 && Difference(shown, expected) > MostLevels; tries++)
        {
            await Task.Delay(25);
            shown = await Shown();
        }

        Assert.That((shown.Width, shown.Height), Is.EqualTo((expected.Width, expected.Height)));
        Assert.That(Difference(shown, expected), Is.LessThanOrEqualTo(MostLevels));

        async Task<Image> Shown() => visible is null ? await Pixels("img.after")
            : visible(await _browser!.Read($"{Result}.querySelector('img.after')", "naturalWidth", "naturalHeight", alpha: true));
    }

    private static int Difference(Image a, Image b) => (a.Width, a.Height) == (b.Width, b.Height)
        ? a.Bytes.Zip(b.Bytes, (x, y) => Math.Abs(x - y)).Max()
        : int.MaxValue;

    private Task<Image> Pixels(string image) => _browser!.Read($"{Result}.querySelector('{image}')", "naturalWidth", "naturalHeight");

    private Task<Image> Canvas() => _browser!.Read("document.querySelector('#drawing canvas')", "width", "height");

    /// <summary>A page of the disk has no origin, and its blobs have none either.</summary>
    private void AssertNothingWrong() => Assert.That(
        _browser!.Problems(_server!.Address).Where(c => !c.Contains("\"blob:null/", StringComparison.Ordinal)), Is.Empty);
}
