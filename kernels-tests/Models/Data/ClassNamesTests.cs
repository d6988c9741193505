using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>Colours of well-known label maps have names.</summary>
internal sealed class ClassNamesTests
{
    [Test]
    public void ColoursOfDrawnFacadesAreNamed() =>
        Assert.That(
            ClassNames.Of([0x00D0FF, 0xB02000, 0xFF6000, 0x4040FF]),
            Is.EqualTo(new[] { "sky lit from left", "brick", "door", "lit window" }));

    /// <summary>Yellow is a sill there and a blind here: the other colours decide.</summary>
    [Test]
    public void ColoursOfPhotographedFacadesAreNamedThoughTheirFilesAreInexact() =>
        Assert.That(ClassNames.Of([0x0202A6, 0x0054FC, 0xFEFC03]), Is.EqualTo(new[] { "background", "window", "blind" }));

    /// <summary>The clusters of four maps of pix2pix's pairs: yellow is rare, red is a mixture.</summary>
    [Test]
    public void AFoundPaletteOfTheFacadesIsCompleted()
    {
        int[] found = [0x0030FF, 0x0000DE, 0x0080FF, 0xC0FF3F, 0xFF5000, 0xAE0001, 0x01CFFF, 0x20FFE2, 0x70FE90, 0xE8061A, 0xFF9F00];
        var palette = ClassNames.Completed(found);
        Assert.That(palette, Has.Count.EqualTo(12));
        Assert.That(palette.Take(3), Is.EqualTo(new[] { 0x0030FF, 0x0000DE, 0x0080FF }), "the most frequent first");
        Assert.That(palette[^1], Is.EqualTo(0xFFF000));
        Assert.That(
            ClassNames.Of(palette)!.Order(), Is.EqualTo(new[]
            {
                "background", "balcony", "blind", "cornice", "decoration", "door", "facade", "moulding", "pillar", "shop", "sill", "window",
            }));
    }

    [TestCase(0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00)]
    [TestCase(0x00D0FF, 0xB02000, 0xFF6000, 0x4040FF)]
    public void AnotherPaletteStaysAsItWasFound(params int[] found) => Assert.That(ClassNames.Completed(found), Is.EqualTo(found));

    [Test]
    public void OtherColoursHaveNoNames() => Assert.That(ClassNames.Of([0x0000AA, 0x123456]), Is.Null);
}
