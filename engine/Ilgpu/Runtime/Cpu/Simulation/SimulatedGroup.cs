using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>The group that a host thread simulates at the moment: its threads, its shared memory, and who waits for whom.</summary>
internal sealed unsafe class SimulatedGroup : IDisposable
{
    private readonly TranslatedKernel kernel;

    private readonly SimulatedThread[] threads;

    private readonly byte* memory;

    /// <summary>The grid and group shape of the launch.</summary>
    public readonly Index3D GridDim, GroupDim;

    public readonly int WarpSize;

    /// <summary>The buffers of the accelerator.</summary>
    public readonly Allocation[] Allocations;

    /// <summary>Static allocations first, then dynamic memory.</summary>
    public readonly byte* Shared;

    public readonly int SharedBytes, DynamicSharedBytes, LocalBytes;

    /// <summary>The position in the grid.</summary>
    public int X, Y, Z;

    public SimulatedGroup(TranslatedKernel kernel, in KernelConfig config, int warpSize, Allocation[] allocations)
    {
        this.kernel = kernel;
        GridDim = config.GridDim;
        GroupDim = config.GroupDim;
        WarpSize = warpSize;
        Allocations = allocations;
        DynamicSharedBytes = config.SharedMemoryConfig.ArraySize;
        SharedBytes = kernel.SharedBytes + DynamicSharedBytes;
        LocalBytes = kernel.LocalBytes;
        Shadow = new(SharedBytes, kernel.CellBytes) { WarpSize = warpSize };
        threads = new SimulatedThread[GroupDim.Size];
        int local = (kernel.LocalBytes + 15) & ~15;
        int perThread = kernel.FrameBytes + 2 * local;
        memory = (byte*)NativeMemory.AlignedAlloc((nuint)(((SharedBytes + 15) & ~15) + (long)perThread * threads.Length + 16), 16);
        Shared = memory;
        byte* next = memory + ((SharedBytes + 15) & ~15);
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new(this, i, next, local);
            next += perThread;
        }
    }

    public SharedShadow Shadow { get; }

    /// <summary>Null where nothing is counted.</summary>
    public GroupCounts? Counts { get; set; }

    /// <summary>Runs all threads of the group at a position of the grid.</summary>
    public void Run(int x, int y, int z, byte* arguments)
    {
        (X, Y, Z) = (x, y, z);
        Shadow.StartGroup();
        foreach (SimulatedThread thread in threads)
        {
            if (kernel.LocalBytes > 0)
                NativeMemory.Clear(thread.LocalWritten, (nuint)kernel.LocalBytes);
            thread.State = kernel.Body(thread, arguments, 0);
        }

        if (kernel.SyncPoints.Length > 0)
            RunFromBarrierToBarrier(arguments);
    }

    /// <exception cref="SimulatorException">Always: what happened, and where.</exception>
    [DoesNotReturn]
    public void Fail(SimulatedThread? thread, string what, int site)
    {
        string where = site >= 0 && kernel.Sites[site] is { } location ? location.Chain() : "an unknown line";
        string who = thread is null ? string.Empty : $", thread {thread}";
        throw new SimulatorException($"Kernel '{kernel.Name}' {what}, at {where}; group ({X}, {Y}, {Z}){who}.");
    }

    public void Dispose() => NativeMemory.AlignedFree(memory);

    private void RunFromBarrierToBarrier(byte* arguments)
    {
        while (true)
        {
            for (int first = 0; first < threads.Length; first += WarpSize)
                RunWarp(threads.AsSpan(first, Math.Min(WarpSize, threads.Length - first)), arguments);
            if (!IsAnyoneWaiting(threads))
                return;
            SyncPoint point = CommonPoint(threads);
            GroupSynchronization.Apply(point.Instruction, threads);
            Shadow.PassBarrier();
            Counts?.PassBarrier();
            foreach (SimulatedThread thread in threads)
                thread.State = kernel.Body(thread, arguments, thread.State);
        }
    }

    /// <summary>Runs a warp until none of its threads waits for the warp alone.</summary>
    private void RunWarp(Span<SimulatedThread> warp, byte* arguments)
    {
        while (IsAnyoneInWarpWide(warp))
        {
            SyncPoint point = CommonPoint(warp);
            WarpSynchronization.Apply(point.Instruction, warp);
            Shadow.PassWarpBarrier();
            foreach (SimulatedThread thread in warp)
                thread.State = kernel.Body(thread, arguments, thread.State);
        }
    }

    private static bool IsAnyoneWaiting(ReadOnlySpan<SimulatedThread> some)
    {
        foreach (SimulatedThread thread in some)
        {
            if (thread.State != SimulatedThread.Finished)
                return true;
        }

        return false;
    }

    private bool IsAnyoneInWarpWide(ReadOnlySpan<SimulatedThread> warp)
    {
        foreach (SimulatedThread thread in warp)
        {
            if (thread.State != SimulatedThread.Finished && kernel.SyncPoints[thread.State - 1].IsWarpWide)
                return true;
        }

        return false;
    }

    /// <summary>The synchronisation that all the threads wait at.</summary>
    private SyncPoint CommonPoint(ReadOnlySpan<SimulatedThread> some)
    {
        SimulatedThread? waiting = null;
        foreach (SimulatedThread thread in some)
        {
            if (thread.State != SimulatedThread.Finished && (waiting is null || kernel.SyncPoints[thread.State - 1].IsWarpWide))
                waiting = thread;
        }

        SyncPoint point = kernel.SyncPoints[waiting!.State - 1];
        foreach (SimulatedThread thread in some)
        {
            if (thread.State == waiting.State)
                continue;
            string elsewhere = thread.State == SimulatedThread.Finished
                ? "has returned"
                : $"waits at {kernel.SyncPoints[thread.State - 1].Name} ({kernel.Sites[kernel.SyncPoints[thread.State - 1].Site]})";
            Fail(waiting, $"has a divergent {point.Name}: the thread waits for all, but thread {thread} {elsewhere}", point.Site);
        }

        return point;
    }
}
