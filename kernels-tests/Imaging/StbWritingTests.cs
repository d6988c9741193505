using IlgpuGan.Imaging;
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
