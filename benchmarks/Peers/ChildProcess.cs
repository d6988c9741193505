using System.ComponentModel;
using System.Diagnostics;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>Runs a program to its end.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(4);

    /// <summary>Runs a program; returns the last line that it printed, and the seconds from its start to its end.</summary>
    /// <param name="program">name or path</param>
    /// <param name="arguments">the program's arguments</param>
    /// <param name="environment">variables to set; null unsets a variable</param>
    /// <exception cref="PeerException">the program is missing, failed or timed out; the message has its last line</exception>
    public static (string Line, double Seconds) Run(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var info = new ProcessStartInfo(
            program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        try
        {
            var start = Stopwatch.GetTimestamp();
            using var process = Process.Start(info) ?? throw new PeerException($"{program} did not start");
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(s_timeout))
            {
                process.Kill(entireProcessTree: true);
                throw new PeerException($"{program} took more than {s_timeout.TotalMinutes:0} minutes");
            }

            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return process.ExitCode == 0
                ? (LastLine(output.Result), seconds)
                : throw new PeerException($"{Path.GetFileName(program)} failed: {ErrorLine(errors.Result)}");
        }
        catch (Win32Exception problem)
        {
            throw new PeerException($"{program} can't be started: {problem.Message}");
        }
    }

    /// <summary>The last line that contains "Error", or else the last line: Node.js ends its output with its version.</summary>
    private static string ErrorLine(string text) =>
        text.Split('\n').LastOrDefault(line => line.Contains("Error", StringComparison.Ordinal))?.Trim() ?? LastLine(text);

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];
}
