using System.Runtime.InteropServices;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU;

/// <summary>
/// Native memory that kernels address through its allocation number where the simulator checks, else through its address.
/// </summary>
internal sealed class CPUMemoryBuffer : DriverMemoryBuffer
{
    // The largest alignment that views are asked for by name: kernels, which see the offset alone, and the host agree on all of them.
    private const int Alignment = 512;

    private readonly AllocationTable _allocations;

    private readonly Allocation _allocation;

    private readonly int _number;

    private readonly bool _isChecked;

    public unsafe CPUMemoryBuffer(CPUAccelerator accelerator, long length, int elementSize)
        : base(accelerator, length, elementSize)
    {
        _allocations = accelerator.Allocations;
        _isChecked = accelerator.IsChecked;

        // Lanes of a vector that take no part may read what lies beside the others' elements.
        _allocation = new(LengthInBytes, Alignment, _isChecked && accelerator.ChecksBuffers, margin: _isChecked ? 0 : Alignment);
        NativePtr = (IntPtr)_allocation.Address;
        _number = _allocations.Add(_allocation);
    }

    internal override IntPtr HostAddress => NativePtr;

    internal override bool IsHostMemory => true;

    internal override long KernelPointer(long offsetInBytes) =>
        _isChecked ? TaggedPointer.Make(_number, offsetInBytes) : NativePtr + (IntPtr)offsetInBytes;

    internal override unsafe void MemSetCore(AcceleratorStream stream, byte value, long offset, long length)
    {
        NativeMemory.Fill(_allocation.Address + offset, (nuint)length, value);
        _allocation.MarkWritten(offset, length);
    }

    internal override unsafe void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length)
    {
        Buffer.MemoryCopy(source, _allocation.Address + offset, length, length);
        _allocation.MarkWritten(offset, length);
    }

    internal override unsafe void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length) =>
        Buffer.MemoryCopy(_allocation.Address + offset, target, length, length);

    internal override void CopyToBuffer(AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length)
    {
        var other = (CPUMemoryBuffer)target.Memory;
        _allocation.CopyTo(offset, other._allocation, targetOffset, length);
    }

    internal override void OnAddressTaken() => _allocation.Expose();

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        // Memory that was not to be had leaves an object without a number.
        if (_number == 0)
        {
            return;
        }

        _allocations.Remove(_number);
        _allocation.Dispose();
        NativePtr = IntPtr.Zero;
    }
}
