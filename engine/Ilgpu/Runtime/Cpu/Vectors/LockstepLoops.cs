using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// Loops that lanes run in step even where each leaves when its own time has come: those with one way in and one way back. What such a
/// loop counts is known of all lanes that are still in it by that of the first lane, which goes on counting after it has left.
/// </summary>
/// <remarks>
/// Blocks are run in reverse postorder. All lanes that enter by an edge from a block that is not masked do so together. Of the loop's
/// blocks the one that jumps back comes last, so when it is run no lane waits at another: each has come to it or left the loop. Nothing
/// else leads to the loop's first block, so the next turn begins for all of them together.
/// </remarks>
internal sealed class LockstepLoops
{
    private readonly Block[] _order;

    private readonly List<(int From, Value[] Arguments)>[] _incoming;

    /// <summary>By the numbers of their first blocks.</summary>
    private readonly Dictionary<int, Cycle> _cycles = [];

    private readonly HashSet<Value> _escaping = [];

    /// <param name="order">The blocks in reverse postorder.</param>
    /// <param name="incoming">The edges that lead to each.</param>
    public LockstepLoops(Block[] order, List<(int From, Value[] Arguments)>[] incoming)
    {
        _order = order;
        _incoming = incoming;
        for (int header = 1; header < order.Length; header++)
        {
            if (Find(header) is { } cycle)
            {
                _cycles[header] = cycle;
                FindEscaping(header, cycle.Blocks);
            }
        }
    }

    /// <summary>
    /// Whether the value is another one in each turn of a loop, and read behind it: lanes that left before the last turn need theirs.
    /// </summary>
    public bool Escapes(Value value) => _escaping.Contains(value);

    /// <summary>Whether a masked block begins a loop that lanes run in step.</summary>
    /// <param name="header">The block's number.</param>
    /// <param name="isMasked">Of each block whether some lanes may run it without the others.</param>
    public bool BeginsAt(int header, bool[] isMasked) =>
        _cycles.TryGetValue(header, out Cycle? cycle) && !isMasked[cycle.Entry] && cycle.Blocks.All(block => isMasked[block]);

    private Cycle? Find(int header)
    {
        if (_incoming[header] is not [var first, var second])
        {
            return null;
        }

        int entry = Math.Min(first.From, second.From), latch = Math.Max(first.From, second.From);
        if (entry >= header || latch < header || _order[latch].Terminator.Kind == TerminatorKind.Switch)
        {
            return null;
        }

        var blocks = new HashSet<int> { header };
        var open = new Stack<int>([latch]);
        while (open.TryPop(out int block))
        {
            if (!blocks.Add(block))
            {
                continue;
            }

            foreach ((int from, _) in _incoming[block])
            {
                open.Push(from);
            }
        }

        // Whoever comes to the loop past its first block comes from the kernel's.
        return blocks.Contains(0) ? null : new Cycle(entry, blocks);
    }

    /// <summary>
    /// Finds what is read behind a loop without being handed over as an argument at the time when a lane leaves.
    /// </summary>
    private void FindEscaping(int header, HashSet<int> blocks)
    {
        var varying = new HashSet<Value>(_order[header].Parameters);
        foreach (int block in blocks.Order())
        {
            foreach (Instruction instruction in _order[block].Instructions)
            {
                if (Array.Exists(instruction.Operands, varying.Contains))
                {
                    varying.Add(instruction);
                }
            }
        }

        for (int block = 0; block < _order.Length; block++)
        {
            if (!blocks.Contains(block))
            {
                _escaping.UnionWith(VectorPlan.Reads(_order[block]).Where(varying.Contains));
            }
        }
    }

    /// <param name="Entry">The block that leads to it from outside.</param>
    /// <param name="Blocks">Those on ways from the first one back to it.</param>
    private sealed record Cycle(int Entry, HashSet<int> Blocks);
}
