using System.ComponentModel;
using System.Diagnostics;

namespace ILGPU.Backends.Ptx;

/// <summary>Programs of NVIDIA's toolkit: where they lie, and how they are run.</summary>
internal static class CudaTool
{
    private static readonly string[] s_usualFolders = ["/usr/local/cuda/bin", "/opt/cuda/bin", "/opt/cuda-tools"];

    /// <summary>
    /// Finds a program: named by a variable, in the PATH, where toolkits put it, or beside another program of the toolkit.
    /// </summary>
    /// <param name="name">Without extension.</param>
    /// <param name="variable">The environment variable that may name it.</param>
    /// <param name="beside">Another program of the toolkit, if it was found.</param>
    public static string? Find(string name, string variable, string? beside = null)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
        {
            return named;
        }

        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        string[] near = Path.GetDirectoryName(beside) is { Length: > 0 } folderOfOther ? [folderOfOther] : [];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(s_usualFolders)
            .Concat(near)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It can't be started.</exception>
    public static (int ExitCode, string Output, string Error) Run(string program, params IEnumerable<string> arguments)
    {
        using var process = Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        });
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"'{start.FileName}' can't be started: {exception.Message}", exception);
        }
    }
}
