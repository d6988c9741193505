using Microsoft.Win32.SafeHandles;

namespace IlgpuGan.Tensors.Formats;

/// <summary>A file for random-access reads from several threads at once.</summary>
internal sealed class DataFile : IDisposable
{
    private readonly FileStream _file;

    public DataFile(string path)
    {
        _file = Disk.OpenRead(path);
        (Path, Handle, Length) = (path, _file.SafeFileHandle, _file.Length);
    }

    public string Path { get; }

    public SafeFileHandle Handle { get; }

    /// <summary>Length in bytes when the file was opened.</summary>
    public long Length { get; }

    /// <summary>Fills <paramref name="bytes"/> from an offset on.</summary>
    /// <exception cref="CheckpointFormatException">The file was cut short while it was read.</exception>
    public void Read(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(Handle, bytes, offset);
            if (read == 0)
            {
                throw new CheckpointFormatException(Path, offset, "the file ends here; another program has cut it short while it was read");
            }
            offset += read;
            bytes = bytes[read..];
        }
    }

    public void Dispose() => _file.Dispose();
}
