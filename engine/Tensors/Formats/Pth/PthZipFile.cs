using System.IO.Compression;

namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>PyTorch's format since 1.6: a zip archive of one pickle and one uncompressed entry a storage.</summary>
public sealed class PthZipFile : TensorFile
{
    private const int MaximumPickleLength = 256 << 20;
    private const int MaximumNoteLength = 64;

    private readonly ZipArchive _archive;
    private readonly Contents _contents;

    /// <exception cref="CheckpointFormatException">The archive is damaged, or holds more than plain tensors.</exception>
    public PthZipFile(string path)
        : this(path, OpenArchive(path))
    {
    }

    private PthZipFile(string path, ZipArchive archive)
        : this(path, archive, ReadContents(path, archive))
    {
    }

    private PthZipFile(string path, ZipArchive archive, Contents contents)
        : base(path, contents.Pickle.Entries, contents.Pickle.Metadata) =>
        (_archive, _contents) = (archive, contents);

    public override string Format => "PyTorch zip";

    internal static bool Recognizes(ReadOnlySpan<byte> start) => start.StartsWith("PK\u0003\u0004"u8);

    private protected override NamedArray ReadAt(int index)
    {
        var tensor = _contents.Pickle.Tensors[index];
        var entry = _contents.Storages[tensor.Storage.Key];
        return PickleTensorReader.Read(Entries[index].Name, tensor, ReadEntry(Path, entry, int.MaxValue));
    }

    protected override void Dispose(bool disposing) => _archive.Dispose();

    private static ZipArchive OpenArchive(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read);
        }
        catch (InvalidDataException e)
        {
            var length = stream.Length;
            stream.Dispose();
            throw new CheckpointFormatException(path, length, "the zip archive has no readable directory at its end; the file is cut short or damaged", e);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static Contents ReadContents(string path, ZipArchive archive)
    {
        try
        {
            var entries = ReadDirectory(path, archive);
            var pickles = entries.Keys.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal) && name.Count('/') == 1).ToArray();
            if (pickles.Length != 1)
                throw new CheckpointFormatException(path, 0, "the zip archive is not PyTorch's: it needs one entry ROOT/data.pkl");
            var root = pickles[0][..^"data.pkl".Length];
            if (entries.ContainsKey(root + "constants.pkl"))
                throw new CheckpointFormatException(path, 0, "this is a TorchScript program, not a state_dict; save model.state_dict() instead");
            if (entries.TryGetValue(root + "byteorder", out var order) && !ReadEntry(path, order, MaximumNoteLength).AsSpan().SequenceEqual("little"u8))
                throw new CheckpointFormatException(path, 0, "the file was written on a big-endian machine, which is not supported");

            var code = ReadEntry(path, entries[pickles[0]], MaximumPickleLength);
            var machine = new PickleMachine(path, "data.pkl", 0, code);
            var pickle = PickleContents.Of(path, 0, machine.Run());
            return new Contents(pickle, Locate(path, pickle, entries, root + "data/"));
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    private static Dictionary<string, ZipArchiveEntry> ReadDirectory(string path, ZipArchive archive)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        try
        {
            foreach (var entry in archive.Entries)
            {
                if (!entries.TryAdd(entry.FullName, entry))
                    throw new CheckpointFormatException(path, 0, $"the archive has two entries '{entry.FullName}'");
            }
        }
        catch (InvalidDataException e)
        {
            throw new CheckpointFormatException(path, 0, $"the zip archive's directory is damaged: {e.Message}", e);
        }

        return entries;
    }

    private static Dictionary<string, ZipArchiveEntry> Locate(
        string path, PickleContents pickle, Dictionary<string, ZipArchiveEntry> entries, string folder)
    {
        var places = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        for (var i = 0; i < pickle.Tensors.Count; i++)
        {
            var (name, storage) = (pickle.Entries[i].Name, pickle.Tensors[i].Storage);
            if (!entries.TryGetValue(folder + storage.Key, out var entry))
                throw new CheckpointFormatException(path, 0, $"the archive lacks the entry '{folder}{storage.Key}' of '{name}'");
            if (storage.Count > int.MaxValue / storage.Type.Size)
                throw new CheckpointFormatException(path, 0, $"the storage of '{name}' is larger than the 2 GiB supported");
            if (entry.Length != storage.Count * storage.Type.Size)
                throw new CheckpointFormatException(path, 0, $"the entry '{entry.FullName}' has {entry.Length} bytes, but '{name}' needs {storage.Count} elements of {storage.Type}");
            places[storage.Key] = entry;
        }

        return places;
    }

    /// <summary>Reads an uncompressed entry and checks its sum. PyTorch never compresses, so a compressed entry is a trap.</summary>
    private static byte[] ReadEntry(string path, ZipArchiveEntry entry, int limit)
    {
        if (entry.CompressedLength != entry.Length)
            throw new CheckpointFormatException(path, 0, $"the entry '{entry.FullName}' is compressed, which PyTorch's files never are");
        if (entry.Length > limit)
            throw new CheckpointFormatException(path, 0, $"the entry '{entry.FullName}' claims {entry.Length} bytes, more than the {limit} that it may have");
        if (entry.Length > new FileInfo(path).Length)
            throw new CheckpointFormatException(path, 0, $"the entry '{entry.FullName}' claims {entry.Length} bytes, more than the whole file has");
        try
        {
            var bytes = new byte[entry.Length];
            using var stream = entry.Open();
            stream.ReadExactly(bytes);
            if (Crc32.Of(bytes) != entry.Crc32)
                throw new CheckpointFormatException(path, 0, $"the entry '{entry.FullName}' is damaged: its checksum does not fit");
            return bytes;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new CheckpointFormatException(path, 0, $"the entry '{entry.FullName}' is damaged: {e.Message}", e);
        }
    }

    private sealed record Contents(PickleContents Pickle, Dictionary<string, ZipArchiveEntry> Storages);
}
