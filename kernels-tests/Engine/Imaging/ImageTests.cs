namespace IlgpuGan.EngineTests.Imaging;

internal sealed class ImageTests
{
    private static readonly Orientation[] s_all = Enum.GetValues<Orientation>();

    /// <summary>The script stored the picture turned, so that applying its orientation gives it back.</summary>
    [Test]
    public void OrientationsStandUpright([ValueSource(nameof(s_all))] Orientation orientation, [Values("png", "jpg")] string type)
    {
        var path = Fixtures.PathOf($"orientation-{(int)orientation}.{type}");
        var original = TestPicture.Create(24, 16, 3);
        var image = ImageFile.LoadUpright(path);
        Assert.That(ImageFile.Identify(path).Orientation, Is.EqualTo(orientation));
        Assert.That((image.Width, image.Height), Is.EqualTo((24, 16)));
        var farthest = image.Bytes.Zip(original.Bytes, (a, b) => Math.Abs(a - b)).Max();
        Assert.That(farthest, Is.LessThanOrEqualTo(type == "png" ? 0 : 8));
    }

    [Test]
    public void LoadingDoesNotTurn()
    {
        var image = ImageFile.Load(Fixtures.PathOf("orientation-6.png"));
        Assert.That((image.Width, image.Height), Is.EqualTo((16, 24)));
    }

    [Test]
    public void EveryTurnMovesPixelsWhole(
        [ValueSource(nameof(s_all))] Orientation orientation, [Values(1, 2, 3, 4)] int channels, [Values(8, 16)] int bits)
    {
        var image = bits == 8 ? TestPicture.Create(5, 3, channels) : TestPicture.CreateWords(5, 3, channels);
        var turned = image.Orient(orientation);
        for (var y = 0; y < turned.Height; y++)
        {
            for (var x = 0; x < turned.Width; x++)
            {
                // EXIF 2.3, tag Orientation: where the stored row 0 and column 0 are seen.
                var (row, column) = orientation switch
                {
                    Orientation.Normal => (y, x),
                    Orientation.FlippedHorizontally => (y, 4 - x),
                    Orientation.Rotated180 => (2 - y, 4 - x),
                    Orientation.FlippedVertically => (2 - y, x),
                    Orientation.Transposed => (x, y),
                    Orientation.Rotated90 => (2 - x, y),
                    Orientation.Transversed => (2 - x, 4 - y),
                    _ => (x, 4 - y),
                };
                Assert.That(Pixel(turned, x, y), Is.EqualTo(Pixel(image, column, row)), $"({x}, {y})");
            }
        }
    }

    [Test]
    public void ACropIsARectangle([Values(1, 3)] int channels)
    {
        var image = TestPicture.Create(9, 7, channels);
        var crop = image.Crop(2, 3, 5, 4);
        Assert.That((crop.Width, crop.Height), Is.EqualTo((5, 4)));
        for (var y = 0; y < 4; y++)
        {
            for (var x = 0; x < 5; x++)
            {
                Assert.That(Pixel(crop, x, y), Is.EqualTo(Pixel(image, x + 2, y + 3)));
            }
        }
    }

    [TestCase(-1, 0, 2, 2)]
    [TestCase(0, 0, 10, 2)]
    [TestCase(0, 6, 2, 2)]
    [TestCase(0, 0, 0, 2)]
    [TestCase(int.MaxValue, 0, 2, 2)]
    public void ACropOutsideIsRefused(int x, int y, int width, int height) =>
        Assert.That(
            () => TestPicture.Create(9, 7, 1).Crop(x, y, width, height),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("9x7"));

    [Test]
    public void ChannelsConvertAsDocumented()
    {
        var gray = new Image(1, 1, 1, [(byte)100]);
        var color = new Image(1, 1, 4, [10, 20, 30, (byte)40]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(gray.ToChannels(2).Bytes, Is.EqualTo(new byte[] { 100, 255 }));
            Assert.That(gray.ToChannels(4).Bytes, Is.EqualTo(new byte[] { 100, 100, 100, 255 }));
            Assert.That(color.ToChannels(3).Bytes, Is.EqualTo(new byte[] { 10, 20, 30 }));
            Assert.That(color.ToChannels(1).Bytes, Is.EqualTo(new byte[] { 18 }));
            Assert.That(color.ToChannels(2).Bytes[1], Is.EqualTo(40));
            Assert.That(color.ToSixteenBits().ToChannels(3).Words, Is.EqualTo(new ushort[] { 2570, 5140, 7710 }));
        }
    }

    /// <summary>Every weight and the rounding, against Pillow's <c>convert("L")</c> of the test picture.</summary>
    [Test]
    public void GrayIsPillows() => Assert.That(
        Fixtures.Hash(TestPicture.Create(83, 61, 3).ToChannels(1)),
        Is.EqualTo(Fixtures.Lines("gray-pillow.txt").Single()[0]));

    [Test]
    public void DepthsConvertToNearest()
    {
        var words = Enumerable.Range(0, 65536).Select(v => (ushort)v).ToArray();
        var bytes = new Image(256, 256, 1, words).ToEightBits().Bytes;
        Assert.That(bytes, Is.EqualTo(words.Select(v => (byte)Math.Round(v / 257.0))));
        Assert.That(new Image(256, 256, 1, bytes).ToSixteenBits().ToEightBits().Bytes, Is.EqualTo(bytes));
    }

    [Test]
    public void WrongSizesAndDepthsAreRefused()
    {
        var image = TestPicture.Create(3, 3, 1);
        using (Assert.EnterMultipleScope())
        {
            Fails.With<ArgumentException>(() => new Image(3, 3, 3, new byte[26]), "3x3");
            Assert.That(() => new Image(0, 3, 3, Array.Empty<byte>()), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => new Image(1, 1, 5, new byte[5]), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => image.Words, Throws.InvalidOperationException);
            Assert.That(() => image.ToSixteenBits().Bytes, Throws.InvalidOperationException);
        }
    }

    private static int[] Pixel(Image image, int x, int y)
    {
        var first = ((y * image.Width) + x) * image.Channels;
        return image.BitsPerChannel == 8
            ? Array.ConvertAll(image.Bytes[first..(first + image.Channels)], b => (int)b)
            : Array.ConvertAll(image.Words[first..(first + image.Channels)], w => (int)w);
    }

    [Test]
    public void ImagesGoThroughStreamsAndFiles([Values] ImageFormat format)
    {
        var image = TestPicture.Create(9, 7, 3);
        using var stream = new MemoryStream();
        if (format is ImageFormat.Bmp or ImageFormat.Gif or ImageFormat.Pnm)
        {
            Assert.That(() => ImageFile.Save(image, stream, format), Throws.TypeOf<NotSupportedException>());
            return;
        }

        ImageFile.Save(image, stream, format);
        Assert.That(ImageFile.Identify(stream.ToArray()).Format, Is.EqualTo(format));
        var path = Path.Combine(TestFiles.Folder(), $"image.{format}".ToLowerInvariant());
        ImageFile.Save(image, path);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(stream.ToArray()));
        stream.Position = 0;
        var read = ImageFile.Load(stream);
        Assert.That((read.Width, read.Height, read.Channels), Is.EqualTo((9, 7, 3)));
        if (format != ImageFormat.Jpeg)
        {
            Assert.That(read.Bytes, Is.EqualTo(image.Bytes));
        }
    }
}
