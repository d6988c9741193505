using System.Diagnostics;

namespace IlgpuGan.TestsCommon;

/// <summary>Runs <c>dotnet</c> as from a shell.</summary>
internal static class DotnetCommand
{
    private const int LongestMinutes = 15;

    /// <summary>What a command printed; a failed one fails the test.</summary>
    public static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the test host was told about its own build must not reach another.
        var told = start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (string variable in told)
        {
            start.Environment.Remove(variable);
        }

        using var process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(LongestMinutes)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"dotnet {arguments[0]} took more than {LongestMinutes} minutes");
        }

        Assert.That(process.ExitCode, Is.Zero, output.Result + errors.Result);
        return output.Result;
    }
}
