namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>A node of a captured graph: work, and the nodes that it depends on.</summary>
internal sealed record PtxGraphNode(PtxWork Work, IReadOnlyList<PtxGraphNode> After);

/// <summary>A captured graph: dependencies follow from the order of each stream and from events between streams.</summary>
/// <param name="origin">The stream that began the capture.</param>
/// <param name="mode">
/// Who must not make potentially unsafe calls: 0 (global) any thread, 1 the capturing thread, 2 (relaxed) nobody.
/// </param>
internal sealed class PtxGraph(PtxStream origin, int mode)
{
    private readonly Dictionary<PtxStream, PtxGraphNode[]> _latest = new() { [origin] = [] };
    private readonly List<PtxGraphNode> _nodes = [];

    public PtxStream Origin { get; } = origin;

    /// <summary>The thread that began the capture.</summary>
    public int Thread { get; } = Environment.CurrentManagedThreadId;

    /// <summary>Whether an illegal call invalidated the capture.</summary>
    public bool IsInvalid { get; set; }

    /// <summary>Whether the capture must end on the thread that began it.</summary>
    public bool IsBoundToThread => mode != 2;

    /// <summary>Whether the origin does not wait for some work of other streams.</summary>
    public bool HasUnjoined
    {
        get
        {
            var joined = new HashSet<PtxGraphNode>(ReferenceEqualityComparer.Instance);
            var open = new Stack<PtxGraphNode>(_latest[Origin]);
            while (open.TryPop(out var node))
            {
                if (joined.Add(node))
                {
                    node.After.ToList().ForEach(open.Push);
                }
            }

            return joined.Count < _nodes.Count;
        }
    }

    /// <summary>Whether the calling thread must not make potentially unsafe calls (wait, allocate, load).</summary>
    public bool Forbids => mode == 0 || (mode == 1 && Thread == Environment.CurrentManagedThreadId);

    public PtxGraphNode[] LatestOf(PtxStream stream) => _latest[stream];

    public void Add(PtxStream stream, PtxWork item)
    {
        var node = new PtxGraphNode(item, _latest[stream]);
        _nodes.Add(node);
        _latest[stream] = [node];
    }

    /// <summary>Makes a stream wait for a point of this capture, which adds the stream to the capture.</summary>
    public void Join(PtxStream waiting, PtxGraphNode[] point)
    {
        waiting.Capture = this;
        _latest[waiting] = _latest.TryGetValue(waiting, out var own)
            ? [.. own.Union(point, ReferenceEqualityComparer.Instance).Cast<PtxGraphNode>()]
            : point;
    }

    /// <summary>
    /// The work in a topological order that differs from the recorded one as much as possible: of all ready nodes, the one recorded last
    /// runs first. Or in turns: the node that has been ready for longest, so that branches meet launch by launch.
    /// </summary>
    public IReadOnlyList<PtxWork> TopologicalOrder(bool inTurns)
    {
        var left = new List<PtxGraphNode>(_nodes);
        var done = new HashSet<PtxGraphNode>(ReferenceEqualityComparer.Instance);
        var order = new List<PtxWork>(left.Count);
        while (left.Count > 0)
        {
            var ready = inTurns
                ? left.Where(node => node.After.All(done.Contains)).ToList()
                : [left.FindLast(node => node.After.All(done.Contains))!];
            done.UnionWith(ready);
            order.AddRange(ready.Select(node => node.Work));
            left.RemoveAll(ready.Contains);
        }

        return order;
    }
}

/// <summary>An instantiated graph. Its launches never overlap, even in different streams; each takes another order of the work.</summary>
internal sealed class PtxExecutable(PtxGraph graph)
{
    private readonly IReadOnlyList<PtxWork>[] _orders =
        [graph.TopologicalOrder(inTurns: false), graph.TopologicalOrder(inTurns: true)];

    private int _launches;
    private (PtxStream Stream, long Place)? _lastLaunch;

    public PtxGraph Graph { get; } = graph;

    public void Launch(PtxStream target)
    {
        if (_lastLaunch is { } last)
        {
            target.PutWait(last.Stream, last.Place);
        }
        foreach (var item in _orders[_launches++ % _orders.Length])
        {
            target.Put(item.Run);
        }
        _lastLaunch = (target, target.Enqueued);
    }
}
