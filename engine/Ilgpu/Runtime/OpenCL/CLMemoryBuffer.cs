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
            CLApi.Current.EnqueueFillBuffer(QueueOf(stream), NativePtr, &value, 1, (nuint)offset, (nuint)length, 0, null, null),
            "clEnqueueFillBuffer");

    internal override void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length) =>
        CLException.Check(
            CLApi.Current.EnqueueWriteBuffer(QueueOf(stream), NativePtr, 0, (nuint)offset, (nuint)length, source, 0, null, null),
            "clEnqueueWriteBuffer");

    internal override void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length) =>
        CLException.Check(
            CLApi.Current.EnqueueReadBuffer(QueueOf(stream), NativePtr, 0, (nuint)offset, (nuint)length, target, 0, null, null),
            "clEnqueueReadBuffer");

    internal override void CopyToBuffer(AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length) =>
        CLException.Check(
            CLApi.Current.EnqueueCopyBuffer(
                QueueOf(stream), NativePtr, target.NativePtr, (nuint)offset, (nuint)targetOffset, (nuint)length, 0, null, null),
            "clEnqueueCopyBuffer");

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (NativePtr != IntPtr.Zero)
        {
            CLException.Check(CLApi.Current.ReleaseMemObject(NativePtr), "clReleaseMemObject");
        }

        NativePtr = IntPtr.Zero;
    }

    private static IntPtr QueueOf(AcceleratorStream stream) =>
        stream is CLStream queue
            ? queue.CommandQueue
            : throw new ArgumentException("An OpenCL buffer needs a stream of its own accelerator.", nameof(stream));
}
