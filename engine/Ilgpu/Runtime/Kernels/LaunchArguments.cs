using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>What emitted launchers call for the view leaves of their arguments.</summary>
internal static class LaunchArguments
{
    /// <summary>What the kernel receives as the view's pointer.</summary>
    /// <exception cref="ObjectDisposedException">The view's buffer was disposed.</exception>
    /// <exception cref="ArgumentException">The memory is another accelerator's, or not aligned as the kernel needs it.</exception>
    public static long PointerOf<T>(ref readonly ArrayView<T> view, Kernel kernel, int alignment)
        where T : unmanaged
    {
        MemoryBuffer? buffer = view.Buffer;
        if (buffer is null)
        {
            return 0;
        }

        ObjectDisposedException.ThrowIf(buffer.IsDisposed, buffer);
        if (!ReferenceEquals(buffer.AcceleratorOrNull, kernel.Accelerator))
        {
            DemandPeer(buffer, kernel);
        }

        long pointer = buffer.KernelPointer(view.IndexInBytes);
        if ((view.IndexInBytes & (alignment - 1)) != 0)
        {
            throw new ArgumentException($"A view passed to '{kernel.Name}' starts at byte {view.IndexInBytes} of its buffer; its " +
                $"elements need an alignment of {alignment} bytes.");
        }

        return pointer;
    }

    /// <summary>Where the view lies, for <see cref="LaunchPromises"/>.</summary>
    public static unsafe void RangeOf<T>(ViewRange* range, ref readonly ArrayView<T> view)
        where T : unmanaged =>
        *range = view.Buffer is { } buffer ? new(buffer.Handle, view.IndexInBytes, view.IndexInBytes + view.LengthInBytes) : default;

    public static long OffsetOf<T>(ref readonly ArrayView<T> view)
        where T : unmanaged => view.IndexInBytes;

    public static long LengthOf<T>(ref readonly ArrayView<T> view)
        where T : unmanaged => view.Length;

    /// <summary>Keeps what an argument refers to reachable until the launch is enqueued.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void KeepAlive<T>(ref readonly T argument)
        where T : struct
    {
    }

    private static void DemandPeer(MemoryBuffer buffer, Kernel kernel)
    {
        if (buffer.AcceleratorOrNull is not { } owner || !kernel.Accelerator.HasPeerAccess(owner))
        {
            throw new ArgumentException($"A view passed to '{kernel.Name}' on {kernel.Accelerator} looks into memory of " +
                $"{(buffer.AcceleratorOrNull as object) ?? "the host"}.");
        }
    }
}
