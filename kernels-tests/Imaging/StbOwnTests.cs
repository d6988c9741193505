#if !USE_ILGPU_PACKAGES
using IlgpuGan.Imaging;
using IlgpuGan.Imaging.Jpeg;
using NUnit.Framework;
using StbImageSharp;
using StbImageWriteSharp;
using WriteComponents = StbImageWriteSharp.ColorComponents;

namespace IlgpuGan.KernelsTests.Imaging;

/// <summary>What the facades here promise and the packages whose names they bear do not, or do in another way.</summary>
[NonParallelizable]
internal sealed unsafe class StbOwnTests
{
    [TestCase("BM some bitmap", "BMP")]
    [TestCase("GIF89a…", "GIF")]
    [TestCase("8BPS…", "PSD")]
    [TestCase("#?RADIANCE\n", "HDR")]
    [TestCase("\0\0\u0002\0\0\0\0\0\0\0\0\0\u0010\0\u0010\0\u0018\0", "TGA")]
    public void OtherFormatsAreRefusedByName(string content, string format) => Assert.That(
        () => ImageResult.FromMemory([.. content.Select(c => (byte)c)]),
        Throws.TypeOf<NotSupportedException>().With.Message.Contains(format));

    [Test]
    public void AnimatedGifIsRefusedByName() => Assert.That(
        () => ImageResult.AnimatedGifFramesFromStream(new MemoryStream()).Count(),
        Throws.TypeOf<NotSupportedException>().With.Message.Contains("GIF"));

    /// <summary>Apple's PNG variant: raw deflate, BGR premultiplied, which stays so until conversion is switched on.</summary>
    [Test]
    public void IphonePngKeepsItsOrderUnlessConverted()
    {
        var file = CgbiFile.Create([10, 20, 30, 255, 50, 25, 0, 128]);
        var stored = ImageResult.FromMemory(file).Data;
        StbImage.stbi_convert_iphone_png_to_rgb(1);
        var swapped = ImageResult.FromMemory(file).Data;
        StbImage.stbi_set_unpremultiply_on_load(1);
        var divided = ImageResult.FromMemory(file).Data;
        StbImage.stbi_set_unpremultiply_on_load(0);
        StbImage.stbi_convert_iphone_png_to_rgb(0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stored, Is.EqualTo(new byte[] { 10, 20, 30, 255, 50, 25, 0, 128 }));
            Assert.That(swapped, Is.EqualTo(new byte[] { 30, 20, 10, 255, 0, 25, 50, 128 }));
            Assert.That(divided, Is.EqualTo(new byte[] { 30, 20, 10, 255, 0, 50, 100, 128 }));
            Assert.That(ImageFile.Load(file).Bytes, Is.EqualTo(divided));
        }
    }

    [TestCase(0, 90, ChromaSubsampling.Both)]
    [TestCase(50, 50, ChromaSubsampling.Both)]
    [TestCase(90, 90, ChromaSubsampling.Both)]
    [TestCase(91, 91, ChromaSubsampling.None)]
    [TestCase(200, 100, ChromaSubsampling.None)]
    [TestCase(-3, 1, ChromaSubsampling.Both)]
    public void JpegQualityDecidesSubsampling(int asked, int quality, ChromaSubsampling subsampling)
    {
        var image = TestPicture.Create(40, 30, 3);
        var file = Written(s => new ImageWriter().WriteJpg(image.Bytes, 40, 30, WriteComponents.RedGreenBlue, s, asked));
        Assert.That(file, Is.EqualTo(JpegEncoder.Encode(image, quality, subsampling)));
    }

    [Test]
    public void JpegHasThreeComponentsAlways([Values] WriteComponents components)
    {
        var image = TestPicture.Create(20, 20, (int)components);
        var file = Written(s =>
        {
            fixed (byte* data = image.Bytes)
            {
                new ImageWriter().WriteJpg(data, 20, 20, components, s, 95);
            }
        });
        Assert.That(ImageFile.Identify(file).Channels, Is.EqualTo(3));
        Assert.That(file, Is.EqualTo(JpegEncoder.Encode(image.ToChannels(3), 95, ChromaSubsampling.None)));
    }

    [Test]
    public void WrongArgumentsAreRefusedByName()
    {
        var (writer, s) = (new ImageWriter(), new MemoryStream());
        const WriteComponents rgb = WriteComponents.RedGreenBlue;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => writer.WritePng((byte[])null!, 2, 2, rgb, s),
                Throws.ArgumentNullException.With.Property("ParamName").EqualTo("data"));
            Assert.That(
                () => writer.WritePng(new byte[12], 0, 2, rgb, s),
                Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("width"));
            Assert.That(
                () => writer.WriteJpg(new byte[12], 2, -1, rgb, s, 90),
                Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("height"));
            Assert.That(() => writer.WritePng(new byte[11], 2, 2, rgb, s), Throws.ArgumentException);
            Assert.That(() => writer.WritePng(new byte[12], 65536, 65536, rgb, s), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => writer.WritePng(new byte[12], 1, 1, (WriteComponents)7, s), Throws.InstanceOf<ArgumentException>());
            Assert.That(s.Length, Is.Zero);
        }
    }

    [Test]
    public void OtherFormatsAreNotWritten()
    {
        var (writer, s) = (new ImageWriter(), new MemoryStream());
        const WriteComponents rgb = WriteComponents.RedGreenBlue;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => writer.WriteBmp(new byte[3], 1, 1, rgb, s), Throws.TypeOf<NotSupportedException>().With.Message.Contains("BMP"));
            Assert.That(
                () => writer.WriteTga(new byte[3], 1, 1, rgb, s), Throws.TypeOf<NotSupportedException>().With.Message.Contains("TGA"));
            Assert.That(
                () => writer.WriteHdr(new byte[3], 1, 1, rgb, s), Throws.TypeOf<NotSupportedException>().With.Message.Contains("HDR"));
        }
    }

    private static byte[] Written(Action<Stream> write)
    {
        var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }
}
#endif
