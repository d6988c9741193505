namespace IlgpuGan.ModelsTests.Data;

public sealed class FolderTests : InPictureFolder
{
    private static readonly DataSettings s_asStored = new() { Preprocess = PreprocessMode.Crop, CropSize = 8, Flip = false };

    [Test]
    public void PicturesAreListedByNameInAllFolders()
    {
        foreach (var name in new[] { "b.png", "a/z.jpg", "B.PNG", "c.jpeg" })
        {
            _folder.Add(name, 8, 8);
        }

        File.WriteAllText(_folder.PathOf("notes.txt"), "no picture");
        var names = PictureFolder.List(_folder.Root).Select(f => Path.GetRelativePath(_folder.Root, f).Replace('\\', '/'));
        Assert.That(names, Is.EqualTo(new[] { "B.PNG", "a/z.jpg", "b.png", "c.jpeg" }));
    }

    [Test]
    public void LinksAreFollowedButNotInCircles()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("links need a privilege there");
        }

        _folder.Add("set/a.png", 8, 8);
        _folder.Add("set/b/b.png", 8, 8);
        _folder.Add("elsewhere/c.png", 8, 8);
        Directory.CreateSymbolicLink(_folder.PathOf("set/linked"), "../elsewhere");
        Directory.CreateSymbolicLink(_folder.PathOf("set/up"), "..");
        Directory.CreateSymbolicLink(_folder.PathOf("set/b/self"), ".");
        Directory.CreateSymbolicLink(_folder.PathOf("elsewhere/back"), _folder.PathOf("set"));
        Directory.CreateSymbolicLink(_folder.PathOf("start"), "set");
        string[] expected = ["a.png", "b/b.png", "linked/c.png"];

        foreach (var start in new[] { "set", "start", "set/../start" })
        {
            var root = _folder.PathOf(start);
            Assert.That(PictureFolder.List(root).Select(f => Path.GetRelativePath(root, f)), Is.EqualTo(expected));
        }
    }

    [Test]
    public void FoldersThatMayNotBeReadAreNamed()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("needs a user whom a folder can be closed to; this one may read everywhere");
            return;
        }

        _folder.Add("a.png", 8, 8);
        _folder.Add("closed/b.png", 8, 8);
        File.SetUnixFileMode(_folder.PathOf("closed"), UnixFileMode.None);
        var list = () => PictureFolder.List(_folder.Root);
        Assert.That(list, Throws.TypeOf<PictureException>().With.Message.Contains("closed"));
        File.SetUnixFileMode(_folder.PathOf("closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Test]
    public void MissingAndEmptyFoldersAreNamed()
    {
        Directory.CreateDirectory(_folder.PathOf("empty"));
        Fails.Saying<PictureException>(
            () => AlignedFolder.Open(_folder.PathOf("train")), $"{_folder.PathOf("train")}: there is no such folder");
        Fails.With<PictureException>(() => AlignedFolder.Open(_folder.PathOf("empty")), "holds no pictures (.png");
        Fails.With<PictureException>(() => PictureFolder.List(_folder.Add("a.png", 8, 8)), "a file, where a folder");
        _folder.Add("trainA/a.png", 8, 8);
        Fails.With<PictureException>(() => UnalignedFolder.Open(_folder.PathOf("train")), "trainB: there is no such folder");
    }

    /// <summary>A folder without pictures is as if it were not there, so it does not hide those of its name with A and B.</summary>
    [Test]
    public void AnEmptyFolderHidesNoOthers()
    {
        foreach (var split in new[] { "train", "val" })
        {
            Directory.CreateDirectory(_folder.PathOf(split));
            _folder.Add($"{split}A/x.png", 8, 8);
            _folder.Add($"{split}B/x.png", 8, 8);
        }

        var options = new IlgpuGan.Models.Families.Pix2Pix.Pix2PixOptions { Data = _folder.Root };
        var data = IlgpuGan.Models.Training.RunData.Open(options);
        Assert.That((data.Train.Count, data.HeldOut.Count, data.HasHeldOut), Is.EqualTo((1, 1, true)));
        Directory.CreateDirectory(_folder.PathOf("val/A"));
        Assert.That(UnalignedFolder.Open(_folder.PathOf("val")).Count, Is.EqualTo(1));
        Directory.Delete(_folder.PathOf("valB"), recursive: true);
        Fails.Saying<PictureException>(
            () => AlignedFolder.Open(_folder.PathOf("val")), $"{_folder.PathOf("valB")}: there is no such folder");
    }

    [Test]
    public void HalvesAreCroppedAndMirroredAlike()
    {
        var image = new byte[40 * 20 * 3];
        for (var i = 0; i < image.Length; i += 3)
        {
            var (x, y) = (i / 3 % 40, i / 3 / 40);
            (image[i], image[i + 1], image[i + 2]) = ((byte)(x % 20), (byte)y, (byte)(x < 20 ? 100 : 200));
        }

        _folder.Add("pair.png", new Image(40, 20, 3, image));
        var pairs = AlignedFolder.Open(_folder.Root, s_asStored with { Flip = true });
        var seen = new HashSet<string>();
        for (uint i = 0; i < 40; i++)
        {
            var (a, b, _) = pairs.LoadPair(0, new RandomSequence(new RandomKey(i, 0, 0, 0)));
            var (first, second) = (a.Layers[0].Bytes, b.Layers[0].Bytes);
            Assert.That((first[2], second[2]), Is.EqualTo(((byte)100, (byte)200)));
            Assert.That(second.Where((_, s) => s % 3 != 2), Is.EqualTo(first.Where((_, s) => s % 3 != 2)));
            seen.Add($"{first[0]} {first[1]} {first[0] < first[3]}");
        }

        Assert.That(seen, Has.Count.GreaterThan(25), "crops and mirroring vary");
    }

    [Test]
    public void DirectionSwapsInputAndTarget()
    {
        _folder.Add("trainA/x.png", 8, 8, tag: 1);
        _folder.Add("trainB/x.png", 8, 8, tag: 2);
        foreach (var (direction, expected) in new[] { (Direction.AToB, (1, 2)), (Direction.BToA, (2, 1)) })
        {
            var (a, b, name) = AlignedFolder.Open(_folder.PathOf("train"), s_asStored with { Direction = direction }).LoadPair(0, Random());
            Assert.That((a.Layers[0].Bytes[2], b.Layers[0].Bytes[2], name), Is.EqualTo(((byte)expected.Item1, (byte)expected.Item2, "x")));
        }
    }

    [Test]
    public void UnequalPartnersAreNamed()
    {
        _folder.Add("thin/x.png", 1, 8);
        Fails.With<PictureException>(
            () => AlignedFolder.Open(_folder.PathOf("thin"), s_asStored).LoadPair(0, Random()), "x.png: one column can't be split");
        _folder.Add("trainA/x.png", 8, 8);
        _folder.Add("trainB/x.png", 8, 9);
        Fails.With<PictureException>(() => AlignedFolder.Open(_folder.PathOf("train"), s_asStored).LoadPair(0, Random()), "8x8", "8x9");
        _folder.Add("trainB/x.jpg", 8, 8);
        Fails.With<PictureException>(
            () => AlignedFolder.Open(_folder.PathOf("train")),
            "x.png: ", "x.jpg has the same name but for its extension; remove one of them");
        File.Delete(_folder.PathOf("trainB/x.jpg"));
        _folder.Add("trainA/lonely.png", 8, 8);
        Fails.With<PictureException>(() => AlignedFolder.Open(_folder.PathOf("train")), "lonely.png: has no partner");
    }

    [Test]
    public void BadFilesAreFoundBeforeTraining()
    {
        for (var i = 0; i < 4; i++)
        {
            _folder.Add($"good{i}.png", 32, 16);
        }

        var truncated = _folder.Add("half.png", 32, 16);
        File.WriteAllBytes(truncated, File.ReadAllBytes(truncated)[..60]);
        File.WriteAllText(_folder.PathOf("text.png"), "this is no picture");
        _folder.Add("tiny.png", 8, 4);
        var pairs = AlignedFolder.Open(_folder.Root, s_asStored);
        var problems = DataCheck.Run(pairs);
        Assert.That(problems.Select(p => Path.GetFileName(p.File)), Is.EqualTo(new[] { "half.png", "text.png", "tiny.png" }));
        Assert.That(problems.Select(p => p.Message), Is.All.Matches<string>(m => m!.Contains(".png: ") && !m.Contains('\n')));
        Assert.That(problems[2].Message, Does.Contain("4x4 pixels are too few for a crop of 8"));
        Fails.With<PictureException>(() => DataCheck.Require(pairs), "half.png", "2 more files");
    }

    /// <summary>What a warning needs to know was seen when the files were checked.</summary>
    [Test]
    public void ACheckDecodesNothingTwice([Values] bool augmented)
    {
        DrawnData.Kinds.Single(k => k.Name == "facades").Write(_folder.Root, "val", 0, 40, 64, seed: 3);
        var settings = s_asStored with { Augment = augmented ? new Augmentation(0, 0, 0.1f) : null };
        var maps = AlignedFolder.Open(_folder.PathOf("val"), settings).AreMaps;
        var pairs = AlignedFolder.Open(_folder.PathOf("val"), settings);
        DataCheck.Require(pairs);
        foreach (var file in pairs.Files)
        {
            File.Delete(file);
        }

        Assert.That(pairs.Warning() ?? "", augmented ? Does.Contain("--augment-colour") : Is.EqualTo(""));
        Assert.That(pairs.AreMaps, Is.EqualTo(maps));
        Assert.That(maps.A | maps.B, Is.EqualTo(augmented));
    }

    [Test]
    public void PartnersOfUnalignedPicturesAreDrawnOrSerial()
    {
        for (byte i = 0; i < 3; i++)
        {
            _folder.Add($"trainA/{i}.png", 8, 8, tag: i);
        }

        for (byte i = 0; i < 7; i++)
        {
            _folder.Add($"trainB/{i}.png", 8, 8, tag: (byte)(100 + i));
        }

        var drawn = UnalignedFolder.Open(_folder.PathOf("train"), s_asStored);
        Assert.That(drawn.Count, Is.EqualTo(7));
        Assert.That(drawn.LoadPair(5, Random()).A.Layers[0].Bytes[2], Is.EqualTo(5 % 3));
        var partners = Enumerable.Range(0, 200)
            .Select(i => drawn.LoadPair(0, new RandomSequence(new RandomKey((ulong)i, 0, 0, 0))).B.Layers[0].Bytes[2]).ToList();
        Assert.That(partners.Distinct().Order(), Is.EqualTo(Enumerable.Range(100, 7)));
        var serial = UnalignedFolder.Open(_folder.PathOf("train"), s_asStored with { Serial = true });
        Assert.That(
            Enumerable.Range(0, 7).Select(i => serial.LoadPair(i, Random()).B.Layers[0].Bytes[2]), Is.EqualTo(Enumerable.Range(100, 7)));
        Assert.That(UnalignedFolder.Open(_folder.PathOf("train"), s_asStored with { MaxSamples = 2 }).Count, Is.EqualTo(2));
    }

    /// <summary>A class with few pictures leaves its turns to the others.</summary>
    [Test]
    public void FewPicturesAreOfEveryClass()
    {
        foreach (var name in new[] { "a/1", "a/2", "a/3", "b/1", "c/1", "c/2", "c/3" })
        {
            _folder.Add($"train/{name}.png", 4, 4);
        }

        Assert.That(Names(2), Is.EqualTo(new[] { "a/1", "b/1" }));
        Assert.That(Names(5), Is.EqualTo(new[] { "a/1", "a/2", "b/1", "c/1", "c/2" }), "in the order of all");
        Assert.That(Names(9), Has.Count.EqualTo(7).And.EqualTo(Names(0)));

        List<string> Names(int limit)
        {
            var settings = new SquareSettings(0, 4) { MaxSamples = limit };
            var pictures = LabelledPictures.Open(_folder.PathOf("train"), classes: true, ["a", "b", "c"], settings);
            return [.. Enumerable.Range(0, pictures.Count).Select(pictures.NameOf)];
        }
    }

    [Test]
    public void GrayAndSixteenBitFilesServeAsColour()
    {
        _folder.Add("gray.png", new Image(16, 8, 1, new byte[16 * 8]));
        _folder.Add("deep.png", new Image(16, 8, 3, Enumerable.Repeat((ushort)65535, 16 * 8 * 3).ToArray()));
        var pairs = AlignedFolder.Open(_folder.Root, s_asStored with { OutputChannels = 1 });
        for (var i = 0; i < 2; i++)
        {
            var (a, b, _) = pairs.LoadPair(i, Random());
            Assert.That((a.Channels, b.Channels), Is.EqualTo((3, 1)));
            var values = new float[8 * 8 * 3];
            a.CopyTo(values);
            Assert.That(values, Is.All.EqualTo(i == 0 ? 1f : -1f), "deep.png is white, gray.png black");
        }
    }

    private static RandomSequence Random() => new(default);
}
