using System.Buffers;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// All-reduce of <see cref="SampleTree"/>s: a reduce-scatter and an all-gather. Each rank sums one slice of the elements over the nodes of
/// all ranks, in the order of the tree, then sends the sums to the others. A rank sends and receives about twice the number of elements,
/// however many ranks there are. Slicing changes no bit, because each element is summed separately.
/// </summary>
/// <param name="ranks">the ranks of the job</param>
internal sealed class TreeExchange(IRanks ranks)
{
    /// <summary>The nodes of each rank (<see cref="SampleTree.NodesOf"/>), by the total number of samples.</summary>
    private readonly Dictionary<int, IReadOnlyList<(int First, int End)>[]> _nodes = [];

    /// <summary>Sums over the samples of all ranks. The tree must not be used afterwards.</summary>
    /// <param name="share">the samples in this rank's tree</param>
    /// <param name="tree">this rank's tree</param>
    /// <param name="sum">receives the sum; may be the memory of one of the tree's nodes</param>
    /// <returns>number of bytes that this rank has sent</returns>
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
        var rented = new List<float[]>();
        var exchange = new FloatExchange(ranks, tree.IsBfloat16);
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
                rented.Add(ArrayPool<float>.Shared.Rent(part.Count));
                exchange.Receive(rank, arrived[rank][i] = rented[^1].AsMemory(0, part.Count));
            }
        }

        exchange.Run();
        var whole = new SampleTree(share.Total, tree.IsBfloat16);
        for (var rank = 0; rank < ranks.Count; rank++)
        {
            for (var i = 0; i < nodes[rank].Count; i++)
            {
                whole.Push(nodes[rank][i].First, nodes[rank][i].End, arrived[rank][i]);
            }
        }

        whole.Sum.CopyTo(sum.Slice(part.First, part.Count));
        rented.ForEach(numbers => ArrayPool<float>.Shared.Return(numbers));
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
