using System.Collections.ObjectModel;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Formats.Pth;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.Tensors.Formats;

/// <summary>Name, type and shape of an array in a file.</summary>
public sealed record TensorEntry(string Name, ElementType Type, long[] Shape)
{
    public override string ToString() => $"{Name} {Type} [{string.Join(", ", Shape)}]";
}

/// <summary>A checkpoint of any known format, open for reading: safetensors, PyTorch's zip and legacy pickle formats, ONNX.</summary>
/// <remarks>
/// Nothing in a file is executed, and every claimed size is checked before use. Not thread-safe, except for
/// <see cref="ArrayReader.Read"/>.
/// </remarks>
public abstract class TensorFile : IDisposable
{
    private readonly Dictionary<string, int> _index;

    private protected TensorFile(string path, IReadOnlyList<TensorEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        (Path, Entries, Metadata) = (path, entries, metadata);
        _index = new(entries.Count, StringComparer.Ordinal);
        for (var i = 0; i < entries.Count; i++)
        {
            _index.Add(entries[i].Name, i);
        }
    }

    public string Path { get; }

    /// <summary>The format in words: <c>safetensors</c>, <c>PyTorch zip</c>, <c>PyTorch legacy pickle</c> or <c>ONNX</c>.</summary>
    public abstract string Format { get; }

    /// <summary>The arrays in the file's own order. Names are unique; nested dictionaries of a pickle become dotted names.</summary>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>
    /// Metadata: those of a safetensors file, a pickle's numbers and strings, an ONNX model's properties.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// Objects in a pickle that are neither tensors, numbers, texts nor containers of these: dotted name and class. They are not read.
    /// </summary>
    public virtual IReadOnlyDictionary<string, string> UnreadObjects => ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Opens a file; the format is detected by content, not by name.</summary>
    /// <exception cref="CheckpointFormatException">The format is unknown, or the content is damaged.</exception>
    /// <exception cref="IOException">The file is missing or can't be read.</exception>
    public static TensorFile Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"{path}: a folder, where a checkpoint's file is expected");
        }
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path}: there is no such file", path);
        }
        Span<byte> start = stackalloc byte[512];
        using (var file = Disk.OpenRead(path))
        {
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }

        if (SafetensorsFile.Recognizes(start))
        {
            return new SafetensorsFile(path);
        }
        if (PthZipFile.Recognizes(start))
        {
            return new PthZipFile(path);
        }
        if (PthLegacyFile.Recognizes(start))
        {
            return new PthLegacyFile(path);
        }
        if (OnnxFile.Recognizes(start))
        {
            return new OnnxFile(path);
        }
        if (SafetensorsFile.Resembles(start))
        {
            return new SafetensorsFile(path);
        }
        throw new CheckpointFormatException(path, DescribeUnknown(start));
    }

    public bool Contains(string name) => _index.ContainsKey(name);

    /// <summary>Name, type and shape of an array; null if the file has none of the name.</summary>
    internal TensorEntry? Find(string name) => _index.TryGetValue(name, out var index) ? Entries[index] : null;

    /// <summary>Reads one array.</summary>
    /// <exception cref="KeyNotFoundException">The file has no array of that name.</exception>
    /// <exception cref="CheckpointFormatException">Its data are damaged.</exception>
    public NamedArray Read(string name) =>
        _index.TryGetValue(name, out var index) ? ReadAt(index) : throw new KeyNotFoundException($"{Path} holds no array '{name}'");

    /// <summary>A reader of one array as floats, which writes them straight to their destination.</summary>
    /// <inheritdoc cref="Read(string)"/>
    internal ArrayReader Reader(string name) =>
        _index.TryGetValue(name, out var index) ? ReaderAt(index) : throw new KeyNotFoundException($"{Path} holds no array '{name}'");

    /// <summary>Reads all arrays, one at a time, in the file's order.</summary>
    public IEnumerable<NamedArray> ReadAll()
    {
        for (var i = 0; i < Entries.Count; i++)
        {
            yield return ReadAt(i);
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private protected abstract NamedArray ReadAt(int index);

    private protected virtual ArrayReader ReaderAt(int index) => new CopyingReader(ReadAt(index));

    protected virtual void Dispose(bool disposing)
    {
    }

    private static string DescribeUnknown(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
        {
            return "the file is empty";
        }
        if (start.Length > 262 && start.Slice(257, 5).SequenceEqual("ustar"u8))
        {
            return "this is a tar archive, the PyTorch format of before 2017; save the weights again with a newer PyTorch";
        }
        if (start.StartsWith("version https://git-lfs"u8))
        {
            return "this is a Git LFS pointer, not the file itself; fetch it with git lfs pull";
        }
        if (start.StartsWith("<"u8))
        {
            return "this is a web page or XML text, not a checkpoint; the download went wrong";
        }
        return "this is no checkpoint of a known format (safetensors, .pth, .onnx)";
    }
}
