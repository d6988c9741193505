using System.ComponentModel;
using System.Diagnostics;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>Runs a program to its end.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    /// <summary>The last line that a program printed, and the seconds from its start to its end.</summary>
    /// <param name="program">name or path</param>
    /// <param name="arguments">its arguments</param>
    /// <param name="environment">variables to set, or with null to unset</param>
    /// <exception cref="PeerException">it is not there, failed or took too long; the message has the last it said</exception>
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
            if (!process.WaitForExit(s_patience))
            {
                process.Kill(entireProcessTree: true);
                throw new PeerException($"{program} took more than {s_patience.TotalMinutes:0} minutes");
            }

            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return process.ExitCode == 0
                ? (LastLine(output.Result), seconds)
                : throw new PeerException($"{Path.GetFileName(program)} failed: {Complaint(errors.Result)}");
        }
        catch (Win32Exception problem)
        {
            throw new PeerException($"{program} can't be started: {problem.Message}");
        }
    }

    /// <summary>The last line that speaks of an error, for Node.js ends with its version.</summary>
    private static string Complaint(string text) =>
        text.Split('\n').LastOrDefault(line => line.Contains("Error", StringComparison.Ordinal))?.Trim() ?? LastLine(text);

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];
}
