namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>The names that have a meaning here: those of PyTorch that tensors need, and of dictionaries.</summary>
/// <remarks>Methods throw <see cref="FormatException"/>; <see cref="PickleMachine"/> adds file and offset to the message.</remarks>
internal static class TorchGlobals
{
    private const int MaximumRank = 32;

    private static readonly PickleGlobal s_orderedDictionary = new("collections", "OrderedDict");
    private static readonly PickleGlobal s_defaultDictionary = new("collections", "defaultdict");
    private static readonly PickleGlobal s_size = new("torch", "Size");
    private static readonly PickleGlobal s_rebuildTensor = new("torch._utils", "_rebuild_tensor");
    private static readonly PickleGlobal s_rebuildTensor2 = new("torch._utils", "_rebuild_tensor_v2");
    private static readonly PickleGlobal s_rebuildParameter = new("torch._utils", "_rebuild_parameter");
    private static readonly PickleGlobal s_rebuildParameterWithState = new("torch._utils", "_rebuild_parameter_with_state");
    private static readonly PickleGlobal s_rebuildFromType = new("torch._tensor", "_rebuild_from_type_v2");

    private static readonly Dictionary<string, ElementType> s_storageTypes = new(StringComparer.Ordinal)
    {
        ["BoolStorage"] = ElementType.Bool,
        ["ByteStorage"] = ElementType.U8,
        ["CharStorage"] = ElementType.I8,
        ["ShortStorage"] = ElementType.I16,
        ["IntStorage"] = ElementType.I32,
        ["LongStorage"] = ElementType.I64,
        ["HalfStorage"] = ElementType.F16,
        ["BFloat16Storage"] = ElementType.BF16,
        ["FloatStorage"] = ElementType.F32,
        ["DoubleStorage"] = ElementType.F64,
    };

    public static string StorageName(ElementType type) =>
        s_storageTypes.FirstOrDefault(pair => pair.Value == type).Key
        ?? throw new ArgumentException($"PyTorch has no storage of {type}");

    /// <summary>Whether a call of the name has a meaning here.</summary>
    public static bool IsKnown(PickleGlobal global) =>
        IsDictionary(global) || global == s_size || global == s_rebuildTensor || global == s_rebuildTensor2
        || global == s_rebuildParameter || global == s_rebuildParameterWithState || global == s_rebuildFromType;

    /// <summary>Whether the name is a class of dictionaries.</summary>
    public static bool IsDictionary(PickleGlobal global) => global == s_orderedDictionary || global == s_defaultDictionary;

    /// <summary>The result of calling a known name.</summary>
    public static object? Call(PickleGlobal callable, object?[] arguments)
    {
        if (callable == s_orderedDictionary)
        {
            return Dictionary(arguments);
        }
        if (callable == s_defaultDictionary)
        {
            return new PickleDictionary(); // Its argument makes values for keys that are asked for and missing.
        }
        // A tensor of numbers of an unknown type, or a tensor of another class.
        if (arguments is [PickleObject unknown, ..])
        {
            return unknown;
        }
        if (callable == s_rebuildFromType && arguments is [PickleGlobal rebuild, _, object?[] parts, _] && rebuild != callable)
        {
            return IsKnown(rebuild) ? Call(rebuild, parts) : new PickleObject(rebuild.ToString());
        }
        if (callable == s_size && arguments is [object?[] or List<object?>])
        {
            return arguments[0];
        }
        if (callable == s_rebuildTensor && arguments is [PickleStorage, long, _, _])
        {
            return Tensor(arguments);
        }
        if (callable == s_rebuildTensor2 && arguments is [PickleStorage, long, _, _, _, _, ..] and { Length: <= 7 })
        {
            RequireNoMetadata(arguments.ElementAtOrDefault(6));
            return Tensor(arguments);
        }
        if ((callable == s_rebuildParameter || callable == s_rebuildParameterWithState) && arguments is [PickleTensor tensor, _, _, ..])
        {
            return tensor;
        }
        throw new FormatException($"{callable} is called with arguments of another kind than PyTorch's");
    }

    /// <summary>
    /// Reads the reference to a storage: ('storage', type, key, location, count), in legacy files also a view. A storage of an unknown type
    /// is an object that is not read; ('module', class, …), by which legacy files name the class of a network, is that class.
    /// </summary>
    public static object Storage(object? reference)
    {
        if (reference is object?[] and ["module", PickleGlobal network, ..])
        {
            return network;
        }
        if (reference is not object?[] { Length: 5 or 6 } parts
            || parts is not ["storage", PickleGlobal type, string key, _, long count, ..] || count < 0)
        {
            throw new FormatException("a reference to something else than a storage of numbers");
        }
        if (!IsStorage(type))
        {
            return new PickleObject(type.ToString());
        }
        // A view is (its own key, offset, count) within the storage; the count before it is that of the storage.
        var view = parts.Length == 6 ? parts[5] : null;
        if (view is null)
        {
            return new PickleStorage(key, s_storageTypes[type.Name], count, 0);
        }
        if (view is not object?[] { Length: 3 } slice || slice is not [_, long offset, long length])
        {
            throw new FormatException("a view of a storage of an unknown kind");
        }
        if (offset < 0 || length < 0 || offset > count - length)
        {
            throw new FormatException($"a view that leaves its storage of {count} elements");
        }
        return new PickleStorage(key, s_storageTypes[type.Name], count, offset);
    }

    private static bool IsStorage(PickleGlobal global) =>
        global.Module is "torch" or "torch.cuda" && s_storageTypes.ContainsKey(global.Name);

    private static PickleDictionary Dictionary(object?[] arguments)
    {
        var result = new PickleDictionary();
        if (arguments.Length == 0)
        {
            return result;
        }
        // Python 2 passes the items as a list of pairs.
        if (arguments is not [List<object?> items])
        {
            throw new FormatException("collections.OrderedDict is called with something else than a list of items");
        }
        foreach (var item in items)
        {
            var (key, value) = item switch
            {
                object?[] pair when pair is [string k, var v] => (k, v),
                List<object?> pair when pair is [string k, var v] => (k, v),
                _ => throw new FormatException("collections.OrderedDict is called with an item that is no pair of text and value"),
            };
            result.Set(key, value);
        }

        return result;
    }

    /// <summary>Refuses a tensor whose numbers are not those of its storage: PyTorch 2 marks a view of the negated ones so.</summary>
    private static void RequireNoMetadata(object? metadata)
    {
        if (metadata is not (null or PickleDictionary { Items.Count: 0 }))
        {
            var mark = metadata is PickleDictionary marked ? PrintableText.Of($"{marked.Items[0].Key}") : "unknown";
            throw new FormatException(
                $"a tensor with the mark '{mark}', by which its numbers are not those of its storage; save a copy of it, as " +
                    "resolve_neg() makes it");
        }
    }

    private static PickleTensor Tensor(object?[] arguments)
    {
        var storage = (PickleStorage)arguments[0]!;
        var offset = (long)arguments[1]!;
        var (shape, strides) = (Integers(arguments[2]), Integers(arguments[3]));
        if (shape.Length != strides.Length || shape.Length > MaximumRank || offset < 0)
        {
            throw new FormatException("a tensor whose shape, strides or offset make no sense");
        }
        try
        {
            var last = checked(storage.Offset + offset);
            var count = NamedArray.ElementCount(shape);
            for (var i = 0; i < shape.Length && count > 0; i++)
            {
                last = checked(last + ((shape[i] - 1) * strides[i]));
            }
            if (count > 0 && last >= storage.Count)
            {
                throw new FormatException($"a tensor [{string.Join(", ", shape)}] reaches element {last} of a storage of {storage.Count}");
            }
            // Otherwise a stride of 0 would allow one stored number to claim any amount of memory.
            if (count > storage.Count)
            {
                throw new FormatException(
                    $"a tensor [{string.Join(", ", shape)}] repeats the {storage.Count} elements of its storage; save a contiguous copy");
            }
            if (checked(count * storage.Type.Size) > int.MaxValue)
            {
                throw new FormatException($"a tensor [{string.Join(", ", shape)}] is larger than the 2 GiB supported");
            }
        }
        catch (OverflowException e)
        {
            throw new FormatException($"the size of a tensor [{string.Join(", ", shape)}] overflows", e);
        }

        return new PickleTensor(storage, offset + storage.Offset, shape, strides);
    }

    private static long[] Integers(object? value)
    {
        IReadOnlyList<object?> items = value switch
        {
            object?[] tuple => tuple,
            List<object?> list => list,
            _ => throw new FormatException("a shape that is no list of integers"),
        };
        var result = new long[items.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = items[i] is long and >= 0
                ? (long)items[i]!
                : throw new FormatException("a shape or stride that is no list of integers from 0");
        }
        return result;
    }
}
