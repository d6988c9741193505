using IlgpuGan.Imaging;
using IlgpuGan.Imaging.Jpeg;
using NUnit.Framework;
using StbImageWriteSharp;

namespace IlgpuGan.KernelsTests.Imaging;

/// <summary>What programs written for StbImageWriteSharp count on.</summary>
[NonParallelizable]
internal sealed unsafe class StbWritingTests
{
    [Test]
    public void PngKeepsEverySample([Values] ColorComponents components)
    {
        var image = TestPicture.Create(11, 7, (int)components);
        var fromArray = Written(s => new ImageWriter().WritePng([.. image.Bytes, 1, 2, 3], 11, 7, components, s));
        var fromPointer = Written(s =>
        {
            fixed (byte* data = image.Bytes)
            {
                new ImageWriter().WritePng(data, 11, 7, components, s);
            }
        });
        Assert.That(ImageFile.Load(fromArray).Bytes, Is.EqualTo(image.Bytes));
        Assert.That(fromPointer, Is.EqualTo(fromArray));
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
        var file = Written(s => new ImageWriter().WriteJpg(image.Bytes, 40, 30, ColorComponents.RedGreenBlue, s, asked));
        Assert.That(file, Is.EqualTo(JpegEncoder.Encode(image, quality, subsampling)));
    }

    [Test]
    public void JpegHasThreeComponentsAlways([Values] ColorComponents components)
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
    public void FlippingIsASwitch()
    {
        var image = TestPicture.Create(11, 7, 3);
        StbImageWrite.stbi_flip_vertically_on_write(1);
        var file = Written(s => new ImageWriter().WritePng(image.Bytes, 11, 7, ColorComponents.RedGreenBlue, s));
        StbImageWrite.stbi_flip_vertically_on_write(0);
        Assert.That(ImageFile.Load(file).Bytes, Is.EqualTo(image.FlipVertically().Bytes));
    }

    [Test]
    public void CompressionAndFilterAreSwitches()
    {
        var image = TestPicture.Create(64, 64, 3);
        var writer = new ImageWriter();
        byte[] Write() => Written(s => writer.WritePng(image.Bytes, 64, 64, ColorComponents.RedGreenBlue, s));
        var best = Write();
        StbImageWrite.stbi_write_png_compression_level = 0;
        var stored = Write();
        StbImageWrite.stbi_write_png_compression_level = 8;
        StbImageWrite.stbi_write_force_png_filter = 2;
        var forced = Write();
        StbImageWrite.stbi_write_force_png_filter = -1;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stored, Has.Length.GreaterThan(image.Bytes.Length).And.Length.GreaterThan(best.Length));
            Assert.That(forced, Is.Not.EqualTo(best));
            Assert.That(ImageFile.Load(stored).Bytes, Is.EqualTo(image.Bytes));
            Assert.That(ImageFile.Load(forced).Bytes, Is.EqualTo(image.Bytes));
        }
    }

    [Test]
    public void TheStreamIsOnlyWrittenTo()
    {
        var stream = new WriteOnly();
        new ImageWriter().WritePng(new byte[12], 2, 2, ColorComponents.RedGreenBlue, stream);
        Assert.That(stream.Writes, Is.EqualTo(1));
    }

    [Test]
    public void WrongArgumentsAreRefusedByName()
    {
        var (writer, s) = (new ImageWriter(), new MemoryStream());
        const ColorComponents rgb = ColorComponents.RedGreenBlue;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => writer.WritePng((byte[])null!, 2, 2, rgb, s), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("data"));
            Assert.That(() => writer.WritePng(new byte[12], 0, 2, rgb, s), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("width"));
            Assert.That(() => writer.WriteJpg(new byte[12], 2, -1, rgb, s, 90), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("height"));
            Assert.That(() => writer.WritePng(new byte[11], 2, 2, rgb, s), Throws.ArgumentException);
            Assert.That(() => writer.WritePng(new byte[12], 65536, 65536, rgb, s), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => writer.WritePng(new byte[12], 1, 1, (ColorComponents)7, s), Throws.InstanceOf<ArgumentException>());
            Assert.That(s.Length, Is.Zero);
        }
    }

    [Test]
    public void OtherFormatsAreRefusedByName()
    {
        var (writer, s) = (new ImageWriter(), new MemoryStream());
        const ColorComponents rgb = ColorComponents.RedGreenBlue;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => writer.WriteBmp(new byte[3], 1, 1, rgb, s), Throws.TypeOf<NotSupportedException>().With.Message.Contains("BMP"));
            Assert.That(() => writer.WriteTga(new byte[3], 1, 1, rgb, s), Throws.TypeOf<NotSupportedException>().With.Message.Contains("TGA"));
            Assert.That(() => writer.WriteHdr(new byte[3], 1, 1, rgb, s), Throws.TypeOf<NotSupportedException>().With.Message.Contains("HDR"));
        }
    }

    private static byte[] Written(Action<Stream> write)
    {
        var stream = new MemoryStream();
        write(stream);
        Assert.That(stream.CanWrite);
        return stream.ToArray();
    }

    private sealed class WriteOnly : Stream
    {
        public int Writes { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Writes++;

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
