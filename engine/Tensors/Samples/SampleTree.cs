using System.Numerics;
using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// A sum over numbered samples in an order that depends on their number alone: a binary tree whose nodes begin at multiples of their size.
/// Whoever holds neighbouring samples adds up their nodes, whole ones only; pushed in the order of the samples, nodes of several holders
/// give the same bits as all samples pushed one by one.
/// </summary>
/// <param name="total">samples in all</param>
/// <param name="isShort">
/// whether each sum is rounded to <see cref="ShortNumbers"/>, each time that it is added to: then it depends on the samples alone, too, and
/// takes half the bytes on its way
/// </param>
internal sealed class SampleTree(int total, bool isShort = false)
{
    /// <summary>Nodes whose sibling is not there yet, from left to right.</summary>
    private readonly List<(int First, int End, Memory<float> Sum)> _nodes = [];

    /// <summary>Whether sums are rounded to <see cref="ShortNumbers"/>.</summary>
    public bool IsShort => isShort;

    /// <summary>What has been added up so far: each node with its samples, from left to right.</summary>
    public IReadOnlyList<(int First, int End, Memory<float> Sum)> Nodes => _nodes;

    /// <summary>The sum over all samples.</summary>
    /// <exception cref="InvalidOperationException">some are missing</exception>
    public Memory<float> Sum => _nodes is [(0, var end, var sum)] && end == total
        ? sum
        : throw new InvalidOperationException(
            $"of {total} samples only {string.Join(", ", _nodes.Select(n => $"{n.First} to {n.End - 1}"))} are in the sum");

    /// <summary>Adds a node: those on the left of it have been added before.</summary>
    /// <param name="first">its first sample</param>
    /// <param name="end">the one after its last</param>
    /// <param name="sum">the tree's from here on</param>
    public void Push(int first, int end, Memory<float> sum)
    {
        _nodes.Add((first, end, Kept(sum)));
        while (_nodes is [.., var left, var right] && AreSiblings(left.First, left.End, right.First, right.End))
        {
            Add(right.Sum.Span, left.Sum.Span);
            _nodes[^2] = (left.First, right.End, Kept(left.Sum));
            _nodes.RemoveAt(_nodes.Count - 1);
        }
    }

    /// <summary>The nodes that a holder of neighbouring samples comes to, without their sums.</summary>
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
    /// The left one is a full node that is a left child, and the right one all of its sibling, which the end may cut short.
    /// </summary>
    private bool AreSiblings(int first, int middle, int next, int end)
    {
        var size = middle - first;
        return middle == next && BitOperations.IsPow2(size) && first % (2 * size) == 0 && end == Math.Min(first + (2 * size), total);
    }

    private Memory<float> Kept(Memory<float> sum)
    {
        if (isShort)
        {
            ShortNumbers.Round(sum.Span);
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
