using IlgpuGan.Claims;
using IlgpuGan.Claims.Papers;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Sets;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>What claims of families are judged by, against cases whose answer is known.</summary>
public sealed class ClaimMeasureTests : CommandFixture
{
    /// <summary>By hand, of a range of 2: 2 from black to white, 1 from either to the middle.</summary>
    [Test]
    public void DistancesAreMeansOverAllPairs()
    {
        Assert.That(Diversity.MeanDistance([Gray(0), Gray(255)]), Is.EqualTo(2));
        Assert.That(Diversity.MeanDistance([Gray(9), Gray(9), Gray(9)]), Is.Zero);
        Assert.That(Diversity.MeanDistance([Gray(0), Gray(255), Gray(51)]), Is.EqualTo((2 + 0.4 + 1.6) / 3).Within(1e-6));
        Assert.That(Diversity.MeanDistance([Halves(0, 255), Gray(255)]), Is.EqualTo(1), "half of the pixels differ");
        Assert.That(() => Diversity.MeanDistance([Gray(0)]), Throws.ArgumentException);
        Assert.That(() => Diversity.MeanDistance([Gray(0), Gray(0, side: 5)]), Throws.ArgumentException);
    }

    /// <summary>The source's deviation is 1: half of it black, half white.</summary>
    [Test]
    public void DeviationsAreInPartsOfTheSources()
    {
        var source = Halves(0, 255);
        Assert.That(Diversity.Deviation([source, source, source], source), Is.Zero);
        var opposites = Diversity.Deviation([Gray(0), Gray(255)], source);
        Assert.That(opposites, Is.EqualTo(1).Within(1e-6), "each pixel is black once and white once");
        Assert.That(Diversity.Deviation([Gray(255), source], source), Is.EqualTo(0.5).Within(1e-6), "so does half of them");
        Assert.That(Diversity.Deviation([Gray(0), Gray(255)], Halves(64, 191)), Is.EqualTo(255.0 / 127).Within(1e-6));
        Assert.That(Diversity.Deviation([Gray(0), Gray(255), Gray(255), Gray(255)], source), Is.EqualTo(Math.Sqrt(3) / 2).Within(1e-6));
        Fails.With<ArgumentException>(() => Diversity.Deviation([Gray(3)], Gray(3)), "constant luma");
        Assert.That(() => Diversity.Deviation([], source), Throws.ArgumentException);
    }

    /// <summary>Three answers whose right halves are 0, 100 and 240. What the left half shows does not matter.</summary>
    [TestCase(0, 0, 0)]
    [TestCase(49, 0, 49)]
    [TestCase(51, 1, 49)]
    [TestCase(169, 1, 69)]
    [TestCase(171, 2, 69)]
    [TestCase(255, 2, 15)]
    public void AnAnswerIsTheNearest(int level, int answer, int steps)
    {
        var answers = new KnownTargets([Halves(7, 0), Halves(7, 100), Halves(7, 240)]);
        foreach (var left in new byte[] { 7, 255 })
        {
            var (nearest, distance) = answers.NearestTo(Halves(left, (byte)level));
            Assert.That(nearest, Is.EqualTo(answer));
            Assert.That(distance, Is.EqualTo(steps / 127.5).Within(1e-6));
        }
    }

    [Test]
    public void RightAnswersDiffer()
    {
        foreach (var levels in new byte[][] { [1, 2, 1], [1, 1] })
        {
            Fails.With<ArgumentException>(() => new KnownTargets([.. levels.Select(level => Gray(level))]), "one and the same");
        }

        Assert.That(() => new KnownTargets([Gray(1)]), Throws.ArgumentException);
        Assert.That(() => new KnownTargets([Gray(1), Gray(2, side: 5)]), Throws.ArgumentException);
        Assert.That(() => new KnownTargets([Gray(1), Gray(2)]).NearestTo(Gray(1, side: 5)), Throws.ArgumentException);
    }

    /// <summary>The colour that the table names is read back from each bag.</summary>
    [Test]
    public void TheHiddenColourIsReadBackFromTheBag()
    {
        new DrawnEdgesShapes().Write(Folder, "val", first: 7, count: 12, side: 32, seed: 3);
        DrawnEdgesShapes.WriteInAllColours(In("answers"), first: 7, count: 12, side: 32, seed: 3);
        string[] colours = [.. Directory.GetDirectories(In("answers")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.That(colours, Is.EqualTo(new[] { "blue", "green", "red", "violet", "yellow" }));
        var rows = File.ReadAllLines(In("val.csv")).Skip(1).Select(line => line.Split(',')).ToList();
        Assert.That(rows, Has.Count.EqualTo(12));
        foreach (var row in rows)
        {
            Picture[] known = [.. colours.Select(c => PictureFile.Load(In("answers", c, row[0])))];
            var answers = new KnownTargets(known);
            var bag = PictureFile.Load(In("val", row[0])).Crop(32, 0, 32, 32);
            Assert.That(answers.NearestTo(bag), Is.EqualTo((Array.IndexOf(colours, row[1]), 0.0)), row[0]);
            Assert.That(known[Array.IndexOf(colours, row[1])].Layers[0].Bytes, Is.EqualTo(bag.Layers[0].Bytes), "it is the answer itself");
            Assert.That(answers.NearestTo(ClaimFloorTests.Mean(known)).Distance, Is.GreaterThan(0.1), "a compromise is far from all");
        }
    }

    /// <summary>A house is taken for the domain that it is drawn in, and the one of the data set is among those of all domains.</summary>
    [Test]
    [MaxSeconds(4)] // It learns.
    public void AClassifierTellsTheDomainsOfHouses()
    {
        new DrawnAttributes().Write(Folder, "train", first: 0, count: 60, side: 32, seed: 3);
        new DrawnAttributes().Write(Folder, "val", first: 60, count: 4, side: 32, seed: 3);
        DrawnAttributes.WriteInAllDomains(In("truth"), first: 60, count: 4, side: 32, seed: 3);
        var (areClasses, domains) = LabelledPictures.Labels(In("train"), classes: true);
        Assert.That(areClasses);
        Assert.That(domains, Is.EqualTo(DrawnAttributes.Domains.Order(StringComparer.Ordinal)));
        var real = domains
            .SelectMany((name, c) => PictureFolder.List(In("train", name)).Select(f => (Picture: PictureFile.Load(f), Class: c))).ToList();
        var classifier = PictureClassifier.Train(real.ConvertAll(r => r.Picture), real.ConvertAll(r => r.Class), Device);
        foreach (var (domain, number) in domains.Select((d, i) => (d, i)))
        {
            var files = PictureFolder.List(In("truth", domain));
            Assert.That(files, Has.Count.EqualTo(4));
            Assert.That(files.Select(file => classifier.Classify(PictureFile.Load(file))), Is.All.EqualTo(number), domain);
            foreach (var own in PictureFolder.List(In("val", domain)))
            {
                Assert.That(File.ReadAllBytes(own), Is.EqualTo(File.ReadAllBytes(In("truth", domain, Path.GetFileName(own)))));
            }
        }
    }

    /// <summary>By hand: classes that are certain and equally often give their number, anything alike gives 1.</summary>
    [Test]
    public void InceptionScoresCountClasses()
    {
        new DrawnGlyphs().Write(Folder, "train", first: 0, count: 400, side: 16, seed: 3);
        var instruments = new Instruments(
            "", Folder, In("shared"), new SegmenterSettings(), new DataClassifier(In("train"), Device), Device);
        List<Picture> real = [.. Directory.GetDirectories(In("train")).SelectMany(PictureFolder.List).Select(PictureFile.Load)];
        Assert.That(instruments.InceptionScore(real), Is.InRange(6.0, 10.0));
        Assert.That(instruments.InceptionScore([real[0], real[0]]), Is.EqualTo(1).Within(1e-6));
        Assert.That(instruments.Coverage(real, real), Is.EqualTo(1));
        Assert.That(instruments.Coverage([.. Enumerable.Repeat(real[0], 9)], real), Is.LessThan(0.1));
    }

    /// <summary>By hand: one bar against another gives all of χ²; the same numbers give none.</summary>
    [Test]
    public void HistogramsAreCompared()
    {
        float[] left = [.. Enumerable.Repeat(0.1f, 10_000)], right = [.. Enumerable.Repeat(0.9f, 10_000)];
        Assert.That(MixtureJudge.Compared(left, left), Is.EqualTo((0.0, 0.0)));
        var (squares, divergence) = MixtureJudge.Compared(left, right);
        Assert.That(squares, Is.InRange(0.98, 1));
        Assert.That(divergence, Is.EqualTo(Math.Log(20_001)).Within(0.1), "half a point is where none was made");
        Assert.That(MixtureJudge.Compared(left, [.. left, .. right]).Divergence, Is.EqualTo(Math.Log(2)).Within(0.01));
    }

    /// <summary>A glyph counts that is near a drawn one; noise and blots reached hundreds of modes without a floor.</summary>
    [Test]
    public void NoiseIsNoGlyph()
    {
        new DrawnGlyphs(classes: 5).Write(Folder, "train", first: 0, count: 100, side: 16, seed: 3);
        List<byte[]> glyphs =
            [.. Directory.GetDirectories(In("train")).SelectMany(PictureFolder.List).Select(f => PictureFile.Load(f).Layers[0].Bytes)];
        Assert.That(Directory.GetDirectories(In("train")), Has.Length.EqualTo(5));
        Assert.That(glyphs.Count(g => StackedGlyphsJudge.IsGlyph(g, glyphs)), Is.EqualTo(100));
        var random = new Random(1);
        var noise = new byte[256];
        random.NextBytes(noise);
        Assert.That(StackedGlyphsJudge.IsGlyph(noise, glyphs), Is.False);
        Assert.That(StackedGlyphsJudge.IsGlyph([.. noise.Select(n => n < 77 ? (byte)255 : (byte)0)], glyphs), Is.False);
        Assert.That(StackedGlyphsJudge.IsGlyph([.. Enumerable.Repeat((byte)60, 256)], glyphs), Is.False, "a gray blot");
    }

    /// <summary>By hand: on a line between two points, and constant outside.</summary>
    [TestCase(0, 9)]
    [TestCase(10, 9)]
    [TestCase(15, 7)]
    [TestCase(20, 5)]
    [TestCase(99, 5)]
    public void CurvesAreReadAtATime(double time, double value) =>
        Assert.That(EqualTimes.At(time, [(10, 9), (20, 5)]), Is.EqualTo(value).Within(1e-12));

    [Test]
    public void AClassifierNeedsClassesAndOneSize()
    {
        Picture[] pictures = [Gray(0, side: 16), Gray(255, side: 16)];
        Fails.With<ArgumentException>(() => PictureClassifier.Train(pictures, [0], Device), "1 classes");
        Fails.With<ArgumentException>(() => PictureClassifier.Train(pictures, [1, 1], Device), "1 of them different");
        foreach (var other in new[] { pictures[0].Crop(0, 0, 16, 15), Gray(9, side: 17) })
        {
            Fails.With<ArgumentException>(() => PictureClassifier.Train([pictures[0], other], [0, 1], Device), "16x16 or more");
        }

        Assert.That(() => PictureClassifier.Train([Gray(0, side: 15), Gray(9, side: 15)], [0, 1], Device), Throws.ArgumentException);
    }

    private static Picture Gray(byte level, int side = 4) => Halves(level, level, side);

    /// <summary>A picture in RGB whose left half has one level, and whose right half another.</summary>
    private static Picture Halves(byte left, byte right, int side = 4) =>
        new(new Image(side, side, 3, [.. Enumerable.Range(0, side * side * 3).Select(i => i / 3 % side < side / 2 ? left : right)]));
}
