using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// Completes the trees of several ranks: each rank adds up a part of the numbers, of all ranks' nodes in the tree's order, and hands the
/// sums to the others. A rank sends and receives about twice the numbers, however many ranks there are.
/// </summary>
internal static class TreeExchange
{
    /// <summary>The sum over the samples of all ranks.</summary>
    /// <param name="ranks">all of them</param>
    /// <param name="share">the samples that are in this rank's tree</param>
    /// <param name="tree">of this rank</param>
    /// <param name="length">how many numbers a sample has</param>
    public static float[] Sum(IRanks ranks, SampleShare share, SampleTree tree, int length)
    {
        if (ranks.Count == 1)
        {
            return tree.Sum;
        }

        var part = Part(ranks.Rank);
        var nodes = Enumerable.Range(0, ranks.Count)
            .Select(rank => SampleTree.NodesOf(SampleShare.Of(rank, ranks.Count, share.Total))).ToArray();
        var arrived = nodes.Select((of, rank) => rank == ranks.Rank
            ? tree.Nodes.Select(n => n.Sum.AsSpan(part.First, part.Count).ToArray()).ToArray()
            : [.. of.Select(_ => new float[part.Count])]).ToArray();
        var exchange = new NumberExchange(ranks, tree.IsShort);
        foreach (var rank in Others())
        {
            var theirs = Part(rank);
            foreach (var node in tree.Nodes)
            {
                exchange.Send(rank, node.Sum.AsMemory(theirs.First, theirs.Count));
            }

            foreach (var sum in arrived[rank])
            {
                exchange.Receive(rank, sum);
            }
        }

        exchange.Run();
        var whole = new SampleTree(share.Total, tree.IsShort);
        for (var rank = 0; rank < ranks.Count; rank++)
        {
            for (var i = 0; i < nodes[rank].Count; i++)
            {
                whole.Push(nodes[rank][i].First, nodes[rank][i].End, arrived[rank][i]);
            }
        }

        var all = new float[length];
        whole.Sum.CopyTo(all.AsSpan(part.First));
        exchange = new NumberExchange(ranks, tree.IsShort);
        foreach (var rank in Others())
        {
            var theirs = Part(rank);
            exchange.Send(rank, all.AsMemory(part.First, part.Count));
            exchange.Receive(rank, all.AsMemory(theirs.First, theirs.Count));
        }

        exchange.Run();
        return all;

        IEnumerable<int> Others() => Enumerable.Range(0, ranks.Count).Where(rank => rank != ranks.Rank);

        (int First, int Count) Part(int rank)
        {
            var first = (int)((long)length * rank / ranks.Count);
            return (first, (int)((long)length * (rank + 1) / ranks.Count) - first);
        }
    }
}
