using System.Diagnostics;

namespace IlgpuGan.TestsCommon;

/// <summary>Programs that some tests run in processes of their own.</summary>
internal static class SystemProgram
{
    private const int MaxMinutes = 15;

    /// <summary>The command as it was built for these tests, for <c>dotnet</c>.</summary>
    public static string Command => Path.Combine(TestContext.CurrentContext.TestDirectory, "ilgpugan.dll");

    /// <summary>Runs a program to its end, which must come within some minutes.</summary>
    public static (int Code, string Output, string Errors) Finish(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute) = (true, true, false);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeSpan.FromMinutes(MaxMinutes)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} {string.Join(' ', start.ArgumentList)} takes longer than {MaxMinutes} minutes");
        }

        return (process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Skips the test by name if a program is missing: a path, or a name that is looked for on the <c>PATH</c>.</summary>
    public static void Require(params string[] programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (Array.Find(programs, p => !File.Exists(p) && !Array.Exists(folders, f => File.Exists(Path.Combine(f, p)))) is { } missing)
        {
            Assert.Ignore($"needs {missing}");
        }
    }
}
