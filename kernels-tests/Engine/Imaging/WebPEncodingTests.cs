using IlgpuGan.Imaging.WebP;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>What is written is read again as it was; the decoder is held against libwebp's samples elsewhere.</summary>
internal sealed class WebPEncodingTests
{
    [TestCase(1, 1, 3)]
    [TestCase(1, 19, 4)]
    [TestCase(2, 3, 4)]
    [TestCase(41, 29, 1)]
    [TestCase(41, 29, 2)]
    [TestCase(129, 70, 3)]
    [TestCase(130, 71, 4)]
    public void EveryPixelComesBack(int width, int height, int channels)
    {
        var image = TestPicture.Create(width, height, channels);
        var noise = (byte[])image.Bytes.Clone();
        new Random(1).NextBytes(noise);
        AssertComesBack(image);
        AssertComesBack(new(width, height, channels, noise));
        AssertComesBack(new(width, height, channels, new byte[noise.Length]));
    }

    /// <summary>A palette of so many colours, packed where there are few.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(16)]
    [TestCase(17)]
    [TestCase(256)]
    [TestCase(257)]
    public void FewColoursComeBack(int colours)
    {
        var random = new Random(colours);
        var palette = Enumerable.Range(0, colours).Select(i => new[] { (byte)i, (byte)(i >> 8), (byte)random.Next(256) }).ToArray();
        var samples = Enumerable.Range(0, 61 * 37).SelectMany(i => palette[i < colours ? i : random.Next(colours)]).ToArray();
        AssertComesBack(new(61, 37, 3, samples));
    }

    /// <summary>What repeats itself is copied: a drawn picture takes a small part of its samples.</summary>
    [Test]
    public void RepetitionIsCopied()
    {
        var samples = new byte[200 * 200 * 3];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (byte)((i / 3 % 20) * 12 * (1 + (i % 3)));
        }

        Assert.That(WebPEncoder.Encode(new(200, 200, 3, samples)), Has.Length.LessThan(400));
    }

    [Test]
    public void SixteenBitsBecomeEight()
    {
        var image = TestPicture.CreateWords(20, 10, 3);
        Assert.That(ImageFile.Load(WebPEncoder.Encode(image)).Bytes, Is.EqualTo(image.ToEightBits().Bytes));
    }

    [Test]
    public void TooLargeASideIsRefused() => Fails.With<ArgumentException>(
        () => WebPEncoder.Encode(new(16385, 1, 3, new byte[16385 * 3])), "16384");

    private static void AssertComesBack(Image image)
    {
        var expected = image.ToChannels(image.HasAlpha ? 4 : 3);
        var file = WebPEncoder.Encode(image);
        var read = ImageFile.Load(file);
        Assert.That((read.Width, read.Height, read.Channels), Is.EqualTo((expected.Width, expected.Height, expected.Channels)));
        Assert.That(read.Bytes.AsSpan().SequenceEqual(expected.Bytes), $"{image.Width}x{image.Height}, {image.Channels} channels");
    }
}
