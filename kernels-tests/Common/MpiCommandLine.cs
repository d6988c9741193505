using System.Diagnostics;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Runs the program under Open MPI's mpirun, with processes on this machine; tests are skipped by name where there is none.
/// </summary>
public abstract class MpiCommandLine : CommandFixture
{
    /// <summary>What an mpirun says of itself whose signals and options are those of Open MPI 5.</summary>
    protected const string OpenMpi5 = "(Open MPI) 5.";

    private const char Escape = '\x1b';

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>The command as a program of its own.</summary>
    protected static string Program => Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll");

    protected string[] Training(string run, string steps = "4", string? data = null) =>
        ["train", "pix2pix", "--data", data ?? In("data"), "--out", In(run), "--steps", steps, "--batch-size", "4", "--norm", "instance",
            .. Tiny()];

    /// <summary>The program by a shell that leaves its process's number in a file first: by that it gets signals.</summary>
    /// <param name="arguments">of the program</param>
    protected string[] Numbered(params string[] arguments) =>
        ["sh", "-c", $"echo $$ > {In("process")}$OMPI_COMM_WORLD_RANK; exec dotnet {Program} {string.Join(' ', arguments)}"];

    /// <summary>The number of a rank's process.</summary>
    protected string ProcessOf(int rank) => File.ReadAllText(In($"process{rank}")).Trim();

    /// <summary>Returns when the run has some steps behind it, or is over.</summary>
    protected async Task SomeSteps(Func<bool> isOver)
    {
        while (!isOver() && !(File.Exists(In("run", "log.jsonl")) && File.ReadLines(In("run", "log.jsonl")).Count() > 2))
        {
            await Task.Delay(50);
        }
    }

    /// <param name="count">processes</param>
    /// <param name="command">of each</param>
    /// <param name="timeout">seconds that a rank may give no sign</param>
    /// <param name="started">does something to mpirun while it runs</param>
    /// <param name="grace">seconds between mpirun's polite kill of a process and the other kind; 0 for its own one</param>
    /// <param name="mpirun">its command, with options; null for mpirun alone</param>
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
        start.Environment["TERM"] = "xterm"; // As in a person's terminal, whatever the tests run in.
        if (grace > 0)
        {
            start.Environment["OMPI_MCA_odls_base_sigkill_timeout"] = $"{grace}";
        }

        using var job = Started(start);
        var (output, errors) = (job.StandardOutput.ReadToEndAsync(), job.StandardError.ReadToEndAsync());
        using var late = new CancellationTokenSource(s_patience);
        await using var stopping = late.Token.Register(() => job.Kill(entireProcessTree: true));
        await (started?.Invoke(job) ?? Task.CompletedTask);
        await job.WaitForExitAsync(CancellationToken.None);
        Assert.That(late.IsCancellationRequested, Is.False, "the ranks hang");
        var said = await output + await errors;
        Assert.That(said, Does.Not.Contain(Escape), "what prepares a terminal");
        return (job.ExitCode, said);
    }

    /// <summary>What an mpirun says of itself.</summary>
    /// <param name="mpirun">its command, with options</param>
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
