using IlgpuGan.Extensions.AI;
using IlgpuGan.Models.Translation;
using Microsoft.Extensions.AI;

namespace IlgpuGan.ToolsTests.Hosting;

/// <summary>A translator behind Microsoft.Extensions.AI's <see cref="IImageGenerator"/>.</summary>
internal sealed class ImageGeneratorTests : SharedRuns
{
    private Translator _translator = null!;
    private TranslatorImageGenerator _generator = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 });
        _translator = Translator.Open(_runs.PathOf("run"), _device);
        _generator = new TranslatorImageGenerator(_translator, "houses");
    }

    [OneTimeTearDown]
    public void Close()
    {
        _generator.Dispose();
        _translator.Dispose();
    }

    [Test]
    public async Task EachOriginalBecomesAPicture()
    {
        var drawings = Enumerable.Range(0, 3).Select(i => new Picture(new SyntheticFacades(3, 32).Draw(i).Labels)).ToList();
        var response = await _generator.GenerateAsync(new ImageGenerationRequest { OriginalImages = drawings.Select(Content) });
        Assert.That(response.Contents, Has.Count.EqualTo(3));
        for (var i = 0; i < 3; i++)
        {
            var content = (DataContent)response.Contents[i];
            Assert.That(content.MediaType, Is.EqualTo("image/png"));
            var expected = PictureFile.Encode(_translator.Translate(drawings[i]), ImageFormat.Png, "house");
            Assert.That(content.Data.ToArray(), Is.EqualTo(expected), $"picture {i}");
        }
    }

    [TestCase("image/jpeg", 0xFF)]
    [TestCase("image/webp", (int)'R')]
    [TestCase("image/PNG", 0x89)]
    public async Task ResultsAreOfTheKindAskedFor(string mediaType, int firstByte)
    {
        var response = await _generator.GenerateAsync(Request(), new ImageGenerationOptions { MediaType = mediaType });
        var content = (DataContent)response.Contents.Single();
        Assert.That((content.MediaType, (int)content.Data.Span[0]), Is.EqualTo((mediaType.ToLowerInvariant(), firstByte)));
    }

    [Test]
    public void WhatCanNotBeDoneIsSaid()
    {
        Assert.That(
            async () => await _generator.GenerateAsync(new ImageGenerationRequest("a house")),
            Throws.ArgumentException.With.Message.Contains("no OriginalImages"));
        Assert.That(
            async () => await _generator.GenerateAsync(Request(), new ImageGenerationOptions { Count = 2 }),
            Throws.ArgumentException.With.Message.Contains("one result per picture, not 2"));
        Assert.That(
            async () => await _generator.GenerateAsync(Request(), new ImageGenerationOptions { MediaType = "image/gif" }),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("image/gif"));
        Assert.That(
            async () => await _generator.GenerateAsync(Request(), new ImageGenerationOptions { ImageSize = new(64, 64) }),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("ImageSize"));
        Assert.That(
            async () => await _generator.GenerateAsync(
                new ImageGenerationRequest { OriginalImages = [new UriContent("https://example.org/a.png", "image/png")] }),
            Throws.ArgumentException.With.Message.Contains("original image 1 holds no bytes"));
        Assert.That(
            async () => await _generator.GenerateAsync(
                new ImageGenerationRequest { OriginalImages = [new DataContent(new byte[] { 1, 2, 3 }, "image/png")] }),
            Throws.TypeOf<PictureException>().With.Message.StartsWith("original image 1"));
    }

    [Test]
    public void ItSaysWhatStandsBehind()
    {
        IImageGenerator generator = _generator;
        Assert.That(generator.GetService<ImageGeneratorMetadata>()!.DefaultModelId, Is.EqualTo("houses"));
        Assert.That(generator.GetService<Translator>(), Is.SameAs(_translator));
        Assert.That(generator.GetService<string>(), Is.Null);
    }

    private static ImageGenerationRequest Request() =>
        new() { OriginalImages = [Content(new Picture(new SyntheticFacades(1, 32).Draw(0).Labels))] };

    private static DataContent Content(Picture picture) => new(PictureFile.Encode(picture, ImageFormat.Png, "drawing"), "image/png");
}
