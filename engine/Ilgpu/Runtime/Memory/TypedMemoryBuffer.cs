namespace ILGPU.Runtime;

/// <summary>A buffer with a typed view of all its elements.</summary>
public class MemoryBuffer<TView> : MemoryBuffer, IContiguousArrayView
    where TView : struct, IArrayView
{
    /// <summary>Null only if the view had none.</summary>
    private readonly MemoryBuffer _raw;

    private readonly TView _view;

    private protected MemoryBuffer(Accelerator accelerator, in TView view, long length)
        : base(accelerator, length, view.ElementSize)
    {
        _view = view;
        _raw = view.Buffer ?? throw new ArgumentException("The view has no buffer.", nameof(view));
        NativePtr = _raw.Handle;
    }

    /// <summary>The whole buffer; the default view once the buffer is disposed.</summary>
    public TView View => IsDisposed ? default : _view;

    /// <summary>Whether the buffer has not been disposed.</summary>
    public bool IsValid => !IsDisposed;

    MemoryBuffer? IArrayView.Buffer => IsDisposed ? null : _raw;

    long IContiguousArrayView.IndexInBytes => 0;

    internal override MemoryBuffer Memory => _raw;

    internal override IntPtr HostAddress => _raw.HostAddress;

    internal override bool IsHostMemory => _raw.IsHostMemory;

    public TView ToArrayView() => View;

    public static implicit operator TView(MemoryBuffer<TView> buffer) => buffer.View;

    internal override long Address(long offsetInBytes) => _raw.Address(offsetInBytes);

    internal override void OnAddressTaken() => _raw.OnAddressTaken();

    internal override long KernelPointer(long offsetInBytes) => _raw.KernelPointer(offsetInBytes);

    internal override void MemSetCore(AcceleratorStream stream, byte value, long offset, long length) =>
        _raw.MemSetCore(stream, value, offset, length);

    internal override unsafe void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length) =>
        _raw.CopyFromHost(stream, source, offset, length);

    internal override unsafe void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length) =>
        _raw.CopyToHost(stream, target, offset, length);

    internal override void CopyToBuffer(AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length) =>
        _raw.CopyToBuffer(stream, offset, target, targetOffset, length);

    protected internal override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) =>
        _raw.MemSet(stream, value, targetView);

    protected internal override void CopyFrom(
        AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        _raw.CopyFrom(stream, sourceView, targetView);

    protected internal override void CopyTo(
        AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        _raw.CopyTo(stream, sourceView, targetView);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (disposing)
        {
            _raw?.Dispose();
        }
    }
}
