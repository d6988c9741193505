namespace ILGPU.Runtime;

/// <summary>A range of device memory.</summary>
/// <remarks>
/// A buffer of one's own, over memory that the accelerator's device can reach, sets <see cref="NativePtr"/> and says how its bytes are set
/// and copied. The simulator's kernels reach only memory that the simulator has allocated.
/// </remarks>
public abstract class MemoryBuffer : AcceleratorObject
{
    /// <summary>Memory of the host.</summary>
    private protected MemoryBuffer(long length, int elementSize)
    {
        Length = length;
        ElementSize = elementSize;
    }

    protected MemoryBuffer(Accelerator accelerator, long length, int elementSize)
        : base(accelerator)
    {
        Length = length;
        ElementSize = elementSize;
        Allocator = accelerator.CallerOfLibrary();
    }

    /// <summary>The driver's handle: an address on CUDA and CPU, a memory object on OpenCL.</summary>
    public IntPtr NativePtr
    {
        get
        {
            OnAddressTaken();
            return Handle;
        }

        protected set => Handle = value;
    }

    /// <summary>The number of elements.</summary>
    public long Length { get; private protected set; }

    /// <summary>In bytes.</summary>
    public int ElementSize { get; }

    public long LengthInBytes => Length * ElementSize;

    /// <summary><see cref="NativePtr"/>, for callers that do not touch the memory behind the buffer's back.</summary>
    internal IntPtr Handle { get; private set; }

    /// <summary>Who made it, where that is kept: in debug builds.</summary>
    internal string? Allocator { get; }

    /// <summary>The buffer whose memory it is, where several objects stand for one.</summary>
    internal virtual MemoryBuffer Memory => this;

    /// <summary>The address of the memory for host code.</summary>
    /// <exception cref="InvalidOperationException">The memory is a device's.</exception>
    internal virtual IntPtr HostAddress =>
        throw new InvalidOperationException($"The memory belongs to {AcceleratorOrNull}; copy it to the CPU before reading it.");

    /// <summary>Whether host code can touch the memory.</summary>
    internal virtual bool IsHostMemory => false;

    /// <summary>All bytes of the buffer.</summary>
    public ArrayView<byte> AsRawArrayView() => AsRawArrayView(0);

    /// <summary>The bytes from <paramref name="offsetInBytes"/> on.</summary>
    public ArrayView<byte> AsRawArrayView(long offsetInBytes) => AsRawArrayView(offsetInBytes, LengthInBytes - offsetInBytes);

    /// <summary><paramref name="lengthInBytes"/> bytes from <paramref name="offsetInBytes"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the buffer.</exception>
    public ArrayView<byte> AsRawArrayView(long offsetInBytes, long lengthInBytes) => new(this, offsetInBytes, lengthInBytes);

    /// <summary><paramref name="length"/> elements from element <paramref name="offset"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the buffer.</exception>
    public ArrayView<T> AsArrayView<T>(long offset, long length)
        where T : unmanaged => new(this, offset, length);

    /// <summary>Sets <paramref name="length"/> bytes from <paramref name="targetOffsetInBytes"/> on; asynchronous.</summary>
    public void MemSet(AcceleratorStream stream, byte value, long targetOffsetInBytes, long length)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        CheckRange(targetOffsetInBytes, length);
        if (length == 0)
        {
            return;
        }

        using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
        MemSetCore(stream, value, targetOffsetInBytes, length);
    }

    /// <summary>
    /// Copies as many bytes as the target has from <paramref name="sourceOffsetInBytes"/> on; asynchronous between buffers of a device.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The buffer ends before.</exception>
    /// <exception cref="InvalidOperationException">The target has no buffer.</exception>
    public void CopyTo(AcceleratorStream stream, long sourceOffsetInBytes, in ArrayView<byte> targetView) =>
        BufferCopy.Between(stream, AsRawArrayView(sourceOffsetInBytes, targetView.Length), targetView);

    /// <summary>
    /// Copies all bytes of the source to <paramref name="targetOffsetInBytes"/>; asynchronous between buffers of a device.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The buffer ends before.</exception>
    /// <exception cref="InvalidOperationException">The source has no buffer.</exception>
    public void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, long targetOffsetInBytes) =>
        BufferCopy.Between(stream, sourceView, AsRawArrayView(targetOffsetInBytes, sourceView.Length));

    /// <summary>Sets the bytes of a view into this buffer; asynchronous.</summary>
    protected internal abstract void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView);

    /// <summary>Copies bytes to a view into this buffer.</summary>
    protected internal abstract void CopyFrom(
        AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView);

    /// <summary>Copies the bytes of a view into this buffer.</summary>
    protected internal abstract void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView);

    /// <summary>
    /// Where the byte <paramref name="offsetInBytes"/> lies, as far as its alignment tells: an address, or a distance from a start that the
    /// device aligns itself.
    /// </summary>
    internal virtual long Address(long offsetInBytes) => Handle + offsetInBytes;

    /// <summary>Callers who know the address may write through it from now on.</summary>
    internal virtual void OnAddressTaken()
    {
    }

    /// <summary>What a kernel receives for a view that starts <paramref name="offsetInBytes"/> into the buffer.</summary>
    internal virtual long KernelPointer(long offsetInBytes) => AcceleratorType switch
    {
        AcceleratorType.Cuda => Handle + offsetInBytes,
        AcceleratorType.OpenCL => Handle,
        _ => throw new NotSupportedException($"Kernels of the simulator can't reach the memory of a {GetType().Name}."),
    };

    /// <summary>What a buffer holds of a view that starts <paramref name="offsetInBytes"/> into this one.</summary>
    internal virtual long StoredPointer(long offsetInBytes) => KernelPointer(offsetInBytes);

    internal virtual void MemSetCore(AcceleratorStream stream, byte value, long offset, long length) =>
        MemSet(stream, value, AsRawArrayView(offset, length));

    /// <summary>Copies from host memory; asynchronous where that memory is page-locked.</summary>
    internal virtual unsafe void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length)
    {
        using var host = new HostMemoryBuffer((IntPtr)source, length);
        CopyFrom(stream, host.AsRawArrayView(), AsRawArrayView(offset, length));
    }

    /// <summary>Copies to host memory; asynchronous where that memory is page-locked.</summary>
    internal virtual unsafe void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length)
    {
        using var host = new HostMemoryBuffer((IntPtr)target, length);
        CopyTo(stream, AsRawArrayView(offset, length), host.AsRawArrayView());
    }

    /// <summary>Copies to a buffer of the same accelerator, asynchronously.</summary>
    internal virtual void CopyToBuffer(AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length) =>
        CopyTo(stream, AsRawArrayView(offset, length), target.AsRawArrayView(targetOffset, length));

    internal void CheckRange(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, LengthInBytes, nameof(length));
    }
}
