using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine.Driver;

/// <summary>
/// The driver without a card, which can be told to do nothing: whatever then launches, copies or waits returns at once, so that what is
/// left is the cost on this side of the driver.
/// </summary>
internal static unsafe class IdleDriver
{
    /// <summary>The runtime's view of it.</summary>
    public static CudaApi Api => field ??= PtxDriver.With(
        ("cuCtxSetCurrent", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&CtxSetCurrent),
        (
            "cuLaunchKernel",
            (IntPtr)(
                delegate* unmanaged<IntPtr, uint, uint, uint, uint, uint, uint, uint, IntPtr, void**, void**, CudaError>)&LaunchKernel),
        ("cuGraphLaunch", (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, CudaError>)&GraphLaunch),
        ("cuMemcpyHtoDAsync_v2", (IntPtr)(delegate* unmanaged<IntPtr, void*, nuint, IntPtr, CudaError>)&MemcpyHtoDAsync),
        ("cuMemcpyDtoHAsync_v2", (IntPtr)(delegate* unmanaged<void*, IntPtr, nuint, IntPtr, CudaError>)&MemcpyDtoHAsync),
        ("cuStreamWaitEvent", (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, uint, CudaError>)&StreamWaitEvent),
        ("cuEventRecord", (IntPtr)(delegate* unmanaged<IntPtr, IntPtr, CudaError>)&EventRecord),
        ("cuEventQuery", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&EventQuery),
        ("cuEventSynchronize", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&EventSynchronize),
        ("cuStreamSynchronize", (IntPtr)(delegate* unmanaged<IntPtr, CudaError>)&StreamSynchronize));

    /// <summary>Whether calls do nothing.</summary>
    public static bool IsIdle { get; set; }

    [UnmanagedCallersOnly]
    private static CudaError CtxSetCurrent(IntPtr context) =>
        IsIdle ? CudaError.CUDA_SUCCESS : PtxDriver.Api.CtxSetCurrent(context);

    [UnmanagedCallersOnly]
    private static CudaError LaunchKernel(
        IntPtr function, uint gridX, uint gridY, uint gridZ, uint groupX, uint groupY, uint groupZ, uint dynamicBytes, IntPtr stream,
        void** parameters, void** extra) =>
        IsIdle
            ? CudaError.CUDA_SUCCESS
            : PtxDriver.Api.LaunchKernel(function, gridX, gridY, gridZ, groupX, groupY, groupZ, dynamicBytes, stream, parameters, extra);

    [UnmanagedCallersOnly]
    private static CudaError GraphLaunch(IntPtr executable, IntPtr stream) =>
        IsIdle ? CudaError.CUDA_SUCCESS : PtxDriver.Api.GraphLaunch(executable, stream);

    [UnmanagedCallersOnly]
    private static CudaError MemcpyHtoDAsync(IntPtr target, void* source, nuint bytes, IntPtr stream) =>
        IsIdle ? CudaError.CUDA_SUCCESS : PtxDriver.Api.MemcpyHtoDAsync(target, source, bytes, stream);

    [UnmanagedCallersOnly]
    private static CudaError MemcpyDtoHAsync(void* target, IntPtr source, nuint bytes, IntPtr stream) =>
        IsIdle ? CudaError.CUDA_SUCCESS : PtxDriver.Api.MemcpyDtoHAsync(target, source, bytes, stream);

    [UnmanagedCallersOnly]
    private static CudaError StreamWaitEvent(IntPtr stream, IntPtr point, uint flags) =>
        IsIdle ? CudaError.CUDA_SUCCESS : PtxDriver.Api.StreamWaitEvent(stream, point, flags);

    [UnmanagedCallersOnly]
    private static CudaError EventRecord(IntPtr point, IntPtr stream) =>
        IsIdle ? CudaError.CUDA_SUCCESS : PtxDriver.Api.EventRecord(point, stream);

    [UnmanagedCallersOnly]
    private static CudaError EventQuery(IntPtr point) =>
        IsIdle ? CudaError.CUDA_SUCCESS : PtxDriver.Api.EventQuery(point);

    [UnmanagedCallersOnly]
    private static CudaError EventSynchronize(IntPtr point) =>
        IsIdle ? CudaError.CUDA_SUCCESS : PtxDriver.Api.EventSynchronize(point);

    [UnmanagedCallersOnly]
    private static CudaError StreamSynchronize(IntPtr stream) =>
        IsIdle ? CudaError.CUDA_SUCCESS : PtxDriver.Api.StreamSynchronize(stream);
}
