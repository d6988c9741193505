using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>Pictures of two folders belong together by name.</summary>
public sealed class PartnersTests : InPictureFolder
{
    private const string Accented = "fac\u0327ade-e\u0301te\u0301-\u1EC7-\uAC01";

    private static readonly DataSettings s_asStored = new() { Preprocess = PreprocessMode.Crop, CropSize = 4, Flip = false, Serial = true };

    [Test]
    public void ALabelMapWithoutItsPhotographIsAnError([Values("train", "val", "test")] string split)
    {
        Set(split, ["1", "2", "3"], ["1", "3", "4"]);
        var refused = Throws.TypeOf<PictureException>().With.Message.Contains($"{split}_label/2.png: has no partner of the same name in")
            .And.Message.Contains($"{split}_img/4.png: has no partner");
        Assert.That(() => Open(split), refused);
        Assert.That(LabelCheck.Run(_folder.Root)!.Problems, Has.One.Contains("2.png").And.One.Contains("4.png"));
    }

    [Test]
    public void AnInstanceMapBelongsToItsLabelMap()
    {
        Set("train", ["1", "2"], ["1", "2"]);
        Map("train_inst/1.png");
        Map("train_inst/3.png");
        Fails.With<PictureException>(() => Open("train"), "train_label/2.png: has no partner");
    }

    [Test]
    public void WhatAllNamesShareIsCutOff()
    {
        foreach (var (town, number) in new[] { ("ulm", "000001"), ("ulm", "000002"), ("bonn", "000001") })
        {
            Map($"train_label/{town}/{town}_{number}_000019_gtFine_labelIds.png");
            _folder.Add($"train_img/{town}/{town}_{number}_000019_leftImg8bit.png", 4, 4, tag: (byte)(town.Length + number[^1]));
            Map($"train_inst/{town}/{town}_{number}_000019_gtFine_instanceIds.png");
        }

        Assert.That(PictureFolderFixture.RemarksOn(() => Open("train")), Is.Empty, "not by order");
        var source = Open("train");
        for (var i = 0; i < 3; i++)
        {
            var name = source.NameOf(i);
            var (_, _, photo) = source.Prepare(i, new RandomSequence(default));
            Assert.That(photo.Layers[0].Bytes[2], Is.EqualTo((byte)(name[..name.IndexOf('/')].Length + name[name.IndexOf('_') + 6])));
        }
    }

    [TestCase("label12", "photo12", "label7", "photo7")]
    [TestCase("a 1", "b 1", "a 22", "b 22")]
    public void BeginningsAreCutOffBeforeNumbers(string firstLabel, string firstPhoto, string secondLabel, string secondPhoto)
    {
        Set("train", [firstLabel, secondLabel], [secondPhoto, firstPhoto]);
        Assert.That(PictureFolderFixture.RemarksOn(() => Open("train")), Is.Empty);
    }

    [Test]
    public void WhereNoNamesAgreeTheOrderDecidesAndIsTold()
    {
        Set("train", ["red", "green"], ["sunny", "rainy"]);
        const string Remark = "so the i-th of one is taken with the i-th of the other, beginning with green.png and rainy.png";
        Assert.That(PictureFolderFixture.RemarksOn(() => Open("train")), Has.One.EndsWith(Remark));
        Assert.That(PictureFolderFixture.RemarksOn(() => LabelCheck.Run(_folder.Root)), Has.One.EndsWith(Remark));
        _folder.Add("train_img/windy.png", 4, 4);
        Fails.With<PictureException>(() => Open("train"), "holds 3 pictures, but");
    }

    [Test]
    public void InstanceMapsOfATranslationAreFoundByName()
    {
        foreach (var name in new[] { "1", "2", "3" })
        {
            Map($"in/{name}.png");
            Map($"maps/{name}.png");
        }

        File.Delete(_folder.PathOf("in/1.png"));
        var plan = FileTranslation.Plan(_folder.PathOf("in"), _folder.PathOf("out"));
        var maps = FileTranslation.InstancesOf(plan, _folder.PathOf("maps"));
        Assert.That(maps[_folder.PathOf("in/2.png")], Is.EqualTo(_folder.PathOf("maps/2.png")));
        Directory.CreateDirectory(_folder.PathOf("deeper"));
        Directory.Move(_folder.PathOf("maps"), _folder.PathOf("deeper/maps"));
        maps = FileTranslation.InstancesOf(plan, _folder.PathOf("deeper"));
        Assert.That(maps[_folder.PathOf("in/3.png")], Is.EqualTo(_folder.PathOf("deeper/maps/3.png")));
        Directory.Move(_folder.PathOf("deeper/maps"), _folder.PathOf("maps"));
        File.Delete(_folder.PathOf("maps/3.png"));
        Fails.With<PictureException>(() => FileTranslation.InstancesOf(plan, _folder.PathOf("maps")), "in/3.png");
    }

    /// <summary>What alpha hides is white where a training reads the pair.</summary>
    [Test]
    public void HiddenColoursOfAPairAreWhite()
    {
        _folder.Add("trainA/a.png", 4, 4);
        Directory.CreateDirectory(_folder.PathOf("trainB"));
        PictureFile.Save(new Picture(new Image(4, 4, 4, new byte[64])), _folder.PathOf("trainB/a.png"));
        PairBuilder.Combine(_folder.PathOf("trainA"), _folder.PathOf("trainB"), _folder.PathOf("out"));
        var right = PictureFile.Load(_folder.PathOf("out/a.png")).Crop(4, 0, 4, 4).ToChannels(3, "a.png").Layers[0];
        Assert.That(right.Bytes, Is.EqualTo(Enumerable.Repeat((byte)255, 16 * right.Channels)));
    }

    /// <summary>Edges are often gray, and the photographs that belong to them are not.</summary>
    [TestCase(1, 3, 3)]
    [TestCase(3, 1, 3)]
    [TestCase(2, 3, 4)]
    [TestCase(3, 2, 4)]
    [TestCase(1, 2, 2)]
    [TestCase(3, 4, 4)]
    [TestCase(1, 1, 1)]
    public void APairHoldsAllChannelsOfBothHalves(int ofA, int ofB, int ofPair)
    {
        var (a, b) = (Drawn(ofA), Drawn(ofB));
        _folder.Add("trainA/a.png", a);
        _folder.Add("trainB/a.png", b);
        var remarks = PictureFolderFixture.RemarksOn(
            () => PairBuilder.Combine(_folder.PathOf("trainA"), _folder.PathOf("trainB"), _folder.PathOf("out")));
        Assert.That(remarks, Is.Empty);
        var pair = PictureFile.Load(_folder.PathOf("out/a.png"));
        Assert.That(pair.Channels, Is.EqualTo(ofPair));
        foreach (var (half, x) in new[] { (a, 0), (b, 4) })
        {
            Assert.That(pair.Crop(x, 0, 4, 4).Layers[0].ToChannels(half.Channels).Bytes, Is.EqualTo(half.Bytes), "nothing is lost");
        }

        static Image Drawn(int channels) => new(4, 4, channels, [.. Enumerable.Range(0, 16 * channels).Select(i => (byte)(i * 3))]);
    }

    /// <summary>The same command again is harmless; a pair of other pictures stays, and the rest is written.</summary>
    [Test]
    public void APairIsNotReplacedByAnother()
    {
        foreach (var name in (string[])["trainA/a.png", "trainB/a.png", "trainA/b.png", "trainB/b.png"])
        {
            _folder.Add(name, 4, 4);
        }

        Directory.CreateDirectory(_folder.PathOf("out"));
        PictureFile.Save(new Picture(new Image(8, 4, 3, [.. Enumerable.Range(0, 96).Select(i => (byte)i)])), _folder.PathOf("out/a.png"));
        var kept = File.ReadAllBytes(_folder.PathOf("out/a.png"));
        foreach (var _ in new[] { "once", "again" })
        {
            var outcome = PairBuilder.Combine(_folder.PathOf("trainA"), _folder.PathOf("trainB"), _folder.PathOf("out"));
            Assert.That(outcome.Problems, Is.EqualTo((string[])[
                $"{_folder.PathOf("out/a.png")}: is another picture, and is left as it is; delete it, or choose another --out"]));
            Assert.That(outcome.Counts.Values, Is.EqualTo((int[])[1]));
            Assert.That(File.ReadAllBytes(_folder.PathOf("out/a.png")), Is.EqualTo(kept));
        }
    }

    /// <summary>What a pair side by side does not hold is named, whichever half it would be, and the others are joined.</summary>
    [Test]
    public void MoreChannelsThanAPairHoldsAreNamed()
    {
        foreach (var name in (string[])["trainA/a.png", "trainA/c.png", "trainB/b.png", "trainB/c.png"])
        {
            _folder.Add(name, 4, 4);
        }

        var six = new Picture(new Image(4, 4, 3, new byte[48]), new Image(4, 4, 3, new byte[48]));
        string[] files = [_folder.PathOf("trainB/a.npy"), _folder.PathOf("trainA/b.npy")];
        foreach (var file in files)
        {
            PictureFile.Save(six, file);
        }

        var outcome = PairBuilder.Combine(_folder.PathOf("trainA"), _folder.PathOf("trainB"), _folder.PathOf("out"));
        Assert.That(
            outcome.Problems.Select(problem => problem.Split(" channels are not gray or colours")[0]),
            Is.EqualTo(files.Select(file => $"{file}: its 6")));
        Assert.That(Directory.GetFiles(_folder.PathOf("out")), Is.EqualTo(new[] { _folder.PathOf("out/c.png") }));
        Assert.That(Mosaic.Row(six, PictureFile.Load(_folder.PathOf("trainA/a.png"))).Channels, Is.EqualTo(3), "to look at");
    }

    /// <summary>It can't be told which of two files is meant, and the others are joined all the same.</summary>
    [Test]
    public void ANameOfTwoFilesIsLeftOut()
    {
        foreach (var name in (string[])["trainA/0.tif", "trainA/0.png", "trainA/1.png", "trainB/0.png", "trainB/1.png", "trainB/2.png"])
        {
            _folder.Add(name, 4, 4);
        }

        var outcome = PairBuilder.Combine(_folder.PathOf("trainA"), _folder.PathOf("trainB"), _folder.PathOf("out"));
        var (first, second) = (_folder.PathOf("trainA/0.png"), _folder.PathOf("trainA/0.tif"));
        Assert.That(outcome.Problems, Is.EqualTo((string[])[
            $"{second}: {first} has the same name but for its extension; remove one of them",
            $"{_folder.PathOf("trainB/2.png")}: {_folder.PathOf("trainA")} holds no picture of that name"]));
        Assert.That(Directory.GetFiles(_folder.PathOf("out")), Is.EqualTo(new[] { _folder.PathOf("out/1.png") }));
        File.Delete(_folder.PathOf("trainA/1.png"));
        Fails.With<PictureException>(
            () => PairBuilder.Combine(_folder.PathOf("trainA"), _folder.PathOf("trainB"), _folder.PathOf("out")), "0.tif", "remove one");
    }

    /// <summary>A backslash is a letter of a name where it does not lie between folders.</summary>
    [Test]
    [Platform("Linux,MacOsX")]
    public void ABackslashIsNoFolder()
    {
        var names = new[] { "x/y", @"x\y" };
        foreach (var name in names)
        {
            _folder.Add($"trainA/{name}.png", 4, 4);
            _folder.Add($"trainB/{name}.png", 4, 4);
        }

        Assert.That(PairBuilder.Combine(_folder.PathOf("trainA"), _folder.PathOf("trainB"), _folder.PathOf("out")).Problems, Is.Empty);
        Assert.That(names.Select(name => _folder.PathOf($"out/{name}.png")), Has.All.Exist);
        var left = new LeftOutFiles(_folder.Root, takesMore: false);
        Assert.That(left.NameOf(_folder.PathOf(@"trainA/x\y.png")), Is.EqualTo(@"trainA/x\y.png"));
    }

    [Test]
    public void NamesThatLookEqualAreEqual()
    {
        var (apart, composed) = (Accented, PictureFolder.Composed(Accented));
        Assert.That(composed, Is.EqualTo("fa\u00E7ade-\u00E9t\u00E9-\u1EC7-\uAC01"));
        _folder.Add($"trainA/{composed}.png", 4, 4);
        _folder.Add($"trainB/{apart}.png", 4, 4);
        if (Directory.GetFiles(_folder.PathOf("trainB"))[0] == _folder.PathOf($"trainB/{composed}.png"))
        {
            Assert.Ignore("this file system stores one form alone");
        }

        Assert.That(AlignedFolder.Open(_folder.PathOf("train")).NameOf(0), Is.EqualTo(composed));
        var outcome = PairBuilder.Combine(_folder.PathOf("trainA"), _folder.PathOf("trainB"), _folder.PathOf("out"));
        Assert.That(outcome.Problems, Is.Empty);
        Assert.That(File.Exists(_folder.PathOf($"out/{composed}.png")), "under the name of A");
        File.WriteAllText(_folder.PathOf("trainB/attributes.csv"), $"file,red\n{composed}.png,1\n");
        Assert.That(File.Exists(AttributeTable.Read(_folder.PathOf("trainB")).Rows[0].File), "a table's name finds its picture, too");
        _folder.Add($"trainB/{composed}.png", 4, 4);
        Fails.With<PictureException>(() => AlignedFolder.Open(_folder.PathOf("train")), apart, composed, "NFC");
    }

    [Test]
    public void WhatIsLeftOverInBIsTold()
    {
        foreach (var name in new[] { "trainA/1", "trainB/1", "trainB/2", "trainB/3" })
        {
            _folder.Add(name + ".png", 4, 4);
        }

        var ofA = $"left out, having no partner of the same name in {_folder.PathOf("trainA")}";
        Assert.That(
            PictureFolderFixture.RemarksOn(() => AlignedFolder.Open(_folder.PathOf("train"))),
            Is.EqualTo(new[] { $"{_folder.PathOf("trainB/2.png")} and 1 other: {ofA}" }));
    }

    [Test]
    public void ClassesThatDoNotOccurAreTold()
    {
        _folder.Add("train_label/a.png", new Image(4, 4, 1, [.. Enumerable.Range(0, 16).Select(i => (byte)(i % 4 * 50))]));
        _folder.Add("train_img/a.png", 4, 4);
        Assert.That(
            PictureFolderFixture.RemarksOn(() => LabelCheck.Run(_folder.Root)),
            Has.One.Contains("the classes go up to 150").And.One.Contains("only 4 classes occur"));
        _folder.Add("train_label/a.png", new Image(4, 4, 1, [.. Enumerable.Range(0, 16).Select(i => (byte)(i % 4))]));
        Assert.That(PictureFolderFixture.RemarksOn(() => LabelCheck.Run(_folder.Root)), Is.Empty);
    }

    [Test]
    public void AnEmptyFolderOfMapsHidesNoPairs()
    {
        Directory.CreateDirectory(_folder.PathOf("val_label"));
        _folder.Add("val/a.png", 8, 4);
        Assert.That(Open("val"), Is.TypeOf<LabelPairs>());
        var report = LabelCheck.Run(_folder.Root)!;
        Assert.That(report.Lines, Is.EqualTo(new[] { "val_label: empty, as if it were not there" }));
        Assert.That(report.Problems, Is.Empty);
    }

    private LabelSource Open(string split) => LabelSource.Open(_folder.Root, split, s_asStored, new LabelCoding(4, false, null));

    private void Set(string split, string[] labels, string[] photos)
    {
        foreach (var name in labels)
        {
            Map($"{split}_label/{name}.png");
        }

        foreach (var name in photos)
        {
            _folder.Add($"{split}_img/{name}.png", 4, 4);
        }
    }

    private void Map(string name) => _folder.Add(name, new Image(4, 4, 1, [.. Enumerable.Range(0, 16).Select(i => (byte)(i % 4))]));
}
