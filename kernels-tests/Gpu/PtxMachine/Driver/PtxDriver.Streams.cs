using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine.Driver;

// Streams and events.
internal static unsafe partial class PtxDriver
{
    [UnmanagedCallersOnly]
    private static CudaError StreamCreate(IntPtr* stream, uint flags) => Bound("cuStreamCreate", flags, device =>
    {
        if (flags > 1)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        var created = device.AddStream(isBlocking: flags == 0);
        *stream = Register(created);
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError StreamDestroy(IntPtr stream) => Bound("cuStreamDestroy_v2", null, device => With<PtxStream>(stream, found =>
    {
        if (found.Capture is not null)
        {
            Violations.Add($"stream {found.Ordinal} is destroyed while it is captured");
        }

        // Its work still runs to the end.
        found.Drain();
        device.Streams.Remove(found);
        s_handles.Remove(stream);
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError StreamSynchronize(IntPtr stream) =>
        Bound("cuStreamSynchronize", null, device => Unsafe(device, () => OnStream(device, stream, found =>
    {
        if (found.Capture is { } capture)
        {
            return Invalidate(capture);
        }
        if (found == device.DefaultStream)
        {
            device.Streams.Where(other => other.IsBlocking).ToList().ForEach(other => other.Drain());
        }
        found.Drain();
        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError StreamWaitEvent(IntPtr stream, IntPtr handle, uint flags) =>
        Bound("cuStreamWaitEvent", null, device => OnStream(device, stream, waiting => With<PtxEvent>(handle, found =>
    {
        // 1 belongs to captures alone.
        if (flags != 0)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        if (found.Captured is { } point)
        {
            if (waiting.Capture is not null && waiting.Capture != point.Graph)
            {
                return Invalidate(waiting.Capture, CudaError.CUDA_ERROR_STREAM_CAPTURE_MERGE);
            }
            point.Graph.Join(waiting, point.After);
        }
        else if (found.Stream is { } recorded)
        {
            if (waiting.Capture is { } capture)
            {
                return Invalidate(capture, CudaError.CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
            }
            waiting.PutWait(recorded, found.Place);
        }

        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError EventCreate(IntPtr* handle, uint flags) => Bound("cuEventCreate", flags, device =>
    {
        if (flags > 3)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        *handle = Register(new PtxEvent(device, isTimed: (flags & 2) == 0));
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError EventDestroy(IntPtr handle) => Bound("cuEventDestroy_v2", null, _ =>
        With<PtxEvent>(handle, _ => s_handles.Remove(handle) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_HANDLE));

    [UnmanagedCallersOnly]
    private static CudaError EventRecord(IntPtr handle, IntPtr stream) =>
        Bound("cuEventRecord", null, device => OnStream(device, stream, target => With<PtxEvent>(handle, found =>
    {
        if (found.Device != device)
        {
            return CudaError.CUDA_ERROR_INVALID_HANDLE;
        }
        found.Record(target);
        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError EventQuery(IntPtr handle) => Bound("cuEventQuery", null, device => With<PtxEvent>(handle, found =>
        found.Captured is { } point
            ? Invalidate(point.Graph, CudaError.CUDA_ERROR_CAPTURED_EVENT)
            : Unsafe(device, () => found.IsReached ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_NOT_READY)));

    [UnmanagedCallersOnly]
    private static CudaError EventSynchronize(IntPtr handle) => Bound("cuEventSynchronize", null, device => With<PtxEvent>(handle, found =>
    {
        if (found.Captured is { } point)
        {
            return Invalidate(point.Graph, CudaError.CUDA_ERROR_CAPTURED_EVENT);
        }
        return Unsafe(device, () =>
        {
            found.Stream?.Drain(found.Place);
            return CudaError.CUDA_SUCCESS;
        });
    }));

    [UnmanagedCallersOnly]
    private static CudaError EventElapsedTime(float* milliseconds, IntPtr start, IntPtr end) =>
        Bound("cuEventElapsedTime", null, _ => With<PtxEvent>(start, first => With<PtxEvent>(end, second =>
    {
        if (!first.IsTimed || !second.IsTimed || first.Stream is null || second.Stream is null)
        {
            return CudaError.CUDA_ERROR_INVALID_HANDLE;
        }
        if (first.Time == 0 || second.Time == 0)
        {
            return CudaError.CUDA_ERROR_NOT_READY;
        }
        *milliseconds = second.Time - first.Time;
        return CudaError.CUDA_SUCCESS;
    })));
}
