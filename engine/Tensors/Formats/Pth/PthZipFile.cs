using System.Runtime.InteropServices;
using System.Text.Json;

namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>PyTorch's format since 1.6: a zip archive of one pickle and one uncompressed entry per storage.</summary>
internal sealed class PthZipFile : TensorFile
{
    private const int MaximumPickleLength = 256 << 20;
    private const int MaximumByteOrderLength = 64;
    private const int MaximumMetadataLength = 64 << 20;

    private readonly DataFile _file;
    private readonly Contents _contents;

    /// <exception cref="CheckpointFormatException">The archive is damaged, or holds more than plain tensors.</exception>
    public PthZipFile(string path)
        : this(new DataFile(path))
    {
    }

    private PthZipFile(DataFile file)
        : this(file, ReadContents(file))
    {
    }

    private PthZipFile(DataFile file, Contents contents)
        : base(file.Path, contents.Pickle.Entries, contents.Metadata) =>
        (_file, _contents) = (file, contents);

    public override string Format => "PyTorch zip";

    public override IReadOnlyDictionary<string, string> UnreadObjects => _contents.Pickle.Objects;

    internal static bool Recognizes(ReadOnlySpan<byte> start) => start.StartsWith("PK\u0003\u0004"u8);

    private protected override NamedArray ReadAt(int index)
    {
        var tensor = _contents.Pickle.Tensors[index];
        return PickleTensorReader.Read(Entries[index].Name, tensor, ReadEntry(_file, _contents.Storages[tensor.Storage.Key], int.MaxValue));
    }

    private protected override ArrayReader ReaderAt(int index)
    {
        var tensor = _contents.Pickle.Tensors[index];
        var entry = _contents.Storages[tensor.Storage.Key];
        // The checksum is that of the whole storage, so a tensor that is only a part of one is read with all of it.
        return entry.IsStored && tensor.Storage.Type == ElementType.F32 && tensor.Count == tensor.Storage.Count && tensor.IsContiguous
            ? new EntryReader(_file, entry)
            : base.ReaderAt(index);
    }

    protected override void Dispose(bool disposing) => _file.Dispose();

    private static Contents ReadContents(DataFile file)
    {
        try
        {
            var entries = ReadDirectory(file);
            var pickles =
                entries.Keys.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal) && name.Count('/') == 1).ToArray();
            if (pickles.Length != 1)
            {
                throw new CheckpointFormatException(file.Path, pickles.Length == 0
                    ? "is a zip archive, and none of PyTorch's; unpack it and name the folder, or a file in it"
                    : "the zip archive is not PyTorch's: it needs one entry ROOT/data.pkl");
            }
            var root = pickles[0][..^"data.pkl".Length];
            if (entries.ContainsKey(root + "constants.pkl"))
            {
                throw new CheckpointFormatException(
                    file.Path, "this is a TorchScript program, not a state_dict; save model.state_dict() instead");
            }
            if (entries.TryGetValue(root + "byteorder", out var order)
                && !ReadEntry(file, order, MaximumByteOrderLength).AsSpan().SequenceEqual("little"u8))
            {
                throw new CheckpointFormatException(file.Path, "the file was written on a big-endian machine, which is not supported");
            }

            var code = ReadEntry(file, entries[pickles[0]], MaximumPickleLength);
            var machine = new PickleMachine(file.Path, "data.pkl", 0, code);
            var pickle = PickleContents.Of(file.Path, 0, machine.Run());
            return new Contents(pickle, Locate(file.Path, pickle, entries, root + "data/"), MetadataOf(file, pickle, entries, root));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Dictionary<string, StoredZipEntry> ReadDirectory(DataFile file)
    {
        var entries = new Dictionary<string, StoredZipEntry>(StringComparer.Ordinal);
        foreach (var entry in new StoredZipReader(file).ReadEntries())
        {
            if (!entries.TryAdd(entry.Name, entry))
            {
                throw new CheckpointFormatException(file.Path, $"the archive has two entries '{entry.Name}'");
            }
        }

        return entries;
    }

    /// <summary>The pickle's texts and numbers, and over them those of <see cref="PthWriter.MetadataEntry"/>.</summary>
    private static IReadOnlyDictionary<string, string> MetadataOf(
        DataFile file, PickleContents pickle, Dictionary<string, StoredZipEntry> entries, string root)
    {
        if (!entries.TryGetValue(root + PthWriter.MetadataEntry, out var entry))
        {
            return pickle.Metadata;
        }
        var metadata = pickle.Metadata.ToDictionary(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(ReadEntry(file, entry, MaximumMetadataLength));
            foreach (var property in json.RootElement.EnumerateObject())
            {
                metadata[property.Name] = property.Value.GetString()
                    ?? throw new CheckpointFormatException(file.Path, $"the entry '{entry.Name}' is damaged: it holds more than texts");
            }

            return metadata;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointFormatException(file.Path, $"the entry '{entry.Name}' is damaged: it is no JSON object of texts", e);
        }
    }

    private static Dictionary<string, StoredZipEntry> Locate(
        string path, PickleContents pickle, Dictionary<string, StoredZipEntry> entries, string folder)
    {
        var storages = new Dictionary<string, StoredZipEntry>(StringComparer.Ordinal);
        for (var i = 0; i < pickle.Tensors.Count; i++)
        {
            var (name, storage) = (pickle.Entries[i].Name, pickle.Tensors[i].Storage);
            if (!entries.TryGetValue(folder + storage.Key, out var entry))
            {
                throw new CheckpointFormatException(path, $"the archive lacks the entry '{folder}{storage.Key}' of '{name}'");
            }
            if (storage.Count > int.MaxValue / storage.Type.Size)
            {
                throw new CheckpointFormatException(path, $"the storage of '{name}' is larger than the 2 GiB supported");
            }
            if (entry.Length != storage.Count * storage.Type.Size)
            {
                throw new CheckpointFormatException(
                    path,
                    $"the entry '{entry.Name}' has {entry.Length} bytes, but '{name}' needs {storage.Count} elements of {storage.Type}");
            }
            storages[storage.Key] = entry;
        }

        return storages;
    }

    /// <summary>Reads an uncompressed entry and verifies its checksum. Compressed entries are refused: PyTorch never compresses.</summary>
    private static byte[] ReadEntry(DataFile file, StoredZipEntry entry, int limit)
    {
        if (!entry.IsStored)
        {
            throw new CheckpointFormatException(file.Path, $"the entry '{entry.Name}' is compressed, which PyTorch's files never are");
        }
        if (entry.Length > limit)
        {
            throw new CheckpointFormatException(
                file.Path, $"the entry '{entry.Name}' claims {entry.Length} bytes, more than the {limit} that it may have");
        }
        var bytes = new byte[entry.Length];
        file.Read(entry.Start, bytes);
        return ZipCrc32.Of(bytes) == entry.Crc ? bytes : throw Damaged(file.Path, entry);
    }

    private static CheckpointFormatException Damaged(string path, StoredZipEntry entry) =>
        new(path, $"the entry '{entry.Name}' is damaged: its checksum does not fit");

    private sealed record Contents(
        PickleContents Pickle, Dictionary<string, StoredZipEntry> Storages, IReadOnlyDictionary<string, string> Metadata);

    /// <summary>Reads a whole storage, and computes its checksum at the same time.</summary>
    private sealed class EntryReader(DataFile file, StoredZipEntry entry) : FileReader(file, entry.Start)
    {
        private readonly Lock _lock = new();
        private uint _crc = ZipCrc32.LengthContribution(entry.Length);

        public override void Finish()
        {
            if (_crc != entry.Crc)
            {
                throw Damaged(File.Path, entry);
            }
        }

        private protected override void ReadPiece(long first, Span<float> piece)
        {
            base.ReadPiece(first, piece);
            var bytes = MemoryMarshal.AsBytes(piece);
            var contribution = ZipCrc32.Contribution(bytes, entry.Length - (first * sizeof(float)) - bytes.Length);
            lock (_lock)
            {
                _crc ^= contribution;
            }
        }
    }
}
