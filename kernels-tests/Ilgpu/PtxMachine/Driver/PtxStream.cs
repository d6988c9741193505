namespace IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;

/// <summary>One piece of work of a stream or graph.</summary>
/// <param name="Kind">Work that can replace other work when a graph is updated has the same kind: the kernel, or the sort of copy.</param>
/// <param name="Run">Does it.</param>
internal sealed record PtxWork(object Kind, Action Run);

/// <summary>
/// A stream. Work waits in it until somebody synchronises: whoever reads a result too early or frees something too soon sees it.
/// </summary>
internal sealed class PtxStream(PtxDevice device, bool isBlocking)
{
    private readonly Queue<PtxWork> work = new();

    public PtxDevice Device { get; } = device;

    /// <summary>Ordered with the default stream.</summary>
    public bool IsBlocking { get; } = isBlocking;

    /// <summary>How much was ever put in.</summary>
    public long Entered { get; private set; }

    public long Done { get; private set; }

    /// <summary>The graph that records this stream's work instead of letting it run.</summary>
    public PtxGraph? Capture { get; set; }

    public void Put(object kind, Action run)
    {
        if (Capture is { } graph)
        {
            graph.Add(this, new PtxWork(kind, run));
            return;
        }

        foreach (var other in OrderedWith())
            PutWait(other, other.Entered);
        Enter(new PtxWork(kind, run));
    }

    /// <summary>Lets later work wait until another stream has done what it holds up to a place.</summary>
    public void PutWait(PtxStream other, long place)
    {
        if (other != this && other.Done < place)
            Enter(new PtxWork("wait", () => other.Drain(place)));
    }

    public void Drain() => Drain(Entered);

    public void Drain(long place)
    {
        while (Done < place && work.TryDequeue(out var next))
        {
            Done++;
            next.Run();
        }
    }

    // The default stream and the blocking ones wait for each other.
    private IEnumerable<PtxStream> OrderedWith() =>
        this == Device.DefaultStream ? Device.Streams.Where(stream => stream.IsBlocking)
        : IsBlocking ? [Device.DefaultStream]
        : [];

    private void Enter(PtxWork item)
    {
        work.Enqueue(item);
        Entered++;
    }
}

/// <summary>A point in a stream.</summary>
internal sealed class PtxEvent(bool isTimed)
{
    private static long clock;

    public bool IsTimed { get; } = isTimed;

    public PtxStream? Stream { get; private set; }

    public long Place { get; private set; }

    /// <summary>The capture that it was recorded in.</summary>
    public PtxGraph? Capture { get; private set; }

    /// <summary>When the stream passed it; 0 if it has not.</summary>
    public long Time { get; private set; }

    public void Record(PtxStream stream)
    {
        Capture = stream.Capture;
        Time = 0;
        stream.Put("event", () => Time = ++clock);
        (Stream, Place) = (stream, stream.Entered);
    }
}

/// <summary>Recorded work, in the order in which it was recorded.</summary>
internal sealed class PtxGraph(PtxStream origin)
{
    private readonly HashSet<PtxStream> forks = [];

    public PtxStream Origin { get; } = origin;

    public List<PtxWork> Work { get; private init; } = [];

    /// <summary>What forbids the capture to end well.</summary>
    public bool IsInvalid { get; set; }

    /// <summary>Whether work of other streams was recorded that the origin does not wait for.</summary>
    public bool HasUnjoined => forks.Count > 0;

    public void Add(PtxStream stream, PtxWork item)
    {
        Work.Add(item);
        if (stream != Origin)
            forks.Add(stream);
    }

    /// <summary>A stream waits for an event that was recorded in this capture.</summary>
    public void Join(PtxStream waiting, PtxEvent recorded)
    {
        waiting.Capture = this;
        if (waiting == Origin)
            forks.Remove(recorded.Stream!);
        else
            forks.Add(waiting);
    }

    public PtxGraph Instantiate() => new(Origin) { Work = [.. Work] };

    /// <summary>Takes over another recording's parameters if it is the same sequence.</summary>
    public bool Update(PtxGraph other)
    {
        if (!other.Work.Select(item => item.Kind).SequenceEqual(Work.Select(item => item.Kind)))
            return false;
        Work.Clear();
        Work.AddRange(other.Work);
        return true;
    }
}
