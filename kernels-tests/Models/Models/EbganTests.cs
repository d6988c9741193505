using IlgpuGan.Models.Families.Ebgan;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>EBGAN's networks, its energy, margin and pulling-away term.</summary>
public sealed class EbganTests : FamilyFixture
{
    private static readonly EbganOptions s_tiny = EbganOptions.Small() with { Nz = 6, GWidths = "8", DWidths = "9,7", BatchSize = 3,
        Device = "cpu" };

    /// <summary>
    /// Fakes that cost more than the margin teach nothing: their part of the loss is 0, and the reals' alone moves weights.
    /// </summary>
    [Test]
    public void BeyondTheMarginNothingIsLearned()
    {
        Assert.That(FakeLoss(1e-6f), Is.Zero);
        Assert.That(FakeLoss(1e4f), Is.GreaterThan(1e3f));

        float FakeLoss(float margin)
        {
            var (model, batch) = ModelAndNoise(s_tiny with { Margin = margin });
            return model.Step(batch, 0).Single(l => l.Name == "D_fake").Value;
        }
    }

    /// <summary>The auto-encoder learns from real pictures alone, and the generator stays as it was.</summary>
    [Test]
    public void TheDiscriminatorMayLearnFirst()
    {
        var (model, batch) = ModelAndNoise(s_tiny with { PretrainD = 2 });
        var generator = model.Networks.Single(n => n.Name == "netG").Network;
        var before = Weights();
        var losses = Enumerable.Range(0, 2).Select(step => model.Step(batch, step).ToDictionary(l => l.Name, l => l.Value)).ToList();
        Assert.That(losses.Select(l => l.Keys), Is.All.EqualTo(new[] { "D_real" }));
        Assert.That(losses[1]["D_real"], Is.LessThan(losses[0]["D_real"]));
        Assert.That(Weights(), Is.EqualTo(before));
        Assert.That(model.Step(batch, 2).Select(l => l.Name), Is.EqualTo(new[] { "D_real", "D_fake", "G_GAN", "G_PT" }));
        Assert.That(Weights(), Is.Not.EqualTo(before));

        float[] Weights() => [.. generator.Parameters.SelectMany(p => p.Value.ToArray())];
    }

    [Test]
    public void WithoutWeightThereIsNoPullingAway()
    {
        var (model, batch) = ModelAndNoise(s_tiny with { LambdaPt = 0 });
        Assert.That(model.Step(batch, 0).Select(l => l.Name), Is.EqualTo(new[] { "D_real", "D_fake", "G_GAN" }));
    }
}
