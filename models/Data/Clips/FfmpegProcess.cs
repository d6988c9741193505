using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace IlgpuGan.Models.Data.Clips;

/// <summary>A running <c>ffmpeg</c> or <c>ffprobe</c>: its pipes and its error messages.</summary>
internal sealed partial class FfmpegProcess : IDisposable
{
    /// <summary>The first error messages name the cause; later ones are consequences.</summary>
    private const int KeptLines = 3;

    private const int LongestLine = 300;

    private readonly Process _process;
    private readonly List<string> _said = [];

    private FfmpegProcess(Process process) => _process = process;

    /// <summary>Its standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Its standard output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Error messages so far; null if there are none. It may succeed all the same.</summary>
    public string? Said
    {
        get
        {
            lock (_said)
            {
                return _said.Count > 0 ? string.Join("; ", _said) : null;
            }
        }
    }

    /// <param name="program">path of ffmpeg or ffprobe</param>
    /// <param name="clip">messages begin with it</param>
    /// <param name="arguments">of the program</param>
    /// <exception cref="DataException">it can't be started</exception>
    public static FfmpegProcess Start(string program, string clip, IEnumerable<string> arguments)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                CreateNoWindow = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        var running = new FfmpegProcess(process);
        process.ErrorDataReceived += (_, line) => running.Hear(line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw new DataException($"{clip}: {program} can't be started: {e.Message}", e);
        }

        process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Closes its standard input.</summary>
    /// <exception cref="IOException">it has exited already</exception>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits until it exits.</summary>
    /// <returns>why it failed; null if it did not</returns>
    public string? Failure()
    {
        _process.WaitForExit();
        return _process.ExitCode == 0 ? null : Said ?? $"it exited with code {_process.ExitCode} and no error message";
    }

    /// <summary>Kills it if it still runs; a thread that waits for its pipes wakes up.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true); // The ffmpeg in the path may be a wrapper script.
        }
    }

    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null || Address().Replace(line, "").Trim() is not { Length: > 0 } text)
        {
            return;
        }

        lock (_said)
        {
            if (_said.Count < KeptLines && !_said.Contains(text))
            {
                _said.Add(text.Length > LongestLine ? text[..LongestLine] + "…" : text);
            }
        }
    }

    /// <summary>The component that reports the error, with its address in memory.</summary>
    [GeneratedRegex(@"^(\[[^\]]* @ 0x[0-9a-fA-F]+\] *)+")]
    private static partial Regex Address();
}
