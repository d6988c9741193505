using System.Diagnostics;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Cli;

/// <summary>Ctrl-C, as a shell sends it, to the program in a process of its own.</summary>
public sealed class InterruptionTests : CommandLine
{
    [Test]
    public async Task VerbsThatCanNotStopHalfWayEndAtOnce()
    {
        IgnoreWithoutKill();
        using var drawing = Process.Start(new ProcessStartInfo(
            "dotnet", [Program, "data", "synth", "--out", In("data"), "--count", "100000", "--size", "256"]) { UseShellExecute = false })!;
        while (!Directory.Exists(In("data", "train")) && !drawing.HasExited)
        {
            await Task.Delay(20);
        }

        await Interrupt(drawing);
        var ended = drawing.WaitForExit(TimeSpan.FromSeconds(20));
        drawing.Kill();
        Assert.That(ended, "100000 pictures take minutes");
        Assert.That(drawing.ExitCode, Is.EqualTo(130));
    }

    /// <summary>As <c>timeout -s INT</c> does it: to the process, and to the group that it is in.</summary>
    [Test]
    public async Task OneInterruptionSentTwiceSavesTheRun()
    {
        IgnoreWithoutKill();
        using var training = Process.Start(new ProcessStartInfo(
            "dotnet", [Program, "train", "pix2pix", "--data", await DrawnData(), "--out", In("run"), "--ngf", "16", "--steps", "100000",
                "--threads", "1"])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        })!;
        while (await training.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("step ", StringComparison.Ordinal))
        {
        }

        await Interrupt(training);
        await Task.Delay(20);
        await Interrupt(training);
        var rest = training.StandardOutput.ReadToEndAsync();
        var ended = training.WaitForExit(TimeSpan.FromSeconds(60));
        training.Kill();
        Assert.That(ended, "100000 steps take hours");
        Assert.That(await rest, Does.Contain("everything is saved"));
        Assert.That(training.ExitCode, Is.EqualTo(130));
    }

    private static string Program => Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll");

    private static void IgnoreWithoutKill()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("sends the signal with kill");
        }
    }

    private static async Task Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
