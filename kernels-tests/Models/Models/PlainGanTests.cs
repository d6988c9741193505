using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>The plain GANs' networks as published, their labels, and what each of their steps trains.</summary>
public sealed class PlainGanTests : FamilyFixture
{
    private static readonly GanOptions s_perceptron = GanOptions.Small() with { Nz = 6, GWidths = "8,8", DWidths = "8", BatchSize = 4,
        Device = "cpu" };

    private static readonly WganOptions s_clipped = WganOptions.Small() with { ImageSize = 16, Nz = 6, Ngf = 4, Ndf = 4, BatchSize = 2,
        Device = "cpu" };

    /// <summary>A label is so many more numbers of the code, and numbers or planes beside the picture.</summary>
    [Test]
    public void LabelsAreMoreInputs()
    {
        Assert.That(Weights(GanOptions.Small()), Is.EqualTo(new[] { 107_648 + (3L * 128), 98_817 + (3L * 256) }));
        Assert.That(Weights(DcganOptions.Small()), Is.EqualTo(new[] { 296_899 + (3L * 128 * 16), 167_841 + (3L * 32 * 16) }));

        static IEnumerable<long> Weights(LabelledNoiseOptions options) =>
            FamilyCatalog.Of(options).Networks(Labelled(options)).Select(n => n.Create().ParameterCount);
    }

    [TestCase(16)]
    [TestCase(32)]
    [TestCase(128)]
    public void ConvolutionsMakeAndJudgePicturesOfAnyPowerOfTwo(int side)
    {
        var generator = DcganNetworks.Generator(5, 1, side, 2).Initialize(1).To(Device);
        var judge = DcganNetworks.Discriminator(2, 1, side, NormKind.Instance).Initialize(2).To(Device);
        using var made = generator.Forward(Tensor.Normal(new RandomKey(1, 1, 0, 0), new Shape(3, 5, 1, 1), Device));
        Assert.That(made.Shape, Is.EqualTo(new Shape(3, 2, side, side)));
        Assert.That(judge.Forward(made).Shape, Is.EqualTo(new Shape(3, 1, 1, 1)));
    }

    /// <summary>The critic learns in every step and keeps its weights small; the generator learns in every n-th.</summary>
    [Test]
    public void ACriticLearnsMoreOften()
    {
        var (model, batch) = ModelAndNoise(s_clipped with { NCritic = 3, Clip = 0.003f });
        for (var step = 0; step < 6; step++)
        {
            var (generator, critic) = (Values(model, "netG"), Values(model, "netD"));
            var losses = model.Step(batch, step).Select(l => l.Name);
            Assert.That(losses, step % 3 == 2 ? Does.Contain("G_GAN") : Does.Not.Contain("G_GAN"));
            Assert.That(Values(model, "netG").SequenceEqual(generator), Is.EqualTo(step % 3 != 2), $"generator, step {step}");
            Assert.That(Values(model, "netD").SequenceEqual(critic), Is.False, $"critic, step {step}");
            Assert.That(Values(model, "netD").Max(MathF.Abs), Is.EqualTo(0.003f));
        }

        Assert.That(Values(model, "netG").Max(MathF.Abs), Is.GreaterThan(0.003f));
    }

    /// <summary>An epoch may leave one picture for its last batch, and batch norm needs two codes.</summary>
    [Test]
    public void ABatchOfOneIsLearnedFrom([Values] bool labelled)
    {
        var (model, batch) = ModelAndNoise((GanOptions)(labelled ? Labelled(s_perceptron) : s_perceptron) with { BatchSize = 1 });
        Assert.That(model.Step(batch, 0).Select(l => l.Value), Has.All.Matches<float>(float.IsFinite));
    }

    /// <summary>Of one fake, so that both objectives are of the same score: −log D, and log(1 − D).</summary>
    [Test]
    public void TheGeneratorMayPlayTheMinimaxGame()
    {
        var (modified, original) = (Loss(GeneratorObjective.Modified), Loss(GeneratorObjective.Original));
        Assert.That(original, Is.EqualTo(Math.Log(1 - Math.Exp(-modified))).Within(1e-5));

        float Loss(GeneratorObjective objective)
        {
            var (model, batch) = ModelAndNoise(s_perceptron with { BatchSize = 1, GWidths = "8", Objective = objective });
            return model.Step(batch, 0).Single(loss => loss.Name == "G_GAN").Value;
        }
    }

    /// <summary>However they are written.</summary>
    [Test]
    public void TheLabelDecides()
    {
        foreach (var options in new LabelledNoiseOptions[] { Labelled(s_perceptron), Labelled(s_clipped) })
        {
            using var model = GanModel.Create(options, Device);
            var spec = model.Family.Generation(options)!;
            Assert.That(spec.From, Is.EqualTo("noise and a label"));
            Assert.That(Picture("a"), Is.Not.EqualTo(Picture("b")));
            Assert.That(Picture("a"), Is.EqualTo(Picture("A")));

            float[] Picture(string label) => model.Generate(new GenerationRequest { Label = label }).Single().ToArray();
        }
    }

    private static LabelledNoiseOptions Labelled(LabelledNoiseOptions options) =>
        options with { Conditional = true, Labels = "a,b,c", LabelKind = LabelKind.Classes };

    private static float[] Values(GanModel model, string network) =>
        [.. model.Networks.Single(n => n.Name == network).Network.Parameters.SelectMany(p => p.Value.ToArray())];
}
