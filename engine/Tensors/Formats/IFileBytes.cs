namespace IlgpuGan.Tensors.Formats;

/// <summary>The bytes of a file, mapped or in memory.</summary>
internal interface IFileBytes : IDisposable
{
    /// <summary>The file's name in messages.</summary>
    string Path { get; }

    long Length { get; }

    /// <summary>A view of part of the file, valid until it is disposed.</summary>
    ReadOnlyMemory<byte> Slice(long offset, int length);
}

/// <summary>A file in memory, such as an embedded resource.</summary>
internal sealed class FileInMemory(string path, ReadOnlyMemory<byte> content) : IFileBytes
{
    public string Path { get; } = path;

    public long Length => content.Length;

    public ReadOnlyMemory<byte> Slice(long offset, int length) => content.Slice(checked((int)offset), length);

    public void Dispose()
    {
    }
}
