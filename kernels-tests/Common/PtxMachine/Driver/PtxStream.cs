namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>One piece of work of a stream or graph.</summary>
/// <param name="Run">Does it.</param>
internal sealed record PtxWork(Action Run)
{
    /// <summary>What other streams must have done before; null if nothing.</summary>
    public Func<bool>? CanRun { get; init; }
}

/// <summary>
/// A stream. A card may run its work at any time between its arrival and somebody's waiting for it, so the driver tries the extremes: a
/// late stream works when somebody waits for it and not before, a eager one as soon as the streams allow that it waits for. Whoever reads a
/// result too early, frees or overwrites something too soon, or lets two streams race, sees it in one of the two.
/// </summary>
internal sealed class PtxStream(PtxContext context, bool isBlocking, int ordinal)
{
    private readonly Queue<PtxWork> _work = new();

    public PtxContext Context { get; } = context;

    /// <summary>Ordered with the default stream.</summary>
    public bool IsBlocking { get; } = isBlocking;

    /// <summary>0 for the default stream, then 1, 2, … in the order in which they were made.</summary>
    public int Ordinal { get; } = ordinal;

    /// <summary>How much was ever put in.</summary>
    public long Enqueued { get; private set; }

    public long Completed { get; private set; }

    /// <summary>The graph that records this stream's work instead of letting it run.</summary>
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

    /// <summary>Lets later work wait until another stream has done what it holds up to a place.</summary>
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

    /// <summary>Does what can be done without waiting for another stream.</summary>
    /// <returns>whether there was anything</returns>
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

/// <summary>A point in a stream.</summary>
internal sealed class PtxEvent(PtxContext context, bool isTimed)
{
    private static long s_clock;

    public PtxContext Context { get; } = context;

    public bool IsTimed { get; } = isTimed;

    public PtxStream? Stream { get; private set; }

    public long Place { get; private set; }

    /// <summary>The capture that it was recorded in, and what of it came before.</summary>
    public (PtxGraph Graph, PtxGraphNode[] After)? Captured { get; private set; }

    /// <summary>When the stream passed it; 0 if it has not.</summary>
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
