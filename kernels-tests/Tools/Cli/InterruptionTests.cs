using System.CommandLine;
using System.Diagnostics;
using IlgpuGan.Cli;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>Ctrl-C and a polite kill, as a shell sends them, to the program in a process of its own.</summary>
public sealed class InterruptionTests : CommandFixture
{
    [TestCase(SignalledProcess.Interrupt, 130)]
    [TestCase(SignalledProcess.Terminate, 143)]
    public async Task VerbsThatCanNotStopHalfWayEndAtOnce(int signal, int code)
    {
        SignalledProcess.RequireSignals();
        using var drawing = SignalledProcess.Start("data", "synth", "--out", In("data"), "--count", "100000", "--size", "256");
        while (!Directory.Exists(In("data", "train")) && !drawing.HasExited)
        {
            await Task.Delay(20);
        }

        drawing.Send(signal);
        var ended = drawing.WaitForExit(TimeSpan.FromSeconds(20));
        drawing.Kill();
        Assert.That(ended, "100000 pictures take minutes");
        Assert.That(drawing.ExitCode, Is.EqualTo(code));
    }

    /// <summary>A demo draws hundreds of pictures before it trains.</summary>
    [TestCase("--steps", "1")]
    [TestCase("--family", "cut")]
    [TestCase("--family", "bicyclegan")]
    public void ADemoStopsBetweenTwoPictures(params string[] options)
    {
        string[] words = ["demo", "--out", In("demo"), .. options];
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = TextWriter.Null, Error = TextWriter.Null,
        };
        Assert.That(
            async () => await Application.RootFor(words).Parse(words).InvokeAsync(configuration, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.Exists(In("demo")), "it has begun to draw");
        Assert.That(Directory.GetFiles(In("demo"), "*", SearchOption.AllDirectories), Is.Empty);
    }

    /// <summary>As <c>timeout</c> does it: to the process, and to the group that it is in.</summary>
    [TestCase(SignalledProcess.Interrupt, 130)]
    [TestCase(SignalledProcess.Terminate, 143)]
    [TestCase(SignalledProcess.HangUp, 129)]
    [TestCase(SignalledProcess.Quit, 130)]
    [TestCase(SignalledProcess.User2, 130, IncludePlatform = "Linux")]
    [TestCase(SignalledProcess.ProcessorTime, 130)]
    [MaxSeconds(5)] // It waits for processes.
    public async Task OneInterruptionSentTwiceSavesTheRun(int signal, int code)
    {
        SignalledProcess.RequireSignals();
        using var training = SignalledProcess.Start(
            "train", "pix2pix", "--data", await DrawnData(), "--out", In("run"), "--ngf", "16", "--steps", "100000", "--threads", "1");
        while (await training.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("step ", StringComparison.Ordinal))
        {
        }

        training.Send(signal);
        await Task.Delay(20);
        training.Send(signal);
        var rest = training.StandardOutput.ReadToEndAsync();
        var ended = training.WaitForExit(TimeSpan.FromSeconds(60));
        training.Kill();
        Assert.That(ended, "100000 steps take hours");
        Assert.That(await rest, Does.Contain("everything is saved"));
        Assert.That(training.ExitCode, Is.EqualTo(code));
        Assert.That(Directory.GetFiles(In("run", "samples"), "*-1.png"), Has.Length.EqualTo(2), "of the start and of the stop");
        Assert.That(
            File.ReadAllText(In("run", "report.html")),
            Does.Match(@"stopped after \d+ of 100000 steps").And.Not.Contain("Time left"));
    }

    /// <summary>As <c>nohup</c> starts programs: the terminal's end is not theirs.</summary>
    [Test]
    [MaxSeconds(5)] // It waits for a process.
    public async Task AnIgnoredHangUpStaysIgnored()
    {
        SignalledProcess.RequireSignals();
        using var training = SignalledProcess.StartIgnoring(
            SignalledProcess.HangUp,
            "train", "pix2pix", "--data", await DrawnData(), "--out", In("run"), "--ngf", "16", "--steps", "100000", "--threads", "1");
        while (await training.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("step ", StringComparison.Ordinal))
        {
        }

        training.Send(SignalledProcess.HangUp);
        Assert.That(training.WaitForExit(TimeSpan.FromSeconds(1)), Is.False);
        training.Send(SignalledProcess.Terminate);
        Assert.That(training.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.That(training.ExitCode, Is.EqualTo(143));
    }
}
