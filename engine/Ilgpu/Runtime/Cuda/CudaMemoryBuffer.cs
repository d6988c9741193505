namespace ILGPU.Runtime.Cuda;

/// <summary>Memory of a GPU.</summary>
internal sealed unsafe class CudaMemoryBuffer : DriverMemoryBuffer
{
    /// <summary>The stream whose order the memory is allocated and freed in; null for memory of the whole context.</summary>
    private readonly CudaStream? _owner;

    public CudaMemoryBuffer(CudaAccelerator accelerator, long length, int elementSize, CudaStream? owner)
        : base(accelerator, length, elementSize)
    {
        _owner = owner;
        if (LengthInBytes == 0)
        {
            return;
        }

        IntPtr pointer;
        CudaError status = owner is null
            ? Driver.MemAlloc(&pointer, (nuint)LengthInBytes)
            : Driver.MemAllocAsync(&pointer, (nuint)LengthInBytes, owner.StreamPtr);
        if (status != CudaError.CUDA_SUCCESS)
        {
            string free = status == CudaError.CUDA_ERROR_OUT_OF_MEMORY ? $" ({accelerator.GetFreeMemory()} bytes are free)" : string.Empty;
            throw new CudaException(
                Driver, status,
                $"{(owner is null ? "cuMemAlloc" : "cuMemAllocAsync")} of {LengthInBytes} bytes on {accelerator} failed with " +
                    $"{Driver.Describe(status)}{free}.");
        }

        NativePtr = pointer;
    }

    private CudaApi Driver => ((CudaAccelerator)Accelerator).Driver;

    internal override long KernelPointer(long offsetInBytes) => NativePtr + offsetInBytes;

    internal override void MemSetCore(AcceleratorStream stream, byte value, long offset, long length) =>
        Driver.Check(
            Driver.MemsetD8Async(NativePtr + (nint)offset, value, (nuint)length, CudaStream.HandleOf(stream)), "cuMemsetD8Async");

    internal override void CopyFromHost(AcceleratorStream stream, byte* source, long offset, long length) =>
        Driver.Check(
            Driver.MemcpyHtoDAsync(NativePtr + (nint)offset, source, (nuint)length, CudaStream.HandleOf(stream)), "cuMemcpyHtoDAsync");

    internal override void CopyToHost(AcceleratorStream stream, byte* target, long offset, long length) =>
        Driver.Check(
            Driver.MemcpyDtoHAsync(target, NativePtr + (nint)offset, (nuint)length, CudaStream.HandleOf(stream)), "cuMemcpyDtoHAsync");

    internal override void CopyToBuffer(AcceleratorStream stream, long offset, MemoryBuffer target, long targetOffset, long length) =>
        Driver.Check(
            Driver.MemcpyDtoDAsync(
                target.NativePtr + (nint)targetOffset, NativePtr + (nint)offset, (nuint)length, CudaStream.HandleOf(stream)),
            "cuMemcpyDtoDAsync");

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (NativePtr == IntPtr.Zero)
        {
            return;
        }

        if (_owner is { IsDisposed: false })
        {
            Driver.Release(Driver.MemFreeAsync(NativePtr, _owner.StreamPtr), "cuMemFreeAsync");
        }
        else
        {
            Driver.Release(Driver.MemFree(NativePtr), "cuMemFree");
        }

        NativePtr = IntPtr.Zero;
    }
}

/// <summary>Host memory that the driver has locked.</summary>
internal sealed unsafe class CudaPageLockScope<T> : PageLockScope<T>
    where T : unmanaged
{
    /// <summary>Usable from every context of the process.</summary>
    private const uint Portable = 1;

    private readonly bool _isRegistered;

    public CudaPageLockScope(CudaAccelerator accelerator, IntPtr address, long numElements)
        : base(accelerator, address, numElements)
    {
        Driver.Check(Driver.MemHostRegister((void*)address, (nuint)LengthInBytes, Portable), "cuMemHostRegister");
        _isRegistered = true;
    }

    private CudaApi Driver => ((CudaAccelerator)Accelerator).Driver;

    internal override bool IsLocked => true;

    /// <summary>Copies that are under way still need the memory, so this waits for the device.</summary>
    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (!_isRegistered)
        {
            return;
        }

        Driver.Release(Driver.CtxSynchronize(), "cuCtxSynchronize");
        Driver.Release(Driver.MemHostUnregister((void*)AddrOfLockedObject), "cuMemHostUnregister");
    }
}
