using System.Diagnostics;
using System.Runtime.InteropServices;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary>The program in a process of its own, and the signals that a shell or a scheduler sends to it.</summary>
internal static class SignalledProcess
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Terminate = 15;

    /// <summary>On Linux.</summary>
    public const int User2 = 12;

    public const int ProcessorTime = 24;

    private const int Default = 0;
    private const int Ignored = 1;

    /// <summary>
    /// Starts the program so that it hears signals however the tests were started: background jobs of a script ignore SIGINT, what nohup
    /// starts ignores SIGHUP, and a child inherits that.
    /// </summary>
    public static Process Start(params string[] arguments) => StartIgnoring(0, arguments);

    /// <summary>The same, ignoring a signal.</summary>
    public static Process StartIgnoring(int signal, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet", [SystemProgram.Command, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true };
        if (OperatingSystem.IsWindows())
        {
            return Process.Start(start)!;
        }

        int[] signals = [HangUp, Interrupt, Quit];
        nint[] before = [.. signals.Select(s => Handle(s, s == signal ? Ignored : Default))];
        try
        {
            return Process.Start(start)!;
        }
        finally
        {
            for (var i = 0; i < signals.Length; i++)
            {
                _ = Handle(signals[i], before[i]);
            }
        }
    }

    /// <summary>To be called before the process starts: the test is skipped where there are no signals.</summary>
    public static void RequireSignals()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("sends signals");
        }
    }

    public static void Send(this Process process, int signal) => Assert.That(Kill(process.Id, signal), Is.Zero);

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint Handle(int signal, nint handler);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
