using IlgpuGan.Claims.Papers;
using IlgpuGan.Models.Families.Began;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>BEGAN's networks as published, its balance and its learning rate.</summary>
public sealed class BeganTests : FamilyFixture
{
    private static readonly Family s_family = FamilyCatalog.Find("began")!;

    private static readonly BeganOptions s_tiny = BeganOptions.Small() with { ImageSize = 16, Nz = 6, Width = 4, BatchSize = 2,
        Device = "cpu" };

    /// <summary>M of pictures is what a step logs of the same ones, made and real.</summary>
    [Test]
    public void ConvergenceIsWhatAStepLogs()
    {
        using var model = (BeganModel)GanModel.Create(s_tiny, Device);
        using var batch = s_family.Noise(s_tiny, Device);
        var codes = Tensor.Uniform(new RandomKey(7, 1, 0, 0), new Shape(2, 6), Device);
        model.FixedDraws = (_, _) => codes;
        var generator = (Layer)model.Networks.Single(n => n.Name == "netG").Network;
        var made = generator.Forward(codes.Affine(2, -1)).Detach();
        var expected = model.Convergence(batch["picture"], made);
        Assert.That(model.Step(batch, 0).Single(l => l.Name == "M").Value, Is.EqualTo(expected).Within(1e-5));
    }

    [TestCase(new[] { 1.0, 2, 3, 4 }, 1)]
    [TestCase(new[] { 4.0, 3, 2, 1 }, -1)]
    [TestCase(new[] { 10.0, 30, 20, 40 }, 0.8)]
    public void RankCorrelationsAreSpearmans(double[] values, double correlation) =>
        Assert.That(Gauge.RankCorrelation([0.1, 0.2, 5, 6], values), Is.EqualTo(correlation).Within(1e-12));

    [Test]
    public void TheRateIsHalvedTwice()
    {
        using var model = GanModel.Create(s_tiny with { HalfLife = 10 }, Device);
        Assert.That(new long[] { 0, 9, 10, 20, 30, 4_000_000_000 }.Select(model.RateFactorAt), Is.EqualTo(
            new[] { 1, 1, 0.5f, 0.25f, 0.25f, 0.25f }));
        using var constant = GanModel.Create(s_tiny with { HalfLife = 0 }, Device);
        Assert.That(constant.RateFactorAt(1_000_000), Is.EqualTo(1));
    }
}
