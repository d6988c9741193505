using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Runs one thread from where it stands to its next synchronisation.</summary>
/// <param name="thread">The thread.</param>
/// <param name="arguments">The packed arguments of the launch.</param>
/// <param name="state">The thread's state.</param>
/// <returns>The thread's next state.</returns>
internal unsafe delegate int ThreadBody(SimulatedThread thread, byte* arguments, int state);

/// <summary>A kernel as the simulator runs it.</summary>
internal sealed record TranslatedKernel
{
    public required string Name { get; init; }

    public required ThreadBody Body { get; init; }

    /// <summary>Number n is where threads of state n + 1 wait.</summary>
    public required SyncPoint[] SyncPoints { get; init; }

    /// <summary>Where in the source the kernel can fail, by number.</summary>
    public required SourceLocation?[] Sites { get; init; }

    /// <summary>What passing each block amounts to; empty where nothing is counted.</summary>
    public required BlockWork[] Blocks { get; init; }

    public required int FrameBytes { get; init; }

    public required int LocalBytes { get; init; }

    public required int SharedBytes { get; init; }

    /// <summary>The smallest access to memory in bytes: what races are told apart by.</summary>
    public required int CellBytes { get; init; }

    /// <summary>Whether the kernel orders its accesses to buffers by fences, not only by barriers.</summary>
    public required bool HasFences { get; init; }

    /// <summary>The pointers among the packed arguments, and how the source calls what they belong to.</summary>
    public required (int Offset, string Name)[] Views { get; init; }
}
