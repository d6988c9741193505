using System.Runtime.InteropServices;

namespace ILGPU.Runtime;

/// <summary>Memory of the host behind a view, such as a pinned .NET array; it belongs to no accelerator.</summary>
internal sealed class HostMemoryBuffer : DriverMemoryBuffer
{
    private GCHandle _pin;

    /// <param name="array">An array of any rank whose elements are unmanaged; pinned until the buffer is disposed or collected.</param>
    /// <param name="length">Its number of elements.</param>
    /// <param name="elementSize">In bytes.</param>
    public HostMemoryBuffer(Array array, long length, int elementSize)
        : base(length, elementSize)
    {
        _pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        NativePtr = length == 0 ? IntPtr.Zero : _pin.AddrOfPinnedObject();
    }

    /// <param name="address">Memory that stays where it is as long as the buffer is used.</param>
    /// <param name="length">In bytes.</param>
    public HostMemoryBuffer(IntPtr address, long length)
        : base(length, 1) => NativePtr = address;

    internal override IntPtr HostAddress => NativePtr;

    internal override bool IsHostMemory => true;

    internal override long KernelPointer(long offsetInBytes) =>
        throw new InvalidOperationException("A view of a .NET array can't be a kernel argument; copy it to a buffer of the accelerator.");

    internal override unsafe void MemSetCore(AcceleratorStream stream, byte value, long offset, long length) =>
        NativeMemory.Fill((byte*)NativePtr + offset, (nuint)length, value);

    internal override unsafe void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length) =>
        Buffer.MemoryCopy(source, (byte*)NativePtr + offset, length, length);

    internal override unsafe void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length) =>
        Buffer.MemoryCopy((byte*)NativePtr + offset, target, length, length);

    internal override unsafe void CopyToBuffer(
        AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length) =>
        CopyToHost(stream, (byte*)target.HostAddress + targetOffset, offset, length);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (_pin.IsAllocated)
        {
            _pin.Free();
        }
    }
}
