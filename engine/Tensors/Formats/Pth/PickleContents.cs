using System.Numerics;

namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>
/// The flattened contents of a pickle: tensors under dotted names, strings and numbers as metadata, and the objects that are not read.
/// </summary>
internal sealed class PickleContents
{
    private const int MaximumDepth = 32;
    private const int MaximumValues = 1_000_000;

    private readonly Dictionary<string, PickleTensor> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PickleStorage> _storages = new(StringComparer.Ordinal);
    private readonly List<PickleTensor> _tensors = [];
    private readonly List<TensorEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _objects = new(StringComparer.Ordinal);
    private readonly string _file;
    private readonly long _offset;
    private int _values;

    private PickleContents(string file, long offset) => (_file, _offset) = (file, offset);

    public IReadOnlyList<TensorEntry> Entries => _entries;

    /// <summary>Parallel to <see cref="Entries"/>.</summary>
    public IReadOnlyList<PickleTensor> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <inheritdoc cref="TensorFile.UnreadObjects"/>
    public IReadOnlyDictionary<string, string> Objects => _objects;

    /// <param name="file">The file, for messages.</param>
    /// <param name="offset">Offset of the pickle, for messages.</param>
    /// <param name="root">The pickle's value: a state_dict, a container of several, or a single tensor.</param>
    public static PickleContents Of(string file, long offset, object? root)
    {
        var contents = new PickleContents(file, offset);
        if (root is PickleTensor tensor)
        {
            contents.Visit("tensor", tensor, 0);
        }
        else if (root is PickleDictionary or List<object?> or object?[])
        {
            contents.Visit("", root, 0);
        }
        else if (root is PickleObject whole)
        {
            throw contents.OnlyObjects(whole.Class);
        }
        else
        {
            throw contents.Error("the pickle holds neither a tensor nor a dictionary of tensors");
        }
        return contents._tensors.Count == 0 && contents._objects.Count > 0
            ? throw contents.OnlyObjects(contents._objects.First().Value)
            : contents;
    }

    private void Visit(string name, object? value, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw Error($"values nested more than {MaximumDepth} deep at '{name}'");
        }
        // Also bounds a small pickle that becomes a huge tree by shared references.
        if (++_values > MaximumValues)
        {
            throw Error($"more than {MaximumValues} values");
        }
        switch (value)
        {
            case PickleTensor tensor:
                AddTensor(name, tensor);
                break;
            case PickleDictionary dictionary:
                foreach (var (key, item) in dictionary.Items)
                {
                    Visit(Join(name, key is string text ? text : Text(key)!), item, depth + 1);
                }
                break;
            case IReadOnlyList<object?> list:
                for (var i = 0; i < list.Count; i++)
                {
                    Visit(Join(name, i.ToString(CultureInfo.InvariantCulture)), list[i], depth + 1);
                }
                break;
            case PickleObject unread:
                _objects[name] = unread.Class;
                break;
            default:
                if (Text(value) is { } described)
                {
                    _metadata[name] = described;
                }
                break;
        }
    }

    private void AddTensor(string name, PickleTensor tensor)
    {
        if (!_byName.TryAdd(name, tensor))
        {
            throw Error($"the name '{name}' occurs twice");
        }
        var storage = tensor.Storage;
        if (!_storages.TryAdd(storage.Key, storage)
            && (_storages[storage.Key].Type, _storages[storage.Key].Count) != (storage.Type, storage.Count))
        {
            throw Error($"'{name}' describes its storage '{storage.Key}' otherwise than a tensor before it");
        }
        _tensors.Add(tensor);
        _entries.Add(new TensorEntry(name, storage.Type, tensor.Shape));
    }

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";

    /// <summary>A string, boolean or number as text; null for any other value.</summary>
    private static string? Text(object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        long or double or BigInteger => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    private CheckpointFormatException OnlyObjects(string type) => Error(
        $"the pickle holds an object of {PrintableText.Of(type)} and no tensors beside it; a class is code, which is not run: save the " +
        "weights alone, with torch.save(model.state_dict(), 'weights.pth')");

    private CheckpointFormatException Error(string reason) => new(_file, _offset, reason);
}
