using System.Runtime.InteropServices;

namespace ILGPU.Runtime;

/// <summary>Copies between views, whatever memory they look into.</summary>
internal static class BufferCopy
{
    /// <summary>The live buffer behind a view.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static MemoryBuffer BufferOf<TView>(in TView view)
        where TView : IArrayView =>
        view.Buffer is { IsDisposed: false } buffer
            ? buffer
            : throw new InvalidOperationException(
                "The view has an unknown parent accelerator: its buffer was disposed or never allocated.");

    /// <summary>The default stream of the accelerator that a view's memory belongs to.</summary>
    public static AcceleratorStream DefaultStreamOf<TView>(in TView view)
        where TView : IArrayView => BufferOf(view).Accelerator.DefaultStream;

    /// <summary>Copies views of equal length; asynchronous between buffers of one device, else complete on return.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The target is shorter than the source.</exception>
    public static unsafe void Between(AcceleratorStream stream, ArrayView<byte> source, ArrayView<byte> target)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(source.Length, target.Length, nameof(source));
        if (source.Length == 0)
        {
            return;
        }

        MemoryBuffer from = BufferOf(source);
        MemoryBuffer to = BufferOf(target);
        using ScopedAcceleratorBinding binding = stream.BindScoped();
        if (to.Memory is not DriverMemoryBuffer)
        {
            to.CopyFrom(stream, source, target);
        }
        else if (from.Memory is not DriverMemoryBuffer)
        {
            from.CopyTo(stream, source, target);
        }
        else if (from.AcceleratorOrNull is { } accelerator && ReferenceEquals(accelerator, to.AcceleratorOrNull))
        {
            from.CopyToBuffer(stream, source.IndexInBytes, to, target.IndexInBytes, source.Length);
        }
        else if (to.IsHostMemory)
        {
            FromDevice(stream, from, source.IndexInBytes, (byte*)to.HostAddress + target.IndexInBytes, source.Length);
        }
        else if (from.IsHostMemory)
        {
            ToDevice(stream, to, target.IndexInBytes, (byte*)from.HostAddress + source.IndexInBytes, source.Length);
        }
        else
        {
            BetweenDevices(stream, source, target, from, to);
        }
    }

    /// <summary>Copies host memory to a view and waits.</summary>
    public static unsafe void ToView<T>(AcceleratorStream stream, ref readonly T source, ArrayView<T> target)
        where T : unmanaged
    {
        if (target.Length == 0)
        {
            return;
        }

        MemoryBuffer to = BufferOf(target);
        using ScopedAcceleratorBinding binding = stream.BindScoped();
        fixed (T* start = &source)
        {
            ToDevice(stream, to, target.IndexInBytes, (byte*)start, target.LengthInBytes);
        }
    }

    /// <summary>Copies a view to host memory and waits.</summary>
    public static unsafe void FromView<T>(AcceleratorStream stream, ArrayView<T> source, ref T target)
        where T : unmanaged
    {
        if (source.Length == 0)
        {
            return;
        }

        MemoryBuffer from = BufferOf(source);
        using ScopedAcceleratorBinding binding = stream.BindScoped();
        fixed (T* start = &target)
        {
            FromDevice(stream, from, source.IndexInBytes, (byte*)start, source.LengthInBytes);
        }
    }

    /// <summary>As <see cref="ToView"/>, without waiting: the source must stay where it is until the stream has got there.</summary>
    public static unsafe void BeginToView<T>(AcceleratorStream stream, ref readonly T source, ArrayView<T> target)
        where T : unmanaged
    {
        if (target.Length == 0)
        {
            return;
        }

        MemoryBuffer to = BufferOf(target);
        using ScopedAcceleratorBinding binding = stream.BindScoped();
        fixed (T* start = &source)
        {
            to.CopyFromHost(stream, (byte*)start, target.IndexInBytes, target.LengthInBytes);
        }
    }

    /// <summary>As <see cref="FromView"/>, without waiting: the target must stay where it is until the stream has got there.</summary>
    public static unsafe void BeginFromView<T>(AcceleratorStream stream, ArrayView<T> source, ref T target)
        where T : unmanaged
    {
        if (source.Length == 0)
        {
            return;
        }

        MemoryBuffer from = BufferOf(source);
        using ScopedAcceleratorBinding binding = stream.BindScoped();
        fixed (T* start = &target)
        {
            from.CopyToHost(stream, (byte*)start, source.IndexInBytes, source.LengthInBytes);
        }
    }

    private static unsafe void ToDevice(AcceleratorStream stream, MemoryBuffer to, long offset, byte* source, long length)
    {
        if (to.IsHostMemory && to.AcceleratorOrNull is null)
        {
            Buffer.MemoryCopy(source, (byte*)to.HostAddress + offset, length, length);
            return;
        }

        to.CopyFromHost(stream, source, offset, length);
        stream.Synchronize();
    }

    private static unsafe void FromDevice(AcceleratorStream stream, MemoryBuffer from, long offset, byte* target, long length)
    {
        if (from.IsHostMemory && from.AcceleratorOrNull is null)
        {
            Buffer.MemoryCopy((byte*)from.HostAddress + offset, target, length, length);
            return;
        }

        from.CopyToHost(stream, target, offset, length);
        stream.Synchronize();
    }

    private static unsafe void BetweenDevices(
        AcceleratorStream stream, ArrayView<byte> source, ArrayView<byte> target, MemoryBuffer from, MemoryBuffer to)
    {
        stream.Synchronize();
        void* staging = NativeMemory.Alloc((nuint)source.Length);
        try
        {
            using (from.Accelerator.BindScoped())
            {
                FromDevice(from.Accelerator.DefaultStream, from, source.IndexInBytes, (byte*)staging, source.Length);
            }

            using (to.Accelerator.BindScoped())
            {
                ToDevice(to.Accelerator.DefaultStream, to, target.IndexInBytes, (byte*)staging, source.Length);
            }
        }
        finally
        {
            NativeMemory.Free(staging);
        }
    }
}
