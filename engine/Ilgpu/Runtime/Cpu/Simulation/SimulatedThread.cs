namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>Where one thread of a simulated group stands. Translated kernels read its public fields.</summary>
internal sealed unsafe class SimulatedThread
{
    /// <summary>The value of <see cref="State"/> once the thread has returned from the kernel.</summary>
    public const int Finished = -1;

    public readonly SimulatedGroup Group;

    public readonly int LinearIndex;

    /// <summary>The position in the group.</summary>
    public readonly int X, Y, Z;

    /// <summary>The position in the warp.</summary>
    public readonly int Lane;

    /// <summary>Local memory, and one byte for each of its bytes that tells whether it was written.</summary>
    public readonly byte* Local, LocalWritten;

    /// <summary>Where values wait while the thread does.</summary>
    public readonly byte* Frame;

    /// <summary>0 to start, the number of the synchronisation that the thread waits at, or <see cref="Finished"/>.</summary>
    public int State;

    /// <summary>What the thread brings to a synchronisation: its bits, then lane, delta or mask, then the width.</summary>
    public long Given;

    public int Operand, Width;

    /// <summary>What the thread takes from the synchronisation.</summary>
    public long Taken;

    /// <param name="group">The group.</param>
    /// <param name="linearIndex">The number of the thread in it.</param>
    /// <param name="memory">Local memory, its marks and the frame, in this order.</param>
    /// <param name="localBytes">The room for local memory, and as much for its marks.</param>
    public SimulatedThread(SimulatedGroup group, int linearIndex, byte* memory, int localBytes)
    {
        Group = group;
        LinearIndex = linearIndex;
        X = linearIndex % group.GroupDim.X;
        Y = linearIndex / group.GroupDim.X % group.GroupDim.Y;
        Z = linearIndex / group.GroupDim.X / group.GroupDim.Y;
        Lane = linearIndex % group.WarpSize;
        Local = memory;
        LocalWritten = memory + localBytes;
        Frame = memory + 2 * localBytes;
        Given = Taken = Operand = Width = 0;
    }

    public override string ToString() => $"({X}, {Y}, {Z})";
}
