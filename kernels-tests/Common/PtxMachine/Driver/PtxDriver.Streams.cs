using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

// Streams and events.
internal static unsafe partial class PtxDriver
{
    [UnmanagedCallersOnly]
    private static CudaError StreamCreate(IntPtr* stream, uint flags) => OnContext("cuStreamCreate", flags, context =>
    {
        if (flags > 1)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        var created = context.AddStream(isBlocking: flags == 0);
        *stream = Register(created);
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError StreamDestroy(IntPtr stream) =>
        OnContext("cuStreamDestroy_v2", null, context => With<PtxStream>(stream, found =>
    {
        if (found.Capture is not null)
        {
            Violations.Add($"stream {found.Ordinal} is destroyed while it is captured");
        }

        // Pending work still runs to its end.
        found.Drain();
        context.Streams.Remove(found);
        s_handles.Remove(stream);
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError StreamSynchronize(IntPtr stream) => SkipsWork ? CudaError.CUDA_SUCCESS :
        OnContext("cuStreamSynchronize", null, context => Unsafe(context, () => OnStream(context, stream, found =>
    {
        if (found.Capture is { } capture)
        {
            return Invalidate(capture);
        }
        if (found == context.DefaultStream)
        {
            context.Streams.Where(other => other.IsBlocking).ToList().ForEach(other => other.Drain());
        }
        found.Drain();
        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError StreamWaitEvent(IntPtr stream, IntPtr handle, uint flags) => SkipsWork ? CudaError.CUDA_SUCCESS :
        OnContext("cuStreamWaitEvent", null, context => OnStream(context, stream, waiting => With<PtxEvent>(handle, found =>
    {
        // Flag 1 is only for captures.
        if (flags != 0)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        if (found.Captured is { } point)
        {
            if (waiting.Capture is not null && waiting.Capture != point.Graph)
            {
                return Invalidate(waiting.Capture, PtxErrors.CaptureMerge);
            }
            point.Graph.Join(waiting, point.After);
        }
        else if (found.Stream is { } recorded)
        {
            if (waiting.Capture is { } capture)
            {
                return Invalidate(capture, PtxErrors.CaptureIsolation);
            }
            waiting.PutWait(recorded, found.Place);
        }

        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError EventCreate(IntPtr* handle, uint flags) => OnContext("cuEventCreate", flags, context =>
    {
        if (flags > 3)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        *handle = Register(new PtxEvent(context, isTimed: (flags & 2) == 0));
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError EventDestroy(IntPtr handle) => OnContext("cuEventDestroy_v2", null, _ =>
        With<PtxEvent>(handle, _ => s_handles.Remove(handle) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_HANDLE));

    [UnmanagedCallersOnly]
    private static CudaError EventRecord(IntPtr handle, IntPtr stream) => SkipsWork ? CudaError.CUDA_SUCCESS :
        OnContext("cuEventRecord", null, context => OnStream(context, stream, target => With<PtxEvent>(handle, found =>
    {
        if (found.Context != context)
        {
            return CudaError.CUDA_ERROR_INVALID_HANDLE;
        }
        found.Record(target);
        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError EventQuery(IntPtr handle) => SkipsWork
        ? CudaError.CUDA_SUCCESS
        : OnContext("cuEventQuery", null, context => With<PtxEvent>(handle, found =>
        found.Captured is { } point
            ? Invalidate(point.Graph, PtxErrors.CapturedEvent)
            : Unsafe(context, () => found.IsReached ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_NOT_READY)));

    [UnmanagedCallersOnly]
    private static CudaError EventSynchronize(IntPtr handle) => SkipsWork
        ? CudaError.CUDA_SUCCESS
        : OnContext("cuEventSynchronize", null, context => With<PtxEvent>(handle, found =>
    {
        if (found.Captured is { } point)
        {
            return Invalidate(point.Graph, PtxErrors.CapturedEvent);
        }
        return Unsafe(context, () =>
        {
            found.Stream?.Drain(found.Place);
            return CudaError.CUDA_SUCCESS;
        });
    }));

    [UnmanagedCallersOnly]
    private static CudaError EventElapsedTime(float* milliseconds, IntPtr start, IntPtr end) =>
        OnContext("cuEventElapsedTime", null, _ => With<PtxEvent>(start, first => With<PtxEvent>(end, second =>
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
