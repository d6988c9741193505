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

    private const int Interrupted = 255;

    private readonly Process _process;
    private readonly List<string> _errors = [];

    private FfmpegProcess(Process process) => _process = process;

    /// <summary>The program's standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>The program's standard output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Error messages so far; null if none. The program may still succeed.</summary>
    public string? ErrorText
    {
        get
        {
            lock (_errors)
            {
                return _errors.Count > 0 ? string.Join("; ", _errors) : null;
            }
        }
    }

    /// <summary>Frames repeated so far to keep the rate, told by <c>-progress pipe:2</c>.</summary>
    public int Repeated { get; private set; }

    /// <summary>Frames left out so far to keep the rate, likewise.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Whether an expression of a filter has printed a number, which is no error.</summary>
    public bool HasPrinted { get; private set; }

    /// <param name="program">path of ffmpeg or ffprobe</param>
    /// <param name="clip">the clip; messages begin with its name</param>
    /// <param name="arguments">arguments of the program</param>
    /// <exception cref="PictureException">the program can't be started</exception>
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
        process.ErrorDataReceived += (_, line) => running.OnErrorLine(line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw new PictureException($"{clip}: {program} can't be started: {e.Message}", e);
        }

        process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Closes the program's standard input.</summary>
    /// <exception cref="IOException">the program has already exited</exception>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Whether it was interrupted, as by a Ctrl-C, which reaches it, too, and has ended its file.</summary>
    public bool WasInterrupted => _process.HasExited && _process.ExitCode == Interrupted && ErrorText is null;

    /// <summary>Waits until the program exits.</summary>
    /// <returns>the reason of the failure; null on success</returns>
    public string? Failure()
    {
        _process.WaitForExit();
        return _process.ExitCode == 0 ? null : ErrorText ?? $"it exited with code {_process.ExitCode} and no error message";
    }

    /// <summary>Closes the program's input and waits until it exits; if it takes longer, kills it.</summary>
    /// <returns>its exit code</returns>
    public int End(TimeSpan patience)
    {
        try
        {
            CloseInput();
        }
        catch (IOException)
        {
            // It has closed its end, as it does when it fails or is interrupted.
        }

        if (!_process.WaitForExit(patience))
        {
            Kill();
        }

        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Kills the program if it is still running; a thread that waits for its pipes wakes up.</summary>
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

    private void OnErrorLine(string? line)
    {
        if (line is not null && Progress().Match(line) is { Success: true } told)
        {
            var count = int.TryParse(told.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out var number) ? number : 0;
            (Repeated, LeftOut) = told.Groups[1].Value switch
            {
                "dup_frames" => (count, LeftOut),
                "drop_frames" => (Repeated, count),
                _ => (Repeated, LeftOut),
            };
            return;
        }

        if (line is null || ComponentPrefix().Replace(line, "").Trim() is not { Length: > 0 } text)
        {
            return;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
        {
            HasPrinted = true;
            return;
        }

        lock (_errors)
        {
            if (_errors.Count < KeptLines && !_errors.Contains(text))
            {
                _errors.Add(text.Length > LongestLine ? text[..LongestLine] + "…" : text);
            }
        }
    }

    /// <summary>ffmpeg's prefix of an error line: the reporting component with its memory address.</summary>
    [GeneratedRegex(@"^(\[[^\]]* @ 0x[0-9a-fA-F]+\] *)+")]
    private static partial Regex ComponentPrefix();

    /// <summary>A line of <c>-progress</c>.</summary>
    [GeneratedRegex("^(frame|fps|stream_[0-9_a-z]+|bitrate|total_size|out_time[a-z_]*|dup_frames|drop_frames|speed|progress)= *(.*)$")]
    private static partial Regex Progress();
}
