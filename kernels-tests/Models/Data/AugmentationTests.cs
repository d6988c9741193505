using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>Changes by chance: one geometry for a pair, other colours for photographs alone, the same for the same seed.</summary>
internal sealed class AugmentationTests
{
    private const int Side = 64;

    private static readonly DataSettings s_plain = new() { LoadSize = Side, CropSize = Side, Flip = false };

    private readonly PictureFolderFixture _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    /// <summary>Both halves show the same photograph; whatever is done to one is done to the other.</summary>
    [TestCase(1, 0, 0)]
    [TestCase(0, 1, 0)]
    [TestCase(0, 0, 1)]
    [TestCase(0.5f, 0.5f, 0.5f)]
    public void HalvesOfAPairAreChangedAlike(float affine, float elastic, float colour)
    {
        var pairs = Open(Twins("twins"), new Augmentation(affine, elastic, colour));
        var plain = Open(Twins("twins"), null);
        foreach (var key in new ulong[] { 1, 2, 3 })
        {
            var (a, b, _) = pairs.LoadPair(0, Random(key));
            Assert.That(Bytes(a), Is.EqualTo(Bytes(b)));
            Assert.That(Bytes(a), Is.Not.EqualTo(Bytes(plain.LoadPair(0, Random(key)).A)));
            Assert.That(Bytes(a), Is.EqualTo(Bytes(pairs.LoadPair(0, Random(key)).A)), "the same seed, the same picture");
            Assert.That(Bytes(a), Is.Not.EqualTo(Bytes(pairs.LoadPair(0, Random(key + 9)).A)));
        }
    }

    /// <summary>The drawn facades' maps keep to their palette, sampled by the nearest pixel; the photographs change.</summary>
    [Test]
    public void MapsKeepTheirColours([Values] bool drawn)
    {
        var settings = s_plain with { Augment = new Augmentation(1, 1, 1) };
        var root = _folder.PathOf($"maps{drawn}");
        new SyntheticFacades(30, Side).WriteTo(root);
        PairSource pairs = drawn ? new SyntheticFacades(30, Side, settings: settings) : AlignedFolder.Open(root, settings);
        var palette =
            Enumerable.Range(0, 30).SelectMany(i => Colours(new Picture(new SyntheticFacades(30, Side).Draw(i).Labels))).ToHashSet();
        for (var i = 0; i < 5; i++)
        {
            var (a, b, _) = pairs.LoadPair(i, Random(4));
            Assert.That(Colours(a), Is.SubsetOf(palette));
            Assert.That(
                Bytes(a), Is.Not.EqualTo(Bytes(AlignedFolder.Open(root, s_plain).LoadPair(i, Random(4)).A)), "but not their places");
            Assert.That(Colours(b).Count(c => !palette.Contains(c)), Is.GreaterThan(100));
        }

        var colourAlone = AlignedFolder.Open(root, s_plain with { Augment = new Augmentation(0, 0, 1) }).LoadPair(3, Random(4));
        var unchanged = AlignedFolder.Open(root, s_plain).LoadPair(3, Random(4));
        Assert.That(Bytes(colourAlone.A), Is.EqualTo(Bytes(unchanged.A)));
        Assert.That(Bytes(colourAlone.B), Is.Not.EqualTo(Bytes(unchanged.B)));
    }

    /// <summary>Who asks for other colours is told which pictures keep theirs.</summary>
    [Test]
    public void PicturesThatKeepTheirColoursAreNamed()
    {
        const string kept = ": drawings in a few flat colours (label maps), which --augment-colour leaves as they are";
        var (colour, others) = (s_plain with { Augment = new Augmentation(0, 0, 1) }, s_plain with { Augment = new Augmentation(1, 1, 0) });
        var root = _folder.PathOf("named");
        var facades = new SyntheticFacades(30, Side);
        facades.WriteTo(root);
        Assert.That(AlignedFolder.Open(root, colour).Warning(), Is.EqualTo($"{root}, left halves{kept}"));
        Assert.That(AlignedFolder.Open(root, others).Warning(), Is.Null);

        var train = _folder.PathOf("sets/train");
        foreach (var set in new[] { "A", "B" })
        {
            Directory.CreateDirectory(train + set);
            PictureFile.Save(new Picture(facades.Draw(0).Labels), Path.Combine(train + set, "a.png"));
        }

        Assert.That(UnalignedFolder.Open(train, colour).Warning(), Is.EqualTo($"{train}A and {train}B{kept}"));
        Assert.That(UnalignedFolder.Open(train, others).Warning(), Is.Null);
    }

    /// <summary>
    /// Maps of numbers, instances and photographs are warped alike: where the photograph has a class's colour, the map has the class.
    /// </summary>
    [Test]
    public void LabelMapsFollowTheirPhotographs()
    {
        var root = _folder.PathOf("labels");
        byte[] ids = [.. Enumerable.Range(0, Side * Side).Select(i => (byte)((i % Side / 16) + (4 * (i / Side / 16))))];
        byte[] photo = [.. ids.SelectMany(id => new[] { (byte)(15 * id), (byte)(255 - (15 * id)), (byte)(id % 2 * 200) })];
        Directory.CreateDirectory(Path.Combine(root, "train_label"));
        Directory.CreateDirectory(Path.Combine(root, "train_img"));
        PictureFile.Save(new Picture(new Image(Side, Side, 1, ids)), Path.Combine(root, "train_label", "a.png"));
        PictureFile.Save(new Picture(new Image(Side, Side, 3, photo)), Path.Combine(root, "train_img", "a.png"));
        var source =
            LabelSource.Open(root, "train", s_plain with { Augment = new Augmentation(0.7f, 0.7f, 0) }, new LabelCoding(16, false, null));
        var sample = source.Load(0, Random(5));
        var (planes, colours) = (Values(sample.Fields[0]), Values(sample.Fields[2]));
        var agree = Enumerable.Range(0, Side * Side).Count(i =>
        {
            var id = Enumerable.Range(0, 16).Single(c => planes[(c * Side * Side) + i] == 1);
            return MathF.Abs(((colours[i] + 1) * 127.5f) - (15 * id)) < 3;
        });
        Assert.That(agree, Is.GreaterThan(0.75 * Side * Side), "all but the edges, which the photograph mixes");
        Assert.That(planes, Is.Not.EqualTo(Values(LabelSource.Open(root, "train", s_plain, source.Coding).Load(0, Random(5)).Fields[0])));

        static float[] Values(SampleField field)
        {
            var values = new float[field.Shape.Count];
            field.CopyTo(values);
            return values;
        }
    }

    /// <summary>Neighbours stay neighbours, in order, at the greatest strength: the map's determinant stays above 0.</summary>
    [Test]
    public void NothingFolds()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            var warp = new Warp(new Augmentation(1, 1, 0), 60, 40, Random(seed));
            for (var y = 0; y < 39; y++)
            {
                for (var x = 0; x < 59; x++)
                {
                    var (here, right, below) = (warp.Source(x, y), warp.Source(x + 1, y), warp.Source(x, y + 1));
                    var area = ((right.X - here.X) * (below.Y - here.Y)) - ((right.Y - here.Y) * (below.X - here.X));
                    Assert.That(area, Is.GreaterThan(0), $"seed {seed} at {x}, {y}");
                }
            }
        }
    }

    [Test]
    public void AnAffineMapIsWithinItsBounds()
    {
        var turns = new List<double>();
        for (ulong seed = 0; seed < 200; seed++)
        {
            var warp = new Warp(new Augmentation(1, 0, 0), 101, 101, Random(seed));
            var (middle, right, below) = (warp.Source(50, 50), warp.Source(51, 50), warp.Source(50, 51));
            Assert.That(Math.Abs(middle.X - 50), Is.LessThanOrEqualTo(10.2));
            Assert.That(Math.Abs(middle.Y - 50), Is.LessThanOrEqualTo(10.2));
            var (ax, ay, bx, by) = (right.X - middle.X, right.Y - middle.Y, below.X - middle.X, below.Y - middle.Y);
            Assert.That((ax * by) - (ay * bx), Is.InRange(0.63, 1.57), "area, between the squares of 1/1.25 and 1.25");
            turns.Add(Math.Atan2(ay, ax) * 180 / Math.PI);
        }

        Assert.That(turns.Max(), Is.InRange(25, 30.01));
        Assert.That(turns.Min(), Is.InRange(-30.01, -25));
    }

    [Test]
    public void PlacesBeyondTheBorderAreMirrored() => Assert.That(
        Enumerable.Range(-5, 14).Select(i => Warp.Inside(i, 4)), Is.EqualTo(new[] { 3, 3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0, 0 }));

    [Test]
    public void GrayStaysGrayAndAlphaStays()
    {
        byte[] gray = [.. Enumerable.Range(0, 16).SelectMany(i => new[] { (byte)(12 * i), (byte)(12 * i), (byte)(12 * i), (byte)(7 * i) })];
        for (ulong seed = 0; seed < 20; seed++)
        {
            var changed = new ColourJitter(1, Random(seed)).Apply(new Picture(new Image(4, 4, 4, gray))).Layers[0].Bytes;
            for (var i = 0; i < changed.Length; i += 4)
            {
                Assert.That(Math.Abs(changed[i] - changed[i + 1]) + Math.Abs(changed[i] - changed[i + 2]), Is.LessThanOrEqualTo(2));
                Assert.That(changed[i + 3], Is.EqualTo(gray[i + 3]));
            }

            var deep = new ColourJitter(1, Random(seed))
                .Apply(new Picture(new Image(4, 4, 4, gray).ToSixteenBits())).Layers[0].ToEightBits().Bytes;
            Assert.That(deep.Zip(changed, (a, b) => Math.Abs(a - b)).Max(), Is.LessThanOrEqualTo(1), "16 bits likewise");
        }
    }

    /// <summary>No strength, no change: not even in what is drawn after it; and evaluation never changes anything.</summary>
    [Test]
    public void WithoutItNothingIsDrawn()
    {
        Assert.That(TinyRun.Pix2Pix.DataSettings().Augment, Is.Null);
        var options = TinyRun.Pix2Pix with { AugmentAffine = 0.5f };
        Assert.That(options.DataSettings().Augment, Is.EqualTo(new Augmentation(0.5f, 0, 0)));
        Assert.That(options.DataSettings(forEvaluation: true).Augment, Is.Null);
        Assert.That((options with { AugmentColour = 1.5f }).Problems(), Has.One.Contains("--augment-colour"));
    }

    [Test]
    public void AStoppedRunSeesTheSamePictures()
    {
        using var runs = new TinyRun();
        var options = TinyRun.Pix2Pix with { AugmentAffine = 0.5f, AugmentElastic = 0.5f, AugmentColour = 0.5f, Steps = 7 };
        runs.Train("whole", options);
        runs.Train("parts", options, stopAfter: 3);
        runs.Resume("parts");
        runs.Train("plain", TinyRun.Pix2Pix with { Steps = 7 });
        Assert.That(runs.FinalTensors("parts"), Is.EqualTo(runs.FinalTensors("whole")).And.Not.EqualTo(runs.FinalTensors("plain")));
    }

    private static RandomSequence Random(ulong seed) => new(new RandomKey(seed, 1, 2, 3));

    private static AlignedFolder Open(string folder, Augmentation? augment) =>
        AlignedFolder.Open(folder, s_plain with { Augment = augment });

    private static byte[] Bytes(Picture picture) => picture.Layers[0].Bytes;

    private static HashSet<int> Colours(Picture picture) =>
        [.. picture.Layers[0].Bytes.Chunk(3).Select(c => (c[0] << 16) | (c[1] << 8) | c[2])];

    /// <summary>Pairs whose halves are the same drawn photograph.</summary>
    private string Twins(string name)
    {
        var folder = _folder.PathOf(name);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            for (var i = 0; i < 3; i++)
            {
                var photo = new Picture(new SyntheticFacades(3, Side).Draw(i).Photo);
                PictureFile.SaveSideBySide(Path.Combine(folder, $"{i}.png"), photo, photo);
            }
        }

        return folder;
    }
}
