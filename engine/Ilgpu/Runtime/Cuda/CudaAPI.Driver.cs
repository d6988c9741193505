namespace ILGPU.Runtime.Cuda;

/// <summary>
/// Calls of the CUDA driver for programs that go around buffers. Each returns the driver's status, for
/// <see cref="CudaException.ThrowIfFailed"/>; an accelerator must be bound to the thread.
/// </summary>
public sealed unsafe class CudaAPI
{
    private readonly CudaApi _driver;

    private CudaAPI(CudaApi driver) => _driver = driver;

    /// <summary>The driver of the accelerator that is bound to the thread, or the machine's.</summary>
    /// <exception cref="NotSupportedException">There is no driver; the message says why.</exception>
    public static CudaAPI CurrentAPI => new(
        (Accelerator.Current as CudaAccelerator)?.Driver ?? CudaApi.Installed ?? throw new NotSupportedException(CudaApi.Absence));

    /// <summary>Memory of the device.</summary>
    public CudaError AllocateMemory(out IntPtr devicePtr, IntPtr bytesize)
    {
        fixed (IntPtr* pointer = &devicePtr)
        {
            return _driver.MemAlloc(pointer, (nuint)bytesize);
        }
    }

    public CudaError FreeMemory(IntPtr devicePtr) => _driver.MemFree(devicePtr);

    /// <summary>Memory of the host, page-locked, that kernels reach at the same address.</summary>
    public CudaError AllocateHostMemory(out IntPtr hostPtr, IntPtr bytesize)
    {
        fixed (IntPtr* pointer = &hostPtr)
        {
            return _driver.MemAllocHost((void**)pointer, (nuint)bytesize);
        }
    }

    public CudaError FreeHostMemory(IntPtr hostPtr) => _driver.MemFreeHost((void*)hostPtr);

    /// <summary>Bytes of the device.</summary>
    public CudaError GetMemoryInfo(out long free, out long total)
    {
        nuint freeBytes, totalBytes;
        CudaError status = _driver.MemGetInfo(&freeBytes, &totalBytes);
        (free, total) = ((long)freeBytes, (long)totalBytes);
        return status;
    }

    /// <summary>Waits for all work of the device.</summary>
    public CudaError SynchronizeContext() => _driver.CtxSynchronize();

    public CudaError SynchronizeStream(IntPtr stream) => _driver.StreamSynchronize(stream);
}
