using System.Buffers.Binary;
using IlgpuGan.Imaging.Bmp;

namespace IlgpuGan.EngineTests.Imaging;

internal sealed class BmpDecodingTests
{
    private const int WidthOffset = 18;
    private const int HeightOffset = 22;
    private const int CompressionOffset = 30;

    /// <summary>A move passes over pixels, which keep the colour 0; what follows the end of the picture is not read.</summary>
    [Test]
    public void MovesAreFollowed()
    {
        var indices = new byte[5 * 3];
        byte[] data = [2, 7, 0, 2, 1, 1, 1, 8, 0, 0, 0, 3, 1, 2, 3, 0, 0, 1, 9, 9];
        Assert.That(BmpRuns.Decode(data, isFourBits: false, indices, 5));
        Assert.That(indices, Is.EqualTo(new byte[] { 7, 7, 0, 0, 0, 0, 0, 0, 8, 0, 1, 2, 3, 0, 0 }));
    }

    /// <summary>Runs that are longer than their row, or begin outside, write nothing elsewhere.</summary>
    [TestCase(new byte[] { 255, 7, 255, 7, 0, 0, 0, 1 }, "777000")]
    [TestCase(new byte[] { 0, 2, 200, 1, 9, 9, 0, 1 }, "000000")]
    [TestCase(new byte[] { 0, 2, 0, 200, 9, 9, 0, 1 }, "000000")]
    public void RunsStayInTheirRow(byte[] data, string expected)
    {
        var indices = new byte[3 * 2];
        BmpRuns.Decode(data, isFourBits: false, indices, 3);
        Assert.That(string.Concat(indices), Is.EqualTo(expected));
    }

    [Test]
    public void PalettesGiveTheirIndicesWhereTheyAreAskedFor()
    {
        var (indices, colours) = (
            ImageFile.Load(Fixtures.Bytes("palette-8bit.bmp"), new DecodeOptions { KeepIndices = true }),
            ImageFile.Load(Fixtures.Bytes("palette-8bit.bmp")));
        Assert.That((indices.Channels, colours.Channels), Is.EqualTo((1, 3)));
        Assert.That(indices.Bytes, Is.EqualTo(TestPicture.Create(37, 23, 3).Bytes.Where((_, i) => i % 3 == 0)));
    }

    [Test]
    public void AnIndexBeyondThePaletteIsRefusedAndBlackWhenLenient()
    {
        var file = Fixtures.Bytes("palette-8bit-100-colours.bmp");
        file[^3] = 200;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => ImageFile.Load(file), Throws.Nothing, "the last bytes of a row are no pixels");
            file[^4] = 200;
            Fails.With<ImageFormatException>(() => ImageFile.Load(file), "palette of 100");
            var lenient = ImageFile.Load(file, new DecodeOptions { Lenient = true });
            Assert.That(lenient.Bytes.AsSpan(36 * 3, 3).ToArray(), Is.EqualTo(new byte[3]));
        }
    }

    [TestCase(4u, "compression 4")]
    [TestCase(77u, "compression 77")]
    public void WhatIsNotSupportedIsNamed(uint compression, string named)
    {
        var file = Fixtures.Bytes("color-24bit.bmp");
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(CompressionOffset), compression);
        Fails.With<ImageFormatException>(() => ImageFile.Load(file), named);
    }

    [TestCase("color-24bit.bmp")]
    [TestCase("runs-8bit.bmp")]
    public void AHeaderThatPromisesTooMuchAllocatesNothing(string name)
    {
        var file = Fixtures.Bytes(name);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(WidthOffset), 11000);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(HeightOffset), 12000);
        HostileFilesTests.AssertRefusedCheaply(file);
    }
}
