using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>What the threads of a group exchange at a barrier.</summary>
internal static class GroupSynchronization
{
    public static void Apply(Instruction instruction, ReadOnlySpan<SimulatedThread> threads)
    {
        if (instruction.Opcode != Opcode.BarrierReduce)
            return;
        int count = 0;
        foreach (SimulatedThread thread in threads)
            count += thread.Given != 0 ? 1 : 0;
        long result = (BarrierReduction)instruction.Kind switch
        {
            BarrierReduction.PopCount => count,
            BarrierReduction.And => count == threads.Length ? 1 : 0,
            _ => count > 0 ? 1 : 0,
        };
        foreach (SimulatedThread thread in threads)
            thread.Taken = result;
    }
}

/// <summary>What the lanes of a warp exchange.</summary>
internal static class WarpSynchronization
{
    /// <remarks>A lane that points outside its segment or at a lane that does not exist keeps its own value.</remarks>
    public static void Apply(Instruction instruction, ReadOnlySpan<SimulatedThread> warp)
    {
        if (instruction.Opcode != Opcode.Shuffle)
            return;
        foreach (SimulatedThread thread in warp)
        {
            int width = thread.Width;
            int segment = thread.Lane / width * width;
            int source = (ShuffleKind)instruction.Kind switch
            {
                ShuffleKind.Index => segment + (thread.Operand & (width - 1)),
                ShuffleKind.Up => thread.Lane - thread.Operand,
                ShuffleKind.Down => thread.Lane + thread.Operand,
                _ => thread.Lane ^ thread.Operand,
            };
            bool exists = source >= segment && source < segment + width && source < warp.Length;
            thread.Taken = exists ? warp[source].Given : thread.Given;
        }
    }
}
