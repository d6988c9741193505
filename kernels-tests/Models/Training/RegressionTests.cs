using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Losses;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>pix2pix and CycleGAN without their discriminators.</summary>
public sealed class RegressionTests : OnCpu
{
    [Test]
    public void WithoutWeightTheDiscriminatorStaysAsItWas()
    {
        using var trainer = GanModel.Create(TinyRun.Pix2Pix with { LambdaGan = 0 }, _device);
        var before = Weights(trainer, "netD");
        var generator = Weights(trainer, "netG");

        var losses = TakeStep(trainer, _device);

        Assert.That(losses.Select(l => l.Name), Is.EqualTo(new[] { "G_L1" }));
        Assert.That(Weights(trainer, "netD"), Is.EqualTo(before));
        Assert.That(Weights(trainer, "netG"), Is.Not.EqualTo(generator));
    }

    [Test]
    public void CyclesAloneTrainTheGenerators()
    {
        using var trainer = GanModel.Create(TinyRun.CycleGan with { LambdaGan = 0, LambdaIdentity = 0 }, _device);
        string[] names = ["netD_A", "netD_B", "netG_A", "netG_B"];
        var before = names.Select(n => Weights(trainer, n)).ToList();
        Assert.That(TakeStep(trainer, _device).Select(l => l.Name), Is.EqualTo(new[] { "cycle_A", "cycle_B" }));
        Assert.That(
            names.Zip(before, (n, w) => Weights(trainer, n).SequenceEqual(w)), Is.EqualTo(new[] { true, true, false, false }));
    }

    [Test]
    public void L2StandsBesideL1OrAlone()
    {
        using var trainer = GanModel.Create(TinyRun.Pix2Pix with { LambdaGan = 0, LambdaL1 = 0, LambdaL2 = 100 }, _device);
        var generator = Weights(trainer, "netG");
        var losses = TakeStep(trainer, _device).ToDictionary(l => l.Name, l => l.Value);
        Assert.That(losses.Keys, Is.EqualTo(new[] { "G_L1", "G_L2" }));
        Assert.That((losses["G_L1"], losses["G_L2"] > 0), Is.EqualTo((0, true)));
        Assert.That(Weights(trainer, "netG"), Is.Not.EqualTo(generator));
    }

    /// <summary>The output alone is judged: of the input, only what the generator makes of it counts.</summary>
    [Test]
    public void TheDiscriminatorNeedNotSeeTheInput([Values(GanMode.Vanilla, GanMode.Wgangp)] GanMode mode)
    {
        using var trainer = (Pix2PixModel)GanModel.Create(TinyRun.Pix2Pix with { ConditionalD = false, GanMode = mode }, _device);
        Assert.That(trainer.Discriminator.Parameters.First().Value.Shape[1], Is.EqualTo(TinyRun.Pix2Pix.OutputNc));
        var before = Weights(trainer, "netD");
        Assert.That(TakeStep(trainer, _device).Select(l => l.Name), Is.SupersetOf(new[] { "G_GAN", "G_L1", "D_real", "D_fake" }));
        Assert.That(Weights(trainer, "netD"), Is.Not.EqualTo(before));
    }

    /// <summary>The weight scales what is reported, and a small one comes near to none.</summary>
    [Test]
    public void WeightScalesTheAdversarialLoss()
    {
        using var whole = GanModel.Create(TinyRun.Pix2Pix, _device);
        using var half = GanModel.Create(TinyRun.Pix2Pix with { LambdaGan = 0.5f }, _device);

        var (one, other) = (TakeStep(whole, _device), TakeStep(half, _device));

        Assert.That(other.Single(l => l.Name == "G_GAN").Value, Is.EqualTo(one.Single(l => l.Name == "G_GAN").Value / 2));
        Assert.That(other.Single(l => l.Name == "G_L1"), Is.EqualTo(one.Single(l => l.Name == "G_L1")));
    }

    [Test]
    public void ACycleOfWeightZeroIsNotComputed()
    {
        using var trainer = GanModel.Create(TinyRun.CycleGan with { LambdaA = 0 }, _device);

        var names = TakeStep(trainer, _device).Select(l => l.Name).ToList();

        Assert.That(names, Does.Not.Contain("cycle_A").And.Contain("cycle_B").And.Contain("G_A"));
    }

    [Test]
    public void SomethingMustBeLearntFrom()
    {
        Assert.That((TinyRun.Pix2Pix with { LambdaGan = 0, LambdaL1 = 0 }).Problems(), Has.One.Contains("--lambda-gan"));
        Assert.That(
            (TinyRun.CycleGan with { LambdaGan = 0, LambdaA = 0, LambdaB = 0 }).Problems(), Has.One.Contains("--lambda-gan"));
    }

    private static IReadOnlyList<Loss> TakeStep(GanModel trainer, Device device)
    {
        using var pairs =
            TinyRun.Data((TranslationOptions)trainer.Options).Train.Shuffled(trainer.Options.Seed).On(device, count: 1).GetEnumerator();
        Assert.That(pairs.MoveNext());
        return trainer.Step(pairs.Current, 0);
    }

    private static float[] Weights(GanModel trainer, string network) =>
        [.. trainer.Networks.Single(n => n.Name == network).Network.Parameters.SelectMany(p => p.Value.ToArray())];
}
