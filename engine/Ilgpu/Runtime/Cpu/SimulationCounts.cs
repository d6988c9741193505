using System.Reflection;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU;

/// <summary>
/// What kernels did on the simulator, all threads together. Instructions are those of the IR before loops are unrolled and accesses joined,
/// without bounds checks, so they are an upper bound of what a GPU issues. An addition to ILGPU's API.
/// </summary>
/// <remarks>
/// Threads run one after the other here. What those of a warp do together is found by matching: the n-th time that each thread passes a
/// place of the source. For shared memory and branches, counting begins anew at each barrier of the group.
/// </remarks>
public sealed class SimulationCounts
{
    /// <summary>Bytes that a GPU moves at least: a sector of a cache line.</summary>
    public const int SectorBytes = 32;

    /// <summary>Banks of shared memory, and how wide each is: neighbouring words lie in neighbouring banks.</summary>
    public const int Banks = 32, BankBytes = 4;

    private readonly Lock _counting = new();

    private readonly Dictionary<SourceLocation, LineCounts> _lines = [];

    /// <summary>The one kernel that is counted; null, the default, for all.</summary>
    public MethodInfo? Only { get; init; }

    /// <summary>Instructions of all kinds.</summary>
    public long Instructions { get; private set; }

    /// <summary>Multiplications of floating-point numbers, each of which an addition usually follows.</summary>
    public long Multiplications { get; private set; }

    /// <summary>Floating-point operations: a multiply-add is two, a function such as a square root one.</summary>
    public long FloatOperations { get; private set; }

    /// <summary>Elements read from buffers and written to them.</summary>
    public long GlobalReads { get; private set; }

    public long GlobalWrites { get; private set; }

    /// <summary>Sectors that warps asked for: what neighbouring threads access together in one sector counts once.</summary>
    public long GlobalSectors { get; private set; }

    /// <summary>Elements read from shared memory and written to it.</summary>
    public long SharedReads { get; private set; }

    public long SharedWrites { get; private set; }

    /// <summary>
    /// Turns that shared memory took for warps: each bank gives one word a turn, to all threads that want that word.
    /// </summary>
    public long SharedTurns { get; private set; }

    /// <summary>
    /// How many of <see cref="SharedTurns"/> would not have been needed, had the words of each access lain in different banks.
    /// </summary>
    public long BankConflicts { get; private set; }

    /// <summary>Conditions and switches that warps came to.</summary>
    public long Branches { get; private set; }

    /// <summary>Those of them at which threads of the warp went different ways, so that it must go each in turn.</summary>
    public long DivergentBranches { get; private set; }

    /// <summary>Barriers passed, counted once a group.</summary>
    public long Barriers { get; private set; }

    /// <summary>The same by lines of C#, as far as the assembly has symbols, by file and line.</summary>
    public IReadOnlyList<LineCounts> Lines
    {
        get
        {
            lock (_counting)
            {
                return [.. _lines.Values.OrderBy(line => line.Place.File, StringComparer.Ordinal).ThenBy(line => line.Place.Line)];
            }
        }
    }

    internal static bool IsCounted(Instruction instruction) =>
        instruction.Opcode is not (Opcode.CheckBounds or Opcode.Assert or Opcode.LocalAlloca);

    internal static bool IsMultiplication(Instruction instruction) => instruction.Opcode == Opcode.Mul && instruction.Type.IsFloat();

    internal static int FloatOperationsOf(Instruction instruction) => instruction.Opcode switch
    {
        _ when !instruction.Type.IsFloat() => 0,
        Opcode.Math => (MathFunction)instruction.Kind == MathFunction.Fma ? 2 : 1,
        Opcode.Add or Opcode.Sub or Opcode.Mul or Opcode.Div or Opcode.Rem => 1,
        _ => 0,
    };

    internal void Add(GroupCounts group)
    {
        group.Finish();
        lock (_counting)
        {
            Instructions += group.Instructions;
            Multiplications += group.Multiplications;
            FloatOperations += group.FloatOperations;
            GlobalReads += group.GlobalReads;
            GlobalWrites += group.GlobalWrites;
            GlobalSectors += group.GlobalSectors;
            SharedReads += group.SharedReads;
            SharedWrites += group.SharedWrites;
            SharedTurns += group.SharedTurns;
            BankConflicts += group.BankConflicts;
            Branches += group.Branches;
            DivergentBranches += group.DivergentBranches;
            Barriers += group.Barriers;
            group.AddTo(LineOf);
        }
    }

    private LineCounts LineOf(SourceLocation location)
    {
        SourceLocation place = LineCounts.PlaceOf(location);
        if (!_lines.TryGetValue(place, out LineCounts? line))
        {
            _lines.Add(place, line = new(place));
        }

        return line;
    }
}
