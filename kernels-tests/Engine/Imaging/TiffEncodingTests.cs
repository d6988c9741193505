using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;
using IlgpuGan.Imaging.Tiff;
using TiffTag = BitMiracle.LibTiff.Classic.TiffTag;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>TIFF files as LibTiff reads them, and as they are read here.</summary>
internal sealed class TiffEncodingTests
{
    [Test]
    public void EverySampleComesBack([Values(1, 2, 3, 4)] int channels, [Values(8, 16)] int bits, [Values(1, 5, 700)] int width)
    {
        const int height = 300;
        var image = bits == 8 ? TestPicture.Create(width, height, channels) : TestPicture.CreateWords(width, height, channels);
        var file = TiffEncoder.Encode([image]);
        var again = ImageFile.Load(file);
        var (tags, bytes) = ByLibTiff(file);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((again.Channels, again.BitsPerChannel, Fixtures.Hash(again)), Is.EqualTo((channels, bits, Fixtures.Hash(image))));
            Assert.That(Fixtures.Hash(bytes), Is.EqualTo(Fixtures.Hash(image)), "by LibTiff");
            Assert.That(tags, Is.EqualTo((width, height, channels, bits, SampleFormat.UINT)));
        }
    }

    [Test]
    public void FloatsComeBack([Values(1, 3, 4)] int channels)
    {
        var samples = Enumerable.Range(0, 37 * 23 * channels).Select(i => i % 64 / 63f).ToArray();
        var file = TiffEncoder.Encode(37, 23, channels, samples);
        var (tags, bytes) = ByLibTiff(file);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), Is.EqualTo(samples));
            Assert.That(tags, Is.EqualTo((37, 23, channels, 32, SampleFormat.IEEEFP)));
            Assert.That(ImageFile.Load(file).Words, Is.EqualTo(samples.Select(s => (ushort)MathF.Round(s * 65535))));
            Fails.With<ArgumentException>(() => TiffEncoder.Encode(2, 2, 1, samples), "2x2");
        }
    }

    [Test]
    public void ImagesThatLieOnEachOtherArePages()
    {
        Image[] layers = [TestPicture.Create(19, 11, 3), TestPicture.Create(19, 11, 1), TestPicture.Create(19, 11, 4)];
        var again = ImageFile.LoadLayers(TiffEncoder.Encode(layers));
        Assert.That(again.Select(Fixtures.Hash), Is.EqualTo(layers.Select(Fixtures.Hash)));
    }

    [Test]
    public void WhatRepeatsItselfIsPacked() => Assert.That(
        TiffEncoder.Encode([new(500, 500, 3, [.. Enumerable.Range(0, 750_000).Select(i => (byte)(i % 1500 / 6))])]),
        Has.Length.LessThan(10_000));

    private static ((int Width, int Height, int Channels, int Bits, SampleFormat Format) Tags, byte[] Samples) ByLibTiff(byte[] file)
    {
        using var tiff = Tiff.ClientOpen("memory", "r", new MemoryStream(file), new TiffStream());
        var strips = new MemoryStream();
        var buffer = new byte[tiff.StripSize()];
        for (var strip = 0; strip < tiff.NumberOfStrips(); strip++)
        {
            strips.Write(buffer, 0, tiff.ReadEncodedStrip(strip, buffer, 0, -1));
        }

        int Of(TiffTag tag) => tiff.GetFieldDefaulted(tag)[0].ToInt();
        return (
            (Of(TiffTag.IMAGEWIDTH), Of(TiffTag.IMAGELENGTH), Of(TiffTag.SAMPLESPERPIXEL), Of(TiffTag.BITSPERSAMPLE),
                (SampleFormat)Of(TiffTag.SAMPLEFORMAT)), strips.ToArray());
    }
}
