using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace IlgpuGan.Tensors.Formats;

/// <summary>
/// A file mapped into memory for reading. Pages are read on first access, and do not count as private memory of the process.
/// </summary>
/// <remarks>
/// A program that shortens a mapped file in place crashes this process; our writers replace whole files (<see cref="AtomicFile"/>).
/// </remarks>
internal sealed unsafe class MappedFile : IFileBytes
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private bool _disposed;

    public MappedFile(string path)
    {
        Data = new DataFile(path);
        if (Length == 0)
        {
            return; // An empty file can't be mapped.
        }
        _file = MemoryMappedFile.CreateFromFile(
            Data.Handle, mapName: null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    public string Path => Data.Path;

    public long Length => Data.Length;

    /// <summary>The same file, for reads without the mapping.</summary>
    public DataFile Data { get; }

    public ReadOnlyMemory<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return length == 0 ? ReadOnlyMemory<byte>.Empty : new View(this, offset, length).Memory;
    }

    /// <summary>The file from an offset on, at most 2 GiB.</summary>
    public ReadOnlySpan<byte> From(long offset) => Slice(offset, (int)Math.Min(Length - offset, int.MaxValue)).Span;

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
        Data.Dispose();
    }

    private sealed class View(MappedFile owner, long offset, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan()
        {
            ObjectDisposedException.ThrowIf(owner._disposed, owner);
            return new Span<byte>(owner._start + offset, length);
        }

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            ObjectDisposedException.ThrowIf(owner._disposed, owner);
            return new MemoryHandle(owner._start + offset + elementIndex);
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
