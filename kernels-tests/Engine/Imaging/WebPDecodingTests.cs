using System.Buffers.Binary;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>What a WebP file has around its picture, which Pillow writes in one way only.</summary>
internal sealed class WebPDecodingTests
{
    /// <summary>EXIF of one entry: to be turned by 90 degrees.</summary>
    private static readonly byte[] s_turned =
        [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];

    [Test]
    public void ItIsTurnedAsItsExifSays([Values] bool hasHead)
    {
        var exif = hasHead ? [.. "Exif\0\0"u8, .. s_turned] : s_turned;
        var file = Riff(Extended(67, 45, 0x08), Part("VP8L", PictureOf("lossless.webp")), Part("EXIF", exif));
        var upright = ImageFile.LoadUpright(file);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ImageFile.Identify(file).Orientation, Is.EqualTo(Orientation.Rotated90));
            Assert.That(
                upright.Bytes, Is.EqualTo(ImageFile.Load(Fixtures.Bytes("lossless.webp")).Orient(Orientation.Rotated90).Bytes));
        }
    }

    /// <summary>Where the first picture of an animation is smaller than the whole, what is around it is transparent.</summary>
    [Test]
    public void AFirstPictureLiesWhereItBelongs()
    {
        var frame = new byte[16];
        (frame[0], frame[3]) = (3, 5); // Halves of columns to the left and of rows above.
        var animated = Riff(
            Extended(80, 60, 0x12), Part("ANIM", new byte[6]), Part("ANMF", [.. frame, .. Part("VP8L", PictureOf("lossless.webp"))]));
        var (image, inner) = (ImageFile.Load(animated), ImageFile.Load(Fixtures.Bytes("lossless.webp")));
        Assert.That((image.Width, image.Height, image.Channels), Is.EqualTo((80, 60, 4)));
        for (var y = 0; y < 60; y++)
        {
            for (var x = 0; x < 80; x++)
            {
                var isInside = x >= 6 && x < 6 + 67 && y >= 10 && y < 10 + 45;
                byte[] expected = isInside ? [.. inner.Bytes.AsSpan((((y - 10) * 67) + x - 6) * 3, 3), 255] : [0, 0, 0, 0];
                Assert.That(image.Bytes.AsSpan(((y * 80) + x) * 4, 4).SequenceEqual(expected), $"{x}, {y}");
            }
        }
    }

    [Test]
    public void APictureBeyondTheWholeIsRefused() => Fails.With<ImageFormatException>(
        () => ImageFile.Load(Riff(Extended(60, 60, 0), Part("VP8L", PictureOf("lossless.webp")))), "67x45");

    [Test]
    public void AFileWithoutAPictureIsRefused() =>
        Assert.That(() => ImageFile.Load(Riff(Extended(60, 60, 0))), Throws.TypeOf<ImageFormatException>());

    /// <summary>A picture that is far larger than its lossy data can hold is refused before anything is allocated.</summary>
    [Test]
    public void AHeaderThatPromisesTooMuchAllocatesNothing()
    {
        var file = Fixtures.Bytes("lossy.webp");
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(26), 11000);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(28), 12000);
        HostileFilesTests.AssertRefusedCheaply(file);
    }

    /// <summary>The picture's data in a file that has nothing else.</summary>
    private static byte[] PictureOf(string name)
    {
        var file = Fixtures.Bytes(name);
        return file[20..(20 + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(16)))];
    }

    private static byte[] Extended(int width, int height, byte flags)
    {
        var header = new byte[10];
        header[0] = flags;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)(width - 1));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(7), (ushort)(height - 1));
        return Part("VP8X", header);
    }

    private static byte[] Part(string name, byte[] data) =>
        [.. Encoding.ASCII.GetBytes(name), .. BitConverter.GetBytes(data.Length), .. data, .. new byte[data.Length & 1]];

    private static byte[] Riff(params byte[][] parts) =>
        [.. "RIFF"u8, .. BitConverter.GetBytes(4 + parts.Sum(p => p.Length)), .. "WEBP"u8, .. parts.SelectMany(p => p)];
}
