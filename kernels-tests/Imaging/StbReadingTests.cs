using IlgpuGan.Imaging;
using IlgpuGan.Imaging.Png;
using NUnit.Framework;
using StbImageSharp;
using ImageInfo = StbImageSharp.ImageInfo;

namespace IlgpuGan.KernelsTests.Imaging;

/// <summary>What programs written for StbImageSharp count on.</summary>
[NonParallelizable]
internal sealed class StbReadingTests
{
    // name, channels of the file
    private static readonly object[][] s_samples =
    [
        ["color0-1bit.png", 1], ["color0-8bit-transparent.png", 2], ["color2-8bit.png", 3], ["color3-4bit.png", 3],
        ["color3-8bit-transparent.png", 4], ["color4-8bit.png", 2], ["color6-16bit.png", 4], ["color2-16bit-transparent.png", 4],
        ["420.jpg", 3], ["gray.jpg", 1], ["cmyk.jpg", 3],
    ];

    [TearDown]
    public void SwitchOff() => StbImage.stbi_set_flip_vertically_on_load(0);

    [Test]
    public void TheChannelsAreThoseOfTheFileOrThoseAskedFor(
        [ValueSource(nameof(s_samples))] object[] sample,
        [Values] ColorComponents asked)
    {
        var (name, channels) = ((string)sample[0], (int)sample[1]);
        using var stream = File.OpenRead(Fixtures.PathOf(name));
        var result = ImageResult.FromStream(stream, asked);
        var expected = asked == ColorComponents.Default ? channels : (int)asked;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.SourceComp, Is.EqualTo((ColorComponents)channels));
            Assert.That(result.Comp, Is.EqualTo((ColorComponents)expected));
            Assert.That(result.Data, Has.Length.EqualTo(result.Width * result.Height * expected));
            Assert.That(stream.CanRead);
            Assert.That(stream.Position, Is.EqualTo(stream.Length));
        }
    }

    [Test]
    public void SixteenBitsAreCutToTheUpperEight()
    {
        var image = TestPicture.CreateWords(9, 5, 3);
        var result = ImageResult.FromMemory(PngEncoder.Encode(image));
        Assert.That(result.Data, Is.EqualTo(Array.ConvertAll(image.Words, w => (byte)(w >> 8))));
    }

    [Test]
    public void ColourBecomesGrayByWeights()
    {
        var image = TestPicture.Create(9, 5, 3);
        var result = ImageResult.FromMemory(PngEncoder.Encode(image), ColorComponents.Grey);
        Assert.That(result.Data, Is.EqualTo(image.Bytes.Chunk(3).Select(p => (byte)(((77 * p[0]) + (150 * p[1]) + (29 * p[2])) >> 8))));
    }

    [Test]
    public void AlphaIsAddedOpaqueAndDroppedUnblended()
    {
        var rgba = TestPicture.Create(9, 5, 4);
        var rgb = ImageResult.FromMemory(PngEncoder.Encode(rgba), ColorComponents.RedGreenBlue).Data;
        var opaque = ImageResult.FromMemory(PngEncoder.Encode(new(9, 5, 3, rgb)), ColorComponents.RedGreenBlueAlpha).Data;
        Assert.That(rgb.Chunk(3), Is.EqualTo(rgba.Bytes.Chunk(4).Select(p => p[..3])));
        Assert.That(opaque.Chunk(4), Is.EqualTo(rgba.Bytes.Chunk(4).Select(p => (byte[])[.. p[..3], 255])));
    }

    [Test]
    public void FlippingIsASwitchUntilSwitchedOff()
    {
        var file = Fixtures.Bytes("color2-8bit.png");
        var upright = ImageResult.FromMemory(file);
        StbImage.stbi_set_flip_vertically_on_load(1);
        var flipped = ImageResult.FromMemory(file);
        StbImage.stbi_set_flip_vertically_on_load(0);
        Assert.That(flipped.Data.Chunk(upright.Width * 3).Reverse(), Is.EqualTo(upright.Data.Chunk(upright.Width * 3)));
        Assert.That(ImageResult.FromMemory(file).Data, Is.EqualTo(upright.Data));
    }

    [Test]
    public void FloatsAreLinearLight()
    {
        var result = ImageResultFloat.FromMemory(PngEncoder.Encode(new(3, 1, 2, [0, 255, 255, 51, 128, (byte)0])));
        Assert.That(result.Data, Is.EqualTo(new[] { 0f, 1f, 1f, 0.2f, (float)Math.Pow(128 / 255.0, 2.2), 0f }).Within(1e-6f));
    }

    [Test]
    public void InfoReadsTheHeaderAndRewinds([ValueSource(nameof(s_samples))] object[] sample)
    {
        var (name, channels) = ((string)sample[0], (int)sample[1]);
        using var stream = File.OpenRead(Fixtures.PathOf(name));
        stream.Position = 7;
        ImageInfo? info = ImageInfo.FromStream(stream);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stream.Position, Is.Zero);
            Assert.That(info, Is.Not.Null);
            Assert.That(info!.Value.ColorComponents, Is.EqualTo((ColorComponents)channels));
            Assert.That(info.Value.BitsPerChannel, Is.EqualTo(name.Contains("16bit", StringComparison.Ordinal) ? 16 : 8));
            var result = ImageResult.FromStream(stream);
            Assert.That((info.Value.Width, info.Value.Height), Is.EqualTo((result.Width, result.Height)));
        }
    }

    [TestCase("420.jpg", 0xDA)]
    [TestCase("color3-4bit.png", 'D')]
    public void InfoNeedsOnlyTheBytesBeforeThePixels(string name, int lastOfMarker)
    {
        var file = Fixtures.Bytes(name);
        var pixels = name.EndsWith("jpg", StringComparison.Ordinal)
            ? file.AsSpan().IndexOf([(byte)0xFF, (byte)lastOfMarker])
            : file.AsSpan().IndexOf("IDAT"u8) - 4;
        Assert.That(ImageInfo.FromStream(new MemoryStream(file[..pixels])), Is.EqualTo(ImageInfo.FromStream(new MemoryStream(file))));
    }

    [Test]
    public void InfoOfSomethingElseIsNull([Values("", "a text", "BM0123456789012345678901234567890")] string content) =>
        Assert.That(ImageInfo.FromStream(new MemoryStream([.. content.Select(c => (byte)c)])), Is.Null);

    [Test]
    public void NullIsRefusedByName()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => ImageResult.FromStream(null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("stream"));
            Assert.That(() => ImageResult.FromMemory(null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("buffer"));
        }
    }

    [Test]
    public void WhatCannotBeDecodedIsAnInvalidOperation([Values(0, 1, 100, 300)] int length)
    {
        var file = Fixtures.Bytes("420.jpg");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => ImageResult.FromMemory(file[..length]), Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => ImageResult.FromMemory(file, (ColorComponents)5), Throws.InvalidOperationException);
        }
    }
}
