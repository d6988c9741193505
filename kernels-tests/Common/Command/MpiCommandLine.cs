using System.Diagnostics;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Runs the program under Open MPI's mpirun, with all processes on this machine. Tests are skipped if there is no mpirun.
/// </summary>
public abstract class MpiCommandLine : CommandFixture
{
    /// <summary>Part of mpirun's version text that identifies Open MPI 5, on whose signals and options tests depend.</summary>
    protected const string OpenMpi5 = "(Open MPI) 5.";

    private const char Escape = '\x1b';

    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(3);

    /// <summary>The path of the program.</summary>
    protected static string Program => Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll");

    protected string[] Training(string run, string steps = "4", string? data = null) =>
        ["train", "pix2pix", "--data", data ?? In("data"), "--out", In(run), "--steps", steps, "--batch-size", "4", "--norm", "instance",
            .. Tiny()];

    /// <summary>
    /// A command that writes its process id to a file and then becomes the program, so that tests can send signals to it.
    /// </summary>
    /// <param name="arguments">The program's arguments.</param>
    protected string[] WithProcessIdFile(params string[] arguments) =>
        ["sh", "-c", $"echo $$ > {In("process")}$OMPI_COMM_WORLD_RANK; exec dotnet {Program} {string.Join(' ', arguments)}"];

    /// <summary>The process id of a rank.</summary>
    protected string ProcessIdOf(int rank) => File.ReadAllText(In($"process{rank}")).Trim();

    /// <summary>Returns when the run has completed some steps or has ended.</summary>
    protected async Task SomeSteps(Func<bool> isOver)
    {
        while (!isOver() && !(File.Exists(In("run", "log.jsonl")) && File.ReadLines(In("run", "log.jsonl")).Count() > 2))
        {
            await Task.Delay(50);
        }
    }

    /// <param name="count">The number of processes.</param>
    /// <param name="command">The command of each process.</param>
    /// <param name="timeout">The heartbeat time-out of a rank, in seconds.</param>
    /// <param name="started">Runs once mpirun has started.</param>
    /// <param name="grace">Seconds between mpirun's SIGTERM and SIGKILL; 0 for its default.</param>
    /// <param name="mpirun">The mpirun command with options; null for plain mpirun.</param>
    protected async Task<(int Code, string Output)> MpiRun(
        int count, string[] command, int timeout = 60, Func<Process, Task>? started = null, int grace = 0,
        string[]? mpirun = null)
    {
        mpirun ??= ["mpirun"];
        string[] arguments = [.. mpirun[1..], "--oversubscribe", "--bind-to", "none", "-n", $"{count}", .. command];
        var start = new ProcessStartInfo(mpirun[0], arguments)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder,
        };

        // Containers run as root.
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["ILGPUGAN_RANK_TIMEOUT"] = $"{timeout}";
        start.Environment["TERM"] = "xterm"; // As in an interactive terminal.
        if (grace > 0)
        {
            start.Environment["OMPI_MCA_odls_base_sigkill_timeout"] = $"{grace}";
        }

        using var job = Started(start);
        var (output, errors) = (job.StandardOutput.ReadToEndAsync(), job.StandardError.ReadToEndAsync());
        using var timeLimit = new CancellationTokenSource(s_timeout);
        await using var stopping = timeLimit.Token.Register(() => job.Kill(entireProcessTree: true));
        await (started?.Invoke(job) ?? Task.CompletedTask);
        await job.WaitForExitAsync(CancellationToken.None);
        Assert.That(timeLimit.IsCancellationRequested, Is.False, "the ranks hang");
        var text = await output + await errors;
        Assert.That(text, Does.Not.Contain(Escape), "what prepares a terminal");
        return (job.ExitCode, text);
    }

    /// <summary>The version text of an mpirun.</summary>
    /// <param name="mpirun">The mpirun command with options.</param>
    protected static string VersionOf(string[] mpirun)
    {
        using var process = Started(
            new ProcessStartInfo(mpirun[0], [.. mpirun[1..], "--version"]) { UseShellExecute = false, RedirectStandardOutput = true });
        var version = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return version;
    }

    protected static async Task<int> Shell(string script)
    {
        var start = new ProcessStartInfo("sh", ["-c", script]) { UseShellExecute = false, RedirectStandardError = true };
        using var shell = Process.Start(start)!;
        await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return shell.ExitCode;
    }

    protected static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore($"there is no {start.FileName} here; mpirun comes with Debian's openmpi-bin");
            throw;
        }
    }
}
