namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>The immediate post-dominators of a graph: for each node the first one after it on all paths to the end.</summary>
/// <remarks>
/// Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm", on the reversed graph. Nodes that never reach the end count as if it
/// came right after them.
/// </remarks>
internal sealed class PostDominators
{
    private readonly IReadOnlyList<int[]> _successors;

    private readonly int[] _next;

    private readonly int[] _number;

    /// <param name="successors">Of each node; a node without any is followed by the end.</param>
    public PostDominators(IReadOnlyList<int[]> successors)
    {
        _successors = successors;
        End = successors.Count;
        _next = new int[End + 1];
        _number = new int[End + 1];
        Array.Fill(_next, -1);
        Array.Fill(_number, -1);
        int[] order = PostorderBackwards();
        for (int i = 0; i < order.Length; i++)
        {
            _number[order[i]] = i;
        }

        _next[End] = End;
        Solve(order);
        for (int node = 0; node < End; node++)
        {
            _next[node] = _next[node] < 0 ? End : _next[node];
        }
    }

    /// <summary>The number of the node behind all others.</summary>
    public int End { get; }

    /// <summary>Whether any path leads from the node to the end.</summary>
    public bool ReachesEnd(int node) => _number[node] >= 0;

    /// <summary>The immediate post-dominator of a node; <see cref="End"/> if only the end is.</summary>
    public int Next(int node) => _next[node];

    private int[] Followers(int node) => _successors[node].Length == 0 ? [End] : _successors[node];

    private void Solve(int[] order)
    {
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int i = order.Length - 2; i >= 0; i--)
            {
                int best = -1;
                foreach (int follower in Followers(order[i]))
                {
                    if (_next[follower] >= 0)
                    {
                        best = best < 0 ? follower : Meet(follower, best);
                    }
                }

                if (_next[order[i]] != best)
                {
                    _next[order[i]] = best;
                    changed = true;
                }
            }
        }
    }

    private int Meet(int a, int b)
    {
        while (a != b)
        {
            while (_number[a] < _number[b])
            {
                a = _next[a];
            }

            while (_number[b] < _number[a])
            {
                b = _next[b];
            }
        }

        return a;
    }

    /// <summary>The nodes that reach the end, each after those that lead to it; the end is last.</summary>
    private int[] PostorderBackwards()
    {
        var predecessors = new List<int>[End + 1];
        for (int node = 0; node <= End; node++)
        {
            predecessors[node] = [];
        }

        for (int node = 0; node < End; node++)
        {
            foreach (int follower in Followers(node))
            {
                predecessors[follower].Add(node);
            }
        }

        var order = new List<int>();
        var seen = new HashSet<int> { End };
        var stack = new Stack<(int Node, int Edge)>([(End, 0)]);
        while (stack.TryPop(out (int Node, int Edge) top))
        {
            if (top.Edge == predecessors[top.Node].Count)
            {
                order.Add(top.Node);
                continue;
            }

            stack.Push((top.Node, top.Edge + 1));
            int predecessor = predecessors[top.Node][top.Edge];
            if (seen.Add(predecessor))
            {
                stack.Push((predecessor, 0));
            }
        }

        return [.. order];
    }
}
