namespace ILGPU.Runtime;

/// <summary>Memory that the runtime itself sets and copies, by offsets.</summary>
internal abstract class DriverMemoryBuffer : MemoryBuffer
{
    /// <summary>Memory of the host.</summary>
    private protected DriverMemoryBuffer(long length, int elementSize)
        : base(length, elementSize)
    {
    }

    protected DriverMemoryBuffer(Accelerator accelerator, long length, int elementSize)
        : base(accelerator, length, elementSize)
    {
    }

    internal abstract override long KernelPointer(long offsetInBytes);

    internal abstract override void MemSetCore(AcceleratorStream stream, byte value, long offset, long length);

    internal abstract override unsafe void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length);

    internal abstract override unsafe void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length);

    internal abstract override void CopyToBuffer(
        AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length);

    protected internal sealed override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) =>
        MemSetCore(stream, value, targetView.IndexInBytes, targetView.Length);

    protected internal sealed override void CopyFrom(
        AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        BufferCopy.Between(stream, sourceView, targetView);

    protected internal sealed override void CopyTo(
        AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        BufferCopy.Between(stream, sourceView, targetView);
}
