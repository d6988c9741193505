using IlgpuGan.Models.Interop;
using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>The models that come along on the server's page, in a real browser.</summary>
[Exhaustive]
public sealed class ZooPageTests
{
    private const string Results = "[...document.querySelectorAll('#results figure')]";

    /// <summary>As many as the page asks for where a model has many.</summary>
    private const int Answers = 4;

    /// <summary>The page tells photographs from maps in a model's colours as the server does.</summary>
    [Test]
    public async Task ThePageTellsPhotographsFromMaps()
    {
        var facades = ZooModel.Find("zoo:facades");
        await using var browser = await Browser.StartAsync();
        await using var server = await PictureServer.StartAsync(
            new ServeSettings { Models = [facades.Path], Port = 0 }, Device.Open("cpu", threads: 1));
        await browser.OpenAsync(server.Address.AbsoluteUri, 1280, 900);
        foreach (var map in facades.Inputs)
        {
            Assert.That(await Suits(PictureFile.EncodePng(map, "map"), "png"));
        }

        foreach (var photo in facades.Outputs)
        {
            Assert.That(await Suits(PictureFile.EncodePng(photo, "photo"), "png"), Is.False);
        }

        foreach (var file in Directory.GetFiles(SharedData.Require("photos-cc0"), "*.jpg"))
        {
            Assert.That(await Suits(await File.ReadAllBytesAsync(file), "jpeg"), Is.False, file);
        }

        Task<bool> Suits(byte[] picture, string type) => browser.Await<bool>($$"""
            (async () => {
              const { suits, lookOf } = await import('./suiting.js'), models = await (await fetch('api/models')).json();
              const bytes = Uint8Array.from(atob('{{Convert.ToBase64String(picture)}}'), c => c.charCodeAt(0));
              return suits(models[0], lookOf(await createImageBitmap(new Blob([bytes], { type: 'image/{{type}}' }))), []);
            })()
            """);
    }

    /// <summary>An outline has several answers beside each other; they differ, and are those of the interface.</summary>
    [Test]
    public async Task AnOutlineHasSeveralAnswers()
    {
        var shapes = ZooModel.Find("zoo:edges-shapes");
        await using var browser = await Browser.StartAsync();
        await using var server = await PictureServer.StartAsync(
            new ServeSettings { Models = [shapes.Path, .. ZooModel.All.Select(m => m.Path).Where(p => p != shapes.Path)], Port = 0 },
            Device.Open("cpu", threads: 2));
        using var client = new HttpClient { BaseAddress = server.Address };
        await browser.OpenAsync(server.Address.AbsoluteUri, 1280, 900);
        await browser.WaitUntil("document.documentElement.dataset.ready");
        Assert.That(await browser.Eval<int>("document.querySelectorAll('#models legend').length"), Is.EqualTo(ZooModel.All.Count));
        var outline = PictureFile.EncodePng(shapes.Inputs[0], "outline");
        await browser.Drop(outline, "#drop");
        await browser.WaitUntil($"{Results}.length === {Answers} && {Results}.every(f => f.dataset.took && !f.classList.contains('busy'))");
        var shown = new List<Image>();
        for (var i = 0; i < Answers; i++)
        {
            shown.Add(await browser.Read($"{Results}[{i}].querySelector('img.after')", "naturalWidth", "naturalHeight"));
            using var body = new ByteArrayContent(outline);
            using var answer = await client.PostAsync(
                $"api/models/{shapes.Name}/translate?samples={Answers}&answer={i + 1}&seed=1", body);
            var expected = ImageFile.Load(await answer.Content.ReadAsByteArrayAsync()).ToChannels(3);
            Assert.That(shown[i].Bytes, Is.EqualTo(expected.Bytes), $"answer {i + 1}");
        }

        Assert.That(shown.Select(image => Convert.ToHexString(image.Bytes)).Distinct().Count(), Is.EqualTo(Answers), "no two are the same");
        Assert.That(browser.Problems(server.Address.AbsoluteUri), Is.Empty);
        Browser.SaveScreenshot(await browser.Screenshot(), "serve-zoo.png");
    }
}
