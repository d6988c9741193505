namespace IlgpuGan.ModelsTests.Data;

public sealed class NpyFileTests : InPictureFolder
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    [TestCase(7)]
    public void ChannelsRoundTrip(int channels)
    {
        var path = Write("|u1", $"(3, 5, {channels})", [.. Enumerable.Range(0, 15 * channels).Select(i => (byte)i)]);
        var picture = NpyFile.Load(path);
        Assert.That((picture.Width, picture.Height, picture.Channels), Is.EqualTo((5, 3, channels)));
        var values = new float[15 * channels];
        picture.CopyTo(values);
        Assert.That(
            values[channels > 1 ? 15 : 1], Is.EqualTo(SampleScale.OfBytes[1]), "the second sample is the second channel's first pixel");

        var copy = _folder.PathOf("copy.npy");
        NpyFile.Save(picture, copy);
        Assert.That(File.ReadAllBytes(copy)[^(15 * channels)..], Is.EqualTo(File.ReadAllBytes(path)[^(15 * channels)..]));
        Assert.That(File.ReadAllBytes(copy).Length - (15 * channels), Is.Zero.Or.EqualTo(128), "data begin at a multiple of 64");
        Assert.That(NpyFile.Load(copy).Channels, Is.EqualTo(channels));
    }

    [Test]
    public void SixteenBitsWithoutChannelAxisLoad()
    {
        var path = Write("<u2", "(1, 2)", [0x34, 0x12, 0xFF, 0xFF]);
        Assert.That(NpyFile.Load(path).Layers[0].Words, Is.EqualTo(new ushort[] { 0x1234, 0xFFFF }));
    }

    [TestCase("<f8", "(1, 1)", 8, "uint8")]
    [TestCase("|u1", "(1, 1, 1, 1)", 1, "(H, W)")]
    [TestCase("|u1", "(0, 4)", 0, "(H, W)")]
    [TestCase("|u1", "(99999999999, 4)", 0, "(H, W)")]
    [TestCase("|u1", "(1000000, 1000000, 1000000)", 5, "announces")]
    [TestCase("|u1", "(2, 2)", 3, "announces 4 bytes")]
    public void OtherArraysAreNamed(string type, string shape, int bytes, string reason)
    {
        var path = Write(type, shape, new byte[bytes]);
        Assert.That(() => NpyFile.Load(path), Throws.TypeOf<PictureException>().With.Message.Contains(reason).And.Message.StartsWith(path));
    }

    [Test]
    public void MessagesQuoteNothingUnprintable()
    {
        foreach (var type in new[] { "\u001b[2J", "<f8\n<f8", new string('x', 4000), new string('x', 60_000) })
        {
            var path = Write(type, "(1, 1)", new byte[1]);
            Assert.That(() => NpyFile.Load(path), Throws.TypeOf<PictureException>().With.Message.Matches(@"^[^\p{C}]{1,300}$"));
        }
    }

    [Test]
    public void CutHeadersAreNamed()
    {
        var whole = File.ReadAllBytes(Write("|u1", "(2, 2)", new byte[4]));
        for (var length = 0; length < whole.Length - 4; length += 3)
        {
            var path = _folder.PathOf("cut.npy");
            File.WriteAllBytes(path, whole[..length]);
            Assert.That(() => PictureFile.Load(path), Throws.TypeOf<PictureException>().With.Message.StartsWith(path));
        }
    }

    [Test]
    public void ManyChannelsFeedTheDataSet()
    {
        var samples = Enumerable.Range(0, 16 * 8 * 5).Select(i => (byte)(i % 5 * 50)).ToArray();
        Write("|u1", "(8, 16, 5)", samples);
        var settings = new DataSettings { InputChannels = 5, OutputChannels = 5, LoadSize = 6, CropSize = 4 };
        var (a, b, _) = AlignedFolder.Open(_folder.Root, settings).LoadPair(0, new IlgpuGan.Tensors.RandomSequence(default));
        Assert.That((a.Channels, a.Width, b.Channels), Is.EqualTo((5, 4, 5)));
        var values = new float[16 * 5];
        a.CopyTo(values);
        Assert.That(values.Chunk(16).Select(c => SampleScale.ToByte(c[0])), Is.EqualTo(new byte[] { 0, 50, 100, 150, 200 }));
        Assert.That(
            () =>
                AlignedFolder.Open(_folder.Root, settings with { InputChannels = 3 })
                    .LoadPair(0, new IlgpuGan.Tensors.RandomSequence(default)),
            Throws.TypeOf<PictureException>().With.Message.Contains("has 5 channels, but 3 are asked for"));
    }

    private string Write(string type, string shape, byte[] data)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n";
        var path = _folder.PathOf("x.npy");
        File.WriteAllBytes(
            path, [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. data]);
        return path;
    }
}
