using System.Diagnostics;
using IlgpuGan.KernelsTests.Training;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ranks;

/// <summary>The program under Open MPI's mpirun, with processes on this machine; skipped by name where there is none.</summary>
public sealed class MpiRunTests : Cli.CommandLine
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    [Test]
    public async Task ProcessesGiveTheBitsOfOne()
    {
        await DrawnData();
        await Do([.. Training("one"), "--reduction", "tree"]);
        var (code, output) = await MpiRun(3, ["dotnet", Program, .. Training("three")]);
        Assert.That(code, Is.Zero, output);
        Assert.That(TinyRun.TensorsOf(In("three")), Is.EqualTo(TinyRun.TensorsOf(In("one"))));
        Assert.That(output.Split("Finished.").Length - 1, Is.EqualTo(1), "one of them speaks");
    }

    [Test]
    [Exhaustive]
    public async Task ARankThatFailsIsNamedAndNothingIsBegun()
    {
        await DrawnData();
        var (code, output) = await MpiRun(
            2,
            ["sh", "-c", "[ $OMPI_COMM_WORLD_RANK = 1 ] && cd /; " +
                $"exec dotnet {Program} {string.Join(' ', Training("run", data: "data"))}"]);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("rank 1: data: there is no such folder"));
        Assert.That(output.Split("no such folder").Length - 1, Is.EqualTo(1), "one sentence");
        Assert.That(Directory.Exists(In("run")), Is.False);
    }

    /// <summary>A rank that is gone takes the others with it, and the run goes on from its checkpoint.</summary>
    [Test]
    [Exhaustive]
    public async Task AKilledRankEndsAllAndTheRunGoesOn()
    {
        await DrawnData();
        await Do([.. Training("whole", "60"), "--reduction", "tree"]);
        var job = MpiRun(
            2,
            ["sh", "-c", $"[ $OMPI_COMM_WORLD_RANK = 1 ] && echo $$ > {In("victim")}; " +
                $"exec dotnet {Program} {string.Join(' ', Training("run", "60"))} --save-steps 1"]);
        while (!job.IsCompleted && !(File.Exists(In("run", "log.jsonl")) && File.ReadLines(In("run", "log.jsonl")).Count() > 2))
        {
            await Task.Delay(50);
        }

        Assert.That(job.IsCompleted, Is.False, "60 steps take seconds");
        var since = Stopwatch.GetTimestamp();
        using (var kill = Process.Start("kill", ["-KILL", File.ReadAllText(In("victim")).Trim()]))
        {
            await kill.WaitForExitAsync();
        }

        var (code, _) = await job;
        Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(code, Is.Not.Zero);
        (code, var output) = await MpiRun(2, ["dotnet", Program, "train", "--resume", In("run")]);
        Assert.That(code, Is.Zero, output);
        Assert.That(TinyRun.TensorsOf(In("run")), Is.EqualTo(TinyRun.TensorsOf(In("whole"))));
    }

    /// <summary>A stopped process gives no sign: it is not waited for, and the job ends.</summary>
    [Test]
    [Exhaustive]
    public async Task AHungRankIsNamed()
    {
        await DrawnData();
        var job = MpiRun(
            2,
            ["sh", "-c", $"[ $OMPI_COMM_WORLD_RANK = 1 ] && echo $$ > {In("victim")}; " +
                $"exec dotnet {Program} {string.Join(' ', Training("run", "100000"))}"],
            timeout: 5);
        while (!job.IsCompleted && !(File.Exists(In("run", "log.jsonl")) && File.ReadLines(In("run", "log.jsonl")).Count() > 2))
        {
            await Task.Delay(50);
        }

        using (var kill = Process.Start("kill", ["-STOP", File.ReadAllText(In("victim")).Trim()]))
        {
            await kill.WaitForExitAsync();
        }

        var (code, output) = await job;
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("rank 0: rank 1 gave no sign for 5 s"));
    }

    [Test]
    [Exhaustive]
    public async Task PicturesAreSharedAndFailuresToldOnce()
    {
        var run = await TrainedRun();
        foreach (var i in Enumerable.Range(0, 5))
        {
            File.Copy(Directory.GetFiles(In("data", "train"))[i], In("data", "val", $"more{i}.png"));
        }

        File.WriteAllText(In("data", "val", "broken.png"), "no picture");
        await Run("translate", "--model", run, "--input", In("data", "val"), "--out", In("alone"));
        var (code, output) =
            await MpiRun(3, ["dotnet", Program, "translate", "--model", run, "--input", In("data", "val"), "--out", In("shared")]);
        Assert.That(code, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("7 of 8 pictures translated").And.Contain("1 failed"));
        Assert.That(output.Split("broken.png").Length - 1, Is.EqualTo(1), "told once");
        var names = Directory.GetFiles(In("alone")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.That(Directory.GetFiles(In("shared")).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(names));
        Assert.That(names.All(n => File.ReadAllBytes(In("alone", n!)).SequenceEqual(File.ReadAllBytes(In("shared", n!)))));
    }

    [Test]
    [Exhaustive]
    public async Task DevicesTellsOfTheJob()
    {
        var (code, output) = await MpiRun(2, ["dotnet", Program, "devices"]);
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("2 processes by Open MPI").And.Contain($"2 on {Environment.MachineName}"));
    }

    private static string Program => Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll");

    private string[] Training(string run, string steps = "4", string? data = null) =>
        ["train", "pix2pix", "--data", data ?? In("data"), "--out", In(run), "--steps", steps, "--batch-size", "4", "--norm", "instance",
            .. Tiny()];

    private async Task<(int Code, string Output)> MpiRun(int count, string[] command, int timeout = 60)
    {
        var start = new ProcessStartInfo("mpirun", ["--oversubscribe", "--bind-to", "none", "-n", $"{count}", .. command])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder,
        };

        // Containers run as root.
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["ILGPUGAN_RANK_TIMEOUT"] = $"{timeout}";
        using var mpirun = Started(start);
        var (output, errors) = (mpirun.StandardOutput.ReadToEndAsync(), mpirun.StandardError.ReadToEndAsync());
        using var late = new CancellationTokenSource(s_patience);
        await using var stopping = late.Token.Register(() => mpirun.Kill(entireProcessTree: true));
        await mpirun.WaitForExitAsync(CancellationToken.None);
        Assert.That(late.IsCancellationRequested, Is.False, "the ranks hang");
        return (mpirun.ExitCode, await output + await errors);
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("there is no mpirun; Debian's openmpi-bin has it");
            throw;
        }
    }
}
