using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Where a kernel's shared and local allocations lie, with a gap that nobody writes after each.</summary>
internal sealed class MemoryLayout
{
    private readonly Dictionary<SharedDeclaration, int> _shared = [];

    private readonly Dictionary<Instruction, int> _local = [];

    public MemoryLayout(KernelFunction function, int gap)
    {
        foreach (SharedDeclaration declaration in function.Shared)
        {
            _shared[declaration] = SharedBytes = Align(SharedBytes, Math.Max(declaration.Alignment, 8));
            SharedBytes += declaration.Size + gap;
        }

        SharedBytes = Align(SharedBytes, 16);
        foreach (Instruction instruction in function.Instructions.Where(i => i.Opcode == Opcode.LocalAlloca))
        {
            _local[instruction] = LocalBytes = Align(LocalBytes, (int)Math.Max(instruction.Offset, 8));
            LocalBytes += (int)instruction.Scale + gap;
        }

        CellBytes = SmallestAccess(function);
    }

    /// <summary>Bytes of static shared memory; dynamic memory follows.</summary>
    public int SharedBytes { get; }

    public int LocalBytes { get; }

    /// <summary>The smallest access of the kernel, at most 4 bytes.</summary>
    public int CellBytes { get; }

    public int OffsetOf(SharedDeclaration declaration) => _shared[declaration];

    public int OffsetOf(Instruction alloca) => _local[alloca];

    private static int SmallestAccess(KernelFunction function) => function.Instructions
        .Where(i => i.Opcode is Opcode.Load or Opcode.Store or Opcode.Atomic or Opcode.AtomicCompareExchange)
        .Select(i => i.Memory.Size())
        .Append(4)
        .Min();

    private static int Align(int offset, int alignment) => (offset + alignment - 1) / alignment * alignment;
}
