using System.Buffers.Binary;
using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Imaging.WebP;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>Files that lack something but no pixel are read, and a remark says what; what lacks pixels stays refused.</summary>
internal sealed class TrifleTests
{
    public static IEnumerable<TestCaseData> Complete()
    {
        var png = Fixtures.Bytes("color2-8bit.png");
        var end = png.Length - 12;
        yield return Case("PngWithoutEnd", png, png[..end], "IEND");
        yield return Case("PngWithHalfAnEnd", png, png[..^3], "IEND");
        yield return Case("PngWithoutItsLastChecksum", png, png[..(end - 4)], "IEND");
        yield return Case("PngCutInTheChecksumOfItsPixels", png, png[..(end - 6)], "IEND");
        yield return Case("PngWithADamagedEnd", png, [.. png[..^1], (byte)(png[^1] ^ 1)], "IEND");
        yield return Case("PngWithGarbageForItsEnd", png, [.. png[..end], .. new byte[40]], "IEND");
        byte[] text = Chunk("tEXt", "Comment\0drawn"u8, wrong: 1), time = Chunk("tIME", new byte[7], wrong: 1);
        yield return Case("PngWithAWrongTextChecksum", png, [.. png[..33], .. text, .. png[33..]], "tEXt");
        yield return Case("PngWithAWrongTimeChecksumBehindItsPixels", png, [.. png[..end], .. time, .. png[end..]], "tIME");
        yield return Case("PngWithAWrongChecksumOfItsPixels", png, WithWrongAdler(png), "checksum behind its pixels");
        foreach (var name in new[] { "420.jpg", "restart-rows.jpg", "one-scan-a-component.jpg", "progressive-420.jpg", "gray.jpg" })
        {
            var jpeg = Fixtures.Bytes(name);
            yield return Case($"{name}WithoutEnd", jpeg, jpeg[..^2], "EOI");
            yield return Case($"{name}WithHalfAnEnd", jpeg, jpeg[..^1], "EOI");
            yield return Case($"{name}WithACutSegmentForItsEnd", jpeg, [.. jpeg[..^2], 0xFF, 0xFE, 1, 0, 65, 66], "EOI");
        }

        var gif = Fixtures.Bytes("palette-8bit.gif");
        yield return Case("GifWithoutEnd", gif, gif[..^1], "end mark");
        var webp = WebPEncoder.Encode(TestPicture.Create(9, 7, 3));
        byte[] longer = [.. webp];
        BinaryPrimitives.WriteInt32LittleEndian(longer.AsSpan(4), webp.Length + 100);
        yield return Case("WebPThatSaysItIsLonger", webp, longer, "shorter");
        var bmp = Bmp();
        yield return Case("BmpWithoutItsLastPadding", bmp, bmp[..^1], "shorter");
        var tiff = TiffFile.Create(new TiffFile.Page(4, 2, 1, [1, 2, 3, 4, 5, 6, 7, 8]));
        yield return Case(
            "TiffWhoseStripReachesBeyondItsEnd", tiff,
            TiffFile.Create(new TiffFile.Page(4, 2, 1, [1, 2, 3, 4, 5, 6, 7, 8], (279, 20))), "shorter");
        yield return Case(
            "TiffWhoseSecondPageIsNotThere", tiff,
            [.. tiff[..(8 + 2 + (12 * 9))], 0xF0, 0, 0, 0, .. tiff[(8 + 2 + (12 * 9) + 4)..]], "further pages");

        static TestCaseData Case(string name, byte[] whole, byte[] file, string remark) =>
            new TestCaseData(whole, file, remark).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Complete))]
    public void WhatIsCompleteIsReadWithARemark(byte[] whole, byte[] file, string remark)
    {
        Assert.That(Remarks(whole, out var expected), Is.Empty);
        Assert.That(string.Join(';', Remarks(file, out var image)), Does.Contain(remark).And.Not.Contain(";"));
        Assert.That(Fixtures.Hash(image), Is.EqualTo(Fixtures.Hash(expected)));
    }

    [Test]
    public void WhatLacksPixelsIsRefused()
    {
        var png = Fixtures.Bytes("color2-8bit.png");
        var (jpeg, progressive) = (Fixtures.Bytes("420.jpg"), Fixtures.Bytes("progressive-420.jpg"));
        var lastScan = progressive.AsSpan().LastIndexOf([(byte)0xFF, JpegMarker.Sos]);
        byte[] damaged = [.. png];
        damaged[png.Length - 30] ^= 1;
        using (Assert.EnterMultipleScope())
        {
            Refused(png[..^60], "cut short");
            Refused(damaged, "checksum of PNG chunk IDAT");
            Refused([.. png[..33], .. Chunk("tRNS", new byte[6], wrong: 1), .. png[33..]], "tRNS");
            Refused(jpeg[..^40], "cut short");
            Refused(progressive[..lastScan], "cut short");
            Refused(Fixtures.Bytes("palette-8bit.gif")[..^80], "cut short");
            Refused(Bmp()[..^4], "cut short");
        }

        static void Refused(byte[] file, string why) =>
            Fails.With<ImageFormatException>(() => ImageFile.Load(file), why);
    }

    /// <summary>Pixels that the decoder of libjpeg makes up are told of.</summary>
    [Test]
    public void LostPixelsAreTold()
    {
        var file = Fixtures.Bytes("restart-rows.jpg");
        var third = file.AsSpan().IndexOf([(byte)0xFF, (byte)(JpegMarker.Rst0 + 2)]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Remarks([.. file[..third], .. file[(third + 2)..]], out _), Has.One.Contains("lost"));
            Assert.That(Remarks([.. file[..(file.Length * 2 / 3)], 0xFF, JpegMarker.Eoi], out _), Has.One.Contains("lost"), "an early end");
        }
    }

    [TestCase("animated.gif", "frames")]
    [TestCase("animated.webp", "frames")]
    [TestCase("cmyk.jpg", "CMYK")]
    public void WhatIsNotReadIsTold(string name, string remark) =>
        Assert.That(string.Join(';', Remarks(Fixtures.Bytes(name), out _)), Does.Contain(remark).And.Not.Contain(";"));

    [Test]
    public void FurtherFramesAndPagesAreTold()
    {
        var png = Fixtures.Bytes("color2-8bit.png");
        byte[] animated = [.. png[..33], .. Chunk("acTL", [0, 0, 0, 3, 0, 0, 0, 0]), .. png[33..]];
        byte[] still = [.. png[..33], .. Chunk("acTL", [0, 0, 0, 1, 0, 0, 0, 0]), .. png[33..]];
        byte[] pnm = [.. "P5 2 1 255\n"u8, 1, 2], jpeg = Fixtures.Bytes("420.jpg");
        TiffFile.Page page = new(4, 2, 1, new byte[8]), other = new(2, 4, 1, new byte[8]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Remarks(animated, out _), Has.One.Contains("frames"));
            Assert.That(Remarks(still, out _), Is.Empty);
            Assert.That(Remarks([.. pnm, .. pnm], out _), Has.One.Contains("first of its pictures"));
            Assert.That(Remarks([.. pnm, 0], out _), Is.Empty);
            foreach (var two in (byte[][])[[.. jpeg, .. jpeg], [.. jpeg, 0, 0, .. jpeg]])
            {
                Assert.That(Remarks(two, out _), Is.EqualTo(new[] { "only the first of its pictures is read" }));
            }

            Assert.That(Remarks([.. jpeg, 0, 0xFF], out _), Is.Empty);
            Assert.That(Remarks([.. WithIndex(jpeg, [0, 1, 0, 2]), .. jpeg], out _), Is.Empty, "a preview");
            Assert.That(
                Remarks([.. WithIndex(jpeg, [0, 2, 0, 3]), .. jpeg], out _), Has.One.Contains("first of its pictures"), "another view");
            Assert.That(
                Remarks([.. WithIndex(jpeg, [0, 1, 0, 2], length: 0xFF), .. jpeg], out _), Has.One.Contains("first of its pictures"),
                "an index that reaches beyond its end");
            Assert.That(
                string.Join(';', Remarks([.. jpeg, .. jpeg, .. "/hdr-gain-map/1.0/"u8], out _)),
                Does.Contain("gain map").And.Not.Contain(";"));
            Assert.That(Remarks(TiffFile.Create(page, page), out _), Has.One.Contains("pages"));
            Assert.That(Remarks(TiffFile.Create(page, page with { Tags = [(254, 1)] }), out _), Is.Empty, "a thumbnail");
            Assert.That(
                Remarks(TiffFile.Create(new TiffFile.Page(2, 1, 5, new byte[10], (TiffFile.ExtraSamples, 2))), out _),
                Has.One.Contains("channels"));
            var remarks = new List<string>();
            Assert.That(ImageFile.LoadLayers(TiffFile.Create(page, other), new() { Remark = remarks.Add }), Has.Count.EqualTo(1));
            Assert.That(remarks, Has.One.Contains("differ in size"));
            remarks.Clear();
            Assert.That(ImageFile.LoadLayers(TiffFile.Create(page, page), new() { Remark = remarks.Add }), Has.Count.EqualTo(2));
            Assert.That(remarks, Is.EqualTo(new[] { "its 2 pages are read as channels of one picture" }));
        }
    }

    /// <summary>The channels that layers have together are known without decoding them.</summary>
    [Test]
    public void ChannelsOfLayersAreCounted()
    {
        TiffFile.Page page = new(4, 2, 1, new byte[8]), other = new(2, 4, 1, new byte[8]);
        TiffFile.Page wide = new(4, 2, 5, new byte[40], (TiffFile.ExtraSamples, 2));
        foreach (var file in new[]
        {
            TiffFile.Create(page), TiffFile.Create(page, page, page), TiffFile.Create(page, page with { Tags = [(254, 1)] }, page),
            TiffFile.Create(page, other), TiffFile.Create(wide), TiffFile.Create(wide, page),
        })
        {
            var channels = ImageFile.LoadLayers(file).Sum(layer => layer.Channels);
            Assert.That(
                Enumerable.Range(1, 8).Where(count => ImageFile.HasLayersOf(file, count)), Is.EqualTo(new[] { channels }));
        }

        Assert.That(ImageFile.HasLayersOf(Fixtures.Bytes("color2-8bit.png"), 3), Is.False);
    }

    /// <summary>Some editors write an empty Exif before the real one; some programs write a JPEG's head into other formats.</summary>
    [Test]
    public void AnEmptyExifIsPassedOver()
    {
        byte[] head = [.. "Exif\0\0"u8], empty = [.. "II*\0"u8, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] turned = [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        var (jpeg, png) = (Fixtures.Bytes("420.jpg"), Fixtures.Bytes("color2-8bit.png"));
        using (Assert.EnterMultipleScope())
        {
            Turned([.. jpeg[..2], .. Segment([.. head]), .. Segment([.. head, .. turned]), .. jpeg[2..]]);
            Turned([.. jpeg[..2], .. Segment([.. head, .. empty]), .. Segment([.. head, .. turned]), .. jpeg[2..]]);
            Turned([.. png[..33], .. Chunk("eXIf", []), .. Chunk("eXIf", turned), .. png[33..]]);
            Turned([.. png[..33], .. Chunk("eXIf", [.. head, .. turned]), .. png[33..]]);
        }

        static void Turned(byte[] file)
        {
            Assert.That(Exif.ReadOrientation(file), Is.EqualTo(Orientation.Rotated90));
            Assert.That(ImageMetadata.Read(file).Exif, Is.Not.Null);
        }

        static byte[] Segment(byte[] data) => [0xFF, JpegMarker.App1, 0, (byte)(data.Length + 2), .. data];
    }

    [TestCase("<!DOCTYPE html>\n<html><head><title>Limit reached</title></head></html>", "HTML")]
    [TestCase("\uFEFF  \n<HTML>", "HTML")]
    [TestCase("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "SVG")]
    [TestCase("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "XML")]
    [TestCase("{\"error\": \"not found\"}", "JSON")]
    [TestCase("Not Found", "not a PNG or JPEG, but a text that begins with 'Not Found'")]
    [TestCase("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "git lfs pull")]
    [TestCase("../.git/annex/objects/aa/bb/x.jpg", "git annex get")]
    [TestCase("\0\0\0\x18" + "ftypheic\0\0\0\0mif1heic", "HEIC")]
    [TestCase("\0\0\0\x18" + "ftypmif1\0\0\0\0mif1heic", "HEIC")]
    [TestCase("\0\0\0\x18" + "ftypmif1\0\0\0\0mif1avif", "AVIF")]
    [TestCase("\0\0\0\x18" + "ftypavif\0\0\0\0avifmif1", "AVIF")]
    [TestCase("\0\0\0\x18" + "ftypisom\0\0\0\0isommp42", "film")]
    [TestCase("\0\0\0\x0CJXL \r\n\u0087\n", "JPEG XL")]
    [TestCase("\0\0\0\x0CjP  \r\n\u0087\n", "JPEG 2000")]
    [TestCase("%PDF-1.7", "PDF")]
    [TestCase("PK\x03\x04\x14\0", "ZIP")]
    [TestCase("\x1F\u008B\x08\0", "gzip")]
    [TestCase("8BPS\0\x01", "Photoshop")]
    [TestCase("II*\0\x10\0\0\0CR\x02\0", "raw file")]
    [TestCase("", "empty")]
    [TestCase("\0\0\0\0\0\0\0\0\0\0\0\0", "zeros")]
    [TestCase("\u0089\u0011\u0003\u00AA\u00BB\u00CC\u0001\u0002\u0003\u0004", "not a PNG or JPEG image, nor a BMP")]
    public void WhatIsNoPictureIsNamed(string bytes, string name)
    {
        var file = bytes.StartsWith('\uFEFF') ? System.Text.Encoding.UTF8.GetBytes(bytes) : System.Text.Encoding.Latin1.GetBytes(bytes);
        using (Assert.EnterMultipleScope())
        {
            Fails.With<ImageFormatException>(() => ImageFile.Load(file), name);
            Fails.With<ImageFormatException>(() => ImageFile.Identify(file), name);
        }
    }

    [Test]
    public void WhatApplesToolsRewroteAndRawTiffsAreNamed()
    {
        var png = Fixtures.Bytes("color2-8bit.png");
        var raw = TiffFile.Create(new TiffFile.Page(4, 2, 1, new byte[8], (254, 1), (330, 8)));
        Fails.With<ImageFormatException>(
            () => ImageFile.Load([.. png[..8], .. Chunk("CgBI", [0x50, 0, 0x20, 2]), .. png[8..]]), "CgBI", "pngcrush");
        Fails.With<ImageFormatException>(() => ImageFile.LoadLayers(raw), "raw file");
    }

    private static List<string> Remarks(byte[] file, out Image image)
    {
        var remarks = new List<string>();
        image = ImageFile.Load(file, new DecodeOptions { Remark = remarks.Add });
        return remarks;
    }

    /// <summary>A JPEG with an index of two pictures, whose second is of a kind.</summary>
    private static byte[] WithIndex(byte[] jpeg, byte[] kind, byte length = 32) =>
    [
        .. jpeg[..2], 0xFF, JpegMarker.App2, 0, 64, .. "MPF\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0xB0, 2, 0, 7, 0, 0, 0, length, 0, 0, 0, 26,
        0, 0, 0, 0, 0, 3, 0, 0, .. new byte[12], .. kind, .. new byte[12], .. jpeg[2..],
    ];

    /// <summary>One pixel of 24 bits: its row is padded with one byte.</summary>
    private static byte[] Bmp()
    {
        byte[] file = [.. "BM"u8, .. new byte[52], 1, 2, 3, 0];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        (file[10], file[14], file[18], file[22], file[26], file[28]) = (54, 40, 1, 1, 1, 24);
        return file;
    }

    /// <summary>The same file with a wrong checksum behind its compressed pixels; that of the chunk is right.</summary>
    private static byte[] WithWrongAdler(byte[] png)
    {
        byte[] wrong = [.. png];
        var idat = png.AsSpan().LastIndexOf("IDAT"u8);
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(idat - 4));
        wrong[idat + 4 + length - 1] ^= 0x55;
        BinaryPrimitives.WriteUInt32BigEndian(wrong.AsSpan(idat + 4 + length), Crc32.Compute(wrong.AsSpan(idat, length + 4)));
        return wrong;
    }

    private static byte[] Chunk(string type, ReadOnlySpan<byte> data, uint wrong = 0)
    {
        byte[] chunk = [0, 0, 0, (byte)data.Length, .. type.Select(c => (byte)c), .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.Compute(chunk.AsSpan(4, data.Length + 4)) ^ wrong);
        return chunk;
    }
}
