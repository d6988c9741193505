using System.Diagnostics;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Cli;

/// <summary>Ctrl-C, as a shell sends it, to the program in a process of its own.</summary>
public sealed class InterruptionTests : CommandLine
{
    [Test]
    public async Task VerbsThatCanNotStopHalfWayEndAtOnce()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("sends the signal with kill");
        }

        var program = Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll");
        using var drawing = Process.Start(new ProcessStartInfo("dotnet", [program, "data", "synth", "--out", In("data"), "--count", "100000", "--size", "256"]) { UseShellExecute = false })!;
        while (!Directory.Exists(In("data", "train")) && !drawing.HasExited)
        {
            await Task.Delay(20);
        }

        using (var kill = Process.Start("kill", ["-INT", $"{drawing.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        var ended = drawing.WaitForExit(TimeSpan.FromSeconds(20));
        drawing.Kill();
        Assert.That(ended, "100000 pictures take minutes");
        Assert.That(drawing.ExitCode, Is.EqualTo(130));
    }
}
