using System.Diagnostics;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>Clang as a compiler of OpenCL C, which takes a version of the language to the letter.</summary>
internal static class Clang
{
    private static readonly string? s_executable = new[] { "clang", "clang-19", "clang-16", "clang-15", "clang-14" }
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(f => Path.Combine(f, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Compiles files; the test is skipped where there is no clang.</summary>
    /// <param name="folder">that the files lie in, and what is made of them</param>
    /// <returns>what the compiler says, empty if it is content</returns>
    public static string Compile(string folder, IEnumerable<string> options, IEnumerable<string> files)
    {
        if (s_executable is null)
        {
            Assert.Ignore("clang was not found in the PATH");
        }

        string[] language = ["-x", "cl", "-Xclang", "-finclude-default-header", "-Xclang", "-fdeclare-opencl-builtins"];
        using var process = Process.Start(new ProcessStartInfo(s_executable!, [.. language, .. options, .. files])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 || said.Length > 0 ? said : $"clang ended with {process.ExitCode}";
    }
}
