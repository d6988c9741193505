namespace IlgpuGan.ModelsTests.Data;

public sealed class SyntheticFacadesTests
{
    [Test]
    public void FacadesDependOnSeedAndNumberOnly()
    {
        var (labels, photo) = new SyntheticFacades(4, 64, seed: 5).Draw(3);
        var (again, photoAgain) = new SyntheticFacades(1, 64, seed: 5, first: 3).Draw(0);
        Assert.That(again.Bytes, Is.EqualTo(labels.Bytes));
        Assert.That(photoAgain.Bytes, Is.EqualTo(photo.Bytes));
        Assert.That(new SyntheticFacades(4, 64, seed: 6).Draw(3).Labels.Bytes, Is.Not.EqualTo(labels.Bytes));
    }

    [Test]
    public void LabelsAreFlatAndPicturesAreNot()
    {
        var colours = new HashSet<(byte, byte, byte)>();
        for (var i = 0; i < 20; i++)
        {
            var (labels, photo) = new SyntheticFacades(20, 64).Draw(i);
            var own = Colours(labels.Bytes);
            Assert.That(own, Has.Count.InRange(6, 16));
            colours.UnionWith(own);
            Assert.That(Colours(photo.Bytes), Has.Count.GreaterThan(500));
        }

        Assert.That(colours, Has.Count.InRange(16, 20), "one colour a kind of element");
    }

    [Test]
    public void FilesAreAnAlignedDataSet()
    {
        using var folder = new PictureFolderFixture();
        var facades = new SyntheticFacades(3, 32);
        facades.WriteTo(folder.PathOf("train"));
        var settings = new DataSettings { LoadSize = 32, CropSize = 32, Flip = false };
        var files = AlignedFolder.Open(folder.PathOf("train"), settings);
        Assert.That(files.Count, Is.EqualTo(3));
        var (a, b, name) = files.LoadPair(2, new IlgpuGan.Tensors.RandomSequence(default));
        Assert.That(
            (name, a.Layers[0].Bytes, b.Layers[0].Bytes),
            Is.EqualTo(("facade0002", facades.Draw(2).Labels.Bytes, facades.Draw(2).Photo.Bytes)));
    }

    private static HashSet<(byte, byte, byte)> Colours(byte[] rgb) => [.. rgb.Chunk(3).Select(c => (c[0], c[1], c[2]))];
}
