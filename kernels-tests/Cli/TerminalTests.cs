using System.Diagnostics;
using System.Text.RegularExpressions;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Data;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Cli;

/// <summary>The program in a terminal, which util-linux's <c>script</c> plays: bars that move, and the exit code behind them.</summary>
public sealed class TerminalTests : CommandLine
{
    private const string Terminal = "/usr/bin/script";

    [Test]
    public async Task ABarCountsPicturesPerSecondAndFailuresCloseIt()
    {
        if (!File.Exists(Terminal))
        {
            Assert.Ignore($"needs {Terminal}");
        }

        var run = await TrainedRun();
        for (var i = 0; i < 4; i++)
        {
            Directory.CreateDirectory(In("in", "deep"));
            PictureFile.Save(new Picture(new Image(40, 30, 3, new byte[3600])), In("in", "deep", $"{i}.png"));
        }

        await File.WriteAllTextAsync(In("in", "broken.png"), "no picture");
        var program = Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll");
        using var terminal = Process.Start(new ProcessStartInfo(Terminal, ["-qec", $"dotnet {program} translate --model {run} --input {In("in")} --out {In("out")}", "/dev/null"])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        var shown = await terminal.StandardOutput.ReadToEndAsync();
        await terminal.WaitForExitAsync();

        Assert.That(terminal.ExitCode, Is.EqualTo(1), shown);
        Assert.That(shown, Does.Contain("\x1b["), "the bar is redrawn in place");
        var text = Regex.Replace(shown, "\x1b\\[[0-9;?]*[A-Za-z]", "");
        Assert.That(text, Does.Match(@"100%\s+5/5 pictures\s+[0-9.]+ img/s"));
        Assert.That(text, Does.Contain("broken.png: ").And.Contain("4 of 5 pictures translated").And.Contain("1 failed"));
        Assert.That(Directory.GetFiles(In("out", "deep")), Has.Length.EqualTo(4));
    }

    [Test]
    public void FailuresSideBySideAreOneSentence() => Assert.That(
        Explanation.Of(new AggregateException(new IOException("a.png: no space"), new AggregateException(new IOException("b.png: no space")))),
        Is.EqualTo("a.png: no space"));
}
