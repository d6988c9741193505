using System.Diagnostics;
using System.Text.Json.Nodes;

namespace IlgpuGan.ToolsTests.Packages;

/// <summary>
/// The program of Windows under Wine (Debian: <c>wine wine64</c>), on a runtime laid out of its packages: files that others hold open,
/// folders that know no case, a kill, the console.
/// </summary>
[Exhaustive]
[NonParallelizable]
public sealed class WindowsProgramTests : CommandFixture
{
    /// <summary>Where the launcher of a package has the name of its program, filled up with zeros.</summary>
    private const string NameInLauncher = "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private string _root = "";

    private string App => Path.Combine(_root, "app");

    [OneTimeSetUp]
    public void Install()
    {
        SystemProgram.Require("wine", "wineboot", "wineserver");
        _root = Directory.CreateTempSubdirectory("ilgpugan-wine-").FullName;
        var cache = RuntimePacks.LayOut(_root, Environment.Version, "win-x64", "microsoft.netcore.app.host");
        Directory.CreateDirectory(App);
        foreach (var file in Directory.GetFiles(TestContext.CurrentContext.TestDirectory, "*.*"))
        {
            File.Copy(file, Path.Combine(App, Path.GetFileName(file)));
        }

        // As they were compiled: what is beside the tests may hold machine code of this system, which the other one refuses.
        string[] projects =
            ["engine/Imaging", "engine/Tensors", "models", "models/Noise", "models/Claims", "tools/Serve", "tools/Cli"];
        foreach (var project in projects)
        {
            foreach (var file in Directory.GetFiles(Path.Combine(Sources.Root, project, "obj", Configuration, "net10.0"), "*.dll"))
            {
                File.Copy(file, Path.Combine(App, Path.GetFileName(file)), overwrite: true);
            }
        }

        var launcher = Path.Combine(
            cache, "microsoft.netcore.app.host.win-x64", $"{Environment.Version}", "runtimes", "win-x64", "native", "apphost.exe");
        var bytes = File.ReadAllBytes(launcher);
        var place = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(NameInLauncher));
        bytes.AsSpan(place, NameInLauncher.Length).Clear();
        "ilgpugan.dll"u8.CopyTo(bytes.AsSpan(place));
        File.WriteAllBytes(Path.Combine(App, "ilgpugan.exe"), bytes);

        // Wine 8 has no way to collect dynamic methods: the runtime ends with an internal error.
        var configuration = Path.Combine(App, "ilgpugan.runtimeconfig.json");
        var settings = JsonNode.Parse(File.ReadAllText(configuration))!;
        settings["runtimeOptions"]!["configProperties"]!["Switch.System.Reflection.ForceInterpretedInvoke"] = true;
        File.WriteAllText(configuration, settings.ToJsonString());
        Assert.That(Finish(Start("wineboot", "-i")).Code, Is.Zero);
    }

    [OneTimeTearDown]
    public void Remove()
    {
        if (Directory.Exists(App))
        {
            Finish(Start("wineserver", "-k"));
        }

        if (_root.Length > 0)
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    /// <summary>Each save replaces the checkpoint that others read, and the report that a server polls.</summary>
    [Test]
    public async Task ATrainingGoesOnBesideItsReaders()
    {
        Succeed("data", "synth", "--out", "data", "--count", "4", "--val", "2", "--size", "32");
        Succeed(Training("run", steps: 1));
        using var server = Program("serve", "--runs", ".", "--port", "0", "--json");
        var said = await server.StandardOutput.ReadLineAsync();
        using var client = new HttpClient { BaseAddress = new Uri(JsonNode.Parse(said!)!["page"]!.GetValue<string>()) };
        using var training = Program("train", "--resume", "run", "--steps", "60", "--save-steps", "1");
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(i => Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                Finish(Program("translate", "--model", "run", "--input", "data/val", "--out", $"out{i}"));
            }
        })).Append(Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                await client.GetStringAsync("api/runs", CancellationToken.None);
            }
        })).ToList();
        var (code, told) = Finish(training);
        await over.CancelAsync();
        await Task.WhenAll(readers);
        server.Kill(entireProcessTree: true);
        Assert.That(code, Is.Zero, told);
        Assert.That(told, Does.Contain("Finished."));
    }

    [Test]
    public async Task AKilledTrainingIsResumedToTheSameBits()
    {
        Succeed("data", "synth", "--out", "data", "--count", "4", "--val", "2", "--size", "32");
        Succeed(Training("whole", steps: 30));
        using (var killed = Program([.. Training("my run", steps: 30), "--save-steps", "3"]))
        {
            while (await killed.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("step 1", StringComparison.Ordinal))
            {
            }

            killed.Kill(entireProcessTree: true);
        }

        // By the command that a run prints, pasted into cmd.
        File.WriteAllText(In("again.cmd"), "@app\\ilgpugan train --resume \"my run\"\r\n");
        var (code, said) = Finish(Start("wine", "cmd", "/c", "again.cmd"));
        Assert.That(code, Is.Zero, said);
        Assert.That(said, Does.Contain("--model \"my run\""));
        Assert.That(TinyRun.TensorsOf(In("my run")), Is.EqualTo(TinyRun.TensorsOf(In("whole"))));
    }

    /// <summary>Wine looks names up without case, as Windows does.</summary>
    [Test]
    public void OriginalsStayWhateverTheirCase()
    {
        Succeed("data", "synth", "--out", "Photos", "--count", "2", "--val", "0", "--size", "32");
        var before = Directory.GetFiles(In("Photos", "train")).ToDictionary(f => f, File.ReadAllBytes);
        var (code, said) = Finish(Program("translate", "--model", "zoo:facades", "--input", @"Photos\train", "--out", @"photos\TRAIN"));
        Assert.That(code, Is.EqualTo(1), said);
        Assert.That(said, Does.Contain("would be overwritten"));
        Assert.That(Directory.GetFiles(In("Photos", "train")).ToDictionary(f => f, File.ReadAllBytes), Is.EqualTo(before));
    }

    /// <summary>A device is no file: it is named, and the rest goes on.</summary>
    [Test]
    public void NamesOfDevicesAreNamed()
    {
        Succeed("data", "synth", "--out", "data", "--count", "1", "--val", "0", "--size", "32");
        File.WriteAllText(In("data", "train", "nul.png"), "a file of another system");
        var (code, said) = Finish(Program("translate", "--model", "zoo:facades", "--input", @"data\train", "--out", "out"));
        Assert.That(code, Is.EqualTo(1), said);
        Assert.That(said, Does.Contain("nul.png").And.Contain("1 of 2 pictures translated").And.Not.Contain("   at "));
    }

    [Test]
    public void WhatIsPrintedIsUtf8()
    {
        var (code, said) = Finish(Program("demo", "--fast", "--out", "Häuser"));
        Assert.That(code, Is.Zero, said);
        Assert.That(said, Does.Contain("zoo:facades …").And.Contain("Häuser"));
    }

    private static string Configuration => Path.GetFileName(Path.GetDirectoryName(TestContext.CurrentContext.TestDirectory))!;

    private static string[] Training(string run, int steps) =>
        ["train", "pix2pix", "--data", "data", "--out", run, "--steps", $"{steps}", "--threads", "1", .. Tiny()];

    private void Succeed(params string[] arguments)
    {
        var (code, said) = Finish(Program(arguments));
        Assert.That(code, Is.Zero, said);
    }

    private Process Program(params string[] arguments) => Start("wine", [@"app\ilgpugan.exe", .. arguments]);

    private Process Start(string program, params string[] arguments)
    {
        // Paths are relative to the test's folder, in which the program is a link: those of this system begin with another drive.
        // Before the first test and after the last one there is no such folder.
        var folder = _runs is not null && Directory.Exists(Folder) ? Folder : _root;
        if (folder != _root && !Directory.Exists(In("app")))
        {
            Directory.CreateSymbolicLink(In("app"), App);
        }

        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false, WorkingDirectory = folder,
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["WINEPREFIX"] = Path.Combine(_root, "prefix");
        start.Environment["WINEDEBUG"] = "-all";
        start.Environment["DOTNET_ROOT_X64"] = "Z:" + _root.Replace('/', '\\'); // The one that counts most: test runs set it too.
        return Process.Start(start)!;
    }

    private static (int Code, string Said) Finish(Process process)
    {
        using (process)
        {
            using var limit = new CancellationTokenSource(s_patience);
            using var ending = limit.Token.Register(() => process.Kill(entireProcessTree: true));
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            process.WaitForExit();
            return (process.ExitCode, output.Result + errors.Result);
        }
    }
}
