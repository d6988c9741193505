using System.Diagnostics;
using ILGPU.IR;

namespace ILGPU.Backends;

/// <summary>
/// Writes the stages of a compilation as files. The environment variable ILGPUGAN_DUMP turns it on without touching code: `1` writes the
/// final text (.ptx, .cl), `2` also the IR before and after all passes, `3` the IR after each pass. ILGPUGAN_DUMP_DIR names the folder
/// (default: `kernels` in the working directory), ILGPUGAN_DUMP_FILTER keeps the kernels whose name contains it.
/// </summary>
public sealed class KernelDump(string directory, int level, string? filter = null)
{
    private const string Variable = "ILGPUGAN_DUMP";
    private int step;

    public int Level { get; } = level;

    /// <summary>What the environment asks for, or null.</summary>
    public static KernelDump? FromEnvironment()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(Variable), out var level) || level <= 0)
            return null;
        return new KernelDump(
            Environment.GetEnvironmentVariable(Variable + "_DIR") ?? "kernels",
            level,
            Environment.GetEnvironmentVariable(Variable + "_FILTER"));
    }

    /// <summary>The IR as it leaves a pass; milestones are the first and the last.</summary>
    public void Stage(KernelFunction function, string pass, bool isMilestone)
    {
        step++;
        if (Level >= (isMilestone ? 2 : 3))
            Write(function.Name, $"{step:00}-{pass}.ir", Printer.Print(function));
    }

    /// <summary>The back end's text.</summary>
    public void Final(string name, string extension, string text) => Write(name, extension, text);

    private void Write(string kernel, string suffix, string text)
    {
        if (filter is not null && !kernel.Contains(filter, StringComparison.OrdinalIgnoreCase))
            return;
        try
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText(Path.Combine(directory, $"{kernel}.{suffix}"), text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A dump that can't be written must not stop a training run.
            Trace.TraceWarning($"kernel dump of {kernel}: {error.Message}");
        }
    }
}
