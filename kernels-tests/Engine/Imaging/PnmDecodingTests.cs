namespace IlgpuGan.EngineTests.Imaging;

internal sealed class PnmDecodingTests
{
    private static readonly DecodeOptions s_lenient = new() { Lenient = true };

    [TestCase("P2 3 1 3 0 1 3", 8, new[] { 0, 85, 255 })]
    [TestCase("P2\n3 1\n# most\n65535 0#\n65535 # and\n 258", 16, new[] { 0, 65535, 258 })]
    [TestCase("P2 3 1 4 1 2 3", 8, new[] { 64, 128, 191 })]
    [TestCase("P1 3 1 101", 8, new[] { 0, 255, 0 })]
    [TestCase("P1 3 1 1 #\n 0\t1", 8, new[] { 0, 255, 0 })]
    public void PlainTextIsRead(string file, int bits, int[] expected)
    {
        var image = ImageFile.Load(Encoding.ASCII.GetBytes(file));
        Assert.That(image.BitsPerChannel, Is.EqualTo(bits));
        var samples = bits == 8 ? Array.ConvertAll(image.Bytes, b => (int)b) : Array.ConvertAll(image.Words, w => (int)w);
        Assert.That(samples, Is.EqualTo(expected));
    }

    [TestCase("P2 3 1 4 1 2 5", "sample of 5")]
    [TestCase("P5 3 1 4 \u0001\u0005\u0002", "sample of 5")]
    [TestCase("P2 0 1 255 ", "0x1")]
    [TestCase("P2 1 1 70000 1", "70000")]
    [TestCase("P2 1 1 255 x", "byte 120 where a number")]
    [TestCase("P1 2 1 12", "byte 50 where 0 or 1")]
    [TestCase("P2 1234567890 1 255 1", "nine digits")]
    [TestCase("P2 200 200 255 1 2 3", "can't hold 200x200")]
    [TestCase("P6 11000 12000 255 abc", "can't hold 11000x12000")]
    public void WhatIsWrongIsSaid(string file, string named)
    {
        var bytes = Encoding.Latin1.GetBytes(file);
        Fails.With<ImageFormatException>(() => ImageFile.Load(bytes), named);
        HostileFilesTests.AssertRefusedCheaply(bytes);
    }

    [Test]
    public void LenientlyWhatIsThereIsDecoded()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ImageFile.Load("P2 2 2 255 9 8 x"u8, s_lenient).Bytes, Is.EqualTo(new byte[] { 9, 8, 0, 0 }));
            Assert.That(ImageFile.Load("P5 2 2 100 2d"u8, s_lenient).Bytes, Is.EqualTo(new byte[] { 128, 255, 0, 0 }));
            Assert.That(ImageFile.Load("P5 2 1 50 2d"u8, s_lenient).Bytes, Is.EqualTo(new byte[] { 255, 255 }));
        }
    }
}
