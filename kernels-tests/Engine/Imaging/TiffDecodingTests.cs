using System.Buffers.Binary;

namespace IlgpuGan.EngineTests.Imaging;

internal sealed class TiffDecodingTests
{
    private const int NewSubfileType = 254;
    private const int ReducedResolution = 1;
    private const int TileLength = 323;
    private const int TileOffsets = 324;
    private const int TileByteCounts = 325;

    private static readonly DecodeOptions s_lenient = new() { Lenient = true };

    /// <summary>Seven channels are colours, three further ones, and one more; a page that is a thumbnail is left out.</summary>
    [Test]
    public void FurtherChannelsAndPagesLieOnEachOther()
    {
        var (wide, gray) = (Numbers(5 * 3 * 7), Numbers(5 * 3));
        var file = TiffFile.Create(
            new TiffFile.Page(5, 3, 7, wide, (TiffFile.ExtraSamples, 0)),
            new TiffFile.Page(2, 1, 1, Numbers(2), (NewSubfileType, ReducedResolution)),
            new TiffFile.Page(5, 3, 1, gray));
        var layers = ImageFile.LoadLayers(file);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(layers.Select(l => l.Channels), Is.EqualTo(new[] { 3, 3, 1, 1 }));
            Assert.That(layers[0].Bytes, Is.EqualTo(wide.Chunk(7).SelectMany(p => p[..3])));
            Assert.That(layers[1].Bytes, Is.EqualTo(wide.Chunk(7).SelectMany(p => p[3..6])));
            Assert.That(layers[2].Bytes, Is.EqualTo(wide.Chunk(7).Select(p => p[6])));
            Assert.That(layers[3].Bytes, Is.EqualTo(gray));
            Assert.That(ImageFile.Load(file).Bytes, Is.EqualTo(layers[0].Bytes));
            Assert.That(ImageFile.Identify(file), Is.EqualTo(new ImageInfo
            {
                Format = ImageFormat.Tiff, Width = 5, Height = 3, Channels = 3, BitsPerChannel = 8, Orientation = Orientation.Normal,
            }));
        }
    }

    [TestCase(2, new[] { 2 }, new[] { 2 }, TestName = "GrayAndAlphaAreOneImage")]
    [TestCase(2, new int[0], new[] { 1, 1 }, TestName = "TwoGraysAreTwo")]
    [TestCase(4, new int[0], new[] { 4 }, TestName = "AFourthSampleThatNothingIsSaidOfIsAlpha")]
    [TestCase(4, new[] { 0 }, new[] { 3, 1 }, TestName = "AFourthSampleThatIsSaidToBeNoneIsNot")]
    [TestCase(5, new[] { 2 }, new[] { 4, 1 }, TestName = "WhatFollowsAlphaIsApart")]
    public void AlphaIsWhatTheFileSays(int samples, int[] extra, int[] layers)
    {
        var tags = Array.ConvertAll(extra, kind => (TiffFile.ExtraSamples, kind));
        var file = TiffFile.Create(new TiffFile.Page(4, 2, samples, Numbers(8 * samples), tags));
        Assert.That(ImageFile.LoadLayers(file).Select(l => l.Channels), Is.EqualTo(layers));
    }

    [TestCase(TiffFile.Compression, 7, "JPEG")]
    [TestCase(TiffFile.Compression, 50000, "Zstandard")]
    [TestCase(TiffFile.Photometric, 5, "interpretation 5")]
    [TestCase(TiffFile.RowsPerStrip, 1, "1 of its 2 strips")]
    [TestCase(TiffFile.Width, 0, "0x2")]
    [TestCase(TiffFile.Height, 40, "1 of its 20")]
    [TestCase(TiffFile.TileWidth, 5000, "5000x0")]
    public void WhatIsNotSupportedOrCannotBeIsNamed(int tag, int value, string named) => Fails.With<ImageFormatException>(
        () => ImageFile.Load(TiffFile.Create(new TiffFile.Page(4, 2, 1, Numbers(8), (tag, value)))), named);

    /// <summary>A tile may reach far beyond the picture; only what is in it is unpacked.</summary>
    [TestCase(int.MaxValue)]
    [TestCase(2)]
    public void ATileMayBeHigherThanThePicture(int height)
    {
        var file = TiffFile.Create(
            new TiffFile.Page(
                4, 2, 1, Numbers(16), (TiffFile.TileWidth, 8), (TileLength, height), (TileOffsets, 8 + 2 + (13 * 12) + 4),
                (TileByteCounts, 16)));
        Assert.That(ImageFile.Load(file).Bytes, Is.EqualTo((byte[])[.. Numbers(16)[..4], .. Numbers(16)[8..12]]));
    }

    /// <summary>Directories that lead in a circle end, and thousands of samples a pixel are as many as the limit allows.</summary>
    [Test]
    public void WhatHasNoEndIsRefused()
    {
        var circle = TiffFile.Create(new TiffFile.Page(4, 2, 1, Numbers(8)));
        BinaryPrimitives.WriteInt32LittleEndian(circle.AsSpan(circle.Length - 8 - sizeof(int)), 8);
        var many = TiffFile.Create(new TiffFile.Page(4, 2, 60, Numbers(480)));
        using (Assert.EnterMultipleScope())
        {
            Fails.With<ImageFormatException>(() => ImageFile.LoadLayers(circle), "circle");
            Assert.That(ImageFile.LoadLayers(circle, s_lenient), Has.Count.GreaterThanOrEqualTo(1));
            Assert.That(ImageFile.LoadLayers(many), Has.Count.EqualTo(20));
            Fails.With<ImageFormatException>(() => ImageFile.LoadLayers(many, new DecodeOptions { MaxPixels = 8 }), "480 samples");
        }
    }

    [TestCase(1)]
    [TestCase(5)]
    [TestCase(8)]
    [TestCase(32773)]
    public void AHeaderThatPromisesTooMuchAllocatesNothing(int compression) => HostileFilesTests.AssertRefusedCheaply(
        TiffFile.Create(new TiffFile.Page(11000, 12000, 1, Numbers(64), (TiffFile.Compression, compression))));

    /// <summary>A strip that is damaged costs itself alone, where that is to be forgiven.</summary>
    [Test]
    public void LenientlyOneStripIsLost()
    {
        var file = Fixtures.Bytes("color-planes-packbits.tif");
        var whole = ImageFile.Load(file);
        file.AsSpan(8, 20).Fill(0x80);
        var image = ImageFile.Load(file, s_lenient);
        Assert.That(() => ImageFile.Load(file), Throws.TypeOf<ImageFormatException>());
        Assert.That(image.Bytes.AsSpan(7 * 37 * 3).SequenceEqual(whole.Bytes.AsSpan(7 * 37 * 3)));
        Assert.That(image.Bytes.Where((_, i) => i % 3 > 0), Is.EqualTo(whole.Bytes.Where((_, i) => i % 3 > 0)));
    }

    [Test]
    public void PalettesGiveTheirIndicesWhereTheyAreAskedFor()
    {
        var image = ImageFile.Load(Fixtures.Bytes("palette.tif"), new DecodeOptions { KeepIndices = true });
        Assert.That(image.Bytes, Is.EqualTo(TestPicture.Create(37, 23, 3).Bytes.Where((_, i) => i % 3 == 0)));
    }

    [Test]
    public void ANumberOutOfItsRangeIsRefusedAndCutWhenLenient()
    {
        var file = Fixtures.Bytes("floats.tif");
        BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(8), 1.5f);
        BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(12), float.NaN);
        Fails.With<ImageFormatException>(() => ImageFile.Load(file), "1.5");
        Assert.That(ImageFile.Load(file, s_lenient).Words[..2], Is.EqualTo(new ushort[] { ushort.MaxValue, 0 }));
    }

    private static byte[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7))];
}
