using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>Photographs are told from label maps by the colours of a palette, in any size, and after JPEG.</summary>
public sealed class LabelPaletteTests
{
    /// <summary>The colours of the CMP facades in pix2pix's pairs; of PASCAL VOC, dark and grayish; of the drawn facades.</summary>
    private static readonly Dictionary<string, LabelPalette> s_palettes = new()
    {
        ["cmp"] = new([
            0x0000DE, 0x0030FF, 0x0080FF, 0x00D0FF, 0x20FFE0, 0x70FF8F, 0xC0FF3F, 0xFFF000, 0xFF9F00, 0xFF5000, 0xFE0000, 0xAE0000]),
        ["voc"] = new(new LabelCoding(20, HasUnknown: true, Palette: null).Colours),
        ["drawn"] = LabelPalette.Find([.. Enumerable.Range(0, 20).Select(i => new Picture(new SyntheticFacades(20, 128).Draw(i).Labels))])!,
    };

    [Test]
    public void DrawnMapsFitAndDrawnPhotographsDoNot([Values(64, 128, 512)] int side, [Values] bool compressed)
    {
        for (var i = 0; i < 6; i++)
        {
            var (labels, photo) = new SyntheticFacades(6, side, first: 100).Draw(i);
            Assert.That(s_palettes["drawn"].Fits(Read(labels)), $"map {i}");
            foreach (var (name, palette) in s_palettes)
            {
                Assert.That(palette.Fits(Read(photo)), Is.False, $"photograph {i}, {name}");
            }
        }

        Picture Read(Image image) => compressed
            ? PictureFile.Decode(PictureFile.Encode(new Picture(image), ImageFormat.Jpeg, "map"), "map")
            : new Picture(image);
    }

    /// <summary>A map of other colours is none in these, and one of which the palette lacks some colours is one.</summary>
    [Test]
    public void MapsOfOtherColoursDoNotFit()
    {
        var map = new Picture(new SyntheticFacades(1, 64).Draw(0).Labels);
        Assert.That(s_palettes["voc"].Fits(map), Is.False);
        Assert.That(s_palettes["drawn"].Fits(map.Converted(4)));
        Assert.That(new LabelPalette(s_palettes["drawn"].Colours.Take(4)).Fits(map), "a palette that was found in too few maps");
    }

    [Test]
    public void NoPhotographFits([Values("cmp", "voc", "drawn")] string palette)
    {
        var folder = SharedData.Require("photos-cc0");
        foreach (var file in Directory.GetFiles(folder, "*.jpg"))
        {
            var photo = PictureFile.Load(file);
            foreach (var width in new[] { 64, 256, photo.Width })
            {
                Assert.That(
                    s_palettes[palette].Fits(photo.Resize(width, Math.Max(1, photo.Height * width / photo.Width))), Is.False,
                    $"{Path.GetFileName(file)} at {width}");
            }
        }
    }

    /// <summary>All maps of the CMP facades, which are JPEG, and none of their photographs.</summary>
    [Test]
    public void MapsOfFacadesFit()
    {
        foreach (var file in Directory.GetFiles(SharedData.Require("facades/train"), "*.jpg").Order(StringComparer.Ordinal).Take(40))
        {
            var pair = PictureFile.Load(file);
            Assert.That(s_palettes["cmp"].Fits(pair.Crop(256, 0, 256, 256)), file);
            Assert.That(s_palettes["cmp"].ColoursBeyond(pair.Crop(256, 0, 256, 256)), Is.Empty, $"{file}: noise is no class");
            Assert.That(s_palettes["cmp"].Fits(pair.Crop(0, 0, 256, 256)), Is.False, file);
            Assert.That(s_palettes["cmp"].ColoursBeyond(pair.Crop(0, 0, 256, 256)), Is.Null, $"{file}: a photograph has no classes");
        }
    }
}
