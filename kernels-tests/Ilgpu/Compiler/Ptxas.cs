using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ILGPU.Backends;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>What the assembler says of a kernel.</summary>
internal sealed record AssemblyReport(int Registers, int StackBytes, int SpillBytes, int SharedBytes);

/// <summary>NVIDIA's assembler, if there is one: named by ILGPUGAN_PTXAS, in the PATH, or where toolkits put it.</summary>
internal static partial class Ptxas
{
    private static readonly string? Executable = Find();

    /// <summary>Assembles a kernel; the test is skipped where there is no assembler and fails with its message where it refuses.</summary>
    public static AssemblyReport Assemble(KernelImage image)
    {
        if (Executable is null)
            Assert.Ignore("ptxas was not found: set ILGPUGAN_PTXAS or put it into the PATH");
        var directory = Directory.CreateTempSubdirectory("ptxas");
        try
        {
            var source = Path.Combine(directory.FullName, "kernel.ptx");
            File.WriteAllText(source, image.Text);
            var start = new ProcessStartInfo(Executable!)
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                ArgumentList = { "-v", $"-arch=sm_{((PtxTarget)image.Target).Sm}", source, "-o", Path.Combine(directory.FullName, "kernel.cubin") },
            };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var report = process.StandardError.ReadToEnd() + output.Result;
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, () => $"{report}\n{image.Text}");
            return new AssemblyReport(
                Number(RegisterCount().Match(report)),
                Number(Stack().Match(report)),
                Number(Spill().Match(report)),
                Number(Shared().Match(report)));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static int Number(Match match) => match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("ILGPUGAN_PTXAS") is { Length: > 0 } named)
            return named;
        var name = OperatingSystem.IsWindows() ? "ptxas.exe" : "ptxas";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Append("/opt/cuda-tools")
            .Append("/usr/local/cuda/bin")
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex RegisterCount();

    [GeneratedRegex(@"(\d+) bytes stack frame")]
    private static partial Regex Stack();

    [GeneratedRegex(@"(\d+) bytes spill stores")]
    private static partial Regex Spill();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex Shared();
}
