using System.Numerics;
using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// A sum over samples by a fixed binary tree over their indices. A node begins at a multiple of its size, so the order of additions depends
/// on the number of samples alone. Each rank adds up the complete nodes of its own adjacent samples; pushing the nodes of all ranks in
/// order gives the same bits as pushing every sample.
/// </summary>
/// <param name="total">number of samples</param>
/// <param name="isBfloat16">
/// whether every sum is rounded to bfloat16: still independent of the ranks, and half the bytes to exchange
/// </param>
internal sealed class SampleTree(int total, bool isBfloat16 = false)
{
    /// <summary>Nodes without their sibling, from left to right.</summary>
    private readonly List<(int First, int End, Memory<float> Sum)> _nodes = [];

    /// <summary>Whether sums are rounded to bfloat16.</summary>
    public bool IsBfloat16 => isBfloat16;

    /// <summary>The partial sums so far, from left to right, each with its range of samples.</summary>
    public IReadOnlyList<(int First, int End, Memory<float> Sum)> Nodes => _nodes;

    /// <summary>The sum over all samples.</summary>
    /// <exception cref="InvalidOperationException">some are missing</exception>
    public Memory<float> Sum => _nodes is [(0, var end, var sum)] && end == total
        ? sum
        : throw new InvalidOperationException(
            $"of {total} samples only {string.Join(", ", _nodes.Select(n => $"{n.First} to {n.End - 1}"))} are in the sum");

    /// <summary>Adds a node. Nodes are pushed from left to right.</summary>
    /// <param name="first">its first sample</param>
    /// <param name="end">the sample after its last</param>
    /// <param name="sum">its sum; the tree owns the memory from now on and overwrites it</param>
    public void Push(int first, int end, Memory<float> sum)
    {
        _nodes.Add((first, end, Rounded(sum)));
        while (_nodes is [.., var left, var right] && AreSiblings(left.First, left.End, right.First, right.End))
        {
            Add(right.Sum.Span, left.Sum.Span);
            _nodes[^2] = (left.First, right.End, Rounded(left.Sum));
            _nodes.RemoveAt(_nodes.Count - 1);
        }
    }

    /// <summary>The nodes that remain after a rank has pushed its samples.</summary>
    public static IReadOnlyList<(int First, int End)> NodesOf(SampleShare share)
    {
        var tree = new SampleTree(share.Total);
        for (var i = 0; i < share.Count; i++)
        {
            tree.Push(share.First + i, share.First + i + 1, Memory<float>.Empty);
        }

        return [.. tree.Nodes.Select(n => (n.First, n.End))];
    }

    /// <summary>
    /// Whether the first node is a full left child and the second its whole sibling, which the last sample may cut short.
    /// </summary>
    private bool AreSiblings(int first, int middle, int next, int end)
    {
        var size = middle - first;
        return middle == next && BitOperations.IsPow2(size) && first % (2 * size) == 0 && end == Math.Min(first + (2 * size), total);
    }

    private Memory<float> Rounded(Memory<float> sum)
    {
        if (isBfloat16)
        {
            Bfloat16.Round(sum.Span);
        }

        return sum;
    }

    private static void Add(ReadOnlySpan<float> from, Span<float> to)
    {
        var many = MemoryMarshal.Cast<float, Vector<float>>(from);
        var sums = MemoryMarshal.Cast<float, Vector<float>>(to);
        for (var i = 0; i < many.Length; i++)
        {
            sums[i] += many[i];
        }

        for (var i = many.Length * Vector<float>.Count; i < from.Length; i++)
        {
            to[i] += from[i];
        }
    }
}
