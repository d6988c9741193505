namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>A piece of recorded work and what must be done before it.</summary>
internal sealed record PtxGraphNode(PtxWork Work, IReadOnlyList<PtxGraphNode> After);

/// <summary>Recorded work: the order of each stream and of the events between them is kept, nothing else.</summary>
/// <param name="origin">the stream whose capture it is</param>
/// <param name="mode">0 keeps all threads from calls that might wait or allocate, 1 the capturing one, 2 none</param>
internal sealed class PtxGraph(PtxStream origin, int mode)
{
    private readonly Dictionary<PtxStream, PtxGraphNode[]> _latest = new() { [origin] = [] };
    private readonly List<PtxGraphNode> _nodes = [];

    public PtxStream Origin { get; } = origin;

    /// <summary>The thread that began the capture.</summary>
    public int Thread { get; } = Environment.CurrentManagedThreadId;

    /// <summary>What forbids the capture to end well.</summary>
    public bool IsInvalid { get; set; }

    /// <summary>Whether it may end on another thread than it began on.</summary>
    public bool IsBoundToThread => mode != 2;

    /// <summary>Whether work of other streams was recorded that the origin does not wait for.</summary>
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

    /// <summary>Whether the calling thread must not wait, allocate or load now.</summary>
    public bool Forbids => mode == 0 || (mode == 1 && Thread == Environment.CurrentManagedThreadId);

    public PtxGraphNode[] LatestOf(PtxStream stream) => _latest[stream];

    public void Add(PtxStream stream, PtxWork item)
    {
        var node = new PtxGraphNode(item, _latest[stream]);
        _nodes.Add(node);
        _latest[stream] = [node];
    }

    /// <summary>A stream waits for a point of this capture, and with that becomes part of it.</summary>
    public void Join(PtxStream waiting, PtxGraphNode[] point)
    {
        waiting.Capture = this;
        _latest[waiting] = _latest.TryGetValue(waiting, out var own)
            ? [.. own.Union(point, ReferenceEqualityComparer.Instance).Cast<PtxGraphNode>()]
            : point;
    }

    /// <summary>
    /// The work in an order that the dependencies allow and that is as unlike the recorded one as they allow: what was recorded last comes
    /// first.
    /// </summary>
    public IReadOnlyList<PtxWork> TopologicalOrder()
    {
        var left = new List<PtxGraphNode>(_nodes);
        var done = new HashSet<PtxGraphNode>(ReferenceEqualityComparer.Instance);
        var order = new List<PtxWork>(left.Count);
        while (left.Count > 0)
        {
            var next = left.Count == 1 ? 0 : left.FindLastIndex(node => node.After.All(done.Contains));
            done.Add(left[next]);
            order.Add(left[next].Work);
            left.RemoveAt(next);
        }

        return order;
    }
}

/// <summary>An instantiated graph: launches of one never overlap, in whatever streams they are.</summary>
internal sealed class PtxExecutable(PtxGraph graph)
{
    private readonly IReadOnlyList<PtxWork> _work = graph.TopologicalOrder();
    private (PtxStream Stream, long Place)? _lastLaunch;

    public PtxGraph Graph { get; } = graph;

    public void Launch(PtxStream target)
    {
        if (_lastLaunch is { } last)
        {
            target.PutWait(last.Stream, last.Place);
        }
        foreach (var item in _work)
        {
            target.Put(item.Run);
        }
        _lastLaunch = (target, target.Enqueued);
    }
}
