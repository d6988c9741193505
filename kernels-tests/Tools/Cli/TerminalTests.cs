using System.Diagnostics;
using System.Text.RegularExpressions;
using IlgpuGan.Cli.Terminal;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>The program in a terminal, which util-linux's <c>script</c> plays: bars that move, and the exit code behind them.</summary>
public sealed class TerminalTests : CommandFixture
{
    private const string Terminal = "/usr/bin/script";

    /// <summary>Variables that the program in the terminal inherits, beside those of .NET.</summary>
    private static readonly string[] s_passedOn = ["PATH", "HOME", "TMPDIR", "ILGPUGAN_TUNING_DIR"];

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
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("the script of other systems takes other options");
        }

        SystemProgram.Require(Terminal, "/bin/sh", "stty");
        var start = new ProcessStartInfo(Terminal, ["-qec", $"stty cols 80; exec dotnet {SystemProgram.Command} {arguments}", "/dev/null"])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true,
        };

        // An interactive terminal of its own, wherever the tests run: under CI, and with NO_COLOR, bars are not drawn.
        foreach (var (name, _) in start.Environment.ToList())
        {
            if (!s_passedOn.Contains(name) && !name.StartsWith("DOTNET_", StringComparison.Ordinal))
            {
                start.Environment.Remove(name);
            }
        }

        (start.Environment["TERM"], start.Environment["SHELL"]) = ("xterm-256color", "/bin/sh");
        using var terminal = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var ending = limit.Token.Register(() => terminal.Kill(entireProcessTree: true));
        var shown = await terminal.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await terminal.WaitForExitAsync(CancellationToken.None);
        return (terminal.ExitCode, shown);
    }

    private static string WithoutColours(string shown) => Regex.Replace(shown, "\x1b\\[[0-9;?]*[A-Za-z]", "");
}
