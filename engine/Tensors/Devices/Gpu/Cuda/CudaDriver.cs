using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Cuda;

/// <summary>
/// CUDA driver calls that ILGPU lacks: what the driver says at its start; graphs, events between streams, page-locking (ILGPU unlocks even
/// memory whose locking failed), and copies of parts of page-locked memory, for which an accelerator must be bound to the calling thread.
/// </summary>
internal static unsafe partial class CudaDriver
{
    /// <summary>CU_STREAM_CAPTURE_MODE_THREAD_LOCAL: only the capturing thread is restricted during the capture.</summary>
    public const int ThreadLocalCapture = 1;

    /// <summary>CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING: a waiting thread sleeps instead of spinning.</summary>
    public const uint BlockingUntimedEvent = 1 | 2;

    /// <exception cref="CudaException">the status is an error</exception>
    public static void Check(CudaError status)
    {
        if (status != CudaError.CUDA_SUCCESS)
        {
            throw new CudaException(status);
        }
    }

    /// <summary>
    /// Why the driver can't be asked for its cards, in its words; null if it can, or if it says that there is none. ILGPU finds no card in
    /// all these cases.
    /// </summary>
    public static string? Refusal()
    {
        DriverLibraries.Redirect();
        var status = Init(0);
        if (status == CudaError.CUDA_SUCCESS)
        {
            status = DeviceGetCount(out _);
        }

        if (status is CudaError.CUDA_SUCCESS or CudaError.CUDA_ERROR_NO_DEVICE)
        {
            return null;
        }

        var words = GetErrorString(status, out var text) == CudaError.CUDA_SUCCESS ? Marshal.PtrToStringUTF8(text) : null;
        return $"the CUDA driver refuses to start: {words ?? "it doesn't say why"} (status {(int)status})";
    }

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuInit")]
    public static partial CudaError Init(uint flags);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuDeviceGetCount")]
    public static partial CudaError DeviceGetCount(out int count);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuGetErrorString")]
    public static partial CudaError GetErrorString(CudaError error, out nint text);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuStreamBeginCapture_v2")]
    public static partial CudaError StreamBeginCapture(nint stream, int mode);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuStreamEndCapture")]
    public static partial CudaError StreamEndCapture(nint stream, out nint graph);

    /// <summary>CUDA 11.4 and later.</summary>
    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuGraphInstantiateWithFlags")]
    public static partial CudaError GraphInstantiate(out nint executable, nint graph, ulong flags);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuGraphLaunch")]
    public static partial CudaError GraphLaunch(nint executable, nint stream);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuGraphExecDestroy")]
    public static partial CudaError GraphExecDestroy(nint executable);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuGraphDestroy")]
    public static partial CudaError GraphDestroy(nint graph);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuEventCreate")]
    public static partial CudaError EventCreate(out nint created, uint flags);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuEventRecord")]
    public static partial CudaError EventRecord(nint recorded, nint stream);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuEventQuery")]
    public static partial CudaError EventQuery(nint queried);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuEventSynchronize")]
    public static partial CudaError EventSynchronize(nint awaited);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuEventDestroy_v2")]
    public static partial CudaError EventDestroy(nint destroyed);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuStreamWaitEvent")]
    public static partial CudaError StreamWaitEvent(nint stream, nint awaited, uint flags);

    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuMemHostRegister_v2")]
    public static partial CudaError MemHostRegister(nint start, nint bytes, uint flags);

    /// <summary>Copies between host and device, or on the device; asynchronous for page-locked host memory.</summary>
    [LibraryImport(DriverLibraries.Cuda, EntryPoint = "cuMemcpyAsync")]
    public static partial CudaError MemcpyAsync(nint to, nint from, nint bytes, nint stream);
}
