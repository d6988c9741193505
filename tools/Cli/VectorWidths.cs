using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Cli;

/// <summary>
/// Applies <c>--vectors</c>. .NET decides on the width of vectors when a process starts, so a process that has the wrong one starts again
/// in its own place.
/// </summary>
internal static partial class VectorWidths
{
    /// <summary>The variable with which .NET does without AVX-512.</summary>
    private const string Variable = "DOTNET_EnableAVX512";

    /// <exception cref="UsageException">the processor, or this program, can't have that width</exception>
    public static void Require(VectorWidth width)
    {
        if (width == VectorWidth.Widest || (!Vector512.IsHardwareAccelerated && Vector256.IsHardwareAccelerated))
        {
            return;
        }

        if (!Vector256.IsHardwareAccelerated)
        {
            throw new UsageException("--vectors 256 needs AVX2, which this processor lacks");
        }

        // Not within another program, such as a test; nor again and again, should the variable do nothing.
        if (Assembly.GetEntryAssembly() == typeof(VectorWidths).Assembly && Environment.GetEnvironmentVariable(Variable) != "0")
        {
            StartAgain();
        }

        throw new UsageException($"--vectors 256 needs the environment variable {Variable}=0 here");
    }

    /// <summary>Starts this program again without AVX-512; returns only if it can't.</summary>
    private static void StartAgain()
    {
        var program = Environment.ProcessPath!;
        string[] typed = Environment.GetCommandLineArgs();
        string[] arguments =
        [
            .. Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase) ? typed[..1] : [],
            .. typed[1..],
        ];
        if (OperatingSystem.IsWindows())
        {
            var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, Environment = { [Variable] = "0" } };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            Environment.Exit(process.ExitCode);
        }

        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(entry => (string)entry.Key != Variable).Select(entry => $"{entry.Key}={entry.Value}");
        _ = Replace(program, [program, .. arguments, null], [.. environment, $"{Variable}=0", null]);
    }

    /// <summary>Replaces this process's program: it keeps its number, its files and its place in a job.</summary>
    [LibraryImport("libc", EntryPoint = "execve", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Replace(string program, string?[] arguments, string?[] environment);
}
