using System.Buffers.Binary;
using System.Numerics;

namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>PyTorch's format before 1.6, memory-mapped: five pickles, then each storage as its element count and its elements.</summary>
/// <remarks>
/// The pickles are a magic number, the protocol version (1001), properties of the writing machine, the state_dict, and the keys of the
/// storages in order.
/// </remarks>
internal sealed class PthLegacyFile : TensorFile
{
    private const int Protocol = 1001;

    private static readonly BigInteger s_magic = BigInteger.Parse("119547037146038801333356");

    private readonly MappedFile _file;
    private readonly Contents _contents;

    /// <exception cref="CheckpointFormatException">The file is damaged, cut short, or holds more than plain tensors.</exception>
    public PthLegacyFile(string path)
        : this(new MappedFile(path))
    {
    }

    private PthLegacyFile(MappedFile file)
        : this(file, ReadContents(file))
    {
    }

    private PthLegacyFile(MappedFile file, Contents contents)
        : base(file.Path, contents.Pickle.Entries, contents.Pickle.Metadata) =>
        (_file, _contents) = (file, contents);

    public override string Format => "PyTorch legacy pickle";

    public override IReadOnlyDictionary<string, string> UnreadObjects => _contents.Pickle.Objects;

    /// <summary>Whether a file starts with a pickle of protocol 2 to 5.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> start) => start.Length >= 2 && start[0] == 0x80 && start[1] is >= 2 and <= 5;

    private protected override NamedArray ReadAt(int index)
    {
        var tensor = _contents.Pickle.Tensors[index];
        var (start, length) = _contents.Storages[tensor.Storage.Key];
        return PickleTensorReader.Read(Entries[index].Name, tensor, _file.Slice(start, length));
    }

    private protected override ArrayReader ReaderAt(int index)
    {
        var tensor = _contents.Pickle.Tensors[index];
        return tensor.Storage.Type == ElementType.F32 && tensor.IsContiguous
            ? new FileReader(_file.Data, _contents.Storages[tensor.Storage.Key].Start + (tensor.Offset * sizeof(float)))
            : base.ReaderAt(index);
    }

    protected override void Dispose(bool disposing) => _file.Dispose();

    private static Contents ReadContents(MappedFile file)
    {
        try
        {
            long at = 0;
            if (RunPickle(file, "the magic number", ref at) is not BigInteger magic || magic != s_magic)
            {
                throw new CheckpointFormatException(file.Path, "a pickle that PyTorch's save did not write");
            }
            if (RunPickle(file, "the protocol version", ref at) is not (long)Protocol)
            {
                throw new CheckpointFormatException(file.Path, at, $"the protocol version is not {Protocol}");
            }
            var machine = RunPickle(file, "the machine's facts", ref at) as PickleDictionary;
            if (machine is not null && machine.Items.Any(item => item is { Key: "little_endian", Value: false }))
            {
                throw new CheckpointFormatException(file.Path, at, "the file was written on a big-endian machine, which is not supported");
            }
            var start = at;
            var pickle = PickleContents.Of(file.Path, start, RunPickle(file, "the state_dict", ref at, out var storages));
            if (RunPickle(file, "the list of storages", ref at) is not List<object?> keys)
            {
                throw new CheckpointFormatException(file.Path, at, "the list of storages is missing");
            }
            return new Contents(pickle, Locate(file, pickle, storages, keys, at));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static object? RunPickle(MappedFile file, string part, ref long at) => RunPickle(file, part, ref at, out _);

    private static object? RunPickle(MappedFile file, string part, ref long at, out IReadOnlyDictionary<string, PickleStorage> storages)
    {
        var machine = new PickleMachine(file.Path, part, at, file.From(at));
        var value = machine.Run();
        at += machine.Length;
        storages = machine.Storages;
        return value;
    }

    /// <summary>Finds the offset and length of each storage after the pickles.</summary>
    private static Dictionary<string, (long Start, int Length)> Locate(
        MappedFile file, PickleContents pickle, IReadOnlyDictionary<string, PickleStorage> storages, List<object?> keys, long at)
    {
        var types = new Dictionary<string, (PickleStorage Storage, string Tensor)>(StringComparer.Ordinal);
        for (var i = 0; i < pickle.Tensors.Count; i++)
        {
            types.TryAdd(pickle.Tensors[i].Storage.Key, (pickle.Tensors[i].Storage, pickle.Entries[i].Name));
        }

        // Those of tensors inside of objects that are not read: their sizes say where the next ones begin.
        foreach (var (key, storage) in storages)
        {
            types.TryAdd(key, (storage, $"storage {key}"));
        }

        var locations = new Dictionary<string, (long, int)>(StringComparer.Ordinal);
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i] is not string key || !types.TryGetValue(key, out var known))
            {
                throw new CheckpointFormatException(file.Path, at, "a storage of unknown type, so that its size is unknown");
            }
            if (file.Length - at < sizeof(long))
            {
                throw CutShort(
                    file, $"the storage of '{known.Tensor}' begins there and {keys.Count - i} of {keys.Count} storages are missing");
            }
            var count = BinaryPrimitives.ReadInt64LittleEndian(file.Slice(at, sizeof(long)).Span);
            at += sizeof(long);
            if (count != known.Storage.Count)
            {
                throw new CheckpointFormatException(
                    file.Path, at - sizeof(long),
                    $"the storage of '{known.Tensor}' has {count} elements where the pickle says {known.Storage.Count}");
            }
            if (count > int.MaxValue / known.Storage.Type.Size)
            {
                throw new CheckpointFormatException(file.Path, at, $"the storage of '{known.Tensor}' is larger than the 2 GiB supported");
            }
            var length = (int)count * known.Storage.Type.Size;
            if (length > file.Length - at)
            {
                throw CutShort(
                    file, $"'{known.Tensor}' needs {length} bytes from byte {at} on, and {keys.Count - i - 1} more storages should follow");
            }
            if (!locations.TryAdd(key, (at, length)))
            {
                throw new CheckpointFormatException(file.Path, at, $"the storage '{key}' occurs twice");
            }
            at += length;
        }

        foreach (var (key, known) in types)
        {
            if (!locations.ContainsKey(key))
            {
                throw new CheckpointFormatException(file.Path, at, $"the storage of '{known.Tensor}' is missing");
            }
        }

        return locations;
    }

    private static CheckpointFormatException CutShort(MappedFile file, string what) =>
        new(file.Path, file.Length, $"the file is cut short: {what}");

    private sealed record Contents(PickleContents Pickle, Dictionary<string, (long Start, int Length)> Storages);
}
