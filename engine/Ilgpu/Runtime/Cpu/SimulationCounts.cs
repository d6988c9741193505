using ILGPU.IR;

namespace ILGPU.Runtime.CPU;

/// <summary>
/// What kernels did on the simulator, all threads together. Instructions are those of the IR before loops are unrolled and accesses joined,
/// without bounds checks, so they are an upper bound of what a GPU issues. An addition to ILGPU's API.
/// </summary>
public sealed class SimulationCounts
{
    /// <summary>Bytes that a GPU moves at least: a sector of a cache line.</summary>
    public const int SectorBytes = 32;

    private readonly Lock counting = new();

    /// <summary>Instructions of all kinds.</summary>
    public long Instructions { get; private set; }

    /// <summary>Multiplications of floating-point numbers, each of which an addition usually follows.</summary>
    public long Multiplications { get; private set; }

    /// <summary>Elements read from buffers and written to them.</summary>
    public long GlobalReads { get; private set; }

    public long GlobalWrites { get; private set; }

    /// <summary>Sectors that warps asked for: what neighbouring threads access together in one sector counts once.</summary>
    public long GlobalSectors { get; private set; }

    /// <summary>Elements read from shared memory and written to it.</summary>
    public long SharedReads { get; private set; }

    public long SharedWrites { get; private set; }

    /// <summary>Barriers passed, counted once a group.</summary>
    public long Barriers { get; private set; }

    internal static bool IsCounted(Instruction instruction) =>
        instruction.Opcode is not (Opcode.CheckBounds or Opcode.Assert or Opcode.LocalAlloca);

    internal static bool IsMultiplication(Instruction instruction) => instruction.Opcode == Opcode.Mul && instruction.Type.IsFloat();

    internal void Add(Simulation.GroupCounts group)
    {
        lock (counting)
        {
            Instructions += group.Instructions;
            Multiplications += group.Multiplications;
            GlobalReads += group.GlobalReads;
            GlobalWrites += group.GlobalWrites;
            GlobalSectors += group.GlobalSectors;
            SharedReads += group.SharedReads;
            SharedWrites += group.SharedWrites;
            Barriers += group.Barriers;
        }
    }
}
