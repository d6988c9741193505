using ILGPU.Util;

namespace ILGPU.Runtime;

/// <summary>A .NET array that is pinned and, where the driver can, page-locked.</summary>
public abstract class PageLockedArray<T> : DisposeBase
    where T : unmanaged
{
    private readonly HostMemoryBuffer? host;

    private readonly T[] elements;

    private protected PageLockedArray(Accelerator accelerator, long length, bool uninitialized)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        BlittableType<T>.Demand();
        elements = uninitialized
            ? GC.AllocateUninitializedArray<T>(checked((int)length), pinned: true)
            : GC.AllocateArray<T>(checked((int)length), pinned: true);
        if (length == 0)
        {
            return;
        }

        host = new(elements, length, Interop.SizeOf<T>());
        Scope = accelerator.CreatePageLockFromPinned<T>(host.NativePtr, length);
    }

    public Span<T> Span => elements;

    /// <summary>The elements as a view of host memory.</summary>
    public ArrayView<T> ArrayView => host is { IsDisposed: false } ? new(host, 0, Length) : default;

    /// <summary>The number of elements.</summary>
    public long Length => elements.LongLength;

    internal PageLockScope<T>? Scope { get; }

    private protected T[] Elements => elements;

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        Scope?.Dispose();
        host?.Dispose();
    }
}
