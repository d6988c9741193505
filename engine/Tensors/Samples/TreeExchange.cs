using System.Buffers;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// Completes the trees of several ranks: each rank adds up a part of the numbers, of all ranks' nodes in the tree's order, and hands the
/// sums to the others. A rank sends and receives about twice the numbers, however many ranks there are. What is added up in pieces has the
/// same bits as what is added up at once: each number's sum stands by itself.
/// </summary>
/// <param name="ranks">all of them</param>
internal sealed class TreeExchange(IRanks ranks)
{
    /// <summary>Of each rank the nodes that it comes to, by the number of samples in all.</summary>
    private readonly Dictionary<int, IReadOnlyList<(int First, int End)>[]> _nodes = [];

    /// <summary>Works out the sum over the samples of all ranks, and uses up the tree.</summary>
    /// <param name="share">the samples that are in this rank's tree</param>
    /// <param name="tree">of this rank</param>
    /// <param name="sum">where it goes; this may be the memory of any of the tree's nodes</param>
    /// <returns>bytes that this rank has sent</returns>
    public long Sum(SampleShare share, SampleTree tree, Memory<float> sum)
    {
        if (ranks.Count == 1)
        {
            if (!tree.Sum.Equals(sum))
            {
                tree.Sum.CopyTo(sum);
            }

            return 0;
        }

        var part = Part(ranks.Rank);
        var nodes = NodesOf(share.Total);
        var arrived = new Memory<float>[ranks.Count][];
        var borrowed = new List<float[]>();
        var exchange = new NumberExchange(ranks, tree.IsShort);
        for (var rank = 0; rank < ranks.Count; rank++)
        {
            if (rank == ranks.Rank)
            {
                arrived[rank] = [.. tree.Nodes.Select(n => n.Sum.Slice(part.First, part.Count))];
                continue;
            }

            var theirs = Part(rank);
            foreach (var node in tree.Nodes)
            {
                exchange.Send(rank, node.Sum.Slice(theirs.First, theirs.Count));
            }

            arrived[rank] = new Memory<float>[nodes[rank].Count];
            for (var i = 0; i < arrived[rank].Length; i++)
            {
                borrowed.Add(ArrayPool<float>.Shared.Rent(part.Count));
                exchange.Receive(rank, arrived[rank][i] = borrowed[^1].AsMemory(0, part.Count));
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

        whole.Sum.CopyTo(sum.Slice(part.First, part.Count));
        borrowed.ForEach(numbers => ArrayPool<float>.Shared.Return(numbers));
        for (var rank = 0; rank < ranks.Count; rank++)
        {
            if (rank != ranks.Rank)
            {
                var theirs = Part(rank);
                exchange.Send(rank, sum.Slice(part.First, part.Count));
                exchange.Receive(rank, sum.Slice(theirs.First, theirs.Count));
            }
        }

        exchange.Run();
        return exchange.Sent;

        (int First, int Count) Part(int rank)
        {
            var first = (int)((long)sum.Length * rank / ranks.Count);
            return (first, (int)((long)sum.Length * (rank + 1) / ranks.Count) - first);
        }
    }

    private IReadOnlyList<(int First, int End)>[] NodesOf(int total)
    {
        if (!_nodes.TryGetValue(total, out var nodes))
        {
            nodes = [.. Enumerable.Range(0, ranks.Count).Select(rank => SampleTree.NodesOf(SampleShare.Of(rank, ranks.Count, total)))];
            _nodes.Add(total, nodes);
        }

        return nodes;
    }
}
