namespace IlgpuGan.ModelsTests.Data;

/// <summary>Pictures of the formats that are read and not written, where pictures of a data set are read.</summary>
public sealed class PictureFormatsTests : InPictureFolder
{
    [Test]
    public void TheyAreListedAndLoaded()
    {
        string[] names = ["color-24bit.bmp", "interlaced.gif", "color-plain.ppm", "gray-binary.pgm", "bitmap-plain.pbm", "color-tiles.tif",
            "lossy.webp"];
        foreach (var name in names)
        {
            File.Copy(Fixtures.PathOf(name), _folder.PathOf(name.ToUpperInvariant()));
        }

        var files = PictureFolder.List(_folder.Root);
        Assert.That(files, Has.Count.EqualTo(names.Length));
        foreach (var file in files)
        {
            var expected = ImageFile.Load(file);
            Assert.That(PictureFile.Load(file).Layers, Has.Count.EqualTo(1), file);
            Assert.That(PictureFile.Load(file).Layers[0].Bytes, Is.EqualTo(expected.Bytes), file);
        }
    }

    [Test]
    public void ATiffOfManyChannelsIsOnePicture()
    {
        var numbers = new byte[5 * 3 * 7];
        new Random(1).NextBytes(numbers);
        var path = _folder.PathOf("many.tiff");
        File.WriteAllBytes(path, TiffFile.Create(new TiffFile.Page(5, 3, 7, numbers, (TiffFile.ExtraSamples, 0))));
        var picture = PictureFile.Load(path);
        var planes = new float[numbers.Length];
        picture.CopyTo(planes);
        Assert.That(picture.Channels, Is.EqualTo(7));
        Assert.That(
            planes,
            Is.EqualTo(Enumerable.Range(0, 7).SelectMany(c => numbers.Where((_, i) => i % 7 == c)).Select(b => (b / 127.5f) - 1))
                .Within(1e-6f));
    }

    [Test]
    public void AProblemNamesTheFile()
    {
        var path = _folder.PathOf("short.tif");
        File.WriteAllBytes(path, Fixtures.Bytes("color-tiles.tif")[..3000]);
        Assert.That(() => PictureFile.Load(path), Throws.TypeOf<PictureException>().With.Message.StartsWith(path));
    }

    [Test]
    public void AWebPIsWritten()
    {
        var picture = PictureFile.Load(Fixtures.PathOf("lossless-alpha.webp"));
        var path = _folder.PathOf("written.webp");
        PictureFile.Save(picture, path);
        Assert.That(PictureFile.Load(path).Layers[0].Bytes, Is.EqualTo(picture.Layers[0].Bytes));
    }

    [Test]
    public void ATiffIsWrittenOfAnyNumberOfChannels()
    {
        var picture = new Picture(ImageFile.Load(Fixtures.PathOf("color-tiles.tif")), ImageFile.Load(Fixtures.PathOf("color-tiles.tif")));
        var path = _folder.PathOf("written.tif");
        PictureFile.Save(picture, path);
        Assert.That(PictureFile.Load(path).Channels, Is.EqualTo(6));
        Assert.That(PictureFile.Load(path).Layers[1].Bytes, Is.EqualTo(picture.Layers[1].Bytes));
    }

    [Test]
    public void OthersAreNotWritten() => Fails.With<PictureException>(() => _folder.Add("x.bmp", 4, 4), ".png, .jpg, .webp, .tif or .npy");
}
