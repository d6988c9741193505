namespace ILGPU.IR;

/// <summary>Reverse postorder, predecessors, dominators and natural loops of a function, as of the moment of construction.</summary>
public sealed class ControlFlow
{
    private readonly Dictionary<Block, int> _order = [];
    private readonly List<int>[] _predecessors;
    private readonly int[] _dominator;
    private readonly Lazy<(int[] Enter, int[] Leave)> _tree;
    private readonly Lazy<List<Loop>> _loops;

    public ControlFlow(KernelFunction function)
    {
        Order = ReversePostorder(function.Entry);
        for (var i = 0; i < Order.Length; i++)
        {
            _order[Order[i]] = i;
        }

        _predecessors = new List<int>[Order.Length];
        for (var i = 0; i < Order.Length; i++)
        {
            _predecessors[i] = [];
        }

        for (var i = 0; i < Order.Length; i++)
        {
            foreach (var successor in Order[i].Successors)
            {
                _predecessors[_order[successor]].Add(i);
            }
        }

        _dominator = ImmediateDominators();
        Children = new List<int>[Order.Length];
        for (var i = 0; i < Order.Length; i++)
        {
            Children[i] = [];
        }

        for (var i = 1; i < Order.Length; i++)
        {
            Children[_dominator[i]].Add(i);
        }

        _tree = new(NumberTree);
        _loops = new(FindLoops);
    }

    /// <summary>The reachable blocks in reverse postorder; all numbers below index this.</summary>
    public Block[] Order { get; }

    /// <summary>Children in the dominator tree.</summary>
    public List<int>[] Children { get; }

    /// <summary>Natural loops, inner before outer.</summary>
    public List<Loop> Loops => _loops.Value;

    /// <summary>The blocks that can be reached, in reverse postorder.</summary>
    public static Block[] Reachable(KernelFunction function) => ReversePostorder(function.Entry);

    public int Index(Block block) => _order[block];

    public bool IsReachable(Block block) => _order.ContainsKey(block);

    /// <summary>One entry an edge: a block that branches here twice is listed twice.</summary>
    public List<int> Predecessors(int block) => _predecessors[block];

    public int ImmediateDominator(int block) => _dominator[block];

    public bool Dominates(int a, int b)
    {
        var (enter, leave) = _tree.Value;
        return enter[a] <= enter[b] && leave[b] <= leave[a];
    }

    /// <summary>A retreating edge whose target does not dominate its source makes the graph irreducible.</summary>
    public bool IsReducible
    {
        get
        {
            for (var i = 0; i < Order.Length; i++)
            {
                if (_predecessors[i].Exists(p => p >= i && !Dominates(i, p)))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Dominance frontier of every block.</summary>
    public HashSet<int>[] Frontiers()
    {
        var frontiers = new HashSet<int>[Order.Length];
        for (var i = 0; i < Order.Length; i++)
        {
            frontiers[i] = [];
        }

        for (var i = 0; i < Order.Length; i++)
        {
            if (_predecessors[i].Count < 2)
            {
                continue;
            }

            foreach (var predecessor in _predecessors[i])
            {
                for (var runner = predecessor; runner != _dominator[i]; runner = _dominator[runner])
                {
                    frontiers[runner].Add(i);
                }
            }
        }

        return frontiers;
    }

    private static Block[] ReversePostorder(Block entry)
    {
        var seen = new HashSet<Block> { entry };
        var result = new List<Block>();
        var stack = new Stack<(Block Block, int Next)>();
        stack.Push((entry, 0));
        while (stack.Count > 0)
        {
            var (block, next) = stack.Pop();
            var edges = block.Terminator.Edges;
            if (next >= edges.Length)
            {
                result.Add(block);
                continue;
            }

            stack.Push((block, next + 1));

            // Later edges first, so that the first edge comes earlier in the final order.
            var target = edges[edges.Length - 1 - next].Target;
            if (seen.Add(target))
            {
                stack.Push((target, 0));
            }
        }

        result.Reverse();
        return [.. result];
    }

    // Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm".
    private int[] ImmediateDominators()
    {
        var result = new int[Order.Length];
        Array.Fill(result, -1);
        result[0] = 0;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = 1; i < Order.Length; i++)
            {
                var best = -1;
                foreach (var predecessor in _predecessors[i])
                {
                    if (result[predecessor] >= 0)
                    {
                        best = best < 0 ? predecessor : Meet(result, predecessor, best);
                    }
                }

                if (result[i] != best)
                {
                    result[i] = best;
                    changed = true;
                }
            }
        }

        return result;
    }

    private static int Meet(int[] dominators, int a, int b)
    {
        while (a != b)
        {
            while (a > b)
            {
                a = dominators[a];
            }
            while (b > a)
            {
                b = dominators[b];
            }
        }

        return a;
    }

    private (int[] Enter, int[] Leave) NumberTree()
    {
        var begin = new int[Order.Length];
        var end = new int[Order.Length];
        var clock = 0;
        var stack = new Stack<(int Block, int Next)>();
        stack.Push((0, 0));
        begin[0] = clock++;
        while (stack.Count > 0)
        {
            var (block, next) = stack.Pop();
            if (next == Children[block].Count)
            {
                end[block] = clock++;
                continue;
            }

            stack.Push((block, next + 1));
            var child = Children[block][next];
            begin[child] = clock++;
            stack.Push((child, 0));
        }

        return (begin, end);
    }

    private List<Loop> FindLoops()
    {
        var found = new List<Loop>();
        for (var header = 0; header < Order.Length; header++)
        {
            var latches = _predecessors[header].Where(p => p >= header && Dominates(header, p)).Distinct().ToList();
            if (latches.Count == 0)
            {
                continue;
            }

            var body = new HashSet<int> { header };
            var work = new Stack<int>(latches);
            while (work.TryPop(out var block))
            {
                if (body.Add(block))
                {
                    foreach (var predecessor in _predecessors[block])
                    {
                        work.Push(predecessor);
                    }
                }
            }

            found.Add(new Loop(header, latches, body));
        }

        found.Sort((a, b) => a.Body.Count.CompareTo(b.Body.Count));
        return found;
    }
}

/// <summary>A natural loop; numbers index <see cref="ControlFlow.Order"/>.</summary>
public sealed record Loop(int Header, List<int> Latches, HashSet<int> Body);
