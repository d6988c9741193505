using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.EngineTests.Formats;

public sealed class AtomicFileTests
{
    [TearDown]
    public void TearDown() => Disk.Current = new Disk();

    /// <summary>As on Windows: who has a file open holds up its replacement for as long as that takes.</summary>
    [Test]
    public void AnOpenFileIsReplacedWhenItIsClosed()
    {
        var path = TestFiles.Write("open.bin", "old"u8);
        var disk = new WindowsDisk();
        Disk.Current = disk;
        using var opened = new ManualResetEventSlim();
        var reader = Task.Run(async () =>
        {
            await using var file = Disk.OpenRead(path);
            opened.Set();
            await Task.Delay(200);
        });
        opened.Wait();
        AtomicFile.WriteText(path, "new");
        Assert.That(File.ReadAllText(path), Is.EqualTo("new"));
        Assert.That(disk.Refusals, Is.Positive);
        Assert.That(reader.Wait(TimeSpan.FromSeconds(10)));
    }

    [Test]
    [MaxSeconds(5)] // It waits for the two seconds after which a file counts as held.
    public void WhatCouldNotBeRenamedIsKeptAndNamed()
    {
        var path = TestFiles.Write("held.bin", "old"u8);
        Disk.Current = new WindowsDisk();
        using (Disk.OpenRead(path))
        {
            Fails.Saying<FileHeldException>(
                () => AtomicFile.WriteText(path, "new"),
                $"{path}: another program has it open; what was to be written is in {AtomicFile.TemporaryOf(path)}");
        }

        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(File.ReadAllText(AtomicFile.TemporaryOf(path)), Is.EqualTo("new"));
        AtomicFile.WriteText(path, "newer");
        Assert.That(File.ReadAllText(path), Is.EqualTo("newer"));
        Assert.That(AtomicFile.TemporaryOf(path), Does.Not.Exist);
    }

    [Test]
    public void AFolderInTheWayKeepsNothing()
    {
        var path = Directory.CreateDirectory(Path.Combine(TestFiles.Folder(), "folder")).FullName;
        Assert.That(
            () => AtomicFile.WriteText(path, "new"),
            Throws.InstanceOf<IOException>().With.Message.EqualTo($"{path}: is a folder, not a file"));
        Assert.That(AtomicFile.TemporaryOf(path), Does.Not.Exist);
    }

    /// <summary>Of letters of one to four bytes, as many as a name may have.</summary>
    [TestCase("a")]
    [TestCase("é")]
    [TestCase("漢")]
    [TestCase("😀")]
    public void TheLongestNamesAreWritten(string letter)
    {
        var letters = string.Concat(Enumerable.Repeat(letter, (255 - 5) / Encoding.UTF8.GetByteCount(letter)));
        string[] paths = [.. new[] { "1", "2" }.Select(end => Path.Combine(TestFiles.Folder(), letters + end + ".bin"))];
        foreach (var path in paths)
        {
            AtomicFile.WriteText(path, path);
            var temporary = Path.GetFileName(AtomicFile.TemporaryOf(path));
            Assert.That(Encoding.UTF8.GetByteCount(temporary), Is.LessThanOrEqualTo(Encoding.UTF8.GetByteCount(Path.GetFileName(path))));
            Assert.That(temporary, Has.Length.LessThanOrEqualTo(Path.GetFileName(path).Length).And.EndsWith(AtomicFile.TemporarySuffix));
        }

        Assert.That(paths.Select(File.ReadAllText), Is.EqualTo(paths));
        Assert.That(paths.Select(path => AtomicFile.TemporaryOf(path)), Is.Unique);
    }

    [Test]
    public void AFailedWriteLeavesTheOldFileAlone()
    {
        var path = TestFiles.Write("kept.bin", "old"u8);
        Assert.That(
            () => AtomicFile.Write(path, stream =>
            {
                stream.Write(new byte[1 << 20]);
                throw new IOException("No space left on device");
            }),
            Throws.InstanceOf<IOException>().With.Message.EqualTo($"{path}: No space left on device"));
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(AtomicFile.TemporaryOf(path), Does.Not.Exist);
    }

    /// <summary>What .NET makes of EFBIG is no IOException; callers need not know.</summary>
    [Test]
    public void AFileThatWouldGrowTooLargeIsNamed()
    {
        var path = TestFiles.Write("kept.bin", "old"u8);
        Fails.Saying<IOException>(
            () => AtomicFile.Write(path, static _ => throw new ArgumentOutOfRangeException("value")),
            $"{path}: the file would be larger than this file system or a limit allows");
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(AtomicFile.TemporaryOf(path), Does.Not.Exist);
    }

    [Test]
    public void TheNewFileReplacesTheOldAndALeftOver()
    {
        var path = TestFiles.Write("replaced.bin", "old and longer"u8);
        File.WriteAllText(AtomicFile.TemporaryOf(path), "what a killed process left behind");
        AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            Assert.That(File.ReadAllText(path), Is.EqualTo("old and longer"), "until the rename");
        });
        Assert.That(File.ReadAllText(path), Is.EqualTo("new"));
        Assert.That(AtomicFile.TemporaryOf(path), Does.Not.Exist);
    }

    /// <summary>As when two programs evaluate a run: neither fails, nor writes into what the other publishes.</summary>
    [TestCase("shared.bin")]
    [TestCase("shared by two programs, under a name that is so long that the temporary file has another one, of no more letters.bin")]
    public void EachOfTwoWritersHasItsOwnTemporaryFile(string name)
    {
        var path = TestFiles.Write(name, "old"u8);
        AtomicFile.Write(path, stream =>
        {
            stream.Write("the last one"u8);
            AtomicFile.WriteText(path, "the first one");
            Assert.That(File.ReadAllText(path), Is.EqualTo("the first one"));
        });
        Assert.That(File.ReadAllText(path), Is.EqualTo("the last one"));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!, "*" + AtomicFile.TemporarySuffix), Is.Empty);
    }

    /// <summary>None fails, however its steps fall between those of the others, and nothing is left over.</summary>
    [Test]
    public void ManyWritersOfOneFileDoNotDisturbEachOther()
    {
        var path = TestFiles.Write("contended.bin", "old"u8);
        var texts = Enumerable.Range(1, 3).Select(i => new string((char)('a' + i), 100 * i)).ToList();
        var writers = texts.ConvertAll(text => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)), durable: false);
                }
            },
            TaskCreationOptions.LongRunning));
        Assert.That(() => Task.WhenAll(writers).Wait(TimeSpan.FromMinutes(1)), Is.True);
        Assert.That(texts, Has.Member(File.ReadAllText(path)));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!, "*" + AtomicFile.TemporarySuffix), Is.Empty);
    }

    /// <summary>A private file stays private.</summary>
    [Test]
    public void ACopyHasReadersAndDateOfTheFile()
    {
        var (from, to) = (TestFiles.Write("private.bin", "mine"u8), Path.Combine(TestFiles.Folder(), "copy.bin"));
        File.SetLastWriteTimeUtc(from, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(from, UnixFileMode.UserRead);
        }

        AtomicFile.Copy(from, to);
        Assert.That(File.ReadAllText(to), Is.EqualTo("mine"));
        Assert.That(File.GetLastWriteTimeUtc(to), Is.EqualTo(File.GetLastWriteTimeUtc(from)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(to), Is.EqualTo(UnixFileMode.UserRead));
        }
    }

    /// <summary>Two results of a batch may have links to one file of a store, and a run's latest checkpoint one to another.</summary>
    [Test]
    [Platform(Exclude = "Win", Reason = "links need privileges there")]
    public void ALinkIsReplacedAndItsTargetStays()
    {
        var target = TestFiles.Write("target.bin", "old"u8);
        var link = Path.Combine(TestFiles.Folder(), "link.bin");
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
        AtomicFile.WriteText(link, "new");
        Assert.That(File.ReadAllText(target), Is.EqualTo("old"));
        Assert.That(File.ReadAllText(link), Is.EqualTo("new"));
    }

    /// <summary>As the system follows them: what stands before a ".." may be a link itself.</summary>
    [Test]
    [Platform(Exclude = "Win", Reason = "links need privileges there")]
    public void LinksAreResolvedPartByPart()
    {
        var folder = FileStatus.RealPath(TestFiles.Folder());
        var deep = Directory.CreateDirectory(Path.Combine(folder, "parts", "real", "deep")).FullName;
        var (current, link) = (Path.Combine(folder, "parts", "current"), Path.Combine(folder, "parts", "link"));
        File.Delete(current);
        File.Delete(link);
        Directory.CreateSymbolicLink(current, Path.Combine("real", "deep"));
        File.CreateSymbolicLink(link, Path.Combine("current", "..", "file"));
        Assert.That(FileStatus.RealPath(link), Is.EqualTo(Path.Combine(Path.GetDirectoryName(deep)!, "file")));
    }

    /// <summary>What a link names from the root is on the link's drive, whichever is the current one.</summary>
    [Test]
    [Platform("Win")]
    public void ATargetFromTheRootIsOnTheDriveOfItsLink()
    {
        var target = TestFiles.Write("target.bin", "old"u8);
        var link = Path.Combine(TestFiles.Folder(), "from the root.bin");
        File.Delete(link);
        try
        {
            File.CreateSymbolicLink(link, '\\' + Path.GetRelativePath(Path.GetPathRoot(target)!, target));
        }
        catch (IOException)
        {
            Assert.Ignore("links need a privilege there");
        }

        Assert.That(FileStatus.RealPath(link), Is.EqualTo(FileStatus.RealPath(target)));
    }

    [Test]
    public void AReplacedFileKeepsItsReaders()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("needs modes of files");
            return;
        }

        var path = TestFiles.Write("mine.bin", "old"u8);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.WriteText(path, "new");
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    /// <summary>Who reads it would wait for ever if a file took its place.</summary>
    [Test]
    [Platform(Exclude = "Win")]
    public void APipeIsWrittenTo()
    {
        var path = Path.Combine(TestFiles.Folder(), "pipe");
        File.Delete(path);
        Assert.That(TestFiles.Run("mkfifo", [path]), Is.Null);
        var reader = Task.Run(() => File.ReadAllText(path));
        AtomicFile.WriteText(path, "new");
        Assert.That(reader.Wait(TimeSpan.FromSeconds(10)));
        Assert.That(reader.Result, Is.EqualTo("new"));

        var made = TestFiles.Write("made.bin", "content"u8);
        Fails.Saying<IOException>(
            () => AtomicFile.Rename(made, path),
            $"{path}: is no ordinary file but a pipe or a device; what was to be written is in {made}");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "a file that is open can't be replaced there")]
    public void AnOpenMappingOfTheOldFileStaysWhole()
    {
        var path = Path.Combine(TestFiles.Folder(), "mapped.safetensors");
        Tensors.Formats.Safetensors.SafetensorsWriter.Write(path, [NamedArray.From("a", [2], new float[] { 1, 2 })]);
        using var old = TensorFile.Open(path);
        Tensors.Formats.Safetensors.SafetensorsWriter.Write(path, []);
        Assert.That(old.Read("a").ToSingle(), Is.EqualTo(new float[] { 1, 2 }));
    }

    /// <summary>Asked, not tried: who may rename would lose <c>/dev/null</c> if it went wrong.</summary>
    [Test]
    [Platform(Exclude = "Win")]
    public void ADeviceIsNoFileToReplace()
    {
        Assert.That(FileStatus.IsSpecial("/dev/null"), Is.True);
        Assert.That(FileStatus.IsSpecial("/dev/../dev/null"), Is.True);
        Assert.That(FileStatus.IsSpecial("/dev/absent"), Is.False);
        Assert.That(FileStatus.IsSpecial("/dev/shm/file"), Is.False);
        Assert.That(FileStatus.IsSpecial(TestFiles.Write("file", "content"u8)), Is.False);
    }

    [Test]
    public void AMissingFolderIsAnError()
    {
        var folder = Path.Combine(TestFiles.Folder(), "absent");
        Assert.That(
            () => AtomicFile.Write(Path.Combine(folder, "x"), static _ => { }),
            Throws.InstanceOf<IOException>().With.Message.EqualTo($"{Path.Combine(folder, "x")}: there is no folder {folder}"));
    }

    /// <summary>The temporary file goes with its folder, so it is not where it was.</summary>
    [Test]
    [Platform(Exclude = "Win", Reason = "a folder in which a file is open can't be moved there")]
    public void AFolderMovedDuringAWriteIsSaidToBeMissing()
    {
        var folder = Directory.CreateDirectory(Path.Combine(TestFiles.Folder(), $"{Guid.NewGuid():N}")).FullName;
        var path = Path.Combine(folder, "x");
        Fails.Saying<IOException>(
            () => AtomicFile.Write(path, _ => Directory.Move(folder, folder + "-moved")), $"{path}: there is no folder {folder}");
    }
}
