using System.Diagnostics.CodeAnalysis;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// What was made for the keys used last, so many at most: a folder of pictures of ten thousand sizes leaves no ten thousand plans.
/// </summary>
/// <param name="capacity">
/// keys that are remembered; more than a step of the largest network asks for, or each step would make them anew
/// </param>
internal sealed class RecentlyUsed<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];

    /// <summary>The key used last comes first.</summary>
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

    /// <summary>Remembers what was made for a key; what has not been used for longest goes.</summary>
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
