using System.Buffers.Binary;
using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;
using IlgpuGan.ModelsTests.Faults;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>What cameras and editors write beside the pixels: a turn is made, a colour profile or gamma is left alone.</summary>
public sealed class PictureFileTests : InPictureFolder
{
    private const int EndOfHeader = 33;
    private const int EndOfStartMarker = 2;

    [Test]
    public void ExifTurnsAPicture()
    {
        var plain = JpegEncoder.Encode(Gradient(), 95);

        // TIFF in little-endian order, one entry: tag 0x112 (orientation), a short, 6 (the first row is the right side).
        byte[] exif =
            [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        var upright = Load("turned.jpg", [.. plain[..EndOfStartMarker], .. exif, .. plain[EndOfStartMarker..]]);
        var lying = Load("plain.jpg", plain);
        Assert.That((upright.Width, upright.Height), Is.EqualTo((lying.Height, lying.Width)));
        for (var y = 0; y < upright.Height; y++)
        {
            for (var x = 0; x < upright.Width; x++)
            {
                Assert.That(
                    upright.Bytes.AsSpan(((y * upright.Width) + x) * 3, 3).ToArray(),
                    Is.EqualTo(lying.Bytes.AsSpan((((lying.Height - 1 - x) * lying.Width) + y) * 3, 3).ToArray()), $"{x}, {y}");
            }
        }
    }

    [TestCase("x.png")]
    [TestCase("x.jpg")]
    [TestCase("x.npy")]
    public void AFullDiskLeavesNoHalfPicture(string name)
    {
        var path = _folder.Add(name, 8, 8);
        var before = File.ReadAllBytes(path);
        Disk.Current = new FaultyDisk(new Random(1), Fault.Full, moment: 1); // In the first write.
        try
        {
            Fails.Starting<PictureException>(() => _folder.Add(name, 500, 500), path, "No space left");
        }
        finally
        {
            Disk.Current = new Disk();
        }

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));
        Assert.That(Directory.GetFiles(_folder.Root), Is.EqualTo(new[] { path }));
    }

    /// <summary>As any other file that can't be used: checks name it, and a training may leave it out.</summary>
    [Test]
    public void MemoryThatRunsOutNamesThePicture() => Fails.Saying<PictureException>(
        () => PictureFile.Explained<Picture>("large.png", () => throw new OutOfMemoryException()),
        "large.png: memory ran out while it was read");

    [TestCase("gAMA", "0000B18F")]
    [TestCase("iCCP", "7800789C030000000001")]
    [TestCase("sRGB", "00")]
    [TestCase("cHRM", "00007A25000080830000F9FF000080E9000075300000EA6000003A980000176F")]
    public void ProfilesChangeNoPixel(string type, string content)
    {
        var data = Convert.FromHexString(content);
        var plain = PngEncoder.Encode(Gradient());
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        System.Text.Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Numbers.Crc32ByBits(chunk.AsSpan(4, 4 + data.Length)));
        var profiled = Load("profiled.png", [.. plain[..EndOfHeader], .. chunk, .. plain[EndOfHeader..]]);
        Assert.That(profiled.Bytes, Is.EqualTo(Gradient().Bytes));
    }

    private Image Load(string name, byte[] file)
    {
        File.WriteAllBytes(_folder.PathOf(name), file);
        return PictureFile.Load(_folder.PathOf(name)).Layers[0];
    }

    private static Image Gradient() =>
        new(24, 16, 3, [.. Enumerable.Range(0, 24 * 16 * 3).Select(i => (byte)(i % 3 == 0 ? i / 3 % 24 * 10 : i / 72 * 15))]);
}
