using System.Runtime.InteropServices;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU;

/// <summary>Native memory of the simulator, addressed by kernels through its allocation number.</summary>
internal sealed class CPUMemoryBuffer : MemoryBuffer
{
    // The largest alignment that views are asked for by name: kernels, which see the offset alone, and the host agree on all of them.
    private const int Alignment = 512;

    private readonly AllocationTable allocations;

    private readonly int allocation;

    public unsafe CPUMemoryBuffer(CPUAccelerator accelerator, long length, int elementSize)
        : base(accelerator, length, elementSize)
    {
        allocations = accelerator.Allocations;
        NativePtr = (IntPtr)NativeMemory.AlignedAlloc((nuint)Math.Max(LengthInBytes, 1), Alignment);
        allocation = allocations.Add(NativePtr, LengthInBytes);
    }

    internal override IntPtr HostAddress => NativePtr;

    internal override bool IsHostMemory => true;

    internal override long KernelPointer(long offsetInBytes) => TaggedPointer.Make(allocation, offsetInBytes);

    internal override unsafe void MemSetCore(AcceleratorStream stream, byte value, long offset, long length) =>
        NativeMemory.Fill((byte*)NativePtr + offset, (nuint)length, value);

    internal override unsafe void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length) =>
        Buffer.MemoryCopy(source, (byte*)NativePtr + offset, length, length);

    internal override unsafe void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length) =>
        Buffer.MemoryCopy((byte*)NativePtr + offset, target, length, length);

    internal override unsafe void CopyToBuffer(AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length) =>
        Buffer.MemoryCopy((byte*)NativePtr + offset, (byte*)target.HostAddress + targetOffset, length, length);

    protected override unsafe void DisposeAcceleratorObject(bool disposing)
    {
        allocations.Remove(allocation);
        NativeMemory.AlignedFree((void*)NativePtr);
        NativePtr = IntPtr.Zero;
    }
}
