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

    [Test]
    public void OtherColoursHaveNoNames() => Assert.That(ClassNames.Of([0x0000AA, 0x123456]), Is.Null);
}
