using System.Runtime.InteropServices;
using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>StackGAN's networks as published, its stages, its conditions and its wrong pairs.</summary>
public sealed class StackGanTests : FamilyFixture
{
    private static readonly Family s_family = FamilyCatalog.Find("stackgan")!;
    private static readonly string[] s_firstStage = ["netG_1", "netD_1"];
    private static readonly string[] s_secondStage = ["netG_2", "netD_2"];

    private static readonly StackGanOptions s_tiny = StackGanOptions.Small() with
    {
        Labels = "a,b,c", LabelKind = LabelKind.Classes, ImageSize = 16, CoarseSize = 8, Nz = 6, Embedding = 5, Condition = 3, Ngf = 4,
        Ndf = 4, WidthD = 8, Blocks = 1, BatchSize = 4, Niter = 2, Device = "cpu",
    };

    /// <summary>The baseline of the claim: one more doubling, and the second stage's discriminator.</summary>
    [Test]
    public void OneStageMakesPicturesOfTheFullSize()
    {
        var options = StackGanOptions.Small() with { Labels = "a,b,c", LabelKind = LabelKind.Attributes, OneStage = true };
        Assert.That(
            s_family.Networks(options).Select(n => (n.Name, n.Create().ParameterCount)),
            Is.EqualTo(new[] { ("netG_1", 233_456L), ("netD_1", 61_456L) }));
        var (model, batch) = ModelAndNoise(s_tiny with { OneStage = true }, s_tiny);
        for (var step = 0; step < 4; step++)
        {
            Assert.That(model.Step(batch, step).Select(l => l.Value), Has.All.Matches<float>(float.IsFinite), $"step {step}");
        }

        using var made = model.Generate(new GenerationRequest()).Single();
        Assert.That(made.Shape, Is.EqualTo(new Shape(1, 3, 16, 16)));
        Assert.That(model.RateFactorAt(5), Is.EqualTo(1));
    }

    /// <summary>The same condition, whatever is drawn.</summary>
    [Test]
    public void ConditionsAreDrawnWhereTheyAreAugmented([Values] bool augment)
    {
        using var step = Device.Step();
        var augmentation = new ConditioningAugmentation(s_tiny with { Augment = augment }).Initialize(1).To(Device);
        using var told = Tensor.Uniform(new RandomKey(1, 1, 0, 0), new Shape(1, 5), Device);
        var conditions = new uint[] { 2, 3 }.Select(draw => augmentation.Forward(
            told, Tensor.Normal(new RandomKey(1, draw, 0, 0), new Shape(1, 3), Device)).Condition.ToArray()).ToList();
        Assert.That(conditions[0].SequenceEqual(conditions[1]), Is.EqualTo(!augment));
        Assert.That(augmentation.Mean(told).ToArray().SequenceEqual(conditions[0]), Is.EqualTo(!augment));
    }

    /// <summary>Each stage's networks learn in their own steps, and in no others; an epoch's last batch may be a single picture.</summary>
    [TestCase(4)]
    [TestCase(1)]
    public void StagesLearnOneAfterAnother(int count)
    {
        var (model, batch) = ModelAndNoise(s_tiny, s_tiny with { BatchSize = count });
        for (var step = 0; step < 4; step++)
        {
            IReadOnlyList<Loss> losses = [];
            var learned = ModelSteps.Learned(model, () => losses = model.Step(batch, step));
            Assert.That(losses.Select(l => l.Name), Is.EqualTo(new[] { "D_real", "D_wrong", "D_fake", "G_GAN", "G_KL" }));
            Assert.That(losses.Select(l => l.Value), Has.All.Matches<float>(float.IsFinite));
            Assert.That(learned, Is.EqualTo(step < 2 ? s_firstStage : s_secondStage), $"step {step}");
        }
    }

    /// <summary>Against the definitions in double precision.</summary>
    [Test]
    public void ConditionsAreDrawnAroundALabelsOwn()
    {
        using var step = Device.Step();
        var options = s_tiny with { Embedding = 2, Condition = 2 };
        var augmentation = new ConditioningAugmentation(options).To(Device);
        float[] weights = [0.5f, -1, 2, 0.25f, -0.5f, 1, 0.3f, 0.2f], biases = [0.1f, -0.2f, 0.3f, 0.4f];
        var parameters = augmentation.Parameters.ToList();
        parameters[0].Value.CopyFrom(weights);
        parameters[1].Value.CopyFrom(biases);
        float[] told = [1, 0.5f], noise = [0.7f, -1.3f];
        var (condition, _, divergence) = augmentation.Forward(
            Tensor.From(told, new Shape(1, 2), Device), Tensor.From(noise, new Shape(1, 2), Device));
        var both = new double[4];
        for (var i = 0; i < 4; i++)
        {
            var sum = biases[i] + ((double)weights[2 * i] * told[0]) + ((double)weights[(2 * i) + 1] * told[1]);
            both[i] = sum > 0 ? sum : 0.2 * sum;
        }

        double[] deviations = [Math.Exp(both[2]), Math.Exp(both[3])];
        var expected = Enumerable.Range(0, 2).Select(i => (float)(both[i] + (deviations[i] * noise[i]))).ToArray();
        Assert.That(condition.ToArray(), Is.EqualTo(expected).Within(1e-5f));
        var kl = Enumerable.Range(0, 2).Average(i => (0.5 * ((deviations[i] * deviations[i]) + (both[i] * both[i]) - 1)) - both[2 + i]);
        Assert.That(divergence.Item(), Is.EqualTo(kl).Within(1e-5));
    }

    /// <summary>The other picture of a sample always has another label, and any that has may come.</summary>
    [Test]
    public void WrongPicturesHaveOtherLabels()
    {
        new DrawnGlyphs().Write(In("glyphs"), "train", first: 0, count: 30, side: 16, seed: 1);
        var options = (StackGanOptions)s_family.Completed(
            StackGanOptions.Small() with { Data = In("glyphs"), ImageSize = 16, OutputNc = 1 });
        var source = s_family.OpenData(options, "train");
        var names = options.LabelSet!.Names;
        var files = names.Select(n => PictureFolder.List(In("glyphs", "train", n)).Select(f => Numbers(PictureFile.Load(f))).ToList())
            .ToList();
        var seen = new HashSet<int>();
        for (var index = 0; index < source.Count; index++)
        {
            for (uint draw = 0; draw < 20; draw++)
            {
                var sample = source.Load(index, new RandomSequence(new RandomKey(1, RandomStream.Data, draw, (uint)index)));
                var own = Array.IndexOf(sample.Fields.OfType<NumbersField>().Single().Values, 1f);
                var other = Numbers(sample.Fields.OfType<PictureField>().Single(f => f.Name == MismatchedPictures.NameOfOther).Picture);
                var shown = files.FindIndex(ofClass => ofClass.Any(f => f.SequenceEqual(other)));
                Assert.That(shown, Is.Not.EqualTo(own).And.Not.Negative);
                seen.Add(shown);
            }
        }

        Assert.That(seen, Has.Count.EqualTo(names.Count));

        static float[] Numbers(Picture picture)
        {
            var numbers = new float[256];
            picture.CopyTo(numbers);
            return numbers;
        }
    }

    [Test]
    public void PicturesOfOneLabelAreRefused()
    {
        new DrawnGlyphs().Write(In("glyphs"), "train", first: 0, count: 20, side: 16, seed: 1);
        Directory.Delete(In("glyphs", "train", "ring"), recursive: true);
        var options = StackGanOptions.Small() with
        {
            Data = In("glyphs"), Labels = "bar,ring", LabelKind = LabelKind.Classes, ImageSize = 32, OutputNc = 1,
        };
        Fails.With<PictureException>(() => s_family.OpenData(options, "train"), "all pictures have the same label");
    }

    [Test]
    public void RatesAreHalvedInEachStage()
    {
        using var model = GanModel.Create(s_tiny with { Niter = 10, HalfLife = 4 }, Device);
        Assert.That(new long[] { 0, 3, 4, 8, 9, 10, 13, 14 }.Select(model.RateFactorAt), Is.EqualTo(
            new[] { 1, 1, 0.5f, 0.25f, 0.25f, 1, 1, 0.5f }));
        using var published = GanModel.Create(s_tiny with { Niter = 10, HalfLife = 4, HalfLife2 = 8 }, Device);
        Assert.That(new long[] { 9, 17, 18 }.Select(published.RateFactorAt), Is.EqualTo(new[] { 0.25f, 1, 0.5f }));
    }

    /// <summary>Two steps of the first stage, one of the second.</summary>
    private static readonly string[] s_short =
    [
        "--preset", "small", "--image-size", "16", "--coarse-size", "8", "--nz", "6", "--condition", "3", "--ngf", "4", "--ndf", "4",
        "--width-d", "8", "--blocks", "1", "--batch-size", "4", "--niter", "2", "--steps", "3", "--sample-freq", "3", "--quiet",
    ];

    /// <summary>Without others, pictures are asked for by embeddings that the run has kept; its data are not needed.</summary>
    [Test]
    public async Task HousesAreMadeByEmbeddings()
    {
        await Do("data", "synth", "--kind", "attributes", "--out", In("houses"), "--count", "12", "--val", "4", "--size", "32");
        var random = new RandomSequence(new RandomKey(1, RandomStream.Data, 0, 0));
        foreach (var picture in PictureFolder.List(In("houses")))
        {
            Write(Path.ChangeExtension(picture, ".npy"), 2, 5);
        }

        await Do(["train", "stackgan", "--data", In("houses"), "--out", In("run"), "--own-embeddings", .. s_short]);
        await Do("train", "--resume", In("run"), "--steps", "4", "--quiet");
        Directory.Delete(In("houses"), recursive: true);
        await Do("generate", "--model", In("run"), "--out", In("kept"), "--count", "2");
        Write(In("asked.npy"), 1, 5);
        Write(In("others.npy"), 1, 6);
        await Do("generate", "--model", In("run"), "--out", In("asked"), "--count", "2", "--embeddings", In("asked.npy"));
        Assert.That(File.ReadAllBytes(In("asked", "0001.png")), Is.Not.EqualTo(File.ReadAllBytes(In("kept", "0001.png"))));
        AssertExplained(
            await Run("generate", "--model", In("run"), "--out", In("no"), "--embeddings", In("others.npy")), 2, "6 numbers",
            "takes vectors of 5");
        AssertExplained(await Run("generate", "--model", In("run"), "--out", In("no"), "--label", "red_roof"), 2, "--label");

        void Write(string file, int captions, int numbers)
        {
            float[] values = [.. Enumerable.Range(0, captions * numbers).Select(_ => random.NextNormal())];
            NpyFile.SaveArray(file, "<f4", [captions, numbers], MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }
}
