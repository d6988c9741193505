using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

// Device memory, copies, page-locked memory.
internal static unsafe partial class PtxDriver
{
    [UnmanagedCallersOnly]
    private static CudaError MemGetInfo(nuint* free, nuint* total) => OnContext("cuMemGetInfo_v2", null, context =>
    {
        (*free, *total) = ((nuint)(PtxCard.MemoryBytes - context.Memory.Used), (nuint)PtxCard.MemoryBytes);
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError MemAlloc(IntPtr* pointer, nuint bytes) => OnContext("cuMemAlloc_v2", bytes, context =>
        Unsafe(context, () => Allocate(context, pointer, bytes)));

    [UnmanagedCallersOnly]
    private static CudaError MemFree(IntPtr pointer) => OnContext("cuMemFree_v2", null, context => Unsafe(context, () =>
    {
        // Freeing waits for the device.
        context.Drain();
        return context.Memory.Free((ulong)pointer) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_VALUE;
    }));

    private static CudaError Allocate(PtxContext context, IntPtr* pointer, nuint bytes)
    {
        if (bytes == 0)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        if (context.Memory.Used + (long)bytes > PtxCard.MemoryBytes)
        {
            return CudaError.CUDA_ERROR_OUT_OF_MEMORY;
        }
        *pointer = (IntPtr)context.Memory.Allocate((long)bytes).Address;
        return CudaError.CUDA_SUCCESS;
    }

    /// <summary>A copy between any two addresses; unified addressing tells host and device apart.</summary>
    [UnmanagedCallersOnly]
    private static CudaError MemcpyAsync(IntPtr target, IntPtr source, nuint bytes, IntPtr stream) => SkipsWork ? CudaError.CUDA_SUCCESS :
        OnContext("cuMemcpyAsync", $"{(IsOfDevice(source) ? "from" : IsOfDevice(target) ? "to" : "beside")} device {bytes}", context =>
            OnStream(context, stream, queue =>
    {
        var (toDevice, fromDevice) = (IsOfDevice(target), IsOfDevice(source));
        if ((toDevice && context.Memory.At((ulong)target, (long)bytes) is null)
            || (fromDevice && context.Memory.At((ulong)source, (long)bytes) is null))
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }

        Action copy = () => (fromDevice ? At(context, source, bytes, "cuMemcpyAsync") : new ReadOnlySpan<byte>((void*)source, (int)bytes))
            .CopyTo(toDevice ? At(context, target, bytes, "cuMemcpyAsync") : new Span<byte>((void*)target, (int)bytes));
        if (toDevice && fromDevice)
        {
            queue.Put(copy);
            return CudaError.CUDA_SUCCESS;
        }
        return Transfer(queue, (void*)(toDevice ? source : target), bytes, copy);
    }));

    private static bool IsOfDevice(IntPtr address) => (ulong)address - PtxGlobalMemory.Start < PtxGlobalMemory.Bytes;

    private static ArraySegment<byte> At(PtxContext context, IntPtr address, nuint bytes, string call) =>
        context.Memory.At((ulong)address, (long)bytes)
            ?? throw new PtxFaultException($"{call}: {bytes} bytes at 0x{address:x} are not allocated");

    [UnmanagedCallersOnly]
    private static CudaError MemsetD8Async(IntPtr target, byte value, nuint bytes, IntPtr stream) =>
        OnContext("cuMemsetD8Async", bytes, context => OnStream(context, stream, queue =>
    {
        if (context.Memory.At((ulong)target, (long)bytes) is null)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        queue.Put(() => At(context, target, bytes, "cuMemsetD8Async").AsSpan().Fill(value));
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError MemHostRegister(void* address, nuint bytes, uint flags) =>
        OnContext("cuMemHostRegister_v2", bytes, context => Unsafe(context, () =>
    {
        if (address is null || bytes == 0 || flags > 15)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        if (s_lockedRanges.Any(range => (nuint)address < range.Key + range.Value.Bytes && range.Key < (nuint)address + bytes))
        {
            return CudaError.CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED;
        }
        s_lockedRanges.Add((nuint)address, (bytes, context));
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError MemHostUnregister(void* address) => OnContext("cuMemHostUnregister", null, context => Unsafe(context, () =>
    {
        if (!s_lockedRanges.ContainsKey((nuint)address))
        {
            return CudaError.CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
        }
        if (context.Streams.Append(context.DefaultStream).Any(stream => stream.Completed < stream.Enqueued))
        {
            Violations.Add("page-locked memory is released while work is under way that may use it");
            context.Drain();
        }

        s_lockedRanges.Remove((nuint)address);
        return CudaError.CUDA_SUCCESS;
    }));
}
