using System.Diagnostics;
using System.IO.Pipes;
using System.Net.Sockets;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>What belongs to a folder of pictures and what does not, in every verb that lists one.</summary>
public sealed class FoundPicturesTests : InPictureFolder
{
    private static readonly string[] s_names = ["b.png", "a/z.png", "a-1.png", "a/b.c/x.png", "a.png", "B.png", "ä.png", "a/b-c.png"];

    [Test]
    public void TheOrderIsTheSameWhateverSeparatesFolders()
    {
        var order = s_names.Order(new PathOrder('/')).ToList();
        Assert.That(order, Is.EqualTo(s_names.Order(StringComparer.Ordinal)), "as it always was on Linux");
        var onWindows = s_names.Select(name => name.Replace('/', '\\')).Order(new PathOrder('\\'));
        Assert.That(onWindows.Select(name => name.Replace('\\', '/')), Is.EqualTo(order));
        foreach (var name in s_names)
        {
            _folder.Add(name, 4, 4);
        }

        Assert.That(Names(_folder.Root), Is.EqualTo(order));
        Assert.That(Names(_folder.Root + Path.DirectorySeparatorChar), Is.EqualTo(order), "with a separator at the end");
        Assert.That(PictureList.FirstOf(_folder.Root, 3).Select(Relative), Is.EqualTo(order.Take(3)), "the walk is in that order already");
    }

    [Test]
    public void FoldersOfTheSystemArePassedOverAndToldOfOnce()
    {
        foreach (var name in new[]
        {
            "a.png", "@eaDir/a.png/SYNOPHOTO_THUMB_XL.png", "sub/@eaDir/b.png/thumb.png", "sub/b.png", "#recycle/gone.png",
            "$RECYCLE.BIN/r.png", "__MACOSX/c.png", "lost+found/d.png", "System Volume Information/e.png", "@Recycle/f.png",
            ".@__thumb/g.png", "sub/._b.png",
        })
        {
            _folder.Add(name, 4, 4);
        }

        var remarks = PictureFolderFixture.RemarksOn(() =>
            Assert.That(Names(_folder.Root), Is.EqualTo(new[] { "a.png", "sub/b.png" })));
        Assert.That(
            remarks,
            Is.EqualTo(new[] { $"{_folder.PathOf("#recycle")} and 7 others: passed over: a folder that the system keeps for itself" }));
        Assert.That(
            () => LabelledPictures.Labels(_folder.Root), Throws.TypeOf<PictureException>().With.Message.Contains("has 1 folder"),
            "nor are they classes");
    }

    /// <summary>Nor where the data are the run's own folder; what is named is read, and so is a user's folder of such a name.</summary>
    [Test]
    public void WhatARunHasMadeIsNoData()
    {
        string[] data = ["a.png", "b/c.png", "b/samples/d.png", "run/mine/e.png", "run/own.png"];
        string[] made = ["run/evaluation/worst.png", "run/samples/s.png"];
        foreach (var name in data.Concat(made))
        {
            _folder.Add(name, 4, 4);
        }

        AddRun("run");
        var run = _folder.PathOf("run");
        string[] remark = [$"{run}: {FolderWalk.InRun}"];
        Assert.That(PictureFolderFixture.RemarksOn(() => Assert.That(Names(_folder.Root), Is.EqualTo(data))), Is.EqualTo(remark));
        Assert.That(PictureFolderFixture.RemarksOn(() => Assert.That(Names(run), Is.EqualTo(data[3..]))), Is.EqualTo(remark));
        Assert.That(PictureList.FirstOf(_folder.Root, 9).Select(Relative), Is.EqualTo(data));
        Assert.That(Names(_folder.PathOf("run/samples")), Is.EqualTo(made[1..]));
        Assert.That(Inputs(_folder.PathOf("run/samples")), Is.EqualTo(made[1..]));
        Assert.That(Inputs(run), Is.EqualTo(made[..1].Concat(data[3..]).Concat(made[1..])), "a translation of the run itself");
        Assert.That(Inputs(_folder.Root), Is.EquivalentTo(data.Concat(made)));
        foreach (var name in data)
        {
            File.Delete(_folder.PathOf(name));
        }

        Fails.With<PictureException>(() => PictureList.Of(_folder.Root), "holds no pictures", "but those that a run has made");
        Assert.That(Inputs(_folder.Root), Is.EqualTo(made));

        IEnumerable<string> Inputs(string folder) => FileTranslation.Plan(folder, _folder.PathOf("out")).Select(p => Relative(p.Input));
    }

    /// <summary>One in the folder of a class leaves that a class, and one in the folder of all classes makes no further ones.</summary>
    [Test]
    public void ARunIsNoClass()
    {
        foreach (var name in new[] { "cat/a", "dog/b", "run/samples/s", "dog/samples/s", "samples/s" })
        {
            _folder.Add($"{name}.png", 4, 4);
        }

        foreach (var place in new[] { "run", "dog", "." })
        {
            AddRun(place);
        }

        Assert.That(LabelledPictures.Labels(_folder.Root).Names, Is.EqualTo(new[] { "cat", "dog" }));
        Assert.That(FolderCheck.Run(_folder.Root).Problems, Is.Empty);
        var learnt = LabelledPictures.Open(_folder.Root, classes: true, ["cat", "dog", "run"], new SquareSettings(0, 4));
        Assert.That(learnt.Count, Is.EqualTo(2), "though an earlier training took it for one");
    }

    [Test]
    public void EndingsThatAreNotReadAreCountedAndNamed()
    {
        foreach (var name in new[] { "a.png", "b.JFIF", "c.jpe", "d.pnm" })
        {
            var written = _folder.Add(Path.GetFileNameWithoutExtension(name) + ".png", 4, 4);
            File.Move(written, _folder.PathOf(name));
        }

        foreach (var name in new[] { "IMG_1.HEIC", "IMG_2.heic", "web.avif", "notes.txt", "attributes.csv", "Thumbs.db", ".hidden.heic" })
        {
            File.WriteAllText(_folder.PathOf(name), "x");
        }

        var remarks = PictureFolderFixture.RemarksOn(() => Assert.That(FolderCheck.Run(_folder.Root).Pictures, Is.EqualTo(4)));
        Assert.That(remarks, Has.Count.EqualTo(3));
        Assert.That(remarks[0], Does.Contain("IMG_1.HEIC and 1 other: left out: HEIC is not read; convert such pictures first"));
        Assert.That(remarks[1], Does.Contain("notes.txt: left out for the ending"));
        Assert.That(remarks[2], Does.Contain("web.avif: left out: AVIF is not read; convert"));
        File.Delete(_folder.PathOf("a.png"));
        Directory.CreateDirectory(_folder.PathOf("only"));
        File.Move(_folder.PathOf("web.avif"), _folder.PathOf("only/web.avif"));
        Fails.With<PictureException>(() => PictureFolder.List(_folder.PathOf("only")), "web.avif: left out: AVIF");
    }

    /// <summary>Pictures beside the folders may be the data set, and the folders no classes, so that an empty one is no problem.</summary>
    [TestCase("")]
    [TestCase("train/")]
    public void AFolderWithoutPicturesIsAProblemOfClassesOnly(string place)
    {
        foreach (var name in new[] { "a/1", "b/1", "loose" })
        {
            _folder.Add($"{place}{name}.png", 4, 4);
        }

        Directory.CreateDirectory(_folder.PathOf($"{place}notes"));
        File.WriteAllText(_folder.PathOf($"{place}notes/readme.txt"), "x");
        Assert.That(FolderCheck.Run(_folder.Root).Problems, Is.Empty);
        File.Delete(_folder.PathOf($"{place}loose.png"));
        Assert.That(
            FolderCheck.Run(_folder.Root).Problems,
            Is.EqualTo(new[] { $"{_folder.PathOf($"{place}notes")}: holds no pictures; each class needs some" }));
    }

    /// <summary>A check and a training tell of pictures beside the folders of classes, and in one that the training has not.</summary>
    [Test]
    public void WhatIsOfNoClassIsTold()
    {
        foreach (var name in new[] { "train/cat/a", "train/dog/a", "train/stray", "val/bird/a", "val/cat/a", "val/dog/a" })
        {
            _folder.Add($"{name}.png", 4, 4);
        }

        string[] expected =
        [
            $"{_folder.PathOf("train/stray.png")}: beside the folders of classes, so that what is learnt by class goes without it",
            $"{_folder.PathOf("val/bird")}: no class of the training, which goes without its pictures",
        ];
        IReadOnlyList<string> layout = [];
        Assert.That(PictureFolderFixture.RemarksOn(() => layout = FolderCheck.Run(_folder.Root).Layout), Is.EqualTo(expected));
        Assert.That(layout, Has.One.EndsWith("train: 2 classes: 1 of cat, 1 of dog"));
        Assert.That(
            PictureFolderFixture.RemarksOn(() =>
            {
                foreach (var split in new[] { "train", "val" })
                {
                    LabelledPictures.Open(_folder.PathOf(split), classes: true, ["cat", "dog"], new SquareSettings(0, 4));
                }
            }),
            Is.EqualTo(expected));
    }

    [TestCase(".jfif")]
    [TestCase(".JPE")]
    public void OtherEndingsOfJpegAreWrittenAsJpeg(string ending)
    {
        var file = _folder.Add("x" + ending, 16, 8);
        Assert.That(File.ReadAllBytes(file)[..2], Is.EqualTo(new byte[] { 0xFF, 0xD8 }));
        Assert.That(PictureFile.Load(file).Width, Is.EqualTo(16));
        Assert.That(PictureFile.IsPngOrJpeg(file));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public void LinksThatMeetAgainMultiplyNothing()
    {
        _folder.Add("set/real/one.png", 4, 4);
        for (var i = 1; i <= 6; i++)
        {
            Directory.CreateDirectory(_folder.PathOf($"set/d{i}"));
            Directory.CreateSymbolicLink(_folder.PathOf($"set/d{i}/real"), "../real");
            for (var j = 1; j <= 6; j++)
            {
                Directory.CreateSymbolicLink(_folder.PathOf($"set/d{i}/to{j}"), $"../d{j}");
            }
        }

        File.CreateSymbolicLink(_folder.PathOf("set/z.png"), "real/one.png");
        string[] expected = [_folder.PathOf("set/d1/real/one.png")];
        var remarks = PictureFolderFixture.RemarksOn(() =>
            Assert.That(PictureFolder.List(_folder.PathOf("set")), Is.EqualTo(expected), "by the first name in order"));
        Assert.That(remarks, Has.One.EndsWith("counts once"));

        // Names decide about partners, so two names of one picture are two samples there.
        File.CreateSymbolicLink(_folder.PathOf("set/real/two.png"), "one.png");
        Assert.That(PictureList.OfNames(_folder.PathOf("set/real")).Pictures, Has.Count.EqualTo(2));
    }

    /// <summary>What has no length is not read until it ends, which it may never do.</summary>
    [Test]
    [Platform("Linux")]
    public void APipeIsNoPicture()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        var file = $"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}";
        Fails.With<PictureException>(() => PictureFile.Load(file), "a pipe or a device");
        Fails.With<IOException>(() => Disk.ReadBytes(file), "a pipe or a device");
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public void WhatCanNotBeReadIsNamedAndTheRestGoesOn()
    {
        _folder.Add("a.png", 8, 8);
        File.WriteAllBytes(_folder.PathOf("empty.png"), []);
        File.CreateSymbolicLink(_folder.PathOf("gone.png"), "nowhere.png");
        File.CreateSymbolicLink(_folder.PathOf("round.png"), "round.png");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.PathOf("live.png")));
        var report = FolderCheck.Run(_folder.Root);
        Assert.That((report.Pictures, report.Damaged), Is.EqualTo((5, 4)));
        Assert.That(
            report.Problems,
            Has.Count.EqualTo(4).And.Some.Matches("live.png: is empty .*named pipe").And.Some.Contains(
                "empty.png: is empty (0 bytes); copy the picture again").And.Some.Contains(
                "gone.png: links to nowhere.png, which is not there"));
        Assert.That(
            () => DataCheck.Require(UnlabelledPictures.Open(_folder.Root, new SquareSettings(0, 8))),
            Throws.TypeOf<PictureException>().With.Message.Contains("3 more files"), "a training refuses");
        Assert.That(SplitBuilder.Split(_folder.Root, _folder.PathOf("split"), 0, 0, seed: 1).Problems, Has.Count.EqualTo(4));
    }

    [Test]
    public void AFolderThatCanNotBeReadIsNamedAndTheRestGoesOn()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("needs a user whom a folder can be closed to; this one may read everywhere");
            return;
        }

        _folder.Add("a.png", 8, 8);
        _folder.Add("shut/b.png", 8, 8);
        File.SetUnixFileMode(_folder.PathOf("shut"), UnixFileMode.None);
        var report = FolderCheck.Run(_folder.Root);
        Assert.That(report.Pictures, Is.EqualTo(1));
        Assert.That(report.Problems, Has.One.Contains("shut: this folder can't be read"));
        var complaints = new List<string>();
        var plan = FileTranslation.Plan(_folder.Root, _folder.PathOf("out"), null, complaints.Add);
        Assert.That((plan.Count, complaints), Is.EqualTo((1, report.Problems)));
        File.SetUnixFileMode(_folder.PathOf("shut"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Test]
    [Platform("Linux")]
    public void NamesThatAreNotUtf8AreToldToBe()
    {
        _folder.Add("plain.png", 8, 8);
        _folder.Add("old.png", 8, 8);
        var moved = Process.Start(
            "sh", ["-c", """mv "$1/old.png" "$1/$(printf 'caf\351').png" && mkdir "$1/$(printf '\344')" """, "sh", _folder.Root]);
        moved.WaitForExit();
        Assert.That(moved.ExitCode, Is.Zero);
        var report = FolderCheck.Run(_folder.Root);
        Process.Start("sh", ["-c", """rm -r "$1"/caf* "$1/$(printf '\344')" """, "sh", _folder.Root]).WaitForExit();
        Assert.That(report.Problems, Has.Count.EqualTo(2));
        Assert.That(
            report.Problems,
            Is.All.Contains("its name is not UTF-8").And.All.Contains($"convmv -f latin1 -t utf8 -r --notest {_folder.Root}"));
    }

    /// <summary>What is wrong with a data set is said, and not how to make one of its splits.</summary>
    [Test]
    [Platform("Linux")]
    public void ADataSetWithAFolderThatCanNotBeReadIsStillOne()
    {
        _folder.Add("train/a.png", 64, 32);
        _folder.Add("val/b.png", 64, 32);
        Process.Start("sh", ["-c", """mkdir "$1/train/$(printf '\344')" """, "sh", _folder.Root]).WaitForExit();
        var options = new IlgpuGan.Models.Families.Pix2Pix.Pix2PixOptions { Data = _folder.Root };
        Assert.That(
            () => IlgpuGan.Models.Training.RunData.Open(options),
            Throws.TypeOf<PictureException>().With.Message.Contains("its name is not UTF-8").And.Message.Not.Contains("data set"));
        Process.Start("sh", ["-c", """rm -r "$1/train/$(printf '\344')" """, "sh", _folder.Root]).WaitForExit();
    }

    [Test]
    public void AnEmptySplitIsAsIfItWereNotThere()
    {
        Directory.CreateDirectory(_folder.PathOf("val"));
        Directory.CreateDirectory(_folder.PathOf("valA"));
        Directory.CreateDirectory(_folder.PathOf("valB"));
        Directory.CreateDirectory(_folder.PathOf("val_label"));
        _folder.Add("train/a.png", 64, 32);
        var options = new IlgpuGan.Models.Families.Pix2Pix.Pix2PixOptions { Data = _folder.Root };
        var data = IlgpuGan.Models.Training.RunData.Open(options);
        Assert.That(data.HasHeldOut, Is.False);
        Assert.That(FolderCheck.Run(_folder.Root).Problems, Is.Empty);
        Assert.That(IlgpuGan.Models.Data.Labels.LabelCheck.Run(_folder.Root)!.Problems, Is.Empty);
        _folder.Add("test/a.png", 64, 32);
        Assert.That(IlgpuGan.Models.Training.RunData.Open(options).HasHeldOut, "from the next split");
    }

    [Test]
    public void AnArrayWithItsChannelsFirstIsToldOf()
    {
        NpyFile.SaveArray(_folder.PathOf("a.npy"), "|u1", [3, 16, 24], new byte[3 * 16 * 24]);
        Assert.That(
            PictureFolderFixture.RemarksOn(() => FolderCheck.Run(_folder.Root)),
            Has.Some.Contains("a.npy: has the shape (3, 16, 24)").And.Some.Contains("moveaxis"));
        Fails.With<PictureException>(() => PictureFile.Load(_folder.PathOf("a.npy")).ToChannels(3, "a.npy"), "24 channels", "moveaxis");
    }

    private void AddRun(string place)
    {
        var checkpoints = Directory.CreateDirectory(_folder.PathOf($"{place}/{RunFileNames.Checkpoints}"));
        File.WriteAllText(Path.Combine(checkpoints.FullName, RunFileNames.Latest), "x");
    }

    private IEnumerable<string> Names(string folder) => PictureFolder.List(folder).Select(Relative);

    private string Relative(string file) => Path.GetRelativePath(_folder.Root, file).Replace('\\', '/');
}
