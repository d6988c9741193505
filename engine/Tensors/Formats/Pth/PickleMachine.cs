using System.Buffers.Binary;
using System.Numerics;

namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>
/// Interprets the data part of Python's pickle language: strings, numbers, lists, tuples, dictionaries, sets, and the names that
/// <see cref="TorchGlobals"/> allows. Whatever else is imported, called or built becomes a <see cref="PickleObject"/> without contents: a
/// pickle can't execute code.
/// </summary>
/// <remarks>
/// Opcodes as in Python's <c>pickletools</c>, protocols 2 to 5. Every value costs at least one byte of the file, and the number of
/// operations is bounded; so is memory.
/// </remarks>
internal ref struct PickleMachine
{
    private const int MaximumOperations = 2_000_000;
    private const int MaximumLongBytes = 64;

    private readonly ReadOnlySpan<byte> _code;
    private readonly string _file;
    private readonly string _part;
    private readonly long _start;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private readonly Dictionary<string, PickleStorage> _storages = new(StringComparer.Ordinal);
    private int _at;
    private int _operation;

    /// <param name="file">The file, for messages.</param>
    /// <param name="part">The part of the file, for messages, such as <c>data.pkl</c>.</param>
    /// <param name="start">Offset of <paramref name="code"/> in the file or archive entry.</param>
    /// <param name="code">The pickle; other bytes may follow it.</param>
    public PickleMachine(string file, string part, long start, ReadOnlySpan<byte> code)
    {
        (_file, _part, _start) = (file, part, start);
        _code = code;
    }

    /// <summary>Length of the pickle in bytes, after <see cref="Run"/>.</summary>
    public readonly int Length => _at;

    /// <summary>All storages that the pickle refers to by their keys, also those of tensors inside objects that are passed over.</summary>
    public readonly IReadOnlyDictionary<string, PickleStorage> Storages => _storages;

    /// <summary>Interprets the pickle to its end and returns its value.</summary>
    /// <exception cref="CheckpointFormatException">The pickle is damaged.</exception>
    public object? Run()
    {
        for (var operations = 0; operations < MaximumOperations; operations++)
        {
            _operation = _at;
            var code = TakeByte();
            if (code == '.')
            {
                return Pop();
            }
            Step(code);
        }

        throw Error($"more than {MaximumOperations} operations");
    }

    private void Step(byte code)
    {
        switch (code)
        {
            case 0x80: TakeProtocol(); break;
            case 0x95: Take(8); break; // FRAME: a reading hint
            case (byte)'(': _marks.Add(_stack.Count); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopMark(); break;
            case (byte)'2': Push(Peek()); break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case (byte)'K': Push((long)TakeByte()); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 0x8A: PushInteger(TakeByte()); break;
            case 0x8B: PushInteger(TakeLength(4)); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case (byte)'X': PushText(TakeLength(4)); break;
            case 0x8C: PushText(TakeByte()); break;
            case 0x8D: PushText(TakeLength(8)); break;
            case (byte)'U': PushLatin(TakeByte()); break; // Python 2's byte strings: names
            case (byte)'T': PushLatin(TakeLength(4)); break;
            case (byte)'C': PushBytes(TakeByte()); break;
            case (byte)'B': PushBytes(TakeLength(4)); break;
            case 0x8E or 0x96: PushBytes(TakeLength(8)); break;
            case (byte)']': Push(new List<object?>()); break;
            case (byte)'a': AppendAll([Pop()]); break;
            case (byte)'e': AppendAll(PopMark()); break;
            case (byte)'l': Push(new List<object?>(PopMark())); break;
            case (byte)')': Push(Array.Empty<object?>()); break;
            case (byte)'t': Push(PopMark()); break;
            case 0x85: PushTuple(1); break;
            case 0x86: PushTuple(2); break;
            case 0x87: PushTuple(3); break;
            case (byte)'}': Push(new PickleDictionary()); break;
            case (byte)'d': MakeDictionary(); break;
            case (byte)'s': SetAll(PopMany(2)); break;
            case (byte)'u': SetAll(PopMark()); break;
            case (byte)'c': PushGlobal(TakeLine(), TakeLine()); break;
            case 0x93: PushStackGlobal(); break;
            case (byte)'R': Reduce(); break;
            case (byte)'b': Build(); break;
            case (byte)'i': PushInstance(TakeLine(), TakeLine()); break;
            case (byte)'o': PushObject(PopMark().FirstOrDefault()); break;
            case 0x81: PushNewObject(PopMany(2)); break;
            case 0x92: PushNewObject(PopMany(3)); break;
            case 0x8F: Push(new List<object?>()); break;
            case 0x90: AppendAll(PopMark()); break;
            case 0x91: Push(new List<object?>(PopMark())); break;
            case (byte)'Q': PushStorage(); break;
            case (byte)'q': _memo[TakeByte()] = Peek(); break;
            case (byte)'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break;
            case 0x94: _memo[(uint)_memo.Count] = Peek(); break;
            case (byte)'h': Push(Recall(TakeByte())); break;
            case (byte)'j': Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            default: throw Error(Refusal(code));
        }
    }

    private static string Refusal(byte code) => code switch
    {
        0x82 or 0x83 or 0x84 => "the pickle uses the extension registry, which is refused",
        >= 0x20 and < 0x7F => $"the pickle operation '{(char)code}' is not allowed",
        _ => $"the pickle operation 0x{code:X2} is not allowed",
    };

    private void TakeProtocol()
    {
        var protocol = TakeByte();
        if (protocol is < 2 or > 5)
        {
            throw Error($"pickle protocol {protocol} is not supported (2 to 5 are)");
        }
    }

    private void PushInteger(int bytes)
    {
        if (bytes > MaximumLongBytes)
        {
            throw Error($"an integer of {bytes} bytes");
        }
        var value = new BigInteger(Take(bytes));
        // Without the cast both would be boxed as BigInteger.
        Push(value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value);
    }

    private void PushText(int length)
    {
        try
        {
            Push(s_strictUtf8.GetString(Take(length)));
        }
        catch (DecoderFallbackException e)
        {
            throw Error("a text is not valid UTF-8", e);
        }
    }

    private void PushLatin(int length) => Push(Encoding.Latin1.GetString(Take(length)));

    private void PushBytes(int length) => Push(Take(length).ToArray());

    private void PushTuple(int length) => Push(PopMany(length));

    private void AppendAll(object?[] values)
    {
        if (Peek() is List<object?> list)
        {
            list.AddRange(values);
        }
        else if (Peek() is not PickleObject)
        {
            throw Error("an append to something that is no list");
        }
    }

    private void MakeDictionary()
    {
        var items = PopMark();
        Push(new PickleDictionary());
        SetAll(items);
    }

    private void SetAll(object?[] items)
    {
        if (Peek() is not (PickleDictionary or PickleObject))
        {
            throw Error("an item is set in something that is no dictionary");
        }
        if (items.Length % 2 != 0)
        {
            throw Error("a dictionary key without a value");
        }
        if (Peek() is not PickleDictionary dictionary)
        {
            return;
        }
        for (var i = 0; i < items.Length; i += 2)
        {
            if (items[i] is string or long or bool or double)
            {
                dictionary.Set(items[i]!, items[i + 1]);
            }
            else if (items[i] is List<object?> or PickleDictionary)
            {
                throw Error("a dictionary key that is a list or a dictionary");
            }
        }
    }

    private void PushStackGlobal()
    {
        var names = PopMany(2);
        if (names is not [string module, string name])
        {
            throw Error("an import whose name is no text");
        }
        PushGlobal(module, name);
    }

    private void PushGlobal(string module, string name) => Push(new PickleGlobal(module, name));

    private void Reduce()
    {
        var parts = PopMany(2);
        if (parts is not [PickleGlobal or PickleObject, object?[] arguments])
        {
            throw Error("a call of something that is no name, or without arguments");
        }
        if (parts[0] is PickleGlobal callable && TorchGlobals.IsKnown(callable))
        {
            Push(Convert(x => TorchGlobals.Call(callable, x), arguments));
        }
        else
        {
            PushObject(parts[0]);
        }
    }

    /// <summary>NEWOBJ: a class and the arguments of its constructor.</summary>
    private void PushNewObject(object?[] parts)
    {
        if (parts[0] is PickleGlobal type && TorchGlobals.IsDictionary(type))
        {
            Push(new PickleDictionary());
        }
        else
        {
            PushObject(parts[0]);
        }
    }

    private void PushInstance(string module, string name)
    {
        PopMark();
        PushObject(new PickleGlobal(module, name));
    }

    private void PushObject(object? type) => Push(type switch
    {
        PickleObject made => made,
        PickleGlobal named => new PickleObject(named.ToString()),
        _ => throw Error("an object of something that is no class"),
    });

    private void PushStorage()
    {
        var made = Convert(static x => TorchGlobals.Storage(x), Pop());
        if (made is PickleStorage storage)
        {
            _storages.TryAdd(storage.Key, storage);
        }
        Push(made);
    }

    /// <summary>BUILD: drops the attributes of an OrderedDict (PyTorch's <c>_metadata</c>), a parameter or an object.</summary>
    private void Build()
    {
        Pop();
        if (Peek() is not (PickleDictionary or PickleTensor or PickleObject))
        {
            throw Error("attributes of something that has none");
        }
    }

    private readonly object? Convert<T>(Func<T, object?> read, T value)
    {
        try
        {
            return read(value);
        }
        catch (FormatException e)
        {
            throw Error(e.Message, e);
        }
    }

    private void Push(object? value) => _stack.Add(value);

    private readonly object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Error("the stack is empty");

    private object? Pop() => PopMany(1)[0];

    private object?[] PopMany(int count)
    {
        if (_stack.Count - Floor < count)
        {
            throw Error("the stack is empty");
        }
        var values = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopMark()
    {
        if (_marks.Count == 0)
        {
            throw Error("a list without its beginning");
        }
        var values = PopMany(_stack.Count - Floor);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private readonly int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    private readonly object? Recall(uint key) =>
        _memo.TryGetValue(key, out var value) ? value : throw Error($"nothing is remembered under {key}");

    private byte TakeByte() => Take(1)[0];

    private int TakeLength(int bytes)
    {
        var field = Take(bytes);
        var length = bytes == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(field) : BinaryPrimitives.ReadUInt64LittleEndian(field);
        if (length > (ulong)(_code.Length - _at))
        {
            throw Error($"a text or number of {length} bytes, but only {_code.Length - _at} follow");
        }
        return (int)length;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _code.Length - _at)
        {
            throw Error("the pickle ends in the middle; the file is cut short");
        }
        _at += count;
        return _code.Slice(_at - count, count);
    }

    private string TakeLine()
    {
        var length = _code[_at..].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw Error("a name without an end");
        }
        var line = Encoding.Latin1.GetString(_code.Slice(_at, length));
        _at += length + 1;
        return line;
    }

    private readonly CheckpointFormatException Error(string reason, Exception? inner = null) =>
        new(_file, _start + _operation, $"{_part}: {reason}", inner);

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
