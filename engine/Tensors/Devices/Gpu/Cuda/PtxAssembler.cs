using System.Diagnostics;
using System.Text.RegularExpressions;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Tensors.Devices.Gpu.Cuda;

/// <summary>The resources of a kernel, as <c>ptxas -v</c> reports them.</summary>
/// <param name="Registers">registers a thread</param>
/// <param name="StackBytes">stack frame of a thread: arrays and spilled registers</param>
/// <param name="SpillBytes">bytes of spill stores</param>
/// <param name="SharedBytes">shared memory of a group</param>
internal sealed record AssemblyFigures(int Registers, int StackBytes, int SpillBytes, int SharedBytes);

/// <summary>NVIDIA's PTX assembler, <c>ptxas</c>, where it is installed; drivers contain the same one.</summary>
internal static partial class PtxAssembler
{
    /// <summary>The environment variable with the path of <c>ptxas</c>; by default it is searched in <c>PATH</c>.</summary>
    public const string Variable = "ILGPUGAN_PTXAS";

    /// <summary>The path of <c>ptxas</c>, or null if it was not found.</summary>
    public static string? Executable { get; } = Find();

    /// <summary>Assembles the text of one kernel.</summary>
    /// <param name="ptx">the PTX text</param>
    /// <param name="sm">the card's architecture, 80 for sm_80</param>
    /// <exception cref="InvalidOperationException"><c>ptxas</c> is missing or rejects the text; the message has its output</exception>
    public static AssemblyFigures Assemble(string ptx, int sm) => Run(ptx, sm).Figures;

    /// <summary>The machine code, an ELF file (cubin).</summary>
    /// <inheritdoc cref="Assemble"/>
    public static byte[] Binary(string ptx, int sm) => Run(ptx, sm).Binary;

    private static (AssemblyFigures Figures, byte[] Binary) Run(string ptx, int sm)
    {
        var program = Executable ?? throw new InvalidOperationException($"ptxas is not installed; {Variable} can name it");
        var folder = Directory.CreateTempSubdirectory("ptxas-");
        try
        {
            string file = Path.Combine(folder.FullName, "kernel.ptx"), binary = Path.Combine(folder.FullName, "kernel.cubin");
            File.WriteAllText(file, ptx);
            var start = new ProcessStartInfo(
                program, ["-v", "-arch", $"sm_{sm}", file, "-o", binary])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start");
            var output = process.StandardOutput.ReadToEndAsync();
            var report = process.StandardError.ReadToEnd() + output.Result;
            process.WaitForExit();
            return process.ExitCode == 0
                ? (Figures(report), Disk.ReadBytes(binary))
                : throw new InvalidOperationException(report.Trim());
        }
        finally
        {
            Disk.Current.DeleteFolder(folder.FullName);
        }
    }

    private static AssemblyFigures Figures(string report) => new(
        Most(RegistersUsed(), report), Most(StackFrame(), report), Most(SpillStores(), report), Most(SharedMemory(), report));

    private static int Most(Regex number, string report) => number.Matches(report)
        .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return named;
        }

        var name = OperatingSystem.IsWindows() ? "ptxas.exe" : "ptxas";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    [GeneratedRegex("Used ([0-9]+) registers", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RegistersUsed();

    [GeneratedRegex("([0-9]+) bytes stack frame", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StackFrame();

    [GeneratedRegex("([0-9]+) bytes spill stores", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SpillStores();

    [GeneratedRegex("([0-9]+) bytes smem", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SharedMemory();
}
