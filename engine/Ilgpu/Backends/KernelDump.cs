using System.Diagnostics;
using ILGPU.Backends.Ptx;
using ILGPU.IR;

namespace ILGPU.Backends;

/// <summary>One stage of a kernel's compilation.</summary>
/// <param name="Kernel">Type, method and type arguments.</param>
/// <param name="Name">`05-unroll` for the IR after the fifth pass; empty for the result.</param>
/// <param name="Extension">`ir`, `ptx`, `cl` or `ptxas`.</param>
/// <param name="Text">The stage itself.</param>
public sealed record KernelStage(string Kernel, string Name, string Extension, string Text);

/// <summary>Shows the stages of compilations to somebody: to files, or to whatever takes a <see cref="KernelStage"/>.</summary>
/// <remarks>
/// Without touching code, ILGPUGAN_DUMP does it: `1` writes the result (.ptx, .cl), `2` also the IR before and after all passes, `3` the IR
/// after each pass, `4` what NVIDIA's assembler says of PTX, if it is there. ILGPUGAN_DUMP_DIR names the folder (default: `kernels` in the
/// working directory), ILGPUGAN_DUMP_FILTER keeps the kernels whose name contains it.
/// </remarks>
/// <param name="level">1 to 4, as above.</param>
/// <param name="show">Takes each stage as it comes; called by the compiling thread.</param>
public sealed class KernelDump(int level, Action<KernelStage> show)
{
    /// <summary>The result alone.</summary>
    public const int Results = 1;

    /// <summary>The IR before and after all passes, too.</summary>
    public const int Milestones = 2;

    /// <summary>The IR after each pass, too.</summary>
    public const int Passes = 3;

    /// <summary>What the assembler says, too.</summary>
    public const int Assembly = 4;

    private const string Variable = "ILGPUGAN_DUMP";

    public int Level { get; } = level;

    /// <summary>A dump into a folder, one file a stage.</summary>
    /// <param name="directory">Made if need be.</param>
    /// <param name="level">1 to 4.</param>
    /// <param name="filter">Part of the names of the kernels that are wanted; null for all.</param>
    public static KernelDump ToFolder(string directory, int level, string? filter = null) => new(level, stage =>
    {
        if (filter is null || stage.Kernel.Contains(filter, StringComparison.OrdinalIgnoreCase))
        {
            Write(directory, stage);
        }
    });

    /// <summary>What the environment asks for, or null.</summary>
    public static KernelDump? FromEnvironment()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(Variable), out var level) || level <= 0)
        {
            return null;
        }

        return ToFolder(
            Environment.GetEnvironmentVariable(Variable + "_DIR") ?? "kernels",
            level,
            Environment.GetEnvironmentVariable(Variable + "_FILTER"));
    }

    /// <summary>The IR as it leaves a pass; milestones are the first and the last.</summary>
    internal void Stage(string kernel, int step, string pass, KernelFunction function, bool isMilestone)
    {
        if (Level >= (isMilestone ? Milestones : Passes))
        {
            show(new KernelStage(kernel, $"{step:00}-{pass}", "ir", Printer.Print(function)));
        }
    }

    /// <summary>The back end's text.</summary>
    internal void Result(string kernel, KernelTarget target, string text)
    {
        var extension = target switch { PtxTarget => "ptx", OpenCLTarget => "cl", _ => "ir" };
        show(new KernelStage(kernel, "", extension, text));
        if (Level >= Assembly && target is PtxTarget ptx && PtxAssembler.Executable is not null)
        {
            show(new KernelStage(kernel, "", "ptxas", PtxAssembler.Table(PtxAssembler.Assemble(text, ptx.Sm))));
        }
    }

    private static void Write(string directory, KernelStage stage)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var name = string.Concat(stage.Kernel.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '_'));
            File.WriteAllText(
                Path.Combine(directory, $"{name}.{(stage.Name.Length > 0 ? stage.Name + "." : "")}{stage.Extension}"), stage.Text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A dump that can't be written must not stop a training run.
            Trace.TraceWarning($"kernel dump of {stage.Kernel}: {error.Message}");
        }
    }
}
