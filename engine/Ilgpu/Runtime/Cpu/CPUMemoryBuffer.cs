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

    private readonly AllocationTable allocations;

    private readonly Allocation allocation;

    private readonly int number;

    private readonly bool isChecked;

    public unsafe CPUMemoryBuffer(CPUAccelerator accelerator, long length, int elementSize)
        : base(accelerator, length, elementSize)
    {
        allocations = accelerator.Allocations;
        isChecked = accelerator.IsChecked;

        // Lanes of a vector that take no part may read what lies beside the others' elements.
        allocation = new(LengthInBytes, Alignment, isChecked && accelerator.ChecksBuffers, margin: isChecked ? 0 : Alignment);
        NativePtr = (IntPtr)allocation.Address;
        number = allocations.Add(allocation);
    }

    internal override IntPtr HostAddress => NativePtr;

    internal override bool IsHostMemory => true;

    internal override long KernelPointer(long offsetInBytes) =>
        isChecked ? TaggedPointer.Make(number, offsetInBytes) : NativePtr + (IntPtr)offsetInBytes;

    internal override unsafe void MemSetCore(AcceleratorStream stream, byte value, long offset, long length)
    {
        NativeMemory.Fill(allocation.Address + offset, (nuint)length, value);
        allocation.MarkWritten(offset, length);
    }

    internal override unsafe void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length)
    {
        Buffer.MemoryCopy(source, allocation.Address + offset, length, length);
        allocation.MarkWritten(offset, length);
    }

    internal override unsafe void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length) =>
        Buffer.MemoryCopy(allocation.Address + offset, target, length, length);

    internal override void CopyToBuffer(AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length)
    {
        var other = (CPUMemoryBuffer)target.Memory;
        allocation.CopyTo(offset, other.allocation, targetOffset, length);
    }

    internal override void OnAddressTaken() => allocation.Expose();

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        // Memory that was not to be had leaves an object without a number.
        if (number == 0)
        {
            return;
        }

        allocations.Remove(number);
        allocation.Dispose();
        NativePtr = IntPtr.Zero;
    }
}
