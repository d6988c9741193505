namespace ILGPU.Runtime;

/// <summary>A buffer with a typed view of all its elements.</summary>
public class MemoryBuffer<TView> : MemoryBuffer, IContiguousArrayView
    where TView : struct, IArrayView
{
    /// <summary>Null only if the view had none.</summary>
    private readonly MemoryBuffer raw;

    private readonly TView view;

    private protected MemoryBuffer(Accelerator accelerator, in TView view, long length)
        : base(accelerator, length, view.ElementSize)
    {
        this.view = view;
        raw = view.Buffer ?? throw new ArgumentException("The view has no buffer.", nameof(view));
        NativePtr = raw.Handle;
    }

    /// <summary>The whole buffer; the default view once the buffer is disposed.</summary>
    public TView View => IsDisposed ? default : view;

    /// <summary>Whether the buffer has not been disposed.</summary>
    public bool IsValid => !IsDisposed;

    MemoryBuffer? IArrayView.Buffer => IsDisposed ? null : raw;

    long IContiguousArrayView.IndexInBytes => 0;

    internal override MemoryBuffer Memory => raw;

    internal override IntPtr HostAddress => raw.HostAddress;

    internal override bool IsHostMemory => raw.IsHostMemory;

    public TView ToArrayView() => View;

    public static implicit operator TView(MemoryBuffer<TView> buffer) => buffer.View;

    internal override long Address(long offsetInBytes) => raw.Address(offsetInBytes);

    internal override void OnAddressTaken() => raw.OnAddressTaken();

    internal override long KernelPointer(long offsetInBytes) => raw.KernelPointer(offsetInBytes);

    internal override void MemSetCore(AcceleratorStream stream, byte value, long offset, long length) =>
        raw.MemSetCore(stream, value, offset, length);

    internal override unsafe void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length) =>
        raw.CopyFromHost(stream, source, offset, length);

    internal override unsafe void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length) =>
        raw.CopyToHost(stream, target, offset, length);

    internal override void CopyToBuffer(AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length) =>
        raw.CopyToBuffer(stream, offset, target, targetOffset, length);

    protected internal override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) =>
        raw.MemSet(stream, value, targetView);

    protected internal override void CopyFrom(
        AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        raw.CopyFrom(stream, sourceView, targetView);

    protected internal override void CopyTo(
        AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        raw.CopyTo(stream, sourceView, targetView);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (disposing)
        {
            raw?.Dispose();
        }
    }
}
