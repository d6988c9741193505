namespace ILGPU.Runtime.Cuda;

/// <summary>Memory of a GPU.</summary>
internal sealed unsafe class CudaMemoryBuffer : MemoryBuffer
{
    /// <summary>The stream whose order the memory is allocated and freed in; null for memory of the whole context.</summary>
    private readonly CudaStream? owner;

    public CudaMemoryBuffer(CudaAccelerator accelerator, long length, int elementSize, CudaStream? owner)
        : base(accelerator, length, elementSize)
    {
        this.owner = owner;
        if (LengthInBytes == 0)
            return;
        IntPtr pointer;
        CudaError status = owner is null
            ? CudaApi.Current.MemAlloc(&pointer, (nuint)LengthInBytes)
            : CudaApi.Current.MemAllocAsync(&pointer, (nuint)LengthInBytes, owner.StreamPtr);
        if (status != CudaError.CUDA_SUCCESS)
        {
            string free = status == CudaError.CUDA_ERROR_OUT_OF_MEMORY ? $" ({accelerator.GetFreeMemory()} bytes are free)" : string.Empty;
            throw new CudaException(status, $"{(owner is null ? "cuMemAlloc" : "cuMemAllocAsync")} of {LengthInBytes} bytes on {accelerator} failed with {CudaException.Describe(status)}{free}.");
        }

        NativePtr = pointer;
    }

    internal override long KernelPointer(long offsetInBytes) => NativePtr + offsetInBytes;

    internal override void MemSetCore(AcceleratorStream stream, byte value, long offset, long length) =>
        CudaException.Check(
            CudaApi.Current.MemsetD8Async(NativePtr + (nint)offset, value, (nuint)length, CudaStream.HandleOf(stream)), "cuMemsetD8Async");

    internal override void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length) =>
        CudaException.Check(
            CudaApi.Current.MemcpyHtoDAsync(NativePtr + (nint)offset, source, (nuint)length, CudaStream.HandleOf(stream)), "cuMemcpyHtoDAsync");

    internal override void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length) =>
        CudaException.Check(
            CudaApi.Current.MemcpyDtoHAsync(target, NativePtr + (nint)offset, (nuint)length, CudaStream.HandleOf(stream)), "cuMemcpyDtoHAsync");

    internal override void CopyToBuffer(AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length) =>
        CudaException.Check(
            CudaApi.Current.MemcpyDtoDAsync(
                target.NativePtr + (nint)targetOffset, NativePtr + (nint)offset, (nuint)length, CudaStream.HandleOf(stream)),
            "cuMemcpyDtoDAsync");

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (NativePtr == IntPtr.Zero)
            return;
        if (owner is { IsDisposed: false })
            CudaException.Check(CudaApi.Current.MemFreeAsync(NativePtr, owner.StreamPtr), "cuMemFreeAsync");
        else
            CudaException.Check(CudaApi.Current.MemFree(NativePtr), "cuMemFree");
        NativePtr = IntPtr.Zero;
    }
}

/// <summary>Host memory that the driver has locked.</summary>
internal sealed unsafe class CudaPageLockScope<T> : PageLockScope<T>
    where T : unmanaged
{
    /// <summary>Usable from every context of the process.</summary>
    private const uint Portable = 1;

    public CudaPageLockScope(CudaAccelerator accelerator, IntPtr address, long numElements)
        : base(accelerator, address, numElements) =>
        CudaException.Check(CudaApi.Current.MemHostRegister((void*)address, (nuint)LengthInBytes, Portable), "cuMemHostRegister");

    internal override bool IsLocked => true;

    protected override void DisposeAcceleratorObject(bool disposing) =>
        CudaException.Check(CudaApi.Current.MemHostUnregister((void*)AddrOfLockedObject), "cuMemHostUnregister");
}
