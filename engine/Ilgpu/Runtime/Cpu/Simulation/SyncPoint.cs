using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>An instruction at which threads wait for each other.</summary>
/// <param name="Instruction">A barrier, reduction, warp barrier or shuffle.</param>
/// <param name="Site">Its number among the kernel's source sites.</param>
internal sealed record SyncPoint(Instruction Instruction, int Site)
{
    /// <summary>Whether only the warp waits.</summary>
    public bool IsWarpWide => Instruction.Opcode is Opcode.WarpBarrier or Opcode.Shuffle;

    public string Name => Instruction.Opcode switch
    {
        Opcode.WarpBarrier => "Warp.Barrier",
        Opcode.Shuffle => $"Warp.Shuffle ({(ShuffleKind)Instruction.Kind})",
        Opcode.BarrierReduce => $"Group.Barrier{(BarrierReduction)Instruction.Kind}",
        _ => "Group.Barrier",
    };

    public static bool Is(Instruction instruction) =>
        instruction.Opcode is Opcode.Barrier or Opcode.BarrierReduce or Opcode.WarpBarrier or Opcode.Shuffle;
}
