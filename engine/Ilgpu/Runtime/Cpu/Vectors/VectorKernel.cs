using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Runs a batch from where it stands to its next synchronisation.</summary>
/// <param name="batch">The batch.</param>
/// <param name="arguments">The packed arguments of the launch.</param>
/// <param name="state">The batch's state.</param>
/// <returns>The batch's next state.</returns>
internal unsafe delegate int BatchBody(LaneBatch batch, byte* arguments, int state);

/// <summary>A kernel whose threads run in the lanes of vectors.</summary>
internal sealed record VectorKernel
{
    public required string Name { get; init; }

    public required BatchBody Body { get; init; }

    /// <summary>
    /// Bytes of IL. The JIT compiler does not optimise methods of more than 60,000, or of 20,000 instructions, which are some 50,000 bytes.
    /// </summary>
    public required int CodeBytes { get; init; }

    /// <summary>Number n is where batches of state n + 1 wait.</summary>
    public required SyncPoint[] SyncPoints { get; init; }

    /// <summary>Bytes in which a batch keeps values while it waits.</summary>
    public required int FrameBytes { get; init; }

    /// <summary>Bytes of a thread's own memory.</summary>
    public required int LocalBytes { get; init; }

    /// <summary>Bytes of static shared memory; dynamic memory follows.</summary>
    public required int SharedBytes { get; init; }
}
