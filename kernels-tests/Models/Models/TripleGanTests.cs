using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Models.Families.TripleGan;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>Triple-GAN's networks as published, its three phases, and the labels that it knows.</summary>
public sealed class TripleGanTests : FamilyFixture
{
    private static readonly Family s_family = FamilyCatalog.Find("triplegan")!;
    private static readonly TripleGanOptions s_tiny = TripleGanOptions.Small() with
    {
        Labels = "a,b,c", Nz = 6, GWidths = "8,8", DWidths = "8,8", Ncf = 4, BatchSize = 6, BatchC = 2, BatchG = 4, LabelledC = 3,
        ClassifierSteps = 1, FakesFrom = 2, DecayEvery = 1, Device = "cpu",
    };

    /// <summary>Of two networks, the classifier is the discriminator: its losses are those of Salimans et al. 2016.</summary>
    [Test]
    public void OfTwoNetworksTheClassifierIsTheDiscriminator()
    {
        var (model, batch) = ModelAndNoise(s_tiny with { TwoNetworks = true, Dropout = false, ClassifierSteps = 0 });
        var classifier = (TripleGanClassifier)model.Networks.Single(n => n.Name == "netC").Network;
        double[] expected;
        using (Device.Step())
        {
            using var constants = GradMode.NoGrad();
            expected = [.. classifier.Forward(batch[LabelledPictures.NameOfPicture]).ToArray().Chunk(3)
                .Select(scores => Math.Log(1 + Math.Exp(-Math.Log(scores.Sum(s => Math.Exp(s))))))];
        }

        IReadOnlyList<(string Name, float Value)> losses = [];
        var learned = ModelSteps.Learned(model, () => losses = [.. model.Step(batch, 0).Select(l => (l.Name, l.Value))]);
        Assert.That(learned, Is.EqualTo(new[] { "netG", "netC" }));
        Assert.That(losses.Select(l => l.Name), Is.EqualTo(new[] { "C_labelled", "D_real", "D_fake", "G_features" }));
        Assert.That(losses[1].Value, Is.EqualTo(expected.Average()).Within(1e-4));
        Assert.That(losses[3].Value, Is.Positive);
    }

    /// <summary>What the log says: the classifier's own rate while it learns alone, then the run's with its decay.</summary>
    [Test]
    public void RatesInForceAreTold()
    {
        using var model = GanModel.Create(s_tiny with { Lr = 1e-3f, ClassifierLr = 3e-4f }, Device);
        Assert.That(
            new long[] { 0, 1, 2, 3 }.Select(model.RateAt), Is.EqualTo(new[] { 3e-4f, 1e-3f, 1e-3f, 0.995e-3f }).Within(1e-8f));
    }

    /// <summary>The last batch of an epoch may be a single picture.</summary>
    [TestCase(1)]
    [TestCase(2)]
    public void SmallBatchesAreNoLess(int count)
    {
        var (model, batch) = ModelAndNoise(s_tiny, s_tiny with { BatchSize = count });
        for (var step = 0; step < 3; step++)
        {
            Assert.That(model.Step(batch, step).Select(l => l.Value), Has.All.Matches<float>(float.IsFinite), $"step {step}");
        }
    }

    [TestCase(6, "0+4 4+2")]
    [TestCase(3, "0+2 2+1")]
    [TestCase(2, "0+1 1+1")]
    [TestCase(1, "0+1 0+1")]
    public void ABatchHasTwoParts(int count, string expected)
    {
        var (ofD, ofC) = TripleGanModel.Parts(count, batchSize: 6, ofClassifier: 2);
        Assert.That($"{ofD.First}+{ofD.Length} {ofC.First}+{ofC.Length}", Is.EqualTo(expected));
    }

    [Test]
    public void RatesFallFromWhereFakesBegin()
    {
        using var model = GanModel.Create(s_tiny with { FakesFrom = 10, DecayEvery = 5 }, Device);
        Assert.That(new long[] { 0, 14, 15, 20 }.Select(model.RateFactorAt), Is.EqualTo(
            new[] { 1, 1, 0.995f, 0.995f * 0.995f }).Within(1e-6f));
        using var constant = GanModel.Create(s_tiny with { DecayEvery = 0 }, Device);
        Assert.That(constant.RateFactorAt(1_000_000), Is.EqualTo(1));
    }

    /// <summary>As many of each class as asked for, others under another seed, always the same under one; pictures are all seen.</summary>
    [Test]
    public void FewLabelsAreKnown()
    {
        new DrawnGlyphs().Write(In("few"), "train", first: 0, count: 60, side: 16, seed: 1);
        Directory.CreateDirectory(In("few/unlabelled"));
        File.Copy(Directory.GetFiles(In("few/train/bar")).Order(StringComparer.Ordinal).First(), In("few/unlabelled/more.png"));
        var options = (TripleGanOptions)s_family.Completed(s_tiny with { Labels = "", Data = In("few"), Labelled = 20 });
        var known = Known(options);
        Assert.That(known.Known, Has.Count.EqualTo(20));
        Assert.That(known.Count, Is.EqualTo(61));
        var all = LabelledPictures.Open(In("few/train"), true, options.LabelSet!.Names, new SquareSettings(0, 16) { Channels = 1 });
        Assert.That(known.Known.CountBy(all.ClassOf).Select(c => c.Value), Is.EqualTo(Enumerable.Repeat(2, 10)));
        Assert.That(Known(options).Known, Is.EqualTo(known.Known));
        Assert.That(Known(options with { Seed = 2 }).Known, Is.Not.EqualTo(known.Known));
        Assert.That(Known(options with { Labelled = 0 }).Known, Has.Count.EqualTo(60));
        Assert.That(Known(options with { Labelled = 1000 }).Known, Has.Count.EqualTo(60), "a class has no more than it has");

        PartlyLabelledPictures Known(TripleGanOptions o) => (PartlyLabelledPictures)s_family.OpenData(o, "train");
    }

    /// <summary>Few samples are of every class, with and without labels, and all of them are checked before the first step.</summary>
    [Test]
    public void FewSamplesAreOfEveryClass()
    {
        foreach (var name in (string[])["train/a/1", "train/a/2", "train/a/3", "train/b/1", "train/b/2", "unlabelled/more"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(In("limited", name))!);
            PictureFile.Save(new Picture(new IlgpuGan.Imaging.Image(16, 16, 1, new byte[256])), In("limited", name + ".png"));
        }

        Assert.That(Names(2), Is.EqualTo(new[] { "a/1", "b/1" }));
        Assert.That(Names(6), Has.Count.EqualTo(6).And.EqualTo(Names(0)));
        File.WriteAllText(In("limited", "train/b/1.png"), "damaged");
        Assert.That(DataCheck.Run(Limited(2)).Select(p => p.File), Is.EqualTo(new[] { In("limited", "train/b/1.png") }));

        List<string> Names(int limit)
        {
            var pictures = Limited(limit);
            Assert.That(pictures.Known, Has.Count.EqualTo(limit == 2 ? 2 : 5), "labels are those of the same pictures");
            return [.. Enumerable.Range(0, pictures.Count).Select(pictures.NameOf)];
        }

        PartlyLabelledPictures Limited(int limit) => (PartlyLabelledPictures)s_family.OpenData(
            s_tiny with { Labels = "a,b", Data = In("limited"), Labelled = 0, MaxDatasetSize = limit }, "train");
    }

    /// <summary>Among the folders of classes, pictures without labels would be a class of their own.</summary>
    [Test]
    public void UnlabelledPicturesAreNoClass()
    {
        foreach (var folder in (string[])["bar", "ring", "unlabelled"])
        {
            Directory.CreateDirectory(In("flat", folder));
            PictureFile.Save(new Picture(new IlgpuGan.Imaging.Image(16, 16, 1, new byte[256])), In("flat", folder, "a.png"));
        }

        Fails.With<PictureException>(() => s_family.Completed(s_tiny with { Labels = "", Data = In("flat") }), "unlabelled", "train");
    }

    /// <summary>A sample's label is that of the picture beside it.</summary>
    [Test]
    public void LabelsBelongToTheKnownPictures()
    {
        new DrawnGlyphs().Write(In("pairs"), "train", first: 0, count: 40, side: 16, seed: 1);
        var options = (TripleGanOptions)s_family.Completed(s_tiny with { Labels = "", Data = In("pairs"), Labelled = 10 });
        var files = options.LabelSet!.Names.ToDictionary(
            n => n, n => PictureFolder.List(In($"pairs/train/{n}")).Select(f => PictureFile.Load(f)).ToList(), StringComparer.Ordinal);
        foreach (var batch in s_family.OpenData(options, "train").Shuffled(seed: 3, batchSize: 8).On(Device))
        {
            var (known, labels) = (batch[PartlyLabelledPictures.NameOfKnown].ToArray(), batch[LabelledPictures.NameOfLabel].ToArray());
            for (var i = 0; i < batch.Size; i++)
            {
                var name = options.LabelSet.Names[Array.IndexOf(labels, 1f, i * 10, 10) - (i * 10)];
                var shown = known.AsSpan(i * 256, 256).ToArray();
                Assert.That(files[name].Any(f => Numbers(f).Zip(shown).All(p => Math.Abs(p.First - p.Second) < 1e-6f)), name);
            }
        }

        static float[] Numbers(Picture picture)
        {
            var numbers = new float[256];
            picture.CopyTo(numbers);
            return numbers;
        }
    }
}
