using IlgpuGan.TestsCommon.PtxMachine.Instructions;

namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>
/// A thread group (CTA). Its warps run in turn, each up to a barrier. One object runs all groups of a launch, one after the other.
/// </summary>
internal sealed class PtxGroup
{
    private readonly PtxLaunch _launch;
    private readonly PtxWarp[] _warps;
    private readonly PtxBarrier[] _barriers = [.. Enumerable.Range(0, 16).Select(_ => new PtxBarrier())];

    public PtxGroup(PtxLaunch launch)
    {
        _launch = launch;
        var entry = launch.Kernel.Entry;
        DynamicStart = (entry.SharedBytes + entry.DynamicAlignment - 1) / entry.DynamicAlignment * entry.DynamicAlignment;
        Shared = new PtxSharedMemory(DynamicStart + launch.DynamicBytes, launch.Kernel.CellBytes);
        _warps = new PtxWarp[(Threads + PtxWarp.Lanes - 1) / PtxWarp.Lanes];
        for (var k = 0; k < _warps.Length; k++)
        {
            _warps[k] = new PtxWarp(this, k);
        }
    }

    public PtxLaunch Launch => _launch;

    public PtxKernel Kernel => _launch.Kernel;

    public (int X, int Y, int Z) Index { get; private set; }

    public int Threads => _launch.Group.X * _launch.Group.Y * _launch.Group.Z;

    public PtxSharedMemory Shared { get; }

    /// <summary>The offset of dynamic shared memory.</summary>
    public int DynamicStart { get; }

    /// <summary>The number of the barrier interval, from 1.</summary>
    public int Epoch { get; private set; }

    public (int X, int Y, int Z) Position(int thread) =>
        (thread % _launch.Group.X, thread / _launch.Group.X % _launch.Group.Y, thread / _launch.Group.X / _launch.Group.Y);

    /// <summary>The value of a special register for a thread (ISA section 10).</summary>
    public ulong Special(string name, int thread)
    {
        var position = Position(thread);
        var lane = thread % PtxWarp.Lanes;
        return name switch
        {
            "%tid.x" => (ulong)position.X,
            "%tid.y" => (ulong)position.Y,
            "%tid.z" => (ulong)position.Z,
            "%ntid.x" => (ulong)_launch.Group.X,
            "%ntid.y" => (ulong)_launch.Group.Y,
            "%ntid.z" => (ulong)_launch.Group.Z,
            "%ctaid.x" => (ulong)Index.X,
            "%ctaid.y" => (ulong)Index.Y,
            "%ctaid.z" => (ulong)Index.Z,
            "%nctaid.x" => (ulong)_launch.Grid.X,
            "%nctaid.y" => (ulong)_launch.Grid.Y,
            "%nctaid.z" => (ulong)_launch.Grid.Z,
            "%laneid" => (ulong)lane,
            "%warpid" => (ulong)(thread / PtxWarp.Lanes),
            "%nwarpid" => (ulong)((Threads + PtxWarp.Lanes - 1) / PtxWarp.Lanes),
            "WARP_SZ" => PtxWarp.Lanes,
            "%dynamic_smem_size" => (ulong)_launch.DynamicBytes,
            "%total_smem_size" => (ulong)(DynamicStart + _launch.DynamicBytes),
            "dynamic shared memory" => (ulong)DynamicStart,
            "%lanemask_eq" => 1UL << lane,
            "%lanemask_lt" => (1UL << lane) - 1,
            "%lanemask_le" => (2UL << lane) - 1,
            "%lanemask_ge" => uint.MaxValue & ~((1UL << lane) - 1),
            "%lanemask_gt" => uint.MaxValue & ~((2UL << lane) - 1),
            _ => throw new NotSupportedException(name),
        };
    }

    /// <summary>Registers the arrival of a warp, with all its lanes, at a barrier.</summary>
    public void Arrive(PtxWarp warp, Instructions.BarrierNode node, uint lanes, int barrier, int threads) =>
        _barriers[barrier].Arrive(warp, node, lanes, threads);

    public void Run((int X, int Y, int Z) index)
    {
        (Index, Epoch) = (index, 1);
        Shared.Clear();
        foreach (var barrier in _barriers)
        {
            barrier.Clear();
        }
        foreach (var warp in _warps)
        {
            warp.Start();
        }
        while (true)
        {
            foreach (var warp in _warps)
            {
                warp.Run();
            }
            if (Array.TrueForAll(_warps, warp => warp.Live == 0))
            {
                return;
            }
            var released = false;
            foreach (var barrier in _barriers)
            {
                released |= barrier.TryRelease(_warps);
            }
            if (!released)
            {
                throw Deadlock();
            }
            Epoch++;
            _launch.Clock.PassBarrier();
        }
    }

    private PtxFaultException Deadlock()
    {
        var places = _barriers.SelectMany(barrier => barrier.Waiting).Select(w => $"warp {w.Warp.Index} at {w.Node}");
        return new PtxFaultException(
            $"{Kernel.Entry.Name}, group {Index}: the threads wait at different barriers: {string.Join("; ", places)}");
    }
}

/// <summary>One of the sixteen barriers of a group.</summary>
internal sealed class PtxBarrier
{
    private int _arrivedWithoutWaiting;
    private int _expected;

    public List<(PtxWarp Warp, Instructions.BarrierNode Node, uint Lanes)> Waiting { get; } = [];

    public void Clear()
    {
        Waiting.Clear();
        _arrivedWithoutWaiting = 0;
    }

    public void Arrive(PtxWarp warp, Instructions.BarrierNode node, uint lanes, int threads)
    {
        if ((Waiting.Count > 0 || _arrivedWithoutWaiting > 0) && _expected != threads)
        {
            throw warp.Fault(node, 0, $"the barrier is waited at for {threads} threads and for {_expected}");
        }
        _expected = threads;
        if (node.OnlyArrives)
        {
            _arrivedWithoutWaiting += PtxWarp.Lanes;
        }
        else
        {
            Waiting.Add((warp, node, lanes));
        }
    }

    /// <summary>Releases the waiting warps if all expected threads have arrived.</summary>
    public bool TryRelease(PtxWarp[] warps)
    {
        if (Waiting.Count == 0)
        {
            return false;
        }
        var isComplete = _expected == 0
            ? Array.TrueForAll(warps, warp => warp.Live == 0 || Waiting.Exists(w => w.Warp == warp))
            : (Waiting.Count * PtxWarp.Lanes) + _arrivedWithoutWaiting >= _expected;
        if (!isComplete)
        {
            return false;
        }
        Instructions.BarrierNode.Reduce(Waiting);
        foreach (var (warp, _, lanes) in Waiting)
        {
            warp.AtBarrier &= ~lanes;
        }
        Clear();
        return true;
    }
}
