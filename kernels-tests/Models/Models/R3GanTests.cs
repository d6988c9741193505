using IlgpuGan.Claims.Papers;
using IlgpuGan.Models.Families.R3Gan;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>R3GAN's networks and initial weights as published, its schedule, and its claim's count of modes.</summary>
public sealed class R3GanTests : FamilyFixture
{
    private static readonly R3GanOptions s_tiny = (R3GanOptions)CatalogueCase.All["r3gan"].Options;

    /// <summary>Deviations of the convolutions: √(2/1.04)·blocks^(−1/4)/√fan-in in blocks, whose last one is 0; else 1/√fan-in.</summary>
    [Test]
    public void InitialWeightsAreThePublishedOnes()
    {
        using var model = GanModel.Create(R3GanOptions.Small(), Device);
        var weights = ModelSteps.Weights(model);
        var gain = Math.Sqrt(2 / 1.04) * Math.Pow(3, -0.25);
        Assert.That(weights["netG.model.1.inner.4.weight"], Is.All.Zero);
        Assert.That(weights["netG.model.1.inner.0.bias"], Is.All.Zero);
        Assert.That(Deviation(weights["netG.model.1.inner.0.weight"]), Is.EqualTo(gain / Math.Sqrt(48)).Within(3).Percent);
        Assert.That(Deviation(weights["netD.main.1.inner.2.weight"]), Is.EqualTo(gain / Math.Sqrt(16 * 9)).Within(3).Percent);
        Assert.That(Deviation(weights["netG.model.0.linear.weight"]), Is.EqualTo(1 / Math.Sqrt(32)).Within(6).Percent);

        static double Deviation(float[] values) => Math.Sqrt(values.Average(v => (double)v * v));
    }

    /// <summary>16 pictures of burn-in, four a step: half of the way after two steps.</summary>
    [Test]
    public void RatesFollowHalfACosine()
    {
        var options = s_tiny with { EmaDecay = 0.5f, Lr = 8e-4f, LrEnd = 4e-4f, Beta2 = 0.9f, Beta2End = 0.98f, PenaltyEnd = 0 };
        var (model, batch) = ModelAndNoise(options);
        var seen = Enumerable.Range(0, 6).Select(step =>
        {
            var losses = model.Step(batch, step);
            return (
                Rate: model.RateAt(step), Average: model.Average!.Decay, ((Adam)model.Optimizers[0].Optimizer).Beta2,
                Penalty: losses.Single(loss => loss.Name == "D_R1").Value);
        }).ToList();
        double[] done = [0, (1 - Math.Sqrt(0.5)) / 2, 0.5, (1 + Math.Sqrt(0.5)) / 2, 1, 1];
        Assert.That(seen.Select(s => s.Rate), Is.EqualTo(done.Select(d => 8e-4 - (4e-4 * d))).Within(1e-9));
        Assert.That(seen.Select(s => s.Average), Is.EqualTo(done.Select(d => d > 0 ? Math.Pow(0.5, 1 / d) : 0)).Within(1e-6));
        Assert.That(seen.Select(s => s.Beta2), Is.EqualTo(done.Select(d => Math.Round(0.9 + (0.08 * d), 2))).Within(1e-6));
        Assert.That(seen.Select(s => s.Penalty > 0), Is.EqualTo(done.Select(d => d < 1)));
    }

    /// <summary>Hundredths would be 1 from 0.995 on, which is no decay; and 0.994 is not 0.99.</summary>
    [TestCase(0.9f, 0.9999f)]
    [TestCase(0.9999f, 0.994f)]
    public void TheSecondMomentsDecayStaysBetweenItsTwoValues(float start, float end)
    {
        var (model, batch) = ModelAndNoise(s_tiny with { Beta2 = start, Beta2End = end });
        var seen = Enumerable.Range(0, 6).Select(step =>
        {
            model.Step(batch, step);
            return ((Adam)model.Optimizers[0].Optimizer).Beta2;
        }).ToList();
        Assert.That(seen[0], Is.EqualTo(start));
        Assert.That(seen, Is.All.InRange(Math.Min(start, end), Math.Max(start, end)));
        Assert.That(seen[^1], Is.EqualTo(end));
    }

    [Test]
    public void ModesAreCountedAndCompared()
    {
        var (reached, divergence) = StackedGlyphsJudge.Spread([0, 0, 3, 7], modes: 10);
        Assert.That(reached, Is.EqualTo(3));
        Assert.That(divergence, Is.EqualTo((0.5 * Math.Log(5)) + (0.5 * Math.Log(2.5))).Within(1e-12));
        Assert.That(StackedGlyphsJudge.Spread([.. Enumerable.Range(0, 10)], modes: 10).Divergence, Is.Zero.Within(1e-12));
    }
}
