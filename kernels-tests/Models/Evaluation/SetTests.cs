using IlgpuGan.Models.Evaluation.Sets;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>What sets without pairs are judged by: known answers, equal sets, different sets, and the same bits twice.</summary>
public sealed class SetTests : OnCpu
{
    [Test]
    [Exhaustive]
    public void ClassifierTellsWhatDiffersAndNothingElse()
    {
        var (facades, others, noisy) = (Photos(0, 24), Photos(100, 24), Photos(200, 24).ConvertAll(Noisy));

        var same = TwoSampleTest.Run(facades, others, _device);
        var different = TwoSampleTest.Run(noisy, others, _device);

        Assert.That(same.Pictures, Is.EqualTo(24), "half of both sets is kept back");
        Assert.That(same.Low, Is.LessThan(0.5), "pictures of one kind can't be told apart");
        Assert.That(different.Accuracy, Is.GreaterThanOrEqualTo(0.9), "noise can be seen");
        Assert.That(different.PValue, Is.LessThan(0.001));
        Assert.That(TwoSampleTest.Run(noisy, others, _device), Is.EqualTo(different), "the same result twice");
    }

    [Test]
    public void ClassifierNeedsPicturesOfOneSize()
    {
        Fails.With<ArgumentException>(() => TwoSampleTest.Run(Photos(0, 3), Photos(9, 8), _device), "at least 4");
        Assert.That(
            () => TwoSampleTest.Run(Photos(0, 8).ConvertAll(p => p.Resize(24, 16)), Photos(9, 8), _device), Throws.ArgumentException);
    }

    /// <summary>Published values: Wilson 1927's interval for 8 of 10, and tails of the fair coin.</summary>
    [Test]
    public void IntervalsAndTailsAreTheirDefinition()
    {
        var (low, high) = TwoSampleTest.WilsonInterval(8, 10);

        Assert.That(new[] { low, high }, Is.EqualTo(new[] { 0.4902, 0.9433 }).Within(5e-5));
        Assert.That(TwoSampleTest.BinomialTail(8, 10), Is.EqualTo(56.0 / 1024).Within(1e-12));
        Assert.That(TwoSampleTest.BinomialTail(0, 10), Is.EqualTo(1).Within(1e-12));
        Assert.That(TwoSampleTest.BinomialTail(10, 10), Is.EqualTo(1.0 / 1024).Within(1e-15));
    }

    [Test]
    public void PatchDistanceGrowsWithWhatDiffers()
    {
        var real = Photos(0, 12);

        var same = SlicedWasserstein.Between(real, real, _device);
        var others = SlicedWasserstein.Between(Photos(100, 12), real, _device);
        var blurred = SlicedWasserstein.Between(Photos(100, 12).ConvertAll(p => p.Resize(12, 12).Resize(32, 32)), real, _device);

        Assert.That(same.Scales.Select(s => s.Side), Is.EqualTo(new[] { 32, 16 }));
        Assert.That(same.Mean, Is.LessThan(others.RealToReal!.Value).And.GreaterThan(0), "other patches of the same pictures");
        Assert.That(blurred.Scales[0].Distance, Is.GreaterThan(1.5 * others.Scales[0].Distance), "blur is what the finest scale sees");
        Assert.That(
            blurred.Scales[0].Distance / others.Scales[0].Distance, Is.GreaterThan(blurred.Scales[1].Distance / others.Scales[1].Distance));
        Assert.That(SlicedWasserstein.Between(Photos(100, 12), real, _device).Mean, Is.EqualTo(others.Mean), "the same result twice");
    }

    /// <summary>Names in order of two kinds: of the larger set some of each are taken, and the halves hold both.</summary>
    [Test]
    public void PatchDistanceTakesPicturesOfTheWholeSet()
    {
        List<Picture> real = [.. Photos(0, 6), .. Photos(6, 6).ConvertAll(Noisy)];
        var made = Photos(100, 6);

        var distance = SlicedWasserstein.Between(made, real, _device);

        Assert.That(distance.Pictures, Is.EqualTo(6));
        Assert.That(distance.Mean, Is.EqualTo(SlicedWasserstein.Between(made, [.. real.Where((_, i) => i % 2 == 0)], _device).Mean));

        List<Picture> twoKinds = [.. Photos(0, 6), .. Photos(6, 6).ConvertAll(p => p.Resize(4, 4).Resize(32, 32))];
        List<Picture> inTurn = [.. twoKinds[..6].Zip(twoKinds[6..]).SelectMany(pair => (Picture[])[pair.First, pair.Second])];
        Assert.That(
            SlicedWasserstein.Between(twoKinds, twoKinds, _device).RealToReal,
            Is.LessThan(0.85 * SlicedWasserstein.Between(inTurn, inTurn, _device).RealToReal!.Value), "halves are every other picture");
    }

    /// <summary>
    /// A case with a known answer: of noise every projection is N(0, 1); of pictures of one gray each, whose patches are multiples of (1,
    /// …, 1), it is N(0, s²) with s the sum of the direction, itself nearly N(0, 1). The distance of the two normals is |1 − |s||·√(2/π),
    /// on average 0.427.
    /// </summary>
    [Test]
    public void PatchDistanceOfNoiseAndOfFlatPicturesIsKnown()
    {
        var random = new RandomSequence(new RandomKey(1, 2, 3, 4));
        var noise = Enumerable.Range(0, 100).Select(_ => Gray(() => random.NextNormal())).ToList();
        var flat = Enumerable.Range(0, 100).Select(_ =>
        {
            var level = random.NextNormal();
            return Gray(() => level);
        }).ToList();

        var distance = SlicedWasserstein.Between(flat, noise, _device);

        Assert.That(distance.Scales, Has.Count.EqualTo(1));
        Assert.That(distance.Mean, Is.EqualTo(427).Within(35));
        Assert.That(distance.RealToReal, Is.LessThan(60));

        static Picture Gray(Func<float> level) =>
            new(new Image(16, 16, 1, [.. Enumerable.Range(0, 256).Select(_ => (byte)Math.Clamp(128 + (40 * level()), 0, 255))]));
    }

    /// <summary>Each level is what the next coarser one lacks, so that they add up to the picture.</summary>
    [TestCase(32, 32)]
    [TestCase(37, 44)]
    public void PyramidLosesNothing(int width, int height)
    {
        var picture = Photos(5, 1)[0].Resize(width, height);
        var pyramid = LaplacianPyramid.Of(picture, levels: 2);

        var back = pyramid[1].Doubled(width, height).Filtered(2);
        var sum = pyramid[0].Values.Zip(back.Values, (detail, coarse) => detail + coarse);

        Assert.That(pyramid[1].Width, Is.EqualTo(width / 2));
        Assert.That(sum, Is.EqualTo(LaplacianPyramid.Planes.From(picture).Values).Within(1e-3));
    }

    /// <summary>By hand: the filter keeps a constant, and spreads a point as 6/16 · 6/16, 4/16 · 6/16, …</summary>
    [Test]
    public void FilterIsTheBinomialOne()
    {
        var point = new LaplacianPyramid.Planes([.. Enumerable.Range(0, 49).Select(i => i == 24 ? 256f : 0)], 1, 7, 7);
        var spread = point.Filtered(1).Values;
        var flat = new LaplacianPyramid.Planes([.. Enumerable.Repeat(3f, 35)], 1, 7, 5);

        Assert.That(new[] { spread[24], spread[25], spread[26], spread[27], spread[32] }, Is.EqualTo(new[] { 36f, 24, 6, 0, 16 }));
        Assert.That(flat.Filtered(1).Values, Is.EqualTo(flat.Values).Within(1e-5));
    }

    private static List<Picture> Photos(int first, int count)
    {
        var facades = new SyntheticFacades(count, 32, first: (uint)first);
        return [.. Enumerable.Range(0, count).Select(i => new Picture(facades.Draw(i).Photo))];
    }

    private static Picture Noisy(Picture picture)
    {
        var random = new RandomSequence(new RandomKey(1, 2, 3, 4));
        var image = picture.Layers[0];
        return new Picture(
            new Image(image.Width, image.Height, 3, [.. image.Bytes.Select(b => (byte)Math.Clamp(b + random.NextInt(81) - 40, 0, 255))]));
    }
}
