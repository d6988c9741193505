using System.Buffers.Binary;
using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Imaging.Tiff;
using IlgpuGan.Imaging.WebP;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>EXIF, colour profile and resolution go from file to file, whatever the two formats are.</summary>
internal sealed class MetadataTests
{
    private const string Wide = "Display P3";

    /// <summary>EXIF of two directories: to be turned by 90 degrees, then a thumbnail's.</summary>
    private static readonly byte[] s_exif = [
        .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. "thumbnail"u8];

    private static readonly byte[] s_upright = [.. s_exif[..18], 1, .. s_exif[19..22], 0, .. s_exif[23..]];

    private static readonly Image s_picture = TestPicture.Create(13, 7, 3);

    private static readonly string[] s_types = ["png", "jpg", "webp", "tif"];

    /// <summary>A picture with all of them, in a file of a type.</summary>
    internal static byte[] Sample(string type) => Encode(type, s_picture, new(s_upright, Profile(Wide), new(300, 150)));

    [Test]
    public void TheyAreKept([ValueSource(nameof(s_types))] string from, [ValueSource(nameof(s_types))] string to)
    {
        var found = ImageMetadata.Read(Sample(from));
        var again = ImageMetadata.Read(Encode(to, s_picture, found));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.ColorProfile, Is.EqualTo(Profile(Wide)), "profile");
            Assert.That(again.ColorProfile, Is.EqualTo(Profile(Wide)), "profile again");
            Assert.That(found.Exif is null, Is.EqualTo(from == "tif"), "EXIF");
            Assert.That(again.Exif, to == "tif" ? Is.Null : Is.EqualTo(found.Exif!), "EXIF again");
            Assert.That(Rounded(found), Is.EqualTo(from == "webp" ? (0, 0) : (300, 150)), "resolution");
            Assert.That(Rounded(again), Is.EqualTo(from == "webp" || to == "webp" ? (0, 0) : (300, 150)), "resolution again");
        }

        static (double, double) Rounded(ImageMetadata data) =>
            (Math.Round(data.Resolution?.Horizontal ?? 0, 1), Math.Round(data.Resolution?.Vertical ?? 0, 1));
    }

    /// <summary>The picture of a file that is to be turned is upright, and so is what is said of it, without the thumbnail.</summary>
    [Test]
    public void WhatIsUprightIsSaidToBe()
    {
        var lying = PngEncoder.Encode(s_picture, metadata: new(s_exif, null, new(300, 150)));
        var found = ImageMetadata.Read(lying);
        var upright = PngEncoder.Encode(ImageFile.LoadUpright(lying), metadata: found);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Exif.ReadOrientation(lying), Is.EqualTo(Orientation.Rotated90));
            Assert.That(found.Exif, Is.EqualTo(s_upright));
            Assert.That(found.Resolution!.Value.Horizontal, Is.EqualTo(150).Within(0.02));
            Assert.That(found.Resolution!.Value.Vertical, Is.EqualTo(300).Within(0.02));
            Assert.That(Exif.ReadOrientation(upright), Is.EqualTo(Orientation.Normal));
            Assert.That(ImageFile.LoadUpright(upright).Bytes, Is.EqualTo(s_picture.Orient(Orientation.Rotated90).Bytes));
        }
    }

    /// <summary>Where each format wants them: before the pixels, under its own names.</summary>
    [Test]
    public void TheyLieWhereTheFormatsSay()
    {
        var (png, jpeg, webp) = (Sample("png"), Sample("jpg"), Sample("webp"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Places(png, "IHDR", "iCCPICC profile\0\0", "pHYs\0\0\x2E\x23\0\0\x17\x12\x01", "eXIfII*\0", "IDAT"), Is.Ordered);
            Assert.That(Places(jpeg, "JFIF\0\x01\x01\x01\x01\x2C\0\x96", "Exif\0\0II*\0", "ICC_PROFILE\0\x01\x01"), Is.Ordered);
            Assert.That(Places(webp, "WEBPVP8X\x0A\0\0\0\x28\0\0\0\x0C\0\0\x06\0\0", "ICCP", "VP8L", "EXIF"), Is.Ordered);
            Assert.That(BinaryPrimitives.ReadInt32LittleEndian(webp.AsSpan(4)), Is.EqualTo(webp.Length - 8));
            foreach (var type in s_types)
            {
                Assert.That(
                    ImageFile.Load(Sample(type)).Bytes, Is.EqualTo(ImageFile.Load(Encode(type, s_picture, null)).Bytes), type);
            }
        }

        static int[] Places(byte[] file, params string[] parts)
        {
            var places = Array.ConvertAll(parts, part => file.AsSpan().IndexOf(Encoding.Latin1.GetBytes(part)));
            Assert.That(places, Has.None.EqualTo(-1), string.Join(", ", places));
            return places;
        }
    }

    /// <summary>A profile that takes several segments of a JPEG.</summary>
    [Test]
    public void ALongProfileIsKeptInParts()
    {
        var profile = Profile(Wide, length: 200_000);
        var file = JpegEncoder.Encode(s_picture, metadata: new(null, profile, null));
        Assert.That(file.AsSpan().IndexOf("ICC_PROFILE\0\x04\x04"u8), Is.GreaterThan(0));
        Assert.That(ImageMetadata.Read(file).ColorProfile.AsSpan().SequenceEqual(profile));
    }

    [TestCase(Wide, "RGB ", 3, ImageFormat.Png, true, null)]
    [TestCase("sRGB IEC61966-2.1", "RGB ", 4, ImageFormat.Jpeg, true, null)]
    [TestCase("Dot Gain 20%", "GRAY", 1, ImageFormat.Png, true, null)]
    [TestCase("Dot Gain 20%", "GRAY", 1, ImageFormat.WebP, false, "left out")]
    [TestCase("Coated FOGRA39", "CMYK", 3, ImageFormat.Jpeg, false, "left out")]
    public void AProfileThatDoesNotFitIsLeftOutAndNamed(
        string name, string space, int channels, ImageFormat format, bool isKept, string? remark)
    {
        var metadata = new ImageMetadata(null, Profile(name, space), null);
        var kept = metadata.Fitting(TestPicture.Create(4, 4, channels), format);
        Assert.That(kept.ColorProfile is not null, Is.EqualTo(isKept));
        Assert.That(string.Join(';', kept.Remarks), remark is null ? Is.Empty : Does.Contain(remark));
    }

    /// <summary>A WebP has no place for a resolution, and what a TIFF says of the picture's origin is not read.</summary>
    [Test]
    public void WhatIsLostOnTheWayIsNamed()
    {
        var metadata = new ImageMetadata(null, null, new(300, 300));
        Assert.That(metadata.Fitting(s_picture, ImageFormat.WebP).Remarks, Has.One.Contains("resolution"));
        Assert.That(metadata.Fitting(s_picture, ImageFormat.Png).Remarks, Is.Empty);
        var usual = metadata with { Resolution = new(2835 * 0.0254, 2834 * 0.0254) };
        Assert.That(usual.Fitting(s_picture, ImageFormat.WebP).Remarks, Is.Empty, "72 dots an inch in a PNG");
        byte[] printed = [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x1A, 1, 5, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0, 44, 1, 0, 0, 1, 0, 0, 0];
        var inExif = metadata with { Exif = printed };
        Assert.That(inExif.Fitting(s_picture, ImageFormat.WebP).Remarks, Is.Empty, "EXIF keeps it");
        Assert.That((metadata with { Exif = s_upright }).Fitting(s_picture, ImageFormat.WebP).Remarks, Has.One.Contains("resolution"));
        const int artist = 315, software = 305, description = 270;
        Assert.That(OfTiff(artist).Fitting(s_picture, ImageFormat.Png).Remarks, Has.One.Contains("not read from TIFF files"));
        Assert.That(OfTiff(software).Remarks, Is.Empty);
        Assert.That(OfTiff(description).Remarks, Is.Empty, "such as ImageJ's, of its numbers");

        static ImageMetadata OfTiff(int tag) => ImageMetadata.Read(TiffFile.Create(new TiffFile.Page(1, 1, 1, [7], (tag, 0x41))));
    }

    /// <summary>
    /// A profile packed with a dictionary that nobody has: zlib asks for it, and .NET refuses it otherwise than damaged data.
    /// </summary>
    [Test]
    public void AProfileThatNeedsADictionaryIsLeftOut()
    {
        using var chunk = new MemoryStream();
        PngEncoder.WriteChunk(chunk, PngChunkType.Iccp, [.. "p\0\0"u8, 0x78, 0x20, .. new byte[12]]);
        var file = PngEncoder.Encode(s_picture);
        Assert.That(ImageMetadata.Read([.. file[..33], .. chunk.ToArray(), .. file[33..]]).ColorProfile, Is.Null);
    }

    /// <summary>Profiles that unpack without end, EXIF beyond a segment, data that are none.</summary>
    [Test]
    public void WhatIsTooMuchOrNoneIsLeftOut()
    {
        byte[] much = [.. s_exif, .. new byte[ImageMetadata.MaxBytes]];
        var bomb = PngEncoder.Encode(s_picture, metadata: new(much, Profile(Wide, length: 1 << 28), null));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = ImageMetadata.Read(bomb);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bomb, Has.Length.LessThan(2 << 20));
            Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8 << 20));
            Assert.That((found.Exif, found.ColorProfile), Is.EqualTo(((byte[]?)null, (byte[]?)null)));
            Assert.That(found.Remarks, Has.Count.EqualTo(2).And.All.Contains("more than 1 MiB"));
            var long1 = new ImageMetadata([.. s_exif, .. new byte[70_000]], null, null);
            Assert.That(long1.Fitting(s_picture, ImageFormat.Jpeg).Exif, Is.Null);
            Assert.That(ImageFile.Load(JpegEncoder.Encode(s_picture, metadata: long1)).Width, Is.EqualTo(13));
            var none = ImageMetadata.Read(PngEncoder.Encode(s_picture, metadata: new("no EXIF at all"u8.ToArray(), null, null)));
            Assert.That((none.Exif, none.Remarks.Count), Is.EqualTo(((byte[]?)null, 0)));
            Assert.That(ImageMetadata.Read("no picture"u8), Is.EqualTo(ImageMetadata.Read([])).Using<ImageMetadata>((a, b) =>
                (a.Exif, a.ColorProfile, a.Resolution) == (b.Exif, b.ColorProfile, b.Resolution)));
        }
    }

    /// <summary>What of a file's colours is not sRGB is told to whoever listens, in every format.</summary>
    [TestCase("png", null, "", "colour profile is not sRGB")]
    [TestCase("jpg", null, "", "colour profile is not sRGB")]
    [TestCase("webp", null, "", "colour profile is not sRGB")]
    [TestCase("tif", null, "", "colour profile is not sRGB")]
    [TestCase("png", "cICP", "09100001", "HDR (PQ)")]
    [TestCase("png", "cICP", "09120001", "HDR (HLG)")]
    [TestCase("png", "cICP", "0C0D0001", "not sRGB")]
    [TestCase("png", "cICP", "010D0001", null)]
    [TestCase("png", "gAMA", "000186A0", "gamma of 1 is not sRGB's")]
    [TestCase("png", "gAMA", "0000B18F", null)]
    [TestCase("jpg", "hdrgm", "", "gain map")]
    public void OddColoursAreTold(string type, string? mark, string content, string? remark)
    {
        var file = Encode(type, TestPicture.Create(4, 4, 3), mark is null ? new(null, Profile(Wide), null) : null);
        if (mark == "hdrgm")
        {
            file = [.. file, .. "http://ns.adobe.com/hdr-gain-map/1.0/"u8];
        }
        else if (mark is not null)
        {
            var chunk = new MemoryStream();
            var letters = BinaryPrimitives.ReadUInt32BigEndian(Encoding.ASCII.GetBytes(mark));
            PngEncoder.WriteChunk(chunk, letters, Convert.FromHexString(content));
            const int endOfHeader = 33;
            file = [.. file[..endOfHeader], .. chunk.ToArray(), .. file[endOfHeader..]];
        }

        var told = new List<string>();
        ImageFile.LoadLayers(file, new() { Remark = told.Add });
        Assert.That(string.Join(';', told), remark is null ? Is.Empty : Does.Contain(remark).And.Not.Contain(";"));
    }

    private static byte[] Encode(string type, Image image, ImageMetadata? metadata) => type switch
    {
        "png" => PngEncoder.Encode(image, metadata: metadata),
        "jpg" => JpegEncoder.Encode(image, metadata: metadata),
        "webp" => WebPEncoder.Encode(image, metadata),
        _ => TiffEncoder.Encode([image], metadata),
    };

    /// <summary>What is read of an ICC profile: its length, the colours it is for, its mark, and a description.</summary>
    private static byte[] Profile(string name, string space = "RGB ", int length = 400)
    {
        var profile = new byte[length];
        BinaryPrimitives.WriteInt32BigEndian(profile, length);
        Encoding.ASCII.GetBytes(space).CopyTo(profile, 16);
        "acsp"u8.CopyTo(profile.AsSpan(36));
        profile[131] = 1;
        "desc"u8.CopyTo(profile.AsSpan(132));
        (profile[139], profile[143]) = (160, 200);
        "desc"u8.CopyTo(profile.AsSpan(160));
        profile[171] = (byte)(name.Length + 1);
        Encoding.ASCII.GetBytes(name).CopyTo(profile, 172);
        return profile;
    }
}
