namespace ILGPU.Runtime;

/// <summary>Copies between views and page-locked memory, left running where the driver really locked the pages.</summary>
internal static class PageLockedCopy
{
    public static unsafe void To<T>(AcceleratorStream stream, ArrayView<T> source, PageLockScope<T>? target)
        where T : unmanaged
    {
        if (source.Length == 0)
        {
            return;
        }

        CheckScope(target, source.Length);
        using ScopedAcceleratorBinding binding = stream.BindScoped();
        BufferCopy.BufferOf(source).CopyToHost(stream, (byte*)target!.AddrOfLockedObject, source.IndexInBytes, source.LengthInBytes);
        if (!target.IsLocked)
        {
            stream.Synchronize();
        }
    }

    public static unsafe void From<T>(AcceleratorStream stream, ArrayView<T> target, PageLockScope<T>? source)
        where T : unmanaged
    {
        if (target.Length == 0)
        {
            return;
        }

        CheckScope(source, target.Length);
        using ScopedAcceleratorBinding binding = stream.BindScoped();
        BufferCopy.BufferOf(target).CopyFromHost(stream, (byte*)source!.AddrOfLockedObject, target.IndexInBytes, target.LengthInBytes);
        if (!source.IsLocked)
        {
            stream.Synchronize();
        }
    }

    public static TArray Read<T, TArray>(AcceleratorStream stream, ArrayView<T> source, TArray target)
        where T : unmanaged
        where TArray : PageLockedArray<T>
    {
        To(stream, source, target.Scope);
        stream.Synchronize();
        return target;
    }

    private static void CheckScope<T>(PageLockScope<T>? scope, long length)
        where T : unmanaged
    {
        if (scope is null || scope.Length < length)
        {
            throw new ArgumentOutOfRangeException(
                "pageLocked", $"The page-locked memory holds {scope?.Length ?? 0} elements, the view {length}.");
        }

        ObjectDisposedException.ThrowIf(scope.IsDisposed, scope);
    }
}
