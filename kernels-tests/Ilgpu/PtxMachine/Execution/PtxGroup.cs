namespace IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Execution;

/// <summary>A thread group (CTA): its warps run in turn until they meet at a barrier.</summary>
internal sealed class PtxGroup
{
    private readonly PtxLaunch launch;
    private readonly PtxWarp[] warps;
    private readonly PtxBarrier[] barriers = [.. Enumerable.Range(0, 16).Select(_ => new PtxBarrier())];

    public PtxGroup(PtxLaunch launch, (int X, int Y, int Z) index)
    {
        (this.launch, Index) = (launch, index);
        var entry = launch.Kernel.Entry;
        DynamicStart = (entry.SharedBytes + entry.DynamicAlignment - 1) / entry.DynamicAlignment * entry.DynamicAlignment;
        Shared = new PtxSharedMemory(DynamicStart + launch.DynamicBytes);
        warps = new PtxWarp[(Threads + PtxWarp.Lanes - 1) / PtxWarp.Lanes];
        for (var k = 0; k < warps.Length; k++)
            warps[k] = new PtxWarp(this, k);
    }

    public PtxLaunch Launch => launch;

    public PtxKernel Kernel => launch.Kernel;

    public (int X, int Y, int Z) Index { get; }

    public int Threads => launch.Group.X * launch.Group.Y * launch.Group.Z;

    public PtxSharedMemory Shared { get; }

    /// <summary>Where dynamic shared memory begins.</summary>
    public int DynamicStart { get; }

    /// <summary>How many barriers the group has passed; 0 is never.</summary>
    public int Epoch { get; private set; } = 1;

    public (int X, int Y, int Z) Position(int thread) =>
        (thread % launch.Group.X, thread / launch.Group.X % launch.Group.Y, thread / launch.Group.X / launch.Group.Y);

    /// <summary>A special register as a thread sees it (ISA section 10).</summary>
    public ulong Special(string name, int thread)
    {
        var position = Position(thread);
        var lane = thread % PtxWarp.Lanes;
        return name switch
        {
            "%tid.x" => (ulong)position.X,
            "%tid.y" => (ulong)position.Y,
            "%tid.z" => (ulong)position.Z,
            "%ntid.x" => (ulong)launch.Group.X,
            "%ntid.y" => (ulong)launch.Group.Y,
            "%ntid.z" => (ulong)launch.Group.Z,
            "%ctaid.x" => (ulong)Index.X,
            "%ctaid.y" => (ulong)Index.Y,
            "%ctaid.z" => (ulong)Index.Z,
            "%nctaid.x" => (ulong)launch.Grid.X,
            "%nctaid.y" => (ulong)launch.Grid.Y,
            "%nctaid.z" => (ulong)launch.Grid.Z,
            "%laneid" => (ulong)lane,
            "%warpid" => (ulong)(thread / PtxWarp.Lanes),
            "%nwarpid" => (ulong)((Threads + PtxWarp.Lanes - 1) / PtxWarp.Lanes),
            "WARP_SZ" => PtxWarp.Lanes,
            "%dynamic_smem_size" => (ulong)launch.DynamicBytes,
            "%total_smem_size" => (ulong)(DynamicStart + launch.DynamicBytes),
            "dynamic shared memory" => (ulong)DynamicStart,
            "%lanemask_eq" => 1UL << lane,
            "%lanemask_lt" => (1UL << lane) - 1,
            "%lanemask_le" => (2UL << lane) - 1,
            "%lanemask_ge" => uint.MaxValue & ~((1UL << lane) - 1),
            "%lanemask_gt" => uint.MaxValue & ~((2UL << lane) - 1),
            _ => throw new NotSupportedException(name),
        };
    }

    /// <summary>A warp, all its lanes together, comes to a barrier.</summary>
    public void Arrive(PtxWarp warp, Instructions.BarrierNode node, uint lanes, int barrier, int threads) =>
        barriers[barrier].Arrive(warp, node, lanes, threads);

    public void Run()
    {
        while (true)
        {
            foreach (var warp in warps)
                warp.Run();
            if (Array.TrueForAll(warps, warp => warp.Live == 0))
                return;
            var released = false;
            foreach (var barrier in barriers)
                released |= barrier.TryRelease(warps);
            if (!released)
                throw Deadlock();
            Epoch++;
            launch.Clock.PassBarrier();
        }
    }

    private PtxFaultException Deadlock()
    {
        var places = barriers.SelectMany(barrier => barrier.Waiting).Select(w => $"warp {w.Warp.Index} at {w.Node}");
        return new PtxFaultException(
            $"{Kernel.Entry.Name}, group {Index}: the threads wait at different barriers: {string.Join("; ", places)}");
    }
}

/// <summary>One of the sixteen barriers of a group.</summary>
internal sealed class PtxBarrier
{
    private int arrivedWithoutWaiting;
    private int expected;

    public List<(PtxWarp Warp, Instructions.BarrierNode Node, uint Lanes)> Waiting { get; } = [];

    public void Arrive(PtxWarp warp, Instructions.BarrierNode node, uint lanes, int threads)
    {
        if ((Waiting.Count > 0 || arrivedWithoutWaiting > 0) && expected != threads)
            throw warp.Fault(node, 0, $"the barrier is waited at for {threads} threads and for {expected}");
        expected = threads;
        if (node.OnlyArrives)
            arrivedWithoutWaiting += PtxWarp.Lanes;
        else
            Waiting.Add((warp, node, lanes));
    }

    /// <summary>Lets all go on if all are there.</summary>
    public bool TryRelease(PtxWarp[] warps)
    {
        if (Waiting.Count == 0)
            return false;
        var isComplete = expected == 0
            ? Array.TrueForAll(warps, warp => warp.Live == 0 || Waiting.Exists(w => w.Warp == warp))
            : (Waiting.Count * PtxWarp.Lanes) + arrivedWithoutWaiting >= expected;
        if (!isComplete)
            return false;
        Instructions.BarrierNode.Reduce(Waiting);
        foreach (var (warp, _, lanes) in Waiting)
            warp.AtBarrier &= ~lanes;
        Waiting.Clear();
        arrivedWithoutWaiting = 0;
        return true;
    }
}
