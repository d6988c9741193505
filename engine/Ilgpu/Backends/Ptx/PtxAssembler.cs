using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ILGPU.Backends.Ptx;

/// <summary>What the assembler says of one kernel.</summary>
/// <param name="Kernel">The name of its entry.</param>
/// <param name="Registers">Registers per thread.</param>
/// <param name="StackBytes">Memory per thread for arrays that are indexed at run time, and for spills.</param>
/// <param name="SpillBytes">Bytes stored because there were too few registers.</param>
/// <param name="SharedBytes">Static shared memory per group.</param>
public sealed record AssemblyReport(string Kernel, int Registers, int StackBytes, int SpillBytes, int SharedBytes);

/// <summary>
/// NVIDIA's offline assembler, where there is one: named by ILGPUGAN_PTXAS, in the PATH, or where toolkits put it. It judges kernels
/// without a GPU, and takes the place of the driver's own where that is missing.
/// </summary>
public static partial class PtxAssembler
{
    /// <summary>Of a refusal that are shown.</summary>
    private const int MostMessages = 8;

    /// <summary>The assembler's path, or null.</summary>
    public static string? Executable { get; } = CudaTool.Find("ptxas", "ILGPUGAN_PTXAS");

    /// <summary>Assembles a module and reports on its kernels in the order of the text.</summary>
    /// <exception cref="InvalidOperationException">
    /// There is no assembler, or it refuses the text; the message holds what it says.
    /// </exception>
    public static IReadOnlyList<AssemblyReport> Assemble(string ptx, int sm)
    {
        var (report, _) = Run(ptx, sm);
        var sections = report.Split("Compiling entry function '")
            .Skip(1)
            .Select(section => Parse(section[..section.IndexOf('\'')], section))
            .ToDictionary(parsed => parsed.Kernel);

        // Several kernels are reported on in an order of the assembler's own.
        return [.. Entry().Matches(ptx).Select(match => sections[match.Groups["name"].Value])];
    }

    /// <summary>The machine code of a module for one architecture, as drivers load it.</summary>
    /// <exception cref="InvalidOperationException">
    /// There is no assembler, or it refuses the text; the message holds what it says.
    /// </exception>
    /// <param name="ptx">The module.</param>
    /// <param name="sm">The architecture: 90 is sm_90.</param>
    /// <param name="keepLines">Whether the code remembers the lines of source that the text's <c>.loc</c> directives name.</param>
    public static byte[] Binary(string ptx, int sm, bool keepLines = false) => Run(ptx, sm, keepLines).Binary;

    /// <summary>Reports as a table of fixed columns with a heading.</summary>
    public static string Table(IEnumerable<AssemblyReport> reports)
    {
        var text = new StringBuilder("registers  shared   stack  spills  kernel\n");
        foreach (var report in reports)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{report.Registers,9} {report.SharedBytes,7} {report.StackBytes,7} {report.SpillBytes,7}  {report.Kernel}\n");
        }

        return text.ToString();
    }

    private static AssemblyReport Parse(string kernel, string section) => new(
        kernel,
        Number(Registers().Match(section)),
        Number(Stack().Match(section)),
        Number(Spill().Match(section)),
        Number(Shared().Match(section)));

    private static (string Report, byte[] Binary) Run(string ptx, int sm, bool keepLines = false)
    {
        if (Executable is null)
        {
            throw new InvalidOperationException("ptxas was not found: set ILGPUGAN_PTXAS or put it into the PATH");
        }

        var directory = Directory.CreateTempSubdirectory("ptxas");
        try
        {
            var (source, target) = (Path.Combine(directory.FullName, "kernel.ptx"), Path.Combine(directory.FullName, "kernel.cubin"));
            File.WriteAllText(source, ptx);
            string[] lines = keepLines ? ["-lineinfo"] : [];
            var (code, output, error) = CudaTool.Run(Executable, ["-v", $"-arch=sm_{sm}", .. lines, source, "-o", target]);
            return code == 0
                ? (error + output, File.ReadAllBytes(target))
                : throw new InvalidOperationException(Refusal(error + output, ptx));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>
    /// The first of the assembler's messages, each with the line that it speaks of: a module may have megabytes, and as many mistakes.
    /// </summary>
    internal static string Refusal(string report, string ptx)
    {
        var messages = report.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var lines = ptx.Split('\n');
        var text = new StringBuilder();
        foreach (var message in messages.Take(MostMessages))
        {
            text.Append(message).Append('\n');
            if (Number(Line().Match(message)) is > 0 and var number && number <= lines.Length)
            {
                text.Append("    ").Append(lines[number - 1].Trim()).Append('\n');
            }
        }

        if (messages.Length > MostMessages)
        {
            text.Append(CultureInfo.InvariantCulture, $"and {messages.Length - MostMessages} messages more\n");
        }

        return text.Append("ILGPUGAN_DUMP=1 writes the PTX of each kernel into the folder 'kernels'.").ToString();
    }

    private static int Number(Match match) => match.Success ? int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\.entry (?<name>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();

    [GeneratedRegex(@", line (?<number>\d+);", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();

    [GeneratedRegex(@"Used (?<number>\d+) registers", RegexOptions.ExplicitCapture)]
    private static partial Regex Registers();

    [GeneratedRegex(@"(?<number>\d+) bytes stack frame", RegexOptions.ExplicitCapture)]
    private static partial Regex Stack();

    [GeneratedRegex(@"(?<number>\d+) bytes spill stores", RegexOptions.ExplicitCapture)]
    private static partial Regex Spill();

    [GeneratedRegex(@"(?<number>\d+) bytes smem", RegexOptions.ExplicitCapture)]
    private static partial Regex Shared();
}
