using IlgpuGan.Models.Families.BicycleGan;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>BicycleGAN's networks as published, and what its step teaches whom.</summary>
public sealed class BicycleGanTests : FamilyFixture
{
    private static readonly Family s_family = FamilyCatalog.Find("bicyclegan")!;

    private static readonly BicycleGanOptions s_tiny = BicycleGanOptions.Small() with
    {
        LoadSize = 16, CropSize = 16, NumDowns = 3, Ngf = 4, Ndf = 4, NLayersD = 1, Nef = 4, Device = "cpu", Dropout = false,
    };

    [Test]
    public void TheEncoderFor128PixelsIsSmaller() =>
        Assert.That(Created(new BicycleGanOptions { EncoderBlocks = 4 }, "netE").ParameterCount, Is.EqualTo(1_344_080));

    /// <summary>Sides of both maps of scores: at 256 pixels and three layers 30, at 64 and two layers 14, and of the halves.</summary>
    [TestCase(256, 3, 30, 14)]
    [TestCase(64, 2, 14, 6)]
    public void ScoresAreMaps(int side, int layers, int full, int half)
    {
        var judge = new TwoScaleDiscriminator(s_tiny with { NLayersD = layers }).Initialize(seed: 1).To(Device);
        var (atFull, atHalf) = judge.Forward(Tensor.Zeros(new Shape(1, 3, side, side), Device));
        Assert.That((atFull.Shape, atHalf.Shape), Is.EqualTo((new Shape(1, 1, full, full), new Shape(1, 1, half, half))));
    }

    [Test]
    public void KeysAreTheReferences() => Assert.That(
        Created(s_tiny, "netG").NamedTensors().Select(t => t.Name).Concat(Created(s_tiny, "netE").NamedTensors().Select(t => t.Name))
            .Concat(Created(s_tiny, "netD").NamedTensors().Select(t => t.Name)),
        Is.SupersetOf(new[] { "model.down.0.weight", "model.submodule.down.1.weight", "model.submodule.submodule.up.1.bias",
            "conv.1.conv.5.0.weight", "conv.1.shortcut.1.weight", "fc.0.weight", "fcVar.0.bias", "model_0.2.weight", "model_1.0.bias" }));

    /// <summary>
    /// Each variant trains the networks that it has; the encoder learns nothing from random codes in BicycleGAN, and all it learns from
    /// them in cLR-GAN.
    /// </summary>
    [TestCase(BicycleVariant.Bicycle, "netG netE netD netD2")]
    [TestCase(BicycleVariant.CvaeGan, "netG netE netD")]
    [TestCase(BicycleVariant.ClrGan, "netG netE netD2")]
    [TestCase(BicycleVariant.Pix2PixNoise, "netG netD")]
    public void AStepTrainsWhatTheVariantHas(BicycleVariant variant, string networks)
    {
        var (before, after) = WeightsAround(s_tiny with { Variant = variant });
        Assert.That(before.Keys, Is.EqualTo(networks.Split(' ')));
        Assert.That(before.Where(n => n.Value.SequenceEqual(after[n.Key])).Select(n => n.Key), Is.Empty);
    }

    [Test]
    public void TheEncoderStandsStillBeforeRandomCodes()
    {
        // Without what it learns of targets, nothing is left to learn: its gradients are zeros, and so are Adam's steps.
        var (before, after) = WeightsAround(s_tiny with { LambdaKl = 0, LambdaL1 = 0, LambdaGan = 0 });
        Assert.That(after["netE"], Is.EqualTo(before["netE"]));
        Assert.That(after["netG"], Is.Not.EqualTo(before["netG"]));
    }

    [Test]
    public void CodesChooseAmongAnswers()
    {
        var generator = ((VectorUNet)Created(s_tiny, "netG")).Initialize(seed: 1, gain: 0.2f).To(Device);
        var x = Tensor.Uniform(new RandomKey(1, 1, 0, 0), new Shape(1, 3, 16, 16), Device);
        float[] Answer(uint seed) => generator.Forward(x, Tensor.Normal(new RandomKey(seed, 2, 0, 0), new Shape(1, 4), Device)).ToArray();
        Assert.That(Answer(1), Is.Not.EqualTo(Answer(2)));
    }

    private static Module Created(TrainingOptions options, string network) =>
        s_family.Networks(options).Single(n => n.Name == network).Create();

    /// <summary>All weights of each network before and after a step.</summary>
    private (Dictionary<string, float[]> Before, Dictionary<string, float[]> After) WeightsAround(BicycleGanOptions options)
    {
        var (model, batch) = ModelAndNoise(options);
        var before = Weights();
        model.Step(batch, 0);
        return (before, Weights());

        Dictionary<string, float[]> Weights() =>
            model.Networks.ToDictionary(n => n.Name, n => n.Network.Parameters.SelectMany(p => p.Value.ToArray()).ToArray());
    }
}
