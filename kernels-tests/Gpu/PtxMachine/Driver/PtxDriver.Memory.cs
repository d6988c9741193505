using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine.Driver;

// Device memory, copies, page-locked memory.
internal static unsafe partial class PtxDriver
{
    [UnmanagedCallersOnly]
    private static CudaError MemGetInfo(nuint* free, nuint* total) => Bound("cuMemGetInfo_v2", null, device =>
    {
        (*free, *total) = ((nuint)(PtxDevice.MemoryBytes - device.Memory.Used), (nuint)PtxDevice.MemoryBytes);
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError MemAlloc(IntPtr* pointer, nuint bytes) => Bound("cuMemAlloc_v2", bytes, device =>
        Unsafe(device, () => Allocate(device, pointer, bytes)));

    [UnmanagedCallersOnly]
    private static CudaError MemFree(IntPtr pointer) => Bound("cuMemFree_v2", null, device => Unsafe(device, () =>
    {
        // Freeing waits for the device.
        device.Drain();
        return device.Memory.Free((ulong)pointer) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_VALUE;
    }));

    [UnmanagedCallersOnly]
    private static CudaError MemAllocAsync(IntPtr* pointer, nuint bytes, IntPtr stream) => Bound("cuMemAllocAsync", bytes, device =>
        OnStream(device, stream, _ => Allocate(device, pointer, bytes)));

    [UnmanagedCallersOnly]
    private static CudaError MemFreeAsync(IntPtr pointer, IntPtr stream) =>
        Bound("cuMemFreeAsync", null, device => OnStream(device, stream, target =>
    {
        if (device.Memory.Find((ulong)pointer) is null)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        target.Put("free", () => device.Memory.Free((ulong)pointer));
        return CudaError.CUDA_SUCCESS;
    }));

    private static CudaError Allocate(PtxDevice device, IntPtr* pointer, nuint bytes)
    {
        if (bytes == 0)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        if (device.Memory.Used + (long)bytes > PtxDevice.MemoryBytes)
        {
            return CudaError.CUDA_ERROR_OUT_OF_MEMORY;
        }
        *pointer = (IntPtr)device.Memory.Allocate((long)bytes).Address;
        return CudaError.CUDA_SUCCESS;
    }

    private static ArraySegment<byte> At(PtxDevice device, IntPtr address, nuint bytes, string call) =>
        device.Memory.At((ulong)address, (long)bytes)
            ?? throw new PtxFaultException($"{call}: {bytes} bytes at 0x{address:x} are not allocated");

    [UnmanagedCallersOnly]
    private static CudaError MemcpyHtoDAsync(IntPtr target, void* source, nuint bytes, IntPtr stream) =>
        Bound("cuMemcpyHtoDAsync_v2", bytes, device => OnStream(device, stream, queue =>
        device.Memory.At((ulong)target, (long)bytes) is null
            ? CudaError.CUDA_ERROR_INVALID_VALUE
            : Transfer(
                queue, source, bytes, "to device",
                () => new ReadOnlySpan<byte>(source, (int)bytes).CopyTo(At(device, target, bytes, "cuMemcpyHtoDAsync")))));

    [UnmanagedCallersOnly]
    private static CudaError MemcpyDtoHAsync(void* target, IntPtr source, nuint bytes, IntPtr stream) =>
        Bound("cuMemcpyDtoHAsync_v2", bytes, device => OnStream(device, stream, queue =>
        device.Memory.At((ulong)source, (long)bytes) is null
            ? CudaError.CUDA_ERROR_INVALID_VALUE
            : Transfer(
                queue, target, bytes, "to host",
                () => At(device, source, bytes, "cuMemcpyDtoHAsync").AsSpan().CopyTo(new Span<byte>(target, (int)bytes)))));

    [UnmanagedCallersOnly]
    private static CudaError MemcpyDtoDAsync(IntPtr target, IntPtr source, nuint bytes, IntPtr stream) =>
        Bound("cuMemcpyDtoDAsync_v2", bytes, device => OnStream(device, stream, queue =>
    {
        if (device.Memory.At((ulong)target, (long)bytes) is null || device.Memory.At((ulong)source, (long)bytes) is null)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        queue.Put(
            "on device",
            () => At(device, source, bytes, "cuMemcpyDtoDAsync").AsSpan().CopyTo(At(device, target, bytes, "cuMemcpyDtoDAsync")));
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError MemsetD8Async(IntPtr target, byte value, nuint bytes, IntPtr stream) =>
        Bound("cuMemsetD8Async", bytes, device => OnStream(device, stream, queue =>
    {
        if (device.Memory.At((ulong)target, (long)bytes) is null)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        queue.Put("set", () => At(device, target, bytes, "cuMemsetD8Async").AsSpan().Fill(value));
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError MemAllocHost(void** pointer, nuint bytes) => Bound("cuMemAllocHost_v2", bytes, device =>
        Unsafe(device, () =>
    {
        if (bytes == 0)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        *pointer = (void*)device.Memory.AllocateOnHost((int)bytes).Address;
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError MemFreeHost(void* pointer) => Bound("cuMemFreeHost", null, device => Unsafe(device, () =>
    {
        device.Drain();
        return device.Memory.FreeOnHost((ulong)pointer) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_VALUE;
    }));

    [UnmanagedCallersOnly]
    private static CudaError MemHostRegister(void* address, nuint bytes, uint flags) =>
        Bound("cuMemHostRegister_v2", bytes, device => Unsafe(device, () =>
    {
        if (address is null || bytes == 0 || flags > 15)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        if (s_lockedRanges.Any(range => (nuint)address < range.Key + range.Value && range.Key < (nuint)address + bytes))
        {
            return CudaError.CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED;
        }
        s_lockedRanges.Add((nuint)address, bytes);
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError MemHostUnregister(void* address) => Bound("cuMemHostUnregister", null, device => Unsafe(device, () =>
    {
        if (!s_lockedRanges.ContainsKey((nuint)address))
        {
            return CudaError.CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
        }
        if (device.Streams.Append(device.DefaultStream).Any(stream => stream.Done < stream.Entered))
        {
            Violations.Add("page-locked memory is released while work is under way that may use it");
            device.Drain();
        }

        s_lockedRanges.Remove((nuint)address);
        return CudaError.CUDA_SUCCESS;
    }));
}
