using System.Diagnostics.CodeAnalysis;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// LRU cache of bounded size: images of ten thousand sizes must not leave ten thousand plans in memory.
/// </summary>
/// <param name="capacity">
/// entries kept; more than a step of the largest network needs, or each step would make them anew
/// </param>
internal sealed class LruCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];

    /// <summary>Most recently used first.</summary>
    private readonly LinkedList<(TKey Key, TValue Value)> _order = [];

    public int Count => _nodes.Count;

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }

        if (node != _order.First)
        {
            _order.Remove(node);
            _order.AddFirst(node);
        }

        value = node.Value.Value;
        return true;
    }

    /// <summary>Adds an entry and evicts the least recently used one if the cache is full.</summary>
    public void Add(TKey key, TValue value)
    {
        _nodes.Add(key, _order.AddFirst((key, value)));
        if (_nodes.Count > capacity)
        {
            _nodes.Remove(_order.Last!.Value.Key);
            _order.RemoveLast();
        }
    }
}
