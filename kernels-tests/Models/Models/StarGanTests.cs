using IlgpuGan.Models.Families.StarGan;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>StarGAN's networks as published, its labels, and what each of its steps trains.</summary>
public sealed class StarGanTests : FamilyFixture
{
    private static readonly Family s_family = FamilyCatalog.Find("stargan")!;

    private static readonly StarGanOptions s_tiny = StarGanOptions.Small() with
    {
        ImageSize = 16, GConvDim = 4, DConvDim = 4, GRepeatNum = 1, DRepeatNum = 3, BatchSize = 2, NCritic = 2, Labels = "a,b,c",
        LabelKind = LabelKind.Classes, Device = "cpu",
    };

    /// <summary>Of two sets, the generator is given the labels of both and which it is; the critic tells the labels alone.</summary>
    [Test]
    public void TwoSetsAddPlanesAndClasses()
    {
        var options = new StarGanOptions { Data2 = "faces", Labels2 = "angry,contemptuous,disgusted,fearful,happy,neutral,sad,surprised",
            LabelKind2 = LabelKind.Classes };
        Assert.That(
            s_family.Networks(options)
                .Select(n => n.Create().ParameterCount), Is.EqualTo(new[] { 8_430_528 + (10L * 64 * 49), 44_762_048 + (8L * 2048 * 4) }));
    }

    [Test]
    public void ALabelOfOneSetIsUnknownInTheOther()
    {
        Assert.That(TwoLabelledSets.Masked([1, 0, 1], ofSecond: false, (3, 2)), Is.EqualTo(new[] { 1, 0, 1, 0, 0, 1, 0 }));
        Assert.That(TwoLabelledSets.Masked([0, 1], ofSecond: true, (3, 2)), Is.EqualTo(new[] { 0, 0, 0, 0, 1, 0, 1 }));
    }

    [TestCase("x,a", "has 'a' in common")]
    [TestCase("x,x", "must name each label once")]
    public void LabelsOfTwoSetsAreApart(string labels2, string problem)
    {
        Fails.With<OptionsException>(() => (s_tiny with { Data2 = "other", Labels2 = labels2 }).Validated(), problem);
        Fails.With<OptionsException>(() => (s_tiny with { Labels2 = "x,y" }).Validated(), "--labels2 needs --data2");
    }

    [Test]
    public void ScoresOf128PixelsAreTwoByTwo()
    {
        var judge = new ClassifyingDiscriminator(new StarGanOptions { DConvDim = 2 }).Initialize(seed: 1).To(Device);
        var (scores, classes) = judge.Forward(Tensor.Zeros(new Shape(3, 3, 128, 128), Device));
        Assert.That((scores.Shape, classes.Shape), Is.EqualTo((new Shape(3, 1, 2, 2), new Shape(3, 5))));
    }

    /// <summary>The generator learns in every n-th step, the critic in each.</summary>
    [Test]
    public void TheGeneratorLearnsInEveryNthStep()
    {
        var (model, batch) = ModelAndNoise(s_tiny);
        var learned = new List<(bool Generator, bool Critic)>();
        for (var step = 0; step < 4; step++)
        {
            var (g, d) = (Weights("netG"), Weights("netD"));
            model.Step(batch, step);
            learned.Add((!g.SequenceEqual(Weights("netG")), !d.SequenceEqual(Weights("netD"))));
        }

        Assert.That(learned, Is.EqualTo(new[] { (false, true), (true, true), (false, true), (true, true) }));

        float[] Weights(string network) =>
            [.. model.Networks.Single(n => n.Name == network).Network.Parameters.SelectMany(p => p.Value.ToArray())];
    }

    /// <summary>A label plane reaches the result: with mirrored borders the norm would take it away.</summary>
    [Test]
    public void TheLabelDecides()
    {
        var generator = new LabelGenerator(s_tiny).Initialize(seed: 1, Initialization.Default).To(Device);
        var x = Tensor.Uniform(new RandomKey(1, 1, 0, 0), new Shape(1, 3, 16, 16), Device);
        float[] To(params float[] label) => generator.Forward(x, Tensor.From(label, new Shape(1, 3), Device)).ToArray();
        Assert.That(To(1, 0, 0), Is.Not.EqualTo(To(0, 1, 0)));
    }

    [Test]
    public void FoldersAndTablesThatDoNotFitAreNamed()
    {
        Directory.CreateDirectory(In("train", "only"));
        Fails.Starting<PictureException>(() => LabelledPictures.Labels(In("train")), In("train"), "1 folder");
        Fails.With<PictureException>(() => LabelledPictures.Labels(In("nowhere")), "there is no such folder");
        File.WriteAllText(In("train", AttributeTable.FileName), "file,a,b\nx.png,1,0\n");
        Fails.With<PictureException>(
            () => s_family.Completed(new StarGanOptions { Data = Folder, Labels = "c" }), "no attribute 'c' of --labels; it has a, b");
        var found = (StarGanOptions)s_family.Completed(new StarGanOptions { Data = Folder });
        Assert.That((found.LabelKind, found.Labels), Is.EqualTo((LabelKind.Attributes, "a,b")));
    }

    /// <summary>As published: a count, names, rows with runs of spaces; of forty attributes the five of the paper.</summary>
    [Test]
    public void CelebAsOwnListIsRead()
    {
        Directory.CreateDirectory(In("train", "img_align_celeba"));
        File.WriteAllText(In("train", "img_align_celeba", "000002.jpg"), "");
        File.WriteAllText(
            In("train", AttributeTable.CelebaName),
            "2\nMale Bald Black_Hair Blond_Hair Brown_Hair Young \n000001.jpg  1 -1  1 -1 -1 -1\n000002.jpg -1  1 -1 -1  1 -1\n");
        var table = AttributeTable.Read(In("train"));
        Assert.That(table.Rows.Single().Values, Is.EqualTo(new[] { 0, 1, 0, 0, 1, 0 }));
        Assert.That(table.Rows.Single().File, Is.EqualTo(In("train", "img_align_celeba", "000002.jpg")));
        var found = (StarGanOptions)s_family.Completed(new StarGanOptions { Data = Folder });
        Assert.That(found.Labels, Is.EqualTo("Black_Hair,Blond_Hair,Brown_Hair,Male,Young"));
        File.WriteAllText(In("train", AttributeTable.CelebaName), "1\nMale\n000002.jpg 2\n");
        Fails.With<PictureException>(() => AttributeTable.Read(In("train")), "line 3 has '2' for Male");
    }
}
