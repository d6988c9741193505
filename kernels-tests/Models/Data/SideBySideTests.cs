using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>Which pictures are taken for pairs side by side, by the shapes of the training's files.</summary>
public sealed class SideBySideTests : InPictureFolder
{
    private const int EndOfStartMarker = 2;

    /// <summary>TIFF in little-endian order, one entry: tag 0x112 (orientation), a short, 6 (the first row is the right side).</summary>
    private static readonly byte[] s_turned =
        [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];

    [Test]
    public void PairsHaveTheShapeInWhichTheyAreShown()
    {
        var stored = JpegEncoder.Encode(Gray(16, 32), 95);
        var file = _folder.PathOf("train/a.jpg");
        Directory.CreateDirectory(_folder.PathOf("train"));
        File.WriteAllBytes(file, [.. stored[..EndOfStartMarker], .. s_turned, .. stored[EndOfStartMarker..]]);
        Assert.That(ImageFile.Identify(file).UprightSize, Is.EqualTo((32, 16)));
        var pairs = Pairs();
        Assert.That(pairs.NameOf(PictureFile.Load(file), direction: null), Is.EqualTo("left"));
        Assert.That(pairs.NameOf(Gray(16, 32), direction: null), Is.Null, "a portrait is no pair");
    }

    [Test]
    public void EveryFileCounts()
    {
        for (var i = 0; i < 9; i++)
        {
            _folder.Add($"train/{i}.png", 16, 8);
        }

        _folder.Add("train/last.png", 24, 8);
        _folder.Add("val/a.png", 32, 8);
        Assert.That(Pairs().Shapes, Is.EqualTo(new[] { 2.0, 3.0, 4.0 }));
    }

    /// <summary>A landscape may have the shape of a pair; of one shape alone it is taken for one, as ever.</summary>
    [Test]
    public void OfSeveralShapesAPairHasASeam()
    {
        var random = new Random(1);
        _folder.Add("train/a.png", 24, 16);
        var (whole, pair) = (Noise(_ => 0), Noise(x => x < 12 ? 0 : 196));
        Assert.That(Pairs().NameOf(whole, direction: null), Is.EqualTo("left"));
        _folder.Add("train/b.png", 32, 16);
        Assert.That(Pairs().HalfOf(whole, direction: null), Is.Null);
        Assert.That(Pairs().NameOf(pair, direction: null), Is.EqualTo("left"));
        Assert.That(Pairs().NameOf(Gray(24, 16), direction: null), Is.EqualTo("left"), "a plain ground tells nothing");

        Image Noise(Func<int, int> above) => new(
            24, 16, 3, [.. Enumerable.Range(0, 24 * 16 * 3).Select(i => (byte)(above(i / 3 % 24) + random.Next(60)))]);
    }

    /// <summary>A file with more shapes would be taken for a damaged one; the rarest are left out.</summary>
    [Test]
    public void ShapesAreAsManyAsAFileOfWeightsHolds()
    {
        foreach (var width in Enumerable.Range(1, 49).Concat(Enumerable.Range(0, 20).Select(i => 51 + (2 * i))))
        {
            _folder.Add($"train/{width:00}.png", width, 1);
        }

        _folder.Add("val/a.png", 200, 1);
        _folder.Add("val/b.png", 202, 1);
        var shapes = Pairs().Shapes;
        Assert.That(shapes, Has.Count.EqualTo(64));
        Assert.That(shapes, Is.Ordered, "as they were found");
        Assert.That(shapes, Is.SupersetOf(Enumerable.Range(1, 49).Select(width => (double)width).Append(200)));
    }

    private static Image Gray(int width, int height) => new(width, height, 1, new byte[width * height]);

    private SideBySide Pairs()
    {
        var options = TinyRun.Pix2Pix with { Data = _folder.Root };
        return SideBySide.Of(options, FamilyCatalog.Of(options).Generators(options)[0], description: null)!;
    }
}
