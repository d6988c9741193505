using ILGPU.Util;

namespace ILGPU.Runtime;

/// <summary>A .NET array that is pinned and, where the driver can, page-locked.</summary>
public abstract class PageLockedArray<T> : DisposeBase
    where T : unmanaged
{
    private readonly HostMemoryBuffer? _host;

    private readonly T[] _elements;

    private protected PageLockedArray(Accelerator accelerator, long length, bool uninitialized)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        BlittableType<T>.Demand();
        _elements = uninitialized
            ? GC.AllocateUninitializedArray<T>(checked((int)length), pinned: true)
            : GC.AllocateArray<T>(checked((int)length), pinned: true);
        if (length == 0)
        {
            return;
        }

        _host = new(_elements, length, Interop.SizeOf<T>());
        Scope = accelerator.CreatePageLockFromPinned<T>(_host.NativePtr, length);
    }

    public Span<T> Span => _elements;

    /// <summary>The elements as a view of host memory.</summary>
    public ArrayView<T> ArrayView => _host is { IsDisposed: false } ? new(_host, 0, Length) : default;

    /// <summary>The number of elements.</summary>
    public long Length => _elements.LongLength;

    internal PageLockScope<T>? Scope { get; }

    private protected T[] Elements => _elements;

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        Scope?.Dispose();
        _host?.Dispose();
    }
}
