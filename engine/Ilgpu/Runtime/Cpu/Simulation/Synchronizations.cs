using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>What the threads of a group exchange at a barrier.</summary>
internal static class GroupSynchronization
{
    public static void Apply(Instruction instruction, ReadOnlySpan<SimulatedThread> threads)
    {
        if (instruction.Opcode != Opcode.BarrierReduce)
        {
            return;
        }

        int count = 0;
        foreach (SimulatedThread thread in threads)
        {
            count += thread.Given != 0 ? 1 : 0;
        }

        long result = (BarrierReduction)instruction.Kind switch
        {
            BarrierReduction.PopCount => count,
            BarrierReduction.And => count == threads.Length ? 1 : 0,
            _ => count > 0 ? 1 : 0,
        };
        foreach (SimulatedThread thread in threads)
        {
            thread.Taken = result;
        }
    }
}

/// <summary>What the lanes of a warp exchange.</summary>
internal static class WarpSynchronization
{
    /// <remarks>A lane that points outside its segment or at a lane that does not exist keeps its own value.</remarks>
    public static void Apply(Instruction instruction, ReadOnlySpan<SimulatedThread> warp)
    {
        if (instruction.Opcode != Opcode.Shuffle)
        {
            return;
        }

        foreach (SimulatedThread thread in warp)
        {
            int source = SourceOf((ShuffleKind)instruction.Kind, thread.Lane, thread.Operand, thread.Width);
            thread.Taken = source >= 0 && source < warp.Length ? warp[source].Given : thread.Given;
        }
    }

    /// <summary>The lane that a lane reads; -1 if there is none in its segment.</summary>
    public static int SourceOf(ShuffleKind kind, int lane, int operand, int width)
    {
        int segment = lane / width * width;
        int source = kind switch
        {
            ShuffleKind.Index => segment + (operand & (width - 1)),
            ShuffleKind.Up => lane - operand,
            ShuffleKind.Down => lane + operand,
            _ => lane ^ operand,
        };
        return source >= segment && source < segment + width ? source : -1;
    }
}
