using System.Buffers.Binary;
using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>Files that are cut short, that lie about their size, or that are something else.</summary>
internal sealed class HostileFilesTests
{
    private static readonly string[] s_names =
        ["420.jpg", "progressive-420.jpg", "restart-blocks.jpg", "gray.jpg", "color6-8bit.png", "color2-16bit-interlaced.png"];

    private static readonly DecodeOptions s_lenient = new() { Lenient = true };

    /// <summary>What is decoded of a file that is cut short is what the whole file has there, and the more the longer it is.</summary>
    [Test]
    public void LenientlyTheBeginningIsDecoded([Values("420.jpg", "restart-blocks.jpg", "gray.jpg", "color6-8bit.png")] string name)
    {
        var file = Fixtures.Bytes(name);
        var whole = ImageFile.Load(file);
        var last = 0;
        foreach (var percent in new[] { 60, 80, 95, 99 })
        {
            var part = ImageFile.Load(file.AsSpan(0, file.Length * percent / 100), s_lenient);
            Assert.That((part.Width, part.Height, part.Channels), Is.EqualTo((whole.Width, whole.Height, whole.Channels)));
            var same = part.Bytes.AsSpan().CommonPrefixLength(whole.Bytes);
            Assert.That(same, Is.GreaterThanOrEqualTo(last), $"{percent} %");
            last = same;
        }

        Assert.That(last, Is.GreaterThan(whole.Bytes.Length / 2));
    }

    [Test]
    public void LenientlyAProgressiveFileIsDecodedCoarsely()
    {
        var file = Fixtures.Bytes("progressive-420.jpg");
        var whole = ImageFile.Load(file).Bytes;
        var half = ImageFile.Load(file.AsSpan(0, file.Length / 2), s_lenient).Bytes;
        var most = ImageFile.Load(file.AsSpan(0, file.Length * 9 / 10), s_lenient).Bytes;
        Assert.That(Difference(most, whole), Is.LessThan(Difference(half, whole)));
        Assert.That(Difference(half, whole), Is.LessThan(40));
    }

    [Test]
    public void LenientlyAMissingEndIsForgiven([ValueSource(nameof(s_names))] string name)
    {
        var file = Fixtures.Bytes(name);
        var cut = name.EndsWith(".png", StringComparison.Ordinal) ? 12 : 2;
        Assert.That(
            Fixtures.Hash(ImageFile.Load(file.AsSpan(0, file.Length - cut), s_lenient)), Is.EqualTo(Fixtures.Hash(ImageFile.Load(file))));
    }

    /// <summary>A header that promises more than the file can hold is refused before anything of that size is allocated.</summary>
    [Test]
    public void AHeaderThatPromisesTooMuchAllocatesNothing()
    {
        var png = PngEncoder.Encode(TestPicture.Create(8, 8, 3));
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 11000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 12000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32.Compute(png.AsSpan(12, 17)));
        AssertRefusedCheaply(png);

        foreach (var name in new[] { "420.jpg", "progressive-420.jpg" })
        {
            var jpeg = Fixtures.Bytes(name);
            var marker = name == "420.jpg" ? JpegMarker.Sof0 : JpegMarker.Sof2;
            var frame = jpeg.AsSpan().IndexOf([(byte)0xFF, marker]);
            BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 11000);
            BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 12000);
            AssertRefusedCheaply(jpeg);
        }
    }

    /// <summary>Compressed data that goes on behind the picture is not inflated to its end.</summary>
    [Test]
    public void ABombBehindThePictureIsNotInflated()
    {
        var bomb = PngEncoder.Encode(new(4000, 4000, 1, new byte[16_000_000]), 9);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(16), 4);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(20), 4);
        BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(29), Crc32.Compute(bomb.AsSpan(12, 17)));
        AssertRefusedCheaply(bomb);
    }

    [Test]
    public void SomethingElseIsRefused()
    {
        using (Assert.EnterMultipleScope())
        {
            Fails.With<ImageFormatException>(() => ImageFile.Load([]), "empty");
            Fails.With<ImageFormatException>(() => ImageFile.Load("hello, this is a text"u8), "not a PNG or JPEG, but a text");
            Assert.That(() => PngDecoder.Decode(Fixtures.Bytes("420.jpg")), Throws.TypeOf<ImageFormatException>());
            Assert.That(() => JpegDecoder.Decode(Fixtures.Bytes("color6-8bit.png")), Throws.TypeOf<ImageFormatException>());
        }
    }

    [Test]
    public void TheErrorHasFileOffsetAndReason()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "cut-short.jpg");
        File.WriteAllBytes(path, Fixtures.Bytes("420.jpg")[..500]);
        var error = Assert.Throws<ImageFormatException>(() => ImageFile.Load(path));
        File.Delete(path);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.FileName, Is.EqualTo(path));
            Assert.That(error.Offset, Is.InRange(300, 500));
            Assert.That(error.Reason, Does.Contain("cut short"));
            Assert.That(error.Message, Is.EqualTo($"{path}: {error.Reason} (at byte {error.Offset})"));
        }
    }

    [Test]
    public void AMissingFileIsAnInputError() =>
        Assert.That(() => ImageFile.Load(Fixtures.PathOf("no such file")), Throws.InstanceOf<IOException>());

    /// <summary>Thousands of scans that cost a few bytes each to write may not cost a pass over a large picture each to read.</summary>
    [Test]
    public void ThousandsOfScansAreRefused()
    {
        var file = Fixtures.Bytes("progressive-gray.jpg");
        var scan = file.AsSpan().IndexOf([(byte)0xFF, JpegMarker.Sos]);
        byte[] dcRefinement = [0xFF, JpegMarker.Sos, 0, 8, 1, 1, 0, 0, 0, 0x10, .. new byte[64]];
        var end = file.AsSpan().LastIndexOf([(byte)0xFF, JpegMarker.Eoi]);
        byte[] many = [.. file[..end], .. Enumerable.Repeat(dcRefinement, 2000).SelectMany(s => s), .. file[end..]];
        Assert.That(scan, Is.Positive);
        Fails.With<ImageFormatException>(() => ImageFile.Load(many), "scans");
    }

    /// <summary>A lost restart marker costs its interval, no more.</summary>
    [Test]
    public void ALostRestartMarkerCostsOneInterval()
    {
        var file = Fixtures.Bytes("restart-rows.jpg");
        var whole = ImageFile.Load(file);
        var third = file.AsSpan().IndexOf([(byte)0xFF, (byte)(JpegMarker.Rst0 + 2)]);
        byte[] damaged = [.. file[..third], .. file[(third + 2)..]];
        var image = ImageFile.Load(damaged);
        var rows = Enumerable.Range(0, 8).Select(r => r * 8 * whole.Width * 3).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(image.Bytes[..rows[3]], Is.EqualTo(whole.Bytes[..rows[3]]));
            Assert.That(image.Bytes[rows[4]..], Is.EqualTo(whole.Bytes[rows[4]..]));
        }
    }

    private static double Difference(byte[] a, byte[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average();

    internal static void AssertRefusedCheaply(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => ImageFile.Load(file), Throws.TypeOf<ImageFormatException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(2_000_000));
    }
}
