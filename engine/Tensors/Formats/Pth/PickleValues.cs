namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>A name that a pickle imports. No name is resolved to code: those of an allow-list have a meaning here.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>
/// An object of a class, or the result of a function, that has no meaning here: its contents are passed over, and nothing is called.
/// </summary>
/// <param name="Class">The class or function as the pickle names it.</param>
internal sealed record PickleObject(string Class);

/// <summary>
/// A dictionary in insertion order; keys are strings, numbers and booleans. A repeated key keeps its first position and its last value.
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

/// <summary>A storage: a block of elements of which tensors are views. Its data are elsewhere in the file.</summary>
/// <param name="Key">The key of its data in the file.</param>
/// <param name="Type">Element type.</param>
/// <param name="Count">Number of elements.</param>
/// <param name="Offset">Offset in elements, for a storage that is a view of another one (legacy files only).</param>
internal sealed record PickleStorage(string Key, ElementType Type, long Count, long Offset);

/// <summary>A strided view of a storage; <see cref="TorchGlobals.Call"/> has checked that it lies inside.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">Elements from the start of the storage's data; includes the <see cref="PickleStorage.Offset"/> of a view.</param>
/// <param name="Shape">Extents.</param>
/// <param name="Strides">In elements.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    public long Count => NamedArray.ElementCount(Shape);

    /// <summary>Whether the elements are contiguous, in row-major order.</summary>
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
