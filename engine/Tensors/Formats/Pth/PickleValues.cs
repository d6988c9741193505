namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>A name that a pickle imports. Only an allow-list is understood, and none is ever resolved to code.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>
/// A dictionary in insertion order. Its keys are texts, numbers and the like; only the first of a repeated key's places is kept.
/// </summary>
internal sealed class PickleDictionary
{
    private readonly Dictionary<object, int> _index = [];
    private readonly List<KeyValuePair<object, object?>> _items = [];

    public IReadOnlyList<KeyValuePair<object, object?>> Items => _items;

    public void Set(object key, object? value)
    {
        if (_index.TryAdd(key, _items.Count))
        {
            _items.Add(new(key, value));
        }
        else
        {
            _items[_index[key]] = new(key, value);
        }
    }
}

/// <summary>A block of elements that tensors are views of. Its data lie elsewhere in the file, under <paramref name="Key"/>.</summary>
/// <param name="Key">What the file calls the block.</param>
/// <param name="Type">Of every element.</param>
/// <param name="Count">Elements in the block.</param>
/// <param name="Offset">Where a view of another block starts in it, in elements (legacy files only).</param>
internal sealed record PickleStorage(string Key, ElementType Type, long Count, long Offset);

/// <summary>A strided view of a storage; offset and strides in elements, checked to lie inside.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    public long Count => NamedArray.ElementCount(Shape);

    /// <summary>Whether the elements lie one after another in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (var i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected && Count > 0)
                {
                    return false;
                }
                expected *= Shape[i];
            }

            return true;
        }
    }
}
