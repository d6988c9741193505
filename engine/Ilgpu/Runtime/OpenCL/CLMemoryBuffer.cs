namespace ILGPU.Runtime.OpenCL;

/// <summary>An OpenCL memory object.</summary>
internal sealed unsafe class CLMemoryBuffer : DriverMemoryBuffer
{
    private const ulong ReadWrite = 1;

    public CLMemoryBuffer(CLAccelerator accelerator, long length, int elementSize)
        : base(accelerator, length, elementSize)
    {
        if (LengthInBytes == 0)
        {
            return;
        }

        CLError status;
        NativePtr = CLApi.Current.CreateBuffer(accelerator.NativePtr, ReadWrite, (nuint)LengthInBytes, null, &status);
        if (status != CLError.CL_SUCCESS)
        {
            throw new CLException(
                status, $"clCreateBuffer of {LengthInBytes} bytes on {accelerator} failed with {CLException.Describe(status)}.");
        }
    }

    /// <summary>
    /// The distance from the start: a memory object has no address on the host, and starts at a multiple of 128 bytes or more.
    /// </summary>
    internal override long Address(long offsetInBytes) => offsetInBytes;

    /// <summary>The memory object; the offset travels as an argument of its own.</summary>
    internal override long KernelPointer(long offsetInBytes) => NativePtr;

    internal override long StoredPointer(long offsetInBytes) => throw new NotSupportedException(
        "Buffers of OpenCL 1.2 have no addresses that other buffers could hold; put the parts into one buffer and store where they begin.");

    internal override void MemSetCore(AcceleratorStream stream, byte value, long offset, long length) =>
        CLException.Check(
            CLApi.Current.EnqueueFillBuffer(CLStream.QueueOf(stream), NativePtr, &value, 1, (nuint)offset, (nuint)length, 0, null, null),
            "clEnqueueFillBuffer");

    internal override void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length) =>
        CLException.Check(
            CLApi.Current.EnqueueWriteBuffer(CLStream.QueueOf(stream), NativePtr, 0, (nuint)offset, (nuint)length, source, 0, null, null),
            "clEnqueueWriteBuffer");

    internal override void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length) =>
        CLException.Check(
            CLApi.Current.EnqueueReadBuffer(CLStream.QueueOf(stream), NativePtr, 0, (nuint)offset, (nuint)length, target, 0, null, null),
            "clEnqueueReadBuffer");

    internal override void CopyToBuffer(AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length) =>
        CLException.Check(
            CLApi.Current.EnqueueCopyBuffer(
                CLStream.QueueOf(stream), NativePtr, target.NativePtr, (nuint)offset, (nuint)targetOffset, (nuint)length, 0, null, null),
            "clEnqueueCopyBuffer");

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (NativePtr != IntPtr.Zero)
        {
            CLException.Check(CLApi.Current.ReleaseMemObject(NativePtr), "clReleaseMemObject");
        }

        NativePtr = IntPtr.Zero;
    }
}

/// <summary>
/// Host memory that copies are left running from and to: it is pinned, so it stays where it is. A driver that copies from locked pages
/// alone passes the numbers through its own.
/// </summary>
internal sealed class CLPinnedScope<T>(CLAccelerator accelerator, IntPtr address, long numElements)
    : PageLockScope<T>(accelerator, address, numElements)
    where T : unmanaged
{
    internal override bool IsLocked => true;

    /// <summary>Copies that are under way still need the memory, so this waits for the device.</summary>
    protected override void DisposeAcceleratorObject(bool disposing) => ((CLAccelerator)Accelerator).FinishQueues();
}
