namespace IlgpuGan.EngineTests.Imaging;

internal sealed class ResizingTests
{
    [Test]
    public void SamplesAreThoseOfPillow()
    {
        var mismatches = new List<string>();
        foreach (var line in Fixtures.Lines("resized-pillow.txt"))
        {
            var n = line[..5].Select(int.Parse).ToArray();
            var resized = TestPicture.Create(n[0], n[1], n[2]).Resize(n[3], n[4], Enum.Parse<ResizeFilter>(line[5]));
            if (Fixtures.Hash(resized) != line[6])
            {
                mismatches.Add(string.Join(' ', line[..6]));
            }
        }

        Assert.That(mismatches, Is.Empty);
    }

    [Test]
    public void FloatsAndWordsFollowBytes(
        [Values(
            ResizeFilter.Nearest, ResizeFilter.Box, ResizeFilter.Bilinear, ResizeFilter.Bicubic, ResizeFilter.Lanczos)] ResizeFilter filter,
        [Values(1, 3)] int channels)
    {
        // Mid-range, so that nothing overshoots: bytes are clamped between the passes too.
        var image = new Image(61, 43, channels, Array.ConvertAll(TestPicture.Create(61, 43, channels).Bytes, b => (byte)(96 + (b / 4))));
        foreach (var (width, height) in new[] { (90, 70), (30, 20), (61, 20), (30, 43) })
        {
            var bytes = image.Resize(width, height, filter).Bytes;
            var words = image.ToSixteenBits().Resize(width, height, filter).Words;
            var floats = new float[bytes.Length];
            ImageResizing.Resize(Array.ConvertAll(image.Bytes, b => (float)b), 61, 43, channels, floats, width, height, filter);
            for (var i = 0; i < bytes.Length; i++)
            {
                Assert.That((double)bytes[i], Is.EqualTo((double)floats[i]).Within(1.2));
                Assert.That(words[i] / 257.0, Is.EqualTo((double)floats[i]).Within(0.01));
            }
        }
    }

    [Test]
    public void AConstantStaysConstant([Values] ResizeFilter filter)
    {
        var image = new Image(17, 13, 4, [.. Enumerable.Repeat((byte)200, 17 * 13 * 4)]);
        var resized = image.Resize(40, 5, filter);
        Assert.That(resized.Bytes.Chunk(4).Select(p => p[3]), Is.All.EqualTo(200));
        Assert.That(resized.Bytes, Is.All.InRange(198, 200));
    }

    [Test]
    public void WhatIsTransparentDoesNotTint()
    {
        // Red that can't be seen beside green that can.
        var pixels = new byte[16 * 16 * 4];
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var hidden = i / 4 % 16 < 8;
            (pixels[i], pixels[i + 1], pixels[i + 3]) = hidden ? ((byte)255, (byte)0, (byte)0) : ((byte)0, (byte)255, (byte)255);
        }

        var eight = new Image(16, 16, 4, pixels);
        var resized = eight.Resize(5, 5, ResizeFilter.Bilinear).Bytes.Chunk(4).ToList();
        Assert.That(resized.Any(p => p[3] is > 0 and < 255));
        Assert.That(resized.Where(p => p[3] > 0).Select(p => p[0]), Is.All.LessThanOrEqualTo(1));
        var words = eight.ToSixteenBits().Resize(5, 5, ResizeFilter.Bilinear).Words.Chunk(4);
        Assert.That(words.Where(p => p[3] > 0).Select(p => p[0]), Is.All.LessThanOrEqualTo(1));
    }

    [Test]
    public void TheSameSizeIsTheSameImage()
    {
        var image = TestPicture.Create(8, 9, 3);
        Assert.That(image.Resize(8, 9), Is.SameAs(image));
    }

    [Test]
    public void ImpossibleSizesAreRefused()
    {
        var image = TestPicture.Create(8, 9, 3);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => image.Resize(0, 5), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => image.Resize(5, -1), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => ImageResizing.Resize([1f, 2], 2, 1, 1, new float[3], 2, 2), Throws.ArgumentException);
        }
    }
}
