using IlgpuGan.Imaging.Jpeg;

namespace IlgpuGan.EngineTests.Imaging;

internal sealed class JpegDecodingTests
{
    public static IEnumerable<TestCaseData> Files() =>
        Fixtures.Lines("jpeg-pillow.txt")
            .Select(f => new TestCaseData(f[0], int.Parse(f[1]), int.Parse(f[2]), f[3], f[4]).SetArgDisplayNames(f[0]));

    [TestCaseSource(nameof(Files))]
    public void SamplesAreThoseOfLibjpeg(string name, int width, int height, string mode, string hash)
    {
        var image = ImageFile.Load(Fixtures.PathOf(name));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((image.Width, image.Height), Is.EqualTo((width, height)));
            Assert.That(image.Channels, Is.EqualTo(mode == "L" ? 1 : 3));
            Assert.That(image.BitsPerChannel, Is.EqualTo(8));
            Assert.That(Fixtures.Hash(image), Is.EqualTo(hash));
        }
    }

    [TestCaseSource(nameof(Files))]
    public void TheHeaderSaysWhatDecodingGives(string name, int width, int height, string mode, string hash)
    {
        var info = ImageFile.Identify(Fixtures.PathOf(name));
        Assert.That(
            info with { Orientation = Orientation.Normal },
            Is.EqualTo(new ImageInfo
            {
                Format = ImageFormat.Jpeg, Width = width, Height = height, Channels = mode == "L" ? 1 : 3, BitsPerChannel = 8,
                Orientation = Orientation.Normal,
            }),
            hash);
    }

    [Test]
    public void ArithmeticCodingIsRefusedByName() => Assert.That(
        () => ImageFile.Load(Fixtures.PathOf("arithmetic.jpg")),
        Throws.TypeOf<ImageFormatException>().With.Property(nameof(ImageFormatException.Reason)).Contains("arithmetic"));

    // In turn: lossless, hierarchical, arithmetic progressive.
    [TestCase(0xC3, "lossless")]
    [TestCase(0xC5, "hierarchical")]
    [TestCase(0xCA, "arithmetic")]
    public void OtherProcessesAreRefusedByName(int marker, string name) => Fails.With<ImageFormatException>(
        () => ImageFile.Load(WithFrameByte(-1, (byte)marker)), name);

    [Test]
    public void TwelveBitsAreRefusedByName() => Fails.With<ImageFormatException>(() => ImageFile.Load(WithFrameByte(2, 12)), "12 bits");

    [Test]
    public void AHeightToBeGivenLaterIsRefused()
    {
        var file = WithFrameByte(3, 0);
        file[FramePosition(file) + 4] = 0;
        Fails.With<ImageFormatException>(() => ImageFile.Load(file), "height");
    }

    /// <summary>The component ids R, G, B mean RGB without JFIF marker; the Adobe marker's transform decides in its absence.</summary>
    [Test]
    public void IdsRgbMeanRgb()
    {
        var image = JpegDecoder.Decode(Fixtures.Bytes("rgb.jpg"));
        var original = TestPicture.Create(83, 61, 3);
        Assert.That(MeanDifference(image, original), Is.LessThan(12));
    }

    [Test]
    public void TheDcOfABlockAloneMakesItFlat()
    {
        var flat = new byte[16 * 16 * 3];
        flat.AsSpan().Fill(77);
        var image = ImageFile.Load(JpegEncoder.Encode(new(16, 16, 3, flat), 100));
        Assert.That(image.Bytes, Is.All.EqualTo(image.Bytes[0]));
        Assert.That(image.Bytes[0], Is.InRange(76, 78));
    }

    private static double MeanDifference(Image a, Image b) => a.Bytes.Zip(b.Bytes, (x, y) => Math.Abs(x - y)).Average();

    /// <summary>420.jpg with one byte changed, counted from the first behind the frame's marker.</summary>
    private static byte[] WithFrameByte(int offset, byte value)
    {
        var file = Fixtures.Bytes("420.jpg");
        file[FramePosition(file) + offset] = value;
        return file;
    }

    private static int FramePosition(byte[] file) => file.AsSpan().IndexOf([(byte)0xFF, JpegMarker.Sof0]) + 2;
}
