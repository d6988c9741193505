using IlgpuGan.Models.Families.Gman;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>GMAN's networks as published, its means, and what each of its discriminators sees.</summary>
public sealed class GmanTests : FamilyFixture
{
    /// <summary>The harsher a discriminator, the larger its value; a large λ leaves the harshest alone.</summary>
    [Test]
    public void TheHarshestDecidesInTheEnd([Values] GmanMean mean)
    {
        var values = Tensor.From([-2f, -0.1f, -1f], new Shape(3), Device);
        Assert.That(GmanValue.Mix(values, mean, 1000, areNegative: true).Item(), Is.EqualTo(-0.1f).Within(1e-5));
    }

    /// <summary>Every picture is seen once, by one discriminator; where there are too few, some are seen twice.</summary>
    [TestCase(7, 3, "0+2 2+2 4+3")]
    [TestCase(6, 2, "0+3 3+3")]
    [TestCase(2, 3, "0+1 0+1 1+1")]
    [TestCase(1, 2, "0+1 0+1")]
    public void ABatchIsDealtOut(int count, int takers, string expected) =>
        Assert.That(string.Join(' ', DealtBatch.Parts(count, takers).Select(p => $"{p.First}+{p.Count}")), Is.EqualTo(expected));

    [Test]
    public void DiscriminatorsDropOutUnlikeParts()
    {
        var options = new GmanOptions { Discriminators = 5 };
        Assert.That(Enumerable.Range(0, 5).Select(options.DropoutOf), Is.EqualTo(new[] { 0.56f, 0.52f, 0.48f, 0.44f, 0.4f }).Within(1e-6f));
        Assert.That((options with { Dropout = false }).DropoutOf(0), Is.Zero);
    }
}
