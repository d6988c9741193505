using System.Numerics;
using System.Runtime.InteropServices;

namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>
/// Up to 32 threads. Lanes at the same instruction execute it together. If lanes diverge, those earliest in the text run first, so that
/// paths reconverge. Each lane of each register tracks whether its value is defined. Undefined values propagate through arithmetic, and are
/// an error in a branch condition, an address, or a store to global memory.
/// </summary>
internal sealed class PtxWarp
{
    public const int Lanes = 32;
    private const long MaxSteps = 20_000_000;

    private readonly PtxNode[] _code;
    private readonly int[] _positions = new int[Lanes];
    private readonly byte[] _local;
    private readonly bool[] _localDefined;
    private uint _parked;
    private long _steps;

    public PtxWarp(PtxGroup group, int index)
    {
        (Group, Index, _code) = (group, index, group.Kernel.Code);
        var slots = group.Kernel.Slots;
        Values = new ulong[slots.Count * Lanes];
        Defined = new uint[slots.Count];
        Predicates = new uint[slots.Predicates];
        PredicatesDefined = new uint[slots.Predicates];
        LocalBytes = group.Kernel.Entry.LocalBytes;
        _local = new byte[LocalBytes * Lanes];
        _localDefined = new bool[LocalBytes * Lanes];
        foreach (var (bits, slot) in slots.Constants)
        {
            Fill(slot, _ => bits);
        }
        foreach (var (name, slot) in slots.Specials)
        {
            Fill(slot, lane => group.Special(name, (index * Lanes) + lane));
        }
        foreach (var (holds, slot) in slots.ConstantPredicates)
        {
            SetPredicate(slot, uint.MaxValue, holds ? uint.MaxValue : 0, uint.MaxValue);
        }
        Copies = new PtxCopies(this);
    }

    public PtxGroup Group { get; }

    public int Index { get; }

    /// <summary>[register, 32 lanes], zero-extended.</summary>
    public ulong[] Values { get; }

    /// <summary>For each register the lanes with a defined value.</summary>
    public uint[] Defined { get; }

    public uint[] Predicates { get; }

    public uint[] PredicatesDefined { get; }

    /// <summary>The lanes that have not exited.</summary>
    public uint Live { get; private set; }

    /// <summary>The lanes waiting at a barrier of the group.</summary>
    public uint AtBarrier { get; set; }

    /// <summary>The number of warp barriers passed.</summary>
    public int Epoch { get; set; }

    public int LocalBytes { get; }

    public PtxCopies Copies { get; }

    /// <summary>Resets the warp for the next group: all registers and local memory are undefined.</summary>
    public void Start()
    {
        var count = Math.Min(Lanes, Group.Threads - (Index * Lanes));
        Live = count == Lanes ? uint.MaxValue : (1u << count) - 1;
        (AtBarrier, Epoch, _parked, _steps) = (0, 0, 0, 0);
        Array.Clear(_positions);
        Array.Clear(_localDefined);
        Defined.AsSpan(0, Group.Kernel.Entry.Registers).Clear();
        PredicatesDefined.AsSpan(0, Group.Kernel.Entry.Predicates).Clear();
        Copies.Clear();
        foreach (var (name, slot) in Group.Kernel.Slots.GroupSpecials)
        {
            Values.AsSpan(slot * Lanes, Lanes).Fill(Group.Special(name, Index * Lanes));
        }
    }

    /// <summary>Runs until all lanes have exited or wait at a barrier.</summary>
    public void Run()
    {
        while (true)
        {
            var runnable = Live & ~AtBarrier & ~_parked;
            if (runnable == 0)
            {
                if (_parked == 0)
                {
                    return;
                }
                Retry();
                continue;
            }

            var (first, second) = (int.MaxValue, int.MaxValue);
            for (var rest = runnable; rest != 0; rest &= rest - 1)
            {
                var position = _positions[BitOperations.TrailingZeroCount(rest)];
                if (position < first)
                {
                    (first, second) = (position, first);
                }
                else if (position > first)
                {
                    second = Math.Min(second, position);
                }
            }

            Step(LanesAt(runnable, first), first, second);
        }
    }

    /// <summary>Marks lanes of a register as defined where the sources are.</summary>
    public void Define(int slot, uint lanes, uint sources) => Defined[slot] = (Defined[slot] & ~lanes) | (lanes & sources);

    public void SetPredicate(int slot, uint lanes, uint values, uint sources)
    {
        Predicates[slot] = (Predicates[slot] & ~lanes) | (lanes & values);
        PredicatesDefined[slot] = (PredicatesDefined[slot] & ~lanes) | (lanes & sources);
    }

    public PtxTimestamp Now(int lane) => new((Index * Lanes) + lane, Group.Epoch, Epoch);

    public Span<byte> Local(int lane, int at, int size) => _local.AsSpan((lane * LocalBytes) + at, size);

    public Span<bool> LocalDefined(int lane, int at, int size) => _localDefined.AsSpan((lane * LocalBytes) + at, size);

    /// <summary>An error of a lane, with kernel, group, thread and instruction.</summary>
    public PtxFaultException Fault(PtxNode node, int lane, string message) =>
        new($"{Group.Kernel.Entry.Name}, group {Group.Index}, thread {Group.Position((Index * Lanes) + lane)}, {node}: {message}");

    /// <summary>Throws if the operand is undefined in one of the lanes.</summary>
    public void RequireDefined(PtxNode node, uint defined, uint lanes, string use)
    {
        if ((lanes & ~defined) != 0)
        {
            throw Fault(node, BitOperations.TrailingZeroCount(lanes & ~defined), $"{use} is undefined");
        }
    }

    private void Fill(int slot, Func<int, ulong> value)
    {
        for (var lane = 0; lane < Lanes; lane++)
        {
            Values[(slot * Lanes) + lane] = value(lane);
        }
        Defined[slot] = uint.MaxValue;
    }

    private uint LanesAt(uint among, int position)
    {
        uint result = 0;
        for (var rest = among; rest != 0; rest &= rest - 1)
        {
            var lane = BitOperations.TrailingZeroCount(rest);
            if (_positions[lane] == position)
            {
                result |= 1u << lane;
            }
        }

        return result;
    }

    private void SetPosition(uint lanes, int position)
    {
        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            _positions[BitOperations.TrailingZeroCount(rest)] = position;
        }
    }

    // Runs lanes at the same position until they diverge, wait, exit, or reach other lanes.
    private void Step(uint lanes, int position, int stop)
    {
        while (position < stop)
        {
            var node = _code[position];
            if (++_steps > MaxSteps)
            {
                throw Fault(node, BitOperations.TrailingZeroCount(lanes), "the thread does not end");
            }
            var active = lanes;
            if (node.Guard >= 0)
            {
                RequireDefined(node, PredicatesDefined[node.Guard], lanes, "the guard");
                active &= node.IsNegated ? ~Predicates[node.Guard] : Predicates[node.Guard];
            }

            position++;
            if (active == 0)
            {
                continue;
            }
            switch (node.Flow)
            {
                case PtxFlow.Next:
                    node.Execute(this, active);
                    break;
                case PtxFlow.Exit:
                    Live &= ~active;
                    lanes &= ~active;
                    if (lanes == 0)
                    {
                        return;
                    }
                    break;
                case PtxFlow.Jump when ((PtxJump)node).IsUniform && active == lanes:
                    position = ((PtxJump)node).Target(this, 0);
                    break;
                case PtxFlow.Jump:
                    SetPosition(lanes & ~active, position);
                    Jump((PtxJump)node, active);
                    return;
                default:
                    // Lanes whose guard is false continue; the others wait for each other.
                    SetPosition(lanes & ~active, position);
                    SetPosition(active, position - 1);
                    _parked |= active;
                    ExecuteCollective((PtxCollective)node, position - 1);
                    return;
            }
        }

        SetPosition(lanes, position);
    }

    private void Jump(PtxJump jump, uint active)
    {
        for (var rest = active; rest != 0; rest &= rest - 1)
        {
            var lane = BitOperations.TrailingZeroCount(rest);
            _positions[lane] = jump.Target(this, lane);
        }
    }

    // Executes a collective instruction for every complete set of lanes.
    private bool ExecuteCollective(PtxCollective node, int position)
    {
        var arrived = LanesAt(_parked, position);
        var any = false;
        for (var rest = arrived; rest != 0;)
        {
            var lane = BitOperations.TrailingZeroCount(rest);
            var members = node.Members(this, lane);
            if ((members >> lane & 1) == 0)
            {
                throw Fault(node, lane, $"the member mask 0x{members:x8} lacks the lane itself");
            }
            var together = members & arrived;
            rest &= ~(together | 1u << lane);
            if ((members & Live & ~arrived) != 0)
            {
                continue;
            }
            if (!HaveMembers(node, together, members))
            {
                throw Fault(node, lane, "lanes that execute together have different member masks");
            }
            _parked &= ~together;
            SetPosition(together, position + 1);
            node.Execute(this, together);
            any = true;
        }

        return any;
    }

    private bool HaveMembers(PtxCollective node, uint lanes, uint members)
    {
        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            if (node.Members(this, BitOperations.TrailingZeroCount(rest)) != members)
            {
                return false;
            }
        }

        return true;
    }

    // All runnable lanes are parked. Exits since then may have completed a set.
    private void Retry()
    {
        for (var rest = _parked; rest != 0; rest &= rest - 1)
        {
            var position = _positions[BitOperations.TrailingZeroCount(rest)];
            if (ExecuteCollective((PtxCollective)_code[position], position))
            {
                return;
            }
        }

        var lane = BitOperations.TrailingZeroCount(_parked);
        var missing = (Live & ~_parked) != 0 ? Live & ~_parked : LanesElsewhere(lane);
        throw Fault(_code[_positions[lane]], lane, $"waits for lanes 0x{missing:x8}, which wait elsewhere: the paths of the warp diverge");
    }

    private uint LanesElsewhere(int lane) => _parked & ~LanesAt(_parked, _positions[lane]);
}
