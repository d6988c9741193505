using System.Runtime.InteropServices;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>The group that a host thread runs at the moment. Translated kernels read its public fields.</summary>
internal sealed unsafe class VectorGroup : IDisposable
{
    /// <summary>Of the memory that kernels see, and of vectors.</summary>
    private const int Alignment = 64;

    /// <summary>Bytes of four 32-bit scalars of each lane.</summary>
    private const int AllQuads = VectorPlan.Lanes * LaneQuads.Bytes;

    /// <summary>Bytes before and behind the memory that kernels see, which lanes that take no part may read.</summary>
    private const int Margin = AllQuads;

    public readonly int GroupSizeX, GroupSizeY, GroupSizeZ, GridSizeX, GridSizeY, GridSizeZ;

    public readonly int WarpSize;

    /// <summary>Static allocations first, then dynamic memory.</summary>
    public readonly byte* Shared;

    public readonly int DynamicSharedBytes;

    /// <summary>Room for four vectors, in which <see cref="LaneQuads"/> hands over what it gathers.</summary>
    public readonly byte* Quads;

    /// <summary>The position in the grid.</summary>
    public int GroupIndexX, GroupIndexY, GroupIndexZ;

    private readonly VectorKernel _kernel;

    private readonly LaneBatch[] _batches;

    private readonly int _threads;

    private readonly byte* _memory;

    public VectorGroup(VectorKernel kernel, in KernelConfig config, int warpSize)
    {
        _kernel = kernel;
        (GroupSizeX, GroupSizeY, GroupSizeZ) = (config.GroupDim.X, config.GroupDim.Y, config.GroupDim.Z);
        (GridSizeX, GridSizeY, GridSizeZ) = (config.GridDim.X, config.GridDim.Y, config.GridDim.Z);
        WarpSize = warpSize;
        DynamicSharedBytes = config.SharedMemoryConfig.ArraySize;
        _threads = config.GroupDim.Size;
        _batches = new LaneBatch[(_threads + VectorPlan.Lanes - 1) / VectorPlan.Lanes];
        int shared = Align(kernel.SharedBytes + DynamicSharedBytes);
        int frame = Align(kernel.FrameBytes);
        int stride = (kernel.LocalBytes + 15) & ~15;
        int each = Align(LaneBatch.FixedBytes + frame + (stride * VectorPlan.Lanes));
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(AllQuads + (2L * Margin) + shared + ((long)each * _batches.Length)), Alignment);
        Quads = _memory;
        Shared = _memory + AllQuads + Margin;
        for (int i = 0; i < _batches.Length; i++)
        {
            int first = i * VectorPlan.Lanes;
            _batches[i] =
                new(this, first, Math.Min(VectorPlan.Lanes, _threads - first), Shared + shared + ((long)each * i), frame, stride);
        }
    }

    /// <summary>Runs all threads of a group of the grid.</summary>
    /// <param name="number">The group, X fastest.</param>
    /// <param name="arguments">The packed arguments of the launch.</param>
    /// <exception cref="SimulatorException">Threads wait at different barriers, or the kernel can't go on.</exception>
    public void Run(long number, byte* arguments)
    {
        GroupIndexX = (int)(number % GridSizeX);
        GroupIndexY = (int)(number / GridSizeX % GridSizeY);
        GroupIndexZ = (int)(number / GridSizeX / GridSizeY);
        bool waits = _kernel.SyncPoints.Length > 0;
        foreach (LaneBatch batch in _batches)
        {
            // Batches say which lanes go on where they wait, and nowhere else.
            if (waits)
            {
                batch.Restart();
            }

            batch.State = _kernel.Body(batch, arguments, 0);
        }

        while (waits && CommonState() is > 0 and int state)
        {
            Exchange(_kernel.SyncPoints[state - 1].Instruction);
            foreach (LaneBatch batch in _batches)
            {
                if (batch.State != LaneBatch.Finished)
                {
                    batch.State = _kernel.Body(batch, arguments, batch.State);
                }
            }
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private static int Align(int bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>The synchronisation that all batches wait at; 0 if none waits.</summary>
    private int CommonState()
    {
        int state = 0;
        foreach (LaneBatch batch in _batches)
        {
            if (batch.State == LaneBatch.Finished || batch.State == state)
            {
                continue;
            }

            if (state != 0)
            {
                throw new SimulatorException(
                    $"Kernel '{_kernel.Name}' has a divergent {_kernel.SyncPoints[state - 1].Name}: threads of group ({GroupIndexX}, "
                    + $"{GroupIndexY}, {GroupIndexZ}) wait at {_kernel.SyncPoints[batch.State - 1].Name} elsewhere.");
            }

            state = batch.State;
        }

        return state;
    }

    private void Exchange(Instruction instruction)
    {
        if (instruction.Opcode == Opcode.BarrierReduce)
        {
            Reduce((BarrierReduction)instruction.Kind);
        }
        else if (instruction.Opcode == Opcode.Shuffle)
        {
            for (int thread = 0; thread < _threads; thread++)
            {
                Shuffle((ShuffleKind)instruction.Kind, thread);
            }
        }
    }

    private void Reduce(BarrierReduction reduction)
    {
        var (waiting, count) = (0, 0);
        foreach (LaneBatch batch in _batches)
        {
            for (int lane = 0; lane < VectorPlan.Lanes; lane++)
            {
                waiting += batch.IsWaiting(lane) ? 1 : 0;
                count += batch.IsWaiting(lane) && batch.Given[lane] != 0 ? 1 : 0;
            }
        }

        long result = reduction switch
        {
            BarrierReduction.PopCount => count,
            BarrierReduction.And => count == waiting ? 1 : 0,
            _ => count > 0 ? 1 : 0,
        };
        foreach (LaneBatch batch in _batches)
        {
            *batch.Taken = result;
        }
    }

    /// <summary>Hands a thread what another of its warp gives; its own if there is no such thread.</summary>
    private void Shuffle(ShuffleKind kind, int thread)
    {
        var (batch, lane) = (_batches[thread / VectorPlan.Lanes], thread % VectorPlan.Lanes);
        if (!batch.IsWaiting(lane))
        {
            return;
        }

        int position = thread % WarpSize;
        int source = WarpSynchronization.SourceOf(kind, position, batch.Operand[lane], Math.Max(batch.Width[lane], 1));
        int other = thread - position + source;
        batch.Taken[lane] = source >= 0 && source < WarpSize && other < _threads
            ? _batches[other / VectorPlan.Lanes].Given[other % VectorPlan.Lanes]
            : batch.Given[lane];
    }
}
