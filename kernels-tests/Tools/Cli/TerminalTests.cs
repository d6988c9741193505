using System.Diagnostics;
using System.Text.RegularExpressions;
using IlgpuGan.Cli.Terminal;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>The program in a terminal, which util-linux's <c>script</c> plays: bars that move, and the exit code behind them.</summary>
public sealed class TerminalTests : CommandFixture
{
    private const string Terminal = "/usr/bin/script";

    [Test]
    public async Task ABarCountsPicturesPerSecondAndFailuresCloseIt()
    {
        var run = await TrainedRun();
        for (var i = 0; i < 4; i++)
        {
            Directory.CreateDirectory(In("in", "deep"));
            PictureFile.Save(new Picture(new Image(40, 30, 3, new byte[3600])), In("in", "deep", $"{i}.png"));
        }

        await File.WriteAllTextAsync(In("in", "broken.png"), "no picture");
        var (code, shown) = await RunInTerminal($"translate --model {run} --input {In("in")} --out {In("out")}");

        Assert.That(code, Is.EqualTo(1), shown);
        Assert.That(shown, Does.Contain("\x1b["), "the bar is redrawn in place");
        var text = WithoutColours(shown);
        Assert.That(text, Does.Match(@"100%\s+5/5 pictures\s+[0-9.]+ img/s"));
        Assert.That(text, Does.Contain("broken.png: ").And.Contain("4 of 5 pictures translated").And.Contain("1 failed"));
        Assert.That(Directory.GetFiles(In("out", "deep")), Has.Length.EqualTo(4));
    }

    /// <summary>Eight losses stand beside the bar, which an ordinary terminal still has room for.</summary>
    [Test]
    public async Task TheBarOfATrainingKeepsItsPlaceInEightyColumns()
    {
        var drawn = await DrawnData();
        Directory.Move(Path.Combine(drawn, "train"), Path.Combine(drawn, "trainA"));
        Directory.Move(Path.Combine(drawn, "val"), Path.Combine(drawn, "trainB"));
        var (code, shown) = await RunInTerminal(
            $"train cyclegan --data {drawn} --out {In("run")} --steps 2 {string.Join(' ', Tiny("--generator", "resnet1"))}");

        Assert.That(code, Is.Zero, shown);
        var text = WithoutColours(shown);
        Assert.That(text, Does.Match(@"━{12,} +100% step 2/2  epoch 1  [0-9.]+ img/s  0 s left *\r?\n +G_A [0-9.]+"));
    }

    [Test]
    public void FailuresSideBySideAreOneSentence() => Assert.That(
        ErrorMessage.Of(
            new AggregateException(new IOException("a.png: no space"), new AggregateException(new IOException("b.png: no space")))),
        Is.EqualTo("a.png: no space"));

    private static async Task<(int Code, string Shown)> RunInTerminal(string arguments)
    {
        if (!File.Exists(Terminal))
        {
            Assert.Ignore($"needs {Terminal}");
        }

        var program = Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll");
        using var terminal =
            Process.Start(new ProcessStartInfo(Terminal, ["-qec", $"stty cols 80; dotnet {program} {arguments}", "/dev/null"])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        var shown = await terminal.StandardOutput.ReadToEndAsync();
        await terminal.WaitForExitAsync();
        return (terminal.ExitCode, shown);
    }

    private static string WithoutColours(string shown) => Regex.Replace(shown, "\x1b\\[[0-9;?]*[A-Za-z]", "");
}
