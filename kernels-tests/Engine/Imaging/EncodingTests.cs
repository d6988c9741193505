using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;

namespace IlgpuGan.EngineTests.Imaging;

internal sealed class EncodingTests
{
    [Test]
    public void JpegFilesAreThoseOfLibjpegByteForByte()
    {
        var mismatches = new List<string>();
        foreach (var line in Fixtures.Lines("encoded-pillow.txt"))
        {
            var n = line[..5].Select(int.Parse).ToArray();
            var file = JpegEncoder.Encode(TestPicture.Create(n[0], n[1], n[2]), quality: n[3], (ChromaSubsampling)n[4]);
            if (Fixtures.Hash(file) != line[5])
            {
                mismatches.Add(string.Join(' ', line[..5]));
            }
        }

        Assert.That(mismatches, Is.Empty);
    }

    [Test]
    public void PngKeepsEverySample(
        [Values(1, 2, 3, 4)] int channels,
        [Values(8, 16)] int bits,
        [Values(0, 1, 6, 9)] int level,
        [Values(1, 5, 70)] int width)
    {
        var image = bits == 8 ? TestPicture.Create(width, 13, channels) : TestPicture.CreateWords(width, 13, channels);
        var again = ImageFile.Load(PngEncoder.Encode(image, level));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((again.Width, again.Height, again.Channels, again.BitsPerChannel), Is.EqualTo((width, 13, channels, bits)));
            Assert.That(Fixtures.Hash(again), Is.EqualTo(Fixtures.Hash(image)));
        }
    }

    [Test]
    public void PngFiltersAreChosenToCompress()
    {
        // A slope under a little noise: its values are many, the differences between neighbours few.
        var random = new Random(4);
        var samples = new byte[256 * 256];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (byte)((i % 256 * 3) + (i / 256 * 5) + random.Next(3));
        }

        var image = new Image(256, 256, 1, samples);
        var unfiltered = PngEncoder.Encode(image, PngEncoder.DefaultCompressionLevel, filter: 0);
        Assert.That(PngEncoder.Encode(image), Has.Length.LessThan(unfiltered.Length * 6 / 10));
    }

    [Test]
    public void ABetterQualityIsNearerAndLarger()
    {
        var image = TestPicture.Create(96, 80, 3);
        var last = (Size: 0, Error: double.MaxValue);
        foreach (var quality in new[] { 5, 30, 60, 90, 100 })
        {
            var file = JpegEncoder.Encode(image, quality, ChromaSubsampling.None);
            var error = ImageFile.Load(file).Bytes.Zip(image.Bytes, (a, b) => Math.Abs(a - b)).Average();
            Assert.That(file, Has.Length.GreaterThan(last.Size));
            Assert.That(error, Is.LessThan(last.Error));
            last = (file.Length, error);
        }

        Assert.That(last.Error, Is.LessThan(1));
    }

    [Test]
    public void WhatTheFormatCannotHoldIsRefused()
    {
        var image = TestPicture.Create(2, 2, 3);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => JpegEncoder.Encode(image, 0), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => JpegEncoder.Encode(image, 101), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => PngEncoder.Encode(image, 10), Throws.InstanceOf<ArgumentException>());
            Fails.With<ArgumentException>(() => JpegEncoder.Encode(new(65536, 1, 1, new byte[65536])), "65536x1");
        }
    }

    /// <summary>Quantising by multiplication is exact division for every coefficient that can occur.</summary>
    [Test]
    public unsafe void QuantisingIsExact()
    {
        var block = stackalloc short[64];
        for (var factor = 1; factor <= 255; factor++)
        {
            var encoder =
                new BlockEncoder(new BitWriter(64), [.. Enumerable.Repeat((byte)factor, 64)], HuffmanCode.LumaDc, HuffmanCode.LumaAc);
            for (var value = -8192; value < 8192; value += 64)
            {
                for (var i = 0; i < 64; i++)
                {
                    block[i] = (short)(value + i);
                }

                encoder.Quantize(block);
                for (var i = 0; i < 64; i++)
                {
                    var magnitude = (Math.Abs(value + i) + (factor * 4)) / (factor * 8);
                    if (block[i] != Math.Sign(value + i) * magnitude)
                    {
                        Assert.Fail($"{value + i} / {factor * 8} became {block[i]}");
                    }
                }
            }
        }
    }
}
