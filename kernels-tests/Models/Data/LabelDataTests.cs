using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families.Spade;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>Label maps of numbers and of colours, their borders, their folders, and what is said of bad ones.</summary>
public sealed class LabelDataTests : InPictureFolder
{
    private static readonly DataSettings s_asStored = new() { Preprocess = PreprocessMode.Crop, CropSize = 4, Flip = false, Serial = true };

    private Device _device = null!;

    [SetUp]
    public void SetUp() => _device = Device.Open("cpu", threads: 1);

    [TearDown]
    public void TearDown() => _device.Dispose();

    [Test]
    public void MapsAreScaledByTheNearestPixelAsPillowTakesIt()
    {
        var map = new LabelMap(5, 3, [.. Enumerable.Range(0, 15)]);
        Assert.That(map.Resize(2, 2).Ids.ToArray(), Is.EqualTo(new[] { 1, 3, 11, 13 }));
        Assert.That(map.Resize(7, 1).Ids.ToArray(), Is.EqualTo(new[] { 5, 6, 6, 7, 8, 8, 9 }));
        Assert.That(map.FlipHorizontally().Crop(1, 1, 2, 2).Ids.ToArray(), Is.EqualTo(new[] { 8, 7, 13, 12 }));
        var drawn = new Random(1);
        var ids = Enumerable.Range(0, 37 * 23).Select(_ => drawn.Next(256)).ToArray();
        var pillow = new Image(37, 23, 1, [.. ids.Select(i => (byte)i)]);
        foreach (var (width, height) in new[] { (16, 16), (37, 5), (61, 90), (1, 1) })
        {
            Assert.That(
                new LabelMap(37, 23, ids).Resize(width, height).Ids.ToArray(),
                Is.EqualTo(pillow.Resize(width, height, ResizeFilter.Nearest).Bytes.Select(b => (int)b)));
        }
    }

    /// <summary>Both sides of a border are marked, nothing at the picture's own edge.</summary>
    [Test]
    public void BordersLieOnBothSides()
    {
        var map = new LabelMap(4, 3, [1, 1, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2]);
        Assert.That(map.Borders(), Is.EqualTo(new float[] { 0, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0 }));
    }

    [Test]
    public void FoldersGivePlanesBordersAndPhotographs()
    {
        Add("train_label/a.png", [0, 0, 2, 2, 0, 0, 2, 2, 0, 255, 255, 2, 0, 0, 2, 2]);
        Words("train_inst/a.png", [.. Enumerable.Range(0, 16).Select(i => (ushort)(i < 8 ? 1000 : 26001))]);
        _folder.Add("train_img/a.png", 4, 4, 7);
        var coding = LabelSource.OpenUncoded(_folder.Root, "train", s_asStored).Coding;
        Assert.That((coding.Classes, coding.HasUnknown, coding.Planes, coding.Palette), Is.EqualTo((3, true, 4, (LabelPalette?)null)));
        foreach (var batch in LabelSource.Open(_folder.Root, "train", s_asStored, coding).InOrder().On(_device))
        {
            Assert.That(
                batch.Fields.Select(f => $"{f.Key} {f.Value.Shape}"),
                Is.EqualTo(new[] { "Label [1,4,4,4]", "Border [1,1,4,4]", "B [1,3,4,4]" }));
            Assert.That(batch.Label.ToArray(), Is.EqualTo(new float[]
            {
                1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0,
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1,
                0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0,
            }));
            Assert.That(
                batch.Border.ToArray(), Is.EqualTo(new float[] { 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0 }),
                "borders of instances, not of classes");
            Assert.That(batch.B[0, 2, 0, 0].Item(), Is.EqualTo((7 / 127.5f) - 1).Within(1e-6));
            Assert.That(batch.Names, Is.EqualTo(new[] { "a" }));
        }
    }

    /// <summary>Map, instances and photograph are cropped and mirrored alike: each says where it is.</summary>
    [Test]
    public void AllOfASampleIsCroppedAndMirroredAlike()
    {
        var levels = Enumerable.Range(0, 64).Select(i => (byte)(i % 8)).ToArray();
        Add("train_label/a.png", levels, side: 8);
        _folder.Add("train_img/a.png", 8, 8);
        var settings = new DataSettings { Preprocess = PreprocessMode.Crop, CropSize = 4 };
        var source = LabelSource.Open(_folder.Root, "train", settings, new LabelCoding(8, false, null));
        var places = new HashSet<float>();
        foreach (var batch in source.Shuffled(seed: 3).On(_device, count: 12))
        {
            var (label, red) = (batch.Label.ToArray(), batch.B[0, 0].ToArray());
            for (var i = 0; i < 16; i++)
            {
                var column = (int)MathF.Round((red[i] + 1) * 127.5f);
                Assert.That(
                    Enumerable.Range(0, 8).Select(c => label[(c * 16) + i]),
                    Is.EqualTo(Enumerable.Range(0, 8).Select(c => c == column ? 1f : 0)));
            }

            places.Add(red[0]);
        }

        Assert.That(places, Has.Count.GreaterThan(3), "crops and mirrors differ");
    }

    [Test]
    public void PalettesOfPngFilesAreReadAsNumbers()
    {
        var path = _folder.PathOf("palette.png");
        TestFiles.Python(
            "PIL",
            """
            import sys
            from PIL import Image
            image = Image.new("P", (3, 2))
            image.putpalette([255, 0, 0, 0, 255, 0, 9, 9, 9, 7, 7, 7])
            image.putdata([0, 1, 2, 3, 2, 1])
            image.save(sys.argv[1], transparency=1)
            """,
            path);
        Assert.That(LabelMap.LoadIds(path).Ids.ToArray(), Is.EqualTo(new[] { 0, 1, 2, 3, 2, 1 }));
        Assert.That(PictureFile.Load(path).Channels, Is.EqualTo(4), "as a picture it has its colours");
        var gray = _folder.Add("gray.png", new Image(2, 1, 3, [4, 4, 4, 9, 9, 9]));
        Assert.That(LabelMap.LoadIds(gray).Ids.ToArray(), Is.EqualTo(new[] { 4, 9 }));
    }

    /// <summary>An index that is red in one file and blue in another is no class; gray levels are no colours.</summary>
    [Test]
    public void PalettesThatDifferAreRefused([Values("png", "gif", "bmp", "tif")] string ending)
    {
        Directory.CreateDirectory(_folder.PathOf("train_label"));
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            _folder.Add($"train_img/{name}.png", 2, 1);
        }

        DrawIndices($"train_label/a.{ending}", "255,0,0,0,0,255,1,1,1");
        DrawIndices($"train_label/b.{ending}", "255,0,0,0,0,255,2,2,2");
        DrawIndices($"train_label/c.{ending}", "0,0,0,1,1,1");
        _folder.Add("train_label/d.png", new Image(2, 1, 1, [0, 1]));
        Assert.That(LabelCheck.Run(_folder.Root)!.Problems, Is.Empty, "the third colours are of no pixel");
        DrawIndices($"train_label/b.{ending}", "0,0,255,255,0,0");
        Fails.With<PictureException>(
            () => LabelSource.OpenUncoded(_folder.Root, "train", s_asStored), $"b.{ending}: index 0 of its palette is the colour 0000FF",
            "FF0000 in", $"a.{ending}");
        Assert.That(LabelCheck.Run(_folder.Root)!.Problems, Has.One.Contains($"b.{ending}: index 0"));
        var typed = SpadeOptions.Small() with { Data = _folder.Root, LabelNc = 2 };
        Fails.With<PictureException>(() => FamilyCatalog.Of(typed).OpenTraining(typed), $"b.{ending}: index 0");
    }

    /// <summary>Held-out maps, and those that a trained model reads, number their classes as the training's do.</summary>
    [Test]
    public void PalettesAreThoseOfTheTraining()
    {
        var (own, other) = (_folder.PathOf("train_label/a.png"), _folder.PathOf("val_label/a.png"));
        foreach (var (split, palette) in new[] { ("train", "255,0,0,0,0,255"), ("val", "0,0,255,255,0,0") })
        {
            Directory.CreateDirectory(_folder.PathOf($"{split}_label"));
            _folder.Add($"{split}_img/a.png", 2, 1);
            DrawIndices($"{split}_label/a.png", palette);
        }

        var refusal = $"{other}: index 0 of its palette is the colour 0000FF, but FF0000 in ";
        Assert.That(LabelCheck.Run(_folder.Root)!.Problems, Has.One.Items.And.One.StartsWith(refusal + own));
        var asked = SpadeOptions.Small() with { Data = _folder.Root };
        var (options, data) = RunData.Completed(FamilyCatalog.Of(asked), asked);
        Fails.Starting<PictureException>(() => DataCheck.Require(data.HeldOut), refusal + "the training's label maps");
        var stored = (SpadeOptions)OptionsJson.Parse(options.ToJson());
        Fails.Starting<PictureException>(() => stored.Coding.Read(PictureFile.LoadIndices(other), other), refusal);
        var decoded = PictureFile.Decode(File.ReadAllBytes(other), other, keepIndices: true).Resize(4, 2, ResizeFilter.Nearest);
        Fails.Starting<PictureException>(() => stored.Coding.Read(decoded, other), refusal);
        int[] ids = [0, 1];
        Assert.That(stored.Coding.Read(PictureFile.LoadIndices(own), own).Ids.ToArray(), Is.EqualTo(ids));
        var again = stored with { IndexColours = "0:123456" }; // As a file of settings has them of other maps.
        Assert.That(((SpadeOptions)FamilyCatalog.Of(again).Completed(again)).IndexColours, Is.EqualTo(stored.IndexColours).And.Not.Empty);
        File.WriteAllText(_folder.PathOf("train_label/damaged.png"), "x");
        _folder.Add("train_img/damaged.png", 2, 1);
        Assert.That(
            ((SpadeOptions)FamilyCatalog.Of(again).Completed(again)).IndexColours, Is.EqualTo(stored.IndexColours), "it may be left out");
        var unknown = (stored with { IndexColours = "" }).Coding;
        Assert.That(unknown.Read(PictureFile.LoadIndices(other), other).Ids.ToArray(), Is.EqualTo(ids), "a run that stored no colours");
    }

    [Test]
    public void ColouredHalvesTellTheirClasses([Values] Direction direction)
    {
        var facades = new SyntheticFacades(30, 64, settings: new DataSettings { LoadSize = 64, CropSize = 64 });
        facades.WriteTo(_folder.PathOf("train"));
        var settings = new DataSettings { Direction = direction, LoadSize = 64, CropSize = 64, Flip = false, Serial = true };
        if (direction == Direction.BToA)
        {
            Fails.With<PictureException>(
                () => LabelSource.OpenUncoded(_folder.Root, "train", settings), "are not label maps", "--direction");
            return;
        }

        var coding = LabelSource.OpenUncoded(_folder.Root, "train", settings).Coding;
        Assert.That((coding.Classes, coding.HasUnknown), Is.EqualTo((20, false)));
        var (labels, photo) = facades.Draw(0);
        foreach (var batch in LabelSource.Open(_folder.Root, "train", settings, coding).InOrder().On(_device, count: 1))
        {
            var planes = batch.Label.ToArray();
            for (var i = 0; i < 64 * 64; i += 13)
            {
                var plane = Enumerable.Range(0, 20).Single(c => planes[(c * 64 * 64) + i] == 1);
                Assert.That(
                    coding.Colours[plane],
                    Is.EqualTo((labels.Bytes[3 * i] << 16) | (labels.Bytes[(3 * i) + 1] << 8) | labels.Bytes[(3 * i) + 2]));
                Assert.That(batch.B[0, 0].ToArray()[i], Is.EqualTo((photo.Bytes[3 * i] / 127.5f) - 1).Within(1e-5));
            }
        }
    }

    /// <summary>Colours are counted in some of many maps; those of the others alone are classes, too, and the last ones.</summary>
    [Test]
    public void ColoursOfMapsThatAreNotSearchedAreClasses()
    {
        for (var i = 0; i < 202; i++)
        {
            _folder.Add($"train_label/{i:D3}.png", Painted(i % 2 == 0 ? 0xFF0000 : 0x00FF00));
            _folder.Add($"train_img/{i:D3}.png", 8, 8);
        }

        var report = LabelCheck.Run(_folder.Root)!;
        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.Lines, Is.EqualTo(new[] { "train: 202 label maps, classes 0 to 3, without instance maps" }));
        var coding = LabelSource.OpenUncoded(_folder.Root, "train", s_asStored).Coding;
        Assert.That(coding.Colours, Is.EqualTo(new[] { 0xFFFFFF, 0x0000FF, 0xFF0000, 0x00FF00 }));

        // A colour that no map of the training has is told.
        var strange = _folder.Add("val_label/a.png", Painted(0xFFFF00));
        _folder.Add("val_img/a.png", 8, 8);
        Assert.That(
            PictureFolderFixture.RemarksOn(() => DataCheck.Require(LabelSource.Open(_folder.Root, "val", s_asStored, coding))),
            Has.One.Items.And.One.StartsWith($"{strange}: flat areas of the colour FFFF00 are of no class"));

        // A quarter of a colour, a quarter blue, and white.
        static Image Painted(int colour) => new(8, 8, 3, [.. Enumerable.Range(0, 64)
            .Select(i => i >= 32 ? 0xFFFFFF : i % 8 < 4 ? colour : 0x0000FF)
            .SelectMany(c => new[] { (byte)(c >> 16), (byte)(c >> 8), (byte)c })]);
    }

    /// <summary>A photograph among many maps brings no classes, whether its colours are counted or not, and is told.</summary>
    [TestCase(30, 3)]
    [TestCase(202, 200)]
    [TestCase(202, 201)]
    public void APhotographAmongMapsBringsNoClasses(int maps, int photograph)
    {
        const int Side = 16;
        for (var i = 0; i < maps; i++)
        {
            _folder.Add($"train_label/{i:D3}.png", Painted((x, y) =>
                i == photograph ? ((10 * x) << 16) | ((10 * y) << 8) | (9 * (x ^ 3)) : x < Side / 2 ? 0xFF0000 : 0x0000FF));
            _folder.Add($"train_img/{i:D3}.png", Side, Side);
        }

        LabelSource? source = null;
        Assert.That(
            PictureFolderFixture.RemarksOn(() => source = LabelSource.OpenUncoded(_folder.Root, "train", s_asStored)),
            Has.One.Items.And.One.StartsWith(
                $"{_folder.PathOf($"train_label/{photograph:D3}.png")}: seems to be a photograph, not a label map"));
        Assert.That(source!.Coding.Colours, Is.EqualTo(new[] { 0x0000FF, 0xFF0000 }));
        Assert.That(
            PictureFolderFixture.RemarksOn(() => source.Load(photograph, new RandomSequence(default))),
            Has.One.Items.And.One.EndsWith("and its pixels are of the class of the nearest colour"));

        static Image Painted(Func<int, int, int> colour) => new(Side, Side, 3, [.. Enumerable.Range(0, Side * Side)
            .Select(i => colour(i % Side, i / Side)).SelectMany(c => new[] { (byte)(c >> 16), (byte)(c >> 8), (byte)c })]);
    }

    /// <summary>A map that JPEG made noisy is none the less one, and the class that it alone has is none the less a class.</summary>
    [Test]
    public void NoisyMapsAreNoPhotographs()
    {
        const int Side = 64;
        for (var i = 0; i < 12; i++)
        {
            // Thin stripes of several colours, which JPEG mixes, on most of one map.
            var image = new Image(Side, Side, 3, [.. Enumerable.Range(0, Side * Side)
                .Select(p => (X: p % Side, Y: p / Side))
                .Select(p => p is { X: < 16, Y: < 24 } && i == 5 ? 0xFFFF00
                    : i == 5 && p.X > 20 && p.X % 5 == 0 ? 0x00FF00 : p.Y < Side / 2 ? 0xFF0000 : 0x0000FF)
                .SelectMany(c => new[] { (byte)(c >> 16), (byte)(c >> 8), (byte)c })]);
            var file = _folder.PathOf($"train_label/{i:D3}.jpg");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, IlgpuGan.Imaging.Jpeg.JpegEncoder.Encode(image, 50, IlgpuGan.Imaging.Jpeg.ChromaSubsampling.Both));
            _folder.Add($"train_img/{i:D3}.png", Side, Side);
        }

        LabelSource? source = null;
        Assert.That(
            PictureFolderFixture.RemarksOn(() => source = LabelSource.OpenUncoded(_folder.Root, "train", s_asStored)), Is.Empty);
        Assert.That(source!.Coding.Palette!.ColoursBeyond(PictureFile.Load(_folder.PathOf("train_label/005.jpg"))), Is.Empty);
        Assert.That(source.Coding.Classes, Is.GreaterThanOrEqualTo(3));
    }

    /// <summary>What is decoded to find the classes is not decoded again to check it, nor to warn of it.</summary>
    [Test]
    public void ACheckDecodesNoMapAgain([Values] bool pairs)
    {
        var facades = new SyntheticFacades(40, 32);
        if (pairs)
        {
            facades.WriteTo(_folder.PathOf("train"));
        }
        else
        {
            facades.WriteLabelsTo(_folder.Root, "train");
        }

        var source = LabelSource.OpenUncoded(_folder.Root, "train", s_asStored with { MaxSamples = 30 });
        foreach (var map in source.Files)
        {
            File.Delete(map);
        }

        DataCheck.Require(source);
        Assert.That(source.Warning(), Is.Null);
        if (!pairs)
        {
            _folder.Add("train_img/facade0003.png", 31, 32);
            Fails.With<PictureException>(() => DataCheck.Require(source), "31x32 pixels");
        }
    }

    /// <summary>The same facades as pairs and as numbers: as many classes, and borders between elements.</summary>
    [Test]
    public void DrawnFacadesAreWrittenAsNumbers()
    {
        new SyntheticFacades(6, 32, seed: 2).WriteLabelsTo(_folder.Root, "train");
        var report = LabelCheck.Run(_folder.Root)!;
        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.Lines, Has.One.Items.And.One.StartsWith("train: 6 label maps, classes 0 to "), string.Join('\n', report.Lines));
        Assert.That(report.Lines[0], Does.EndWith("with instance maps"));
        var coding = LabelSource.OpenUncoded(_folder.Root, "train", s_asStored).Coding;
        var file = _folder.PathOf("train_label/facade0003.png");
        var (map, colours) = (LabelMap.LoadIds(file).Ids.ToArray(), new SyntheticFacades(6, 32, seed: 2).Draw(3).Labels.Bytes);
        Assert.That(
            map.Zip(Enumerable.Range(0, 1024), (id, i) => (id, (colours[3 * i], colours[(3 * i) + 1], colours[(3 * i) + 2]))).Distinct()
                .Count(),
            Is.EqualTo(map.Distinct().Count()), "a colour a class");
        Assert.That(coding.Read(PictureFile.LoadIndices(file), file).Ids.ToArray(), Is.EqualTo(map));
    }

    [Test]
    public void WhatDoesNotFitIsNamed()
    {
        Add("train_label/a.png", [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 40]);
        _folder.Add("train_img/a.png", 4, 4);
        Add("val_label/b.png", [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 255]);
        _folder.Add("val_img/b.png", 5, 4);
        _folder.Add("other_label/c.png", 4, 4);
        _folder.Add("other_img/c.png", 4, 4);
        _folder.Add("other_img/d.png", 4, 4);
        Add("colours_label/a.png", [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
        _folder.Add("colours_label/b.png", 4, 4);
        _folder.Add("colours_img/a.png", 4, 4);
        _folder.Add("colours_img/b.png", 4, 4);
        Refused("train", new LabelCoding(8, false, null), "a.png: has pixels of class 40, but there are 8 classes, 0 to 7 (--label-nc)");
        Refused("val", new LabelCoding(8, false, null), "b.png: has pixels of class 255, which means unknown");
        Refused("val", new LabelCoding(8, true, null), "b.png: has 5x4 pixels, but its label map");
        Refused("colours", new LabelCoding(8, true, null), "b.png: holds colours instead of class numbers");
        Refused(
            "colours", new LabelCoding(2, false, new LabelPalette([0, 0xFF0000])),
            "a.png: holds no colours, but the classes of this data set are 2 colours");
        Assert.That(() => LabelSource.Open(_folder.Root, "other", s_asStored, new LabelCoding(8, false, null)),
            Throws.TypeOf<PictureException>().With.Message.Contains("other_img/d.png: has no partner of the same name"));
        var report = LabelCheck.Run(_folder.Root)!;
        Assert.That(report.Lines, Has.Some.EqualTo("train: 1 label map, classes 0 to 40, without instance maps"));
        Assert.That(
            report.Problems,
            Has.Count.EqualTo(3).And.Some.Contains("other_img/d.png: has no partner").And.Some.Contains("5x4 pixels").And.Some.Contains(
                "holds colours"));
        Assert.That(LabelCheck.Run(_folder.PathOf("train_img")), Is.Null);

        void Refused(string split, LabelCoding coding, string message) => Assert.That(
            DataCheck.Run(LabelSource.Open(_folder.Root, split, s_asStored, coding)).Select(p => p.Message), Has.Some.Contains(message));
    }

    /// <summary>Two pixels of the indices 0 and 1.</summary>
    private void DrawIndices(string name, string palette) => TestFiles.Python(
        "PIL",
        """
        import sys
        from PIL import Image
        image = Image.new("P", (2, 1))
        image.putpalette([int(level) for level in sys.argv[2].split(",")])
        image.putdata([0, 1])
        image.save(sys.argv[1])
        """,
        _folder.PathOf(name), palette);

    private void Add(string name, byte[] levels, int side = 4) => _folder.Add(name, new Image(side, side, 1, levels));

    private void Words(string name, ushort[] levels) => _folder.Add(name, new Image(4, 4, 1, levels));
}
