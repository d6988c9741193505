namespace IlgpuGan.Tensors.Formats;

/// <summary>The bytes of a file, wherever they lie.</summary>
internal interface IFileBytes : IDisposable
{
    /// <summary>What messages call it.</summary>
    string Path { get; }

    long Length { get; }

    /// <summary>A view of part of the file, valid until it is disposed.</summary>
    ReadOnlyMemory<byte> Slice(long offset, int length);
}

/// <summary>A file that is in memory already, such as one within a program.</summary>
internal sealed class FileInMemory(string path, ReadOnlyMemory<byte> content) : IFileBytes
{
    public string Path { get; } = path;

    public long Length => content.Length;

    public ReadOnlyMemory<byte> Slice(long offset, int length) => content.Slice(checked((int)offset), length);

    public void Dispose()
    {
    }
}
