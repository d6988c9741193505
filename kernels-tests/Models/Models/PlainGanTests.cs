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

    /// <summary>Trained on drawn glyphs, resumed, asked for by name, led from one to another, and written as a graph.</summary>
    [TestCase("gan", "--g-widths", "8,8", "--d-widths", "8")]
    [TestCase("wgan-gp", "--ngf", "4", "--ndf", "4")]
    public async Task GlyphsAreAskedForByName(string family, params string[] networks)
    {
        await Do("data", "synth", "--kind", "glyphs", "--out", In("glyphs"), "--count", "20", "--val", "10", "--size", "16");
        await Do([
            "train", family, "--preset", "small", "--data", In("glyphs"), "--out", In("run"), "--conditional", "--image-size", "16",
            "--output-nc", "1", "--nz", "6", "--batch-size", "8", "--steps", "4", "--sample-freq", "4", "--quiet", .. networks]);
        await Do("train", "--resume", In("run"), "--steps", "6", "--quiet");

        // A column for each of ten classes, eight rows.
        var grid = PictureFile.Load(Directory.GetFiles(In("run", "samples")).Order(StringComparer.Ordinal).First());
        Assert.That((grid.Width, grid.Height), Is.EqualTo((10 * 16, 8 * 16)));
        Assert.That(Directory.GetFiles(In("run", "samples")), Has.Length.EqualTo(3), "one picture a time");

        await Do("generate", "--model", In("run"), "--out", In("rings"), "--label", "ring", "--count", "2");
        await Do("generate", "--model", In("run"), "--out", In("all"), "--count", "12", "--seed", "1");
        await Do("generate", "--model", In("run"), "--out", In("way"), "--count", "3", "--interpolate");
        Assert.That(Directory.GetFiles(In("all"), "*.png"), Has.Length.EqualTo(12));
        Assert.That(PictureFile.Load(In("rings", "0001.png")).Channels, Is.EqualTo(1));
        AssertExplained(await Run("generate", "--model", In("run"), "--out", In("none"), "--label", "dog"), 2, "--label can't be 'dog'",
            "one of arrow, bar");
        AssertExplained(await Run("generate", "--model", In("run"), "--out", In("none"), "--size", "9x9"), 2,
            $"--size does not apply to {family}");
        AssertExplained(await Run("translate", "--model", In("run"), "--input", In("all"), "--out", In("none")), 1, "use 'generate'");
        await Do("export", "--model", In("run"), "--to", "onnx", "--out", In("g.onnx"));
        AssertExplained(
            await Run("export", "--model", In("run"), "--to", "onnx", "--network", "netD", "--out", In("d.onnx")), 1, "netD",
                "more than one input");
    }

    /// <summary>Pictures need no split, and attributes may be several at once.</summary>
    [Test]
    public async Task FoldersAndAttributesAreFound()
    {
        await Do("data", "synth", "--kind", "attributes", "--out", In("houses"), "--count", "8", "--val", "4", "--size", "16");
        string[] train = ["train", "dcgan", "--preset", "small", "--image-size", "16", "--ngf", "4", "--ndf", "4", "--nz", "6",
            "--batch-size", "4", "--steps", "2", "--quiet"];
        await Do([.. train, "--data", In("houses", "train"), "--out", In("plain")]);
        await Do([.. train, "--data", In("houses"), "--out", In("run"), "--conditional", "--label-kind", "attributes"]);
        await Do("generate", "--model", In("run"), "--out", In("made"), "--label", "red_roof,grey_wall");
        AssertExplained(await Run("generate", "--model", In("run"), "--out", In("none"), "--label", "roof"), 2, "any of red_roof");
        AssertExplained(await Run("generate", "--model", In("plain"), "--out", In("none"), "--label", "red_roof"), 2,
            "--label does not apply to dcgan");
        AssertExplained(
            await Run([.. train, "--data", In("houses"), "--out", In("never"), "--conditional", "--labels", "garden"]), 1, "has no",
                "'garden' of --labels");
    }

    private static LabelledNoiseOptions Labelled(LabelledNoiseOptions options) =>
        options with { Conditional = true, Labels = "a,b,c", LabelKind = LabelKind.Classes };

    private static float[] Values(GanModel model, string network) =>
        [.. model.Networks.Single(n => n.Name == network).Network.Parameters.SelectMany(p => p.Value.ToArray())];
}
