using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>The group that a host thread simulates at the moment: its threads, its shared memory, and who waits for whom.</summary>
internal sealed unsafe class SimulatedGroup : IDisposable
{
    private readonly SimulatedLaunch _launch;

    private readonly TranslatedKernel _kernel;

    private readonly SimulatedThread[] _threads;

    private readonly byte* _memory;

    /// <summary>The grid and group shape of the launch.</summary>
    public readonly Index3D GridDim, GroupDim;

    public readonly int WarpSize;

    /// <summary>The buffers of the accelerator.</summary>
    public readonly Allocation?[] Allocations;

    /// <summary>Whether races in buffers are looked for, and reads of what nobody wrote.</summary>
    public readonly bool ChecksBuffers;

    /// <summary>How races in buffers and in shared memory are met.</summary>
    public readonly RaceChecks BufferRaces, SharedRaces;

    /// <summary>Whether no other group runs at the same time.</summary>
    public readonly bool IsAlone;

    /// <summary>Static allocations first, then dynamic memory.</summary>
    public readonly byte* Shared;

    public readonly int SharedBytes, DynamicSharedBytes, LocalBytes;

    /// <summary>The position in the grid.</summary>
    public int X, Y, Z;

    private long GroupNumber => X + ((Y + ((long)Z * GridDim.Y)) * GridDim.X);

    public SimulatedGroup(SimulatedLaunch launch)
    {
        _launch = launch;
        _kernel = launch.Kernel;
        GridDim = launch.Config.GridDim;
        GroupDim = launch.Config.GroupDim;
        WarpSize = launch.WarpSize;
        Allocations = launch.Allocations;
        ChecksBuffers = launch.ChecksBuffers;
        (BufferRaces, SharedRaces) = launch.Races;
        IsAlone = launch.IsSequential;
        Clock = new(launch.Timeline, WarpSize, _kernel.HasFences);
        DynamicSharedBytes = launch.Config.SharedMemoryConfig.ArraySize;
        SharedBytes = _kernel.SharedBytes + DynamicSharedBytes;
        LocalBytes = _kernel.LocalBytes;
        SharedShadow = new(SharedBytes, isOfGroup: true);
        _threads = new SimulatedThread[GroupDim.Size];
        int local = (_kernel.LocalBytes + 15) & ~15;
        int perThread = _kernel.FrameBytes + 2 * local;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(((SharedBytes + 15) & ~15) + (long)perThread * _threads.Length + 16), 16);
        Shared = _memory;
        byte* next = _memory + ((SharedBytes + 15) & ~15);
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new(this, i, next, local);
            next += perThread;
        }
    }

    public GroupClock Clock { get; }

    public AccessShadow SharedShadow { get; }

    /// <summary>The smallest access of the kernel in bytes.</summary>
    public int CellBytes => _kernel.CellBytes;

    /// <summary>Null where nothing is counted.</summary>
    public GroupCounts? Counts { get; set; }

    /// <summary>Runs all threads of a group of the grid.</summary>
    public void Run(long number)
    {
        byte* arguments = _launch.Arguments;
        (X, Y, Z) = _launch.PositionOf(number);
        Clock.StartGroup(number);
        foreach (SimulatedThread thread in _threads)
        {
            if (_kernel.LocalBytes > 0)
            {
                NativeMemory.Clear(thread.LocalWritten, (nuint)_kernel.LocalBytes);
            }

            thread.State = _kernel.Body(thread, arguments, 0);
        }

        if (_kernel.SyncPoints.Length > 0)
        {
            RunFromBarrierToBarrier(arguments);
        }
    }

    /// <exception cref="SimulatorException">Always: what happened, and where.</exception>
    [DoesNotReturn]
    public void Fail(SimulatedThread? thread, string what, int site) => throw new SimulatorException(Message(thread, what, site));

    /// <summary>Ends the launch, or reports: a thread accesses what another thread does, with nothing that orders the two.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="verb">What it does.</param>
    /// <param name="bytes">Where to: offset and size.</param>
    /// <param name="memory">In which memory.</param>
    /// <param name="collision">The other thread.</param>
    /// <param name="site">The thread's place in the source.</param>
    /// <param name="isReported">Whether the launch goes on.</param>
    public void FailRace(
        SimulatedThread thread, string verb, (long Offset, int Size) bytes, string memory, Collision collision, int site, bool isReported)
    {
        long other = Clock.GroupOf(collision.Touch);
        SimulatedThread who = _threads[collision.Touch.Thread];
        string where = collision.Touch.Site >= 0 && _kernel.Sites[collision.Touch.Site] is { } location
            ? location.Chain()
            : "an unknown line";
        string remedy = other == GroupNumber ? "with no barrier between" : "and nothing orders groups of a launch";
        string what = $"has a data race: {verb} {bytes.Size} bytes at offset {bytes.Offset} of {memory}, which group " +
            $"{_launch.PositionOf(other)}, thread {who} {collision.Verb} at {where}, {remedy}";
        if (isReported)
        {
            _launch.Report((site, collision.Touch.Site), Message(thread, what, site));
        }
        else
        {
            Fail(thread, what, site);
        }
    }

    private string Message(SimulatedThread? thread, string what, int site)
    {
        string where = site >= 0 && _kernel.Sites[site] is { } location ? location.Chain() : "an unknown line";
        string who = thread is null ? string.Empty : $", thread {thread}";
        return $"Kernel '{_kernel.Name}' {what}, at {where}; group ({X}, {Y}, {Z}){who}.";
    }

    /// <summary>How messages call memory.</summary>
    public string NameOf(int allocation) => allocation switch
    {
        TaggedPointer.Shared => "shared memory",
        TaggedPointer.Local => "local memory",
        _ => _launch.NameOf(allocation),
    };

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private void RunFromBarrierToBarrier(byte* arguments)
    {
        while (true)
        {
            for (int first = 0; first < _threads.Length; first += WarpSize)
            {
                RunWarp(_threads.AsSpan(first, Math.Min(WarpSize, _threads.Length - first)), arguments);
            }

            if (!IsAnyoneWaiting(_threads))
            {
                return;
            }

            SyncPoint point = CommonPoint(_threads);
            GroupSynchronization.Apply(point.Instruction, _threads);
            Clock.PassBarrier();
            Counts?.PassBarrier();
            foreach (SimulatedThread thread in _threads)
            {
                thread.State = _kernel.Body(thread, arguments, thread.State);
            }
        }
    }

    /// <summary>Runs a warp until none of its threads waits for the warp alone.</summary>
    private void RunWarp(Span<SimulatedThread> warp, byte* arguments)
    {
        while (IsAnyoneInWarpWide(warp))
        {
            SyncPoint point = CommonPoint(warp);
            WarpSynchronization.Apply(point.Instruction, warp);
            Clock.PassWarpBarrier();
            foreach (SimulatedThread thread in warp)
            {
                thread.State = _kernel.Body(thread, arguments, thread.State);
            }
        }
    }

    private static bool IsAnyoneWaiting(ReadOnlySpan<SimulatedThread> some)
    {
        foreach (SimulatedThread thread in some)
        {
            if (thread.State != SimulatedThread.Finished)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsAnyoneInWarpWide(ReadOnlySpan<SimulatedThread> warp)
    {
        foreach (SimulatedThread thread in warp)
        {
            if (thread.State != SimulatedThread.Finished && _kernel.SyncPoints[thread.State - 1].IsWarpWide)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The synchronisation that all the threads wait at.</summary>
    private SyncPoint CommonPoint(ReadOnlySpan<SimulatedThread> some)
    {
        SimulatedThread? waiting = null;
        foreach (SimulatedThread thread in some)
        {
            if (thread.State != SimulatedThread.Finished && (waiting is null || _kernel.SyncPoints[thread.State - 1].IsWarpWide))
            {
                waiting = thread;
            }
        }

        SyncPoint point = _kernel.SyncPoints[waiting!.State - 1];
        foreach (SimulatedThread thread in some)
        {
            if (thread.State == waiting.State)
            {
                continue;
            }

            string elsewhere = thread.State == SimulatedThread.Finished
                ? "has returned"
                : $"waits at {_kernel.SyncPoints[thread.State - 1].Name} ({_kernel.Sites[_kernel.SyncPoints[thread.State - 1].Site]})";
            Fail(waiting, $"has a divergent {point.Name}: the thread waits for all, but thread {thread} {elsewhere}", point.Site);
        }

        return point;
    }
}
