namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>A work item of a stream or graph.</summary>
internal sealed record PtxWork(Action Run)
{
    /// <summary>Whether the streams that this item waits for have progressed far enough; null if it waits for none.</summary>
    public Func<bool>? CanRun { get; init; }
}

/// <summary>
/// A stream. A card may run work at any time between enqueueing and synchronisation, so the driver tests both extremes: a lazy stream runs
/// its work only when it is synchronised, an eager one as soon as its dependencies are complete. Reading a result too early, freeing or
/// overwriting memory too early, and races between streams show up in one of the two.
/// </summary>
internal sealed class PtxStream(PtxContext context, bool isBlocking, int ordinal)
{
    private readonly Queue<PtxWork> _work = new();

    public PtxContext Context { get; } = context;

    /// <summary>Whether the stream is ordered with the default stream.</summary>
    public bool IsBlocking { get; } = isBlocking;

    /// <summary>0 for the default stream, then 1, 2, … in order of creation.</summary>
    public int Ordinal { get; } = ordinal;

    /// <summary>The number of work items enqueued so far.</summary>
    public long Enqueued { get; private set; }

    /// <summary>The number of work items completed so far.</summary>
    public long Completed { get; private set; }

    /// <summary>The graph that captures this stream's work instead of running it.</summary>
    public PtxGraph? Capture { get; set; }

    public void Put(Action run)
    {
        if (Capture is { } graph)
        {
            graph.Add(this, new PtxWork(run));
            return;
        }

        foreach (var other in OrderedWith())
        {
            PutWait(other, other.Enqueued);
        }
        Enter(new PtxWork(run));
    }

    /// <summary>Makes later work wait until another stream has completed <paramref name="place"/> items.</summary>
    public void PutWait(PtxStream other, long place)
    {
        if (other != this && other.Completed < place)
        {
            Enter(new PtxWork(() => other.Drain(place)) { CanRun = () => other.Completed >= place });
        }
    }

    public void Drain() => Drain(Enqueued);

    public void Drain(long place)
    {
        while (Completed < place && _work.TryDequeue(out var next))
        {
            Completed++;
            next.Run();
        }
    }

    /// <summary>Runs the work that need not wait for another stream.</summary>
    /// <returns>Whether any work ran.</returns>
    public bool RunReady()
    {
        var before = Completed;
        while (_work.TryPeek(out var next) && next.CanRun?.Invoke() != false)
        {
            Drain(Completed + 1);
        }
        return Completed > before;
    }

    // The default stream and the blocking ones wait for each other.
    private IEnumerable<PtxStream> OrderedWith() =>
        this == Context.DefaultStream ? Context.Streams.Where(stream => stream.IsBlocking)
        : IsBlocking ? [Context.DefaultStream]
        : [];

    private void Enter(PtxWork item)
    {
        _work.Enqueue(item);
        Enqueued++;
    }
}

/// <summary>A CUDA event: a point in a stream.</summary>
internal sealed class PtxEvent(PtxContext context, bool isTimed)
{
    private static long s_clock;

    public PtxContext Context { get; } = context;

    public bool IsTimed { get; } = isTimed;

    public PtxStream? Stream { get; private set; }

    public long Place { get; private set; }

    /// <summary>The capture in which the event was recorded, and the nodes before it.</summary>
    public (PtxGraph Graph, PtxGraphNode[] After)? Captured { get; private set; }

    /// <summary>When the stream reached the event; 0 if it has not.</summary>
    public long Time { get; private set; }

    public bool IsReached => Stream is null || Stream.Completed >= Place;

    public void Record(PtxStream stream)
    {
        Time = 0;
        if (stream.Capture is { } graph)
        {
            (Captured, Stream) = ((graph, graph.LatestOf(stream)), null);
            return;
        }

        Captured = null;
        stream.Put(() => Time = ++s_clock);
        (Stream, Place) = (stream, stream.Enqueued);
    }
}
