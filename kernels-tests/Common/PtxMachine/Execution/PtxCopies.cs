namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>The cp.async copies of a warp's lanes. They are begun, committed in groups, and completed only by a wait.</summary>
internal sealed class PtxCopies(PtxWarp warp)
{
    private readonly List<Copy>?[] _open = new List<Copy>?[PtxWarp.Lanes];
    private readonly Queue<List<Copy>>?[] _committed = new Queue<List<Copy>>?[PtxWarp.Lanes];

    private sealed record Copy(PtxNode Node, int Target, ArraySegment<byte>? Source, byte[] AtBegin);

    /// <param name="node">The instruction.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="target">The offset in shared memory of <paramref name="size"/> bytes.</param>
    /// <param name="size">4, 8 or 16.</param>
    /// <param name="source">The bytes to copy; the rest is zero. Null for zeros only.</param>
    public void Begin(PtxNode node, int lane, int target, int size, ArraySegment<byte>? source)
    {
        if (warp.Group.Shared.Begin(target, size, warp.Now(lane)) is { } problem)
        {
            throw warp.Fault(node, lane, problem);
        }
        var value = new byte[size];
        source?.CopyTo(value);
        (_open[lane] ??= []).Add(new Copy(node, target, source, value));
    }

    public void Clear()
    {
        Array.Clear(_open);
        Array.Clear(_committed);
    }

    public void Commit(int lane)
    {
        (_committed[lane] ??= new()).Enqueue(_open[lane] ?? []);
        _open[lane] = null;
    }

    /// <summary>Completes committed groups until at most <paramref name="pending"/> are left.</summary>
    public void Wait(int lane, int pending)
    {
        while (_committed[lane] is { } groups && groups.Count > pending)
        {
            groups.Dequeue().ForEach(copy => Complete(copy, lane));
        }
    }

    /// <summary>Completes all copies, committed or not.</summary>
    public void WaitAll(int lane)
    {
        Commit(lane);
        Wait(lane, 0);
    }

    private void Complete(Copy copy, int lane)
    {
        if (copy.Source is { } source && !source.AsSpan().SequenceEqual(copy.AtBegin.AsSpan(0, source.Count)))
        {
            throw warp.Fault(copy.Node, lane, "the memory that is being copied was changed before the copy was waited for");
        }
        warp.Group.Shared.Complete(copy.Target, copy.AtBegin, warp.Now(lane));
    }
}
