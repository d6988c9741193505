using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.ModelsTests.Data;

public sealed class TransformTests
{
    [TestCase(PreprocessMode.ResizeAndCrop, 100, 60, 32, 32)]
    [TestCase(PreprocessMode.Crop, 100, 60, 32, 32)]
    [TestCase(PreprocessMode.ScaleWidthAndCrop, 100, 90, 32, 32)]
    [TestCase(PreprocessMode.ScaleShortestAndCrop, 100, 60, 32, 32)]
    [TestCase(PreprocessMode.ScaleWidth, 100, 200, 40, 80)]
    [TestCase(PreprocessMode.ScaleWidth, 100, 101, 40, 40)]
    [TestCase(PreprocessMode.ScaleWidth, 40, 45, 40, 44)]
    [TestCase(PreprocessMode.ScaleWidth, 100, 20, 40, 32)]
    [TestCase(PreprocessMode.None, 101, 63, 100, 64)]
    [TestCase(PreprocessMode.None, 6, 10, 8, 8)]
    [TestCase(PreprocessMode.None, 2, 3, 4, 4)]
    public void SizesAreThoseOfTheMode(PreprocessMode mode, int width, int height, int expectedWidth, int expectedHeight)
    {
        var settings = new DataSettings { Preprocess = mode, LoadSize = 40, CropSize = 32 };
        var picture = new Picture(new Image(width, height, 3, new byte[width * height * 3]));
        var result = PictureTransform.Draw(settings, width, height, "x.png", new RandomSequence(default)).Apply(picture);
        Assert.That((result.Width, result.Height), Is.EqualTo((expectedWidth, expectedHeight)));
    }

    [Test]
    public void UncroppedSidesSuitTheNetwork()
    {
        var settings = new DataSettings { Preprocess = PreprocessMode.None, SideMultiple = 64 };
        var transform = PictureTransform.Draw(settings, 300, 20, "x.png", new RandomSequence(default));
        Assert.That((transform.Width, transform.Height), Is.EqualTo((320, 64)));
    }

    /// <summary>Those of the whole picture's size, too.</summary>
    [Test]
    public void PartsBeyondTheBorderAreRefused([Values(3, 4)] int width)
    {
        var (picture, map) = (new Picture(new Image(4, 2, 1, new byte[8])), new LabelMap(4, 2, new int[8]));
        Assert.That(() => picture.Crop(2, 1, width, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => map.Crop(2, 1, width, 2), Throws.Exception);
        Assert.That(picture.Crop(0, 0, 4, 2), Is.SameAs(picture));
        Assert.That(map.Crop(0, 0, 4, 2), Is.SameAs(map));
    }

    [Test]
    public void CropsReachEveryBorder()
    {
        var settings = new DataSettings { Preprocess = PreprocessMode.Crop, CropSize = 8 };
        var random = new RandomSequence(new RandomKey(1, 2, 3, 4));
        var drawn = Enumerable.Range(0, 300).Select(_ => PictureTransform.Draw(settings, 10, 9, "x.png", random)).ToList();
        Assert.That(drawn.Select(t => t.Crop.X).Distinct().Order(), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(drawn.Select(t => t.Crop.Y).Distinct().Order(), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(drawn.Count(t => t.Mirror), Is.InRange(110, 190));
        Assert.That(drawn.Select(t => (t.Crop.X, t.Mirror)).Distinct().Count(), Is.EqualTo(6));
    }

    /// <summary>What a seed gives hangs on this order: place, mirror, warp, colours.</summary>
    [Test]
    public void DrawsKeepTheirOrder()
    {
        var augment = new Augmentation(0.5f, 0.5f, 0.5f);
        var settings = new DataSettings { Preprocess = PreprocessMode.Crop, CropSize = 8, Augment = augment };
        var picture = new Picture(new SyntheticFacades(1, 32).Draw(0).Photo);
        var (width, height) = (picture.Width, picture.Height);
        for (ulong seed = 1; seed <= 8; seed++)
        {
            var key = new RandomKey(seed, 2, 3, 4);
            var drawn = PictureTransform.Draw(settings, width, height, "x.png", new RandomSequence(key));
            var random = new RandomSequence(key);
            var (x, y) = (random.NextInt(width - 7), random.NextInt(height - 7));
            var mirror = random.NextSingle() < 0.5f;
            var warp = new Warp(augment, width, height, random);
            var expected = new ColourJitter(augment.Colour, random).Apply(warp.Show(picture, drawn.Crop, isMap: false));
            Assert.That((drawn.Crop.X, drawn.Crop.Y, drawn.Mirror), Is.EqualTo((x, y, mirror)));
            Assert.That(
                drawn.Apply(picture).Layers[0].Bytes, Is.EqualTo((mirror ? expected.FlipHorizontally() : expected).Layers[0].Bytes));
        }
    }

    [Test]
    public void EvaluationLeavesNothingToChance()
    {
        var settings = new DataSettings { LoadSize = 286, CropSize = 256 }.ForEvaluation();
        var random = new RandomSequence(default);
        var drawn = Enumerable.Range(0, 20).Select(_ => PictureTransform.Draw(settings, 500, 300, "x.png", random)).Distinct().ToList();
        Assert.That(drawn, Is.EqualTo(new[]
        {
            new PictureTransform { Width = 256, Height = 256, Crop = new PixelArea(0, 0, 256, 256), Mirror = false },
        }));
    }

    [Test]
    public void TooSmallForTheCropIsNamed()
    {
        var settings = new DataSettings { Preprocess = PreprocessMode.ScaleShortestAndCrop, LoadSize = 20, CropSize = 32 };
        Fails.With<PictureException>(
            () => PictureTransform.Draw(settings, 100, 50, "x.png", new RandomSequence(default)),
            "x.png: 100x50 pixels (scaled to 40x20) are too few for a crop of 32");
    }

    /// <summary>What a picture of these proportions would become does not fit an array, or a number of 32 bits.</summary>
    [TestCase(PreprocessMode.ScaleShortestAndCrop, 286, 20_000, 1, "5720000x286")]
    [TestCase(PreprocessMode.ScaleShortestAndCrop, 16_384, 1, 1_000_000, "16384x16384000000")]
    [TestCase(PreprocessMode.ScaleWidthAndCrop, 4096, 1, 20_000, "4096x81920000")]
    [TestCase(PreprocessMode.ScaleWidth, 4096, 1, 20_000, "4096x81920000")]
    [TestCase(PreprocessMode.ScaleWidth, 16_384, 1, 1_000_000, "16384x16384000000")]
    public void TooThinToKeepItsProportionsIsNamed(PreprocessMode mode, int load, int width, int height, string size)
    {
        var settings = new DataSettings { Preprocess = mode, LoadSize = load, CropSize = 64 };
        Fails.With<PictureException>(
            () => PictureTransform.Draw(settings, width, height, "x.png", new RandomSequence(default)),
            $"x.png: {width}x{height} pixels would be scaled to {size}, more than the limit of", "--load-size");
    }

    [Test]
    public void TheLargestSquareIsNoneTooMany()
    {
        var settings = new DataSettings { LoadSize = 16_384, CropSize = 64 };
        Assert.That(PictureTransform.Draw(settings, 9, 9, "x.png", new RandomSequence(default)).Width, Is.EqualTo(16_384));
    }

    [TestCase(PreprocessMode.None, 4, 64, "x.png: 4x64 pixels are too few for the networks, which need 8 a side")]
    [TestCase(PreprocessMode.None, 64, 3, "x.png: 64x3 pixels (scaled to 64x4) are too few for the networks")]
    [TestCase(PreprocessMode.ScaleWidth, 400, 40, "x.png: 400x40 pixels (scaled to 40x4) are too few for the networks")]
    public void TooSmallForTheNetworksIsNamed(PreprocessMode mode, int width, int height, string message)
    {
        var settings = new DataSettings { Preprocess = mode, LoadSize = 40, CropSize = 4, SmallestSide = 8 };
        Fails.With<PictureException>(() => PictureTransform.Draw(settings, width, height, "x.png", new RandomSequence(default)), message);
    }

    [Test]
    public void EveryLevelSurvivesTheRoundTrip()
    {
        for (var level = 0; level < 256; level++)
        {
            Assert.That(SampleScale.ToByte(SampleScale.OfBytes[level]), Is.EqualTo(level));
        }

        for (var level = 0; level < 65536; level++)
        {
            Assert.That(SampleScale.ToWord(SampleScale.OfWord((ushort)level)), Is.EqualTo(level));
        }

        Assert.That(
            (SampleScale.ToByte(-3), SampleScale.ToByte(3), SampleScale.OfBytes[0], SampleScale.OfBytes[255]),
            Is.EqualTo(((byte)0, (byte)255, -1f, 1f)));
    }

    /// <summary>Many at a time, as each alone: halves between levels, beyond the ends, numbers that are none, and any count.</summary>
    [Test]
    public void LevelsOfManyAreThoseOfEach()
    {
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -0f, -1, 1, MathF.BitIncrement(1)];
        float[] values = [.. odd, .. Enumerable.Range(-20, 1060).Select(i => (i / 510f) - 1), .. odd];
        foreach (var count in new[] { 0, 1, 15, 16, 17, values.Length })
        {
            var (bytes, words) = (new byte[count], new ushort[count]);
            SampleScale.ToBytes(values.AsSpan(0, count), bytes);
            SampleScale.ToWords(values.AsSpan(0, count), words);
            Assert.That(bytes, Is.EqualTo(values.Take(count).Select(SampleScale.ToByte)));
            Assert.That(words, Is.EqualTo(values.Take(count).Select(SampleScale.ToWord)));
        }
    }
}
