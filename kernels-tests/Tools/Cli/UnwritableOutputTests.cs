namespace IlgpuGan.ToolsTests.Cli;

/// <summary>
/// Results for a place that can't hold them: one sentence that names it and says why, and not in the words of a failed call.
/// </summary>
public sealed class UnwritableOutputTests : CommandFixture
{
    private const int Failed = 1;

    /// <summary>Folders wanted where a file is in the way.</summary>
    [TestCase("data", "synth", "--count", "1", "--val", "0", "--size", "16")]
    [TestCase("data", "combine", "--a", "data/train", "--b", "data/train")]
    [TestCase("data", "split", "--data", "data/train")]
    [TestCase("train", "pix2pix", "--data", "data", "--steps", "1")]
    [TestCase("translate", "--model", "run", "--input", "data/val")]
    [TestCase("kernels", "dump", "--format", "opencl")]
    [TestCase("demo", "--steps", "0")]
    [TestCase("export", "--to", "web", "--model", "run")]
    public async Task AFileIsInTheWayOfAFolder(params string[] words)
    {
        await TrainedRun();
        File.WriteAllText(In("file"), "in the way");
        string[] command = [.. words.Select(
            w => w == "run" || w.StartsWith("data/", StringComparison.Ordinal) || (w == "data" && words[0] != "data") ? In(w) : w)];
        string[] network = words[0] == "train" ? Tiny() : [];

        AssertExplained(await Run([.. command, .. network, "--out", In("file")]), Failed, In("file"), "is a file, not a folder");
        AssertExplained(
            await Run([.. command, .. network, "--out", In("file", "below")]), Failed, In("file", "below"),
            $"{In("file")} is a file, not a folder");
    }

    /// <summary>Files wanted where a folder is, or where its folder can't be.</summary>
    [TestCase("--out", "export", "--to", "onnx", "--model", "run")]
    [TestCase("--out", "translate", "--model", "run", "--input", "data/val/facade0006.png")]
    [TestCase("--csv", "evaluate", "--model", "run", "--data", "data")]
    [TestCase("--out", "report", "run")]
    public async Task AFolderIsInTheWayOfAFile(string option, params string[] words)
    {
        await TrainedRun();
        File.WriteAllText(In("file"), "in the way");
        Directory.CreateDirectory(In("folder.png"));
        string[] command = [.. words.Select(w => w is "run" or "data" || w.StartsWith("data/", StringComparison.Ordinal) ? In(w) : w)];

        if (words[0] != "translate") // It puts the picture into the folder.
        {
            AssertExplained(await Run([.. command, option, In("folder.png")]), Failed, In("folder.png"), "is a folder, not a file");
        }

        AssertExplained(await Run([.. command, option, In("file", "a.png")]), Failed, $"{In("file")}", "is a file, not a folder");
    }

    /// <summary>The system's own words there: it could not find what was to be made.</summary>
    [TestCase("/proc/x/y.png", "/proc/x: nothing can be written in /proc")]
    [TestCase("/proc/y.png", "/proc/y.png: nothing can be written in /proc")]
    public async Task ASystemsFolderThatTakesNoFiles(string output, string words)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("needs Linux' /proc");
        }

        AssertExplained(
            await Run("translate", "--model", await TrainedRun(), "--input", In("data", "val", "facade0006.png"), "--out", output), Failed,
            words);
    }

    /// <summary>.NET shows other names in their place, and would write there.</summary>
    [TestCase("""exec "$@" --out "$(printf 'M\374ller')" """, "its name is not UTF-8, so it can't be opened or made")]
    [TestCase(
        """n=$(printf 'cw\351'); mkdir "$n"; cd "$n"; "$@" --out d; code=$?; cd ..; rmdir "$n"; exit $code""",
        "the working folder's name is not UTF-8; change to another one")]
    [TestCase("""mkdir gone; cd gone; rmdir ../gone; exec "$@" --out d""", "the working folder was deleted; change to another one")]
    [Platform("Linux")]
    [MaxSeconds(5)] // A process.
    public void NamesThatNoFileCanHave(string script, string words)
    {
        string[] drawing = ["dotnet", SystemProgram.Command, "data", "synth", "--count", "1", "--val", "0", "--size", "16"];
        var (code, output, error) = SystemProgram.Finish(new("sh", ["-c", script, "sh", .. drawing]) { WorkingDirectory = Folder });
        AssertExplained(new Outcome(code, output, error), Failed, words);
        Assert.That(Directory.GetFileSystemEntries(Folder), Is.Empty);
    }

    /// <summary>What only prints needs no folder to work in.</summary>
    [TestCase("families", "--json")]
    [TestCase("explain", "lr")]
    [TestCase("devices")] // ILGPU asks for one.
    [TestCase("--version")]
    [Platform("Linux")]
    [MaxSeconds(5)] // A process.
    public void ADeletedFolderIsNoObstacleToPrinting(params string[] words)
    {
        var (code, output, error) = InADeletedFolder(words);
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Is.Not.Empty);
    }

    /// <summary>A file of families is named by a folder that is no more.</summary>
    [Test]
    [Platform("Linux")]
    [MaxSeconds(5)] // A process.
    public void FamiliesInADeletedFolderAreMissed() =>
        AssertExplained(InADeletedFolder("families", "--families", "a.dll"), 2, "--families a.dll: there is no such file");

    /// <summary>As of an archive that was unpacked with the wrong letters: the very character that .NET shows for other bytes.</summary>
    [Test]
    public async Task ANameMayHoldTheCharacterOfNone()
    {
        await Do("data", "synth", "--out", In("M\uFFFDller"), "--count", "1", "--val", "0", "--size", "16");
        Assert.That(In("M\uFFFDller", "train"), Does.Exist);
    }

    /// <summary>A shell's limit, or a memory card's: the system would end the process without a word.</summary>
    [Test]
    [Platform(Exclude = "Win")]
    [MaxSeconds(5)] // A process.
    public void AFileThatWouldGrowTooLarge()
    {
        string[] drawing = ["dotnet", SystemProgram.Command, "data", "synth", "--out", In("d"), "--count", "1", "--size", "256"];

        // The runtime's own protection of code would need a large file.
        const string limited = """ulimit -f 1; DOTNET_EnableWriteXorExecute=0 exec "$@" """;
        var (code, output, error) = SystemProgram.Finish(new("sh", ["-c", limited, "sh", .. drawing]));
        AssertExplained(
            new Outcome(code, output, error), Failed, In("d"), "the file would be larger than this file system or a limit allows");
        Assert.That(Directory.GetFiles(Folder, "*.tmp", SearchOption.AllDirectories), Is.Empty);
    }

    /// <summary>As <c>nohup ilgpugan train … > log</c> on a full disk: what is only said is given up, and the run is finished.</summary>
    [TestCase("")]
    [TestCase("2> /dev/full")]
    [MaxSeconds(10)] // A process that trains.
    public async Task AnOutputThatCanNotBeWrittenEndsNoTraining(string further)
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Ignore("needs /dev/full");
        }

        string[] words =
            ["dotnet", SystemProgram.Command, "train", "pix2pix", "--data", await DrawnData(), "--out", In("run"), "--steps", "3",
                .. Tiny()];
        var (code, _, error) = SystemProgram.Finish(new("sh", ["-c", $"'{string.Join("' '", words)}' > /dev/full {further}"]));
        Assert.That(code, Is.Zero, error);
        Assert.That(File.ReadAllText(In("run", "log.jsonl")), Does.Contain("\"step\":3"));
        Assert.That(
            error.Split("Standard output can't be written: ").Length - 1, Is.EqualTo(further.Length == 0 ? 1 : 0),
            "said once, if it can be");
    }

    /// <summary>What a shell appends to a file leaves alone what is there, and what is said is not among it.</summary>
    [TestCase("/dev/stdout")]
    [TestCase("/dev/fd/1")]
    [Platform(Exclude = "Win")]
    [MaxSeconds(5)] // A process.
    public async Task AFileCanBeTheStandardOutput(string output)
    {
        string[] reporting = ["dotnet", SystemProgram.Command, "report", await TrainedRun(), "--out", output];
        File.WriteAllText(In("kept.html"), "before\n");
        var (code, _, error) =
            SystemProgram.Finish(new("sh", ["-c", """exec "$@" >> kept.html""", "sh", .. reporting]) { WorkingDirectory = Folder });
        Assert.That((code, error), Is.EqualTo((0, output + "\n")));
        Assert.That(File.ReadAllText(In("kept.html")), Does.StartWith("before\n<!doctype html>").And.EndsWith("</html>\n"));
    }

    /// <summary>A result as JSON is all that the output is for.</summary>
    [TestCase("--json", Failed)]
    [TestCase("", 0)]
    [MaxSeconds(5)] // A process.
    public void AResultThatCanNotBeWrittenIsAFailure(string option, int expected)
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Ignore("needs /dev/full");
        }

        var (code, _, error) = SystemProgram.Finish(
            new("sh", ["-c", $"dotnet '{SystemProgram.Command}' families {option} > /dev/full"]));
        Assert.That(code, Is.EqualTo(expected), error);
        Assert.That(error, Does.Contain("Standard output can't be written: "));
    }

    private Outcome InADeletedFolder(params string[] words)
    {
        const string script = """mkdir gone; cd gone; rmdir ../gone; exec "$@" """;
        var (code, output, error) = SystemProgram.Finish(
            new("sh", ["-c", script, "sh", "dotnet", SystemProgram.Command, .. words]) { WorkingDirectory = Folder });
        return new Outcome(code, output, error);
    }
}
