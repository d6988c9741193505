using System.Runtime.Intrinsics;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Neighbouring threads of a group that run together. Translated kernels read its public fields.</summary>
internal sealed unsafe class LaneBatch
{
    /// <summary>The value of <see cref="State"/> once all lanes have returned from the kernel.</summary>
    public const int Finished = -1;

    /// <summary>Bytes of one number, and of one wide number, of each lane.</summary>
    private const int Narrow = VectorPlan.Lanes * sizeof(int), Wide = VectorPlan.Lanes * sizeof(long);

    /// <summary>Bytes of a batch besides its frame and local memory.</summary>
    public const int FixedBytes = (8 * Narrow) + (2 * Wide);

    public readonly VectorGroup Group;

    /// <summary>The position of each lane in the group, and in its warp.</summary>
    public readonly int* ThreadIndexX, ThreadIndexY, ThreadIndexZ, LaneIndex;

    /// <summary>Mask of the lanes that have not returned: all bits of a lane's element, or none.</summary>
    public readonly int* Mask;

    /// <summary>Each lane's input to a synchronisation, and its result.</summary>
    public readonly long* Given, Taken;

    /// <summary>Of shuffles: lane, delta or mask, and the width.</summary>
    public readonly int* Operand, Width;

    /// <summary>The frame: values that live across a synchronisation.</summary>
    public readonly byte* Frame;

    /// <summary>The first lane's own memory; the others' follow.</summary>
    public readonly byte* Local;

    /// <summary>From one lane's memory to the next one's, in bytes.</summary>
    public readonly int LocalStride;

    /// <summary>0 to start, the number of the synchronisation that the batch waits at, or <see cref="Finished"/>.</summary>
    public int State;

    private readonly int _threads;

    /// <param name="group">The group.</param>
    /// <param name="first">The number of the first lane's thread in the group.</param>
    /// <param name="threads">How many lanes have a thread.</param>
    /// <param name="memory">The fixed part, the frame and the lanes' own memory, in this order.</param>
    /// <param name="frameBytes">The size of the frame.</param>
    /// <param name="localStride">The size of a lane's own memory.</param>
    public LaneBatch(VectorGroup group, int first, int threads, byte* memory, int frameBytes, int localStride)
    {
        Group = group;
        _threads = threads;
        Given = (long*)memory;
        Taken = (long*)(memory + Wide);
        int* numbers = (int*)(memory + (2 * Wide));
        ThreadIndexX = numbers;
        ThreadIndexY = numbers + VectorPlan.Lanes;
        ThreadIndexZ = numbers + (2 * VectorPlan.Lanes);
        LaneIndex = numbers + (3 * VectorPlan.Lanes);
        Mask = numbers + (4 * VectorPlan.Lanes);
        Operand = numbers + (5 * VectorPlan.Lanes);
        Width = numbers + (6 * VectorPlan.Lanes);
        Frame = memory + FixedBytes;
        Local = Frame + frameBytes;
        LocalStride = localStride;
        for (int lane = 0; lane < VectorPlan.Lanes; lane++)
        {
            int thread = first + lane;
            ThreadIndexX[lane] = thread % group.GroupSizeX;
            ThreadIndexY[lane] = thread / group.GroupSizeX % group.GroupSizeY;
            ThreadIndexZ[lane] = thread / group.GroupSizeX / group.GroupSizeY;
            LaneIndex[lane] = thread % group.WarpSize;
        }

        Restart();
    }

    /// <summary>Gets ready for the start of a kernel, after one that may have waited.</summary>
    public void Restart()
    {
        State = 0;
        Vector256<int> numbers = Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7);
        Vector256.LessThan(numbers, Vector256.Create(_threads)).Store(Mask);
    }

    /// <summary>Whether a lane waits with the batch.</summary>
    public bool IsWaiting(int lane) => State != Finished && Mask[lane] != 0;
}
