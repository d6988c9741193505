using System.Diagnostics;

namespace IlgpuGan.TestsCommon;

/// <summary>Runs the <c>dotnet</c> command.</summary>
internal static class DotnetCommand
{
    private const int MaxMinutes = 15;

    /// <summary>Runs a command and returns its output. Fails the test if the command fails.</summary>
    public static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // MSBuild variables of the test host must not affect the child's build.
        var inherited = start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (string variable in inherited)
        {
            start.Environment.Remove(variable);
        }

        using var process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(MaxMinutes)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"dotnet {arguments[0]} took more than {MaxMinutes} minutes");
        }

        Assert.That(process.ExitCode, Is.Zero, output.Result + errors.Result);
        return output.Result;
    }
}
