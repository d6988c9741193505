using System.Buffers.Binary;
using IlgpuGan.Imaging.Lzw;

namespace IlgpuGan.EngineTests.Imaging;

internal sealed class GifDecodingTests
{
    /// <summary>A code may be used by the one that defines it: 0, then 4 = 0 0, then 5 = 0 0 0.</summary>
    [Test]
    public void ACodeMayUseWhatItDefines()
    {
        var table = new LzwTable(2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(table.TryAdd(0, -1));
            Assert.That(table.TryAdd(4, 0));
            Assert.That(table.StringOf(4).ToArray(), Is.EqualTo(new byte[] { 0, 0 }));
            Assert.That(table.TryAdd(5, 4));
            Assert.That(table.StringOf(5).ToArray(), Is.EqualTo(new byte[] { 0, 0, 0 }));
            Assert.That(table.TryAdd(7, 5), Is.False, "6 is the next one");
            Assert.That(table.TryAdd(4, -1), Is.False, "what was defined is forgotten");
        }
    }

    /// <summary>The palette of the file has the colours that are used, in their order: so Pillow wrote it.</summary>
    [Test]
    public void IndicesAreGivenWhereTheyAreAskedFor()
    {
        var values = TestPicture.Create(41, 29, 1).Bytes;
        var used = values.Distinct().Order().ToList();
        var image = ImageFile.Load(Fixtures.Bytes("interlaced.gif"), new DecodeOptions { KeepIndices = true });
        Assert.That(image.Channels, Is.EqualTo(1));
        Assert.That(image.Bytes, Is.EqualTo(values.Select(v => (byte)used.IndexOf(v))));
    }

    [Test]
    public void AGifWithoutAPictureIsRefused() => Fails.With<ImageFormatException>(
        () => ImageFile.Load([.. Fixtures.Bytes("palette-1bit.gif")[..25], 0x3B]), "no picture");

    /// <summary>A screen, or a picture, that is far larger than the data can fill is refused before anything is allocated.</summary>
    [TestCase("screen", 6)]
    [TestCase("picture", 5)]
    public void AHeaderThatPromisesTooMuchAllocatesNothing(string what, int offset)
    {
        var file = Fixtures.Bytes("palette-1bit.gif");
        var at = what == "screen" ? 0 : file.AsSpan().IndexOf(",\0\0\0\0"u8);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + offset), 11000);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + offset + 2), 12000);
        HostileFilesTests.AssertRefusedCheaply(file);
    }
}
