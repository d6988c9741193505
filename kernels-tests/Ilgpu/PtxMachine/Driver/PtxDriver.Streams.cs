using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;

// Streams, events, graphs.
internal static unsafe partial class PtxDriver
{
    [UnmanagedCallersOnly]
    private static CudaError StreamCreate(IntPtr* stream, uint flags) => Bound("cuStreamCreate", flags, device =>
    {
        if (flags > 1)
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        var created = new PtxStream(device, isBlocking: flags == 0);
        device.Streams.Add(created);
        *stream = Register(created);
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError StreamDestroy(IntPtr stream) => Bound("cuStreamDestroy_v2", null, device => With<PtxStream>(stream, found =>
    {
        // Its work still runs to the end.
        found.Drain();
        device.Streams.Remove(found);
        Handles.Remove(stream);
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError StreamSynchronize(IntPtr stream) => Bound("cuStreamSynchronize", null, device => OnStream(device, stream, found =>
    {
        if (found.Capture is not null)
            return Invalidate(found);
        if (found == device.DefaultStream)
            device.Streams.Where(other => other.IsBlocking).ToList().ForEach(other => other.Drain());
        found.Drain();
        return CudaError.CUDA_SUCCESS;
    }));

    private static CudaError Invalidate(PtxStream stream)
    {
        stream.Capture!.IsInvalid = true;
        return CudaError.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    }

    [UnmanagedCallersOnly]
    private static CudaError StreamWaitEvent(IntPtr stream, IntPtr handle, uint flags) => Bound("cuStreamWaitEvent", null, device => OnStream(device, stream, waiting => With<PtxEvent>(handle, found =>
    {
        if (found.Capture is { } graph)
            graph.Join(waiting, found);
        else if (waiting.Capture is not null && found.Stream is not null)
            return CudaError.CUDA_ERROR_STREAM_CAPTURE_ISOLATION;
        else if (found.Stream is { } recorded)
            waiting.PutWait(recorded, found.Place);
        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError EventCreate(IntPtr* handle, uint flags) => Bound("cuEventCreate", flags, _ =>
    {
        *handle = Register(new PtxEvent(isTimed: (flags & 2) == 0));
        return CudaError.CUDA_SUCCESS;
    });

    [UnmanagedCallersOnly]
    private static CudaError EventDestroy(IntPtr handle) => Bound("cuEventDestroy_v2", null, _ =>
        With<PtxEvent>(handle, _ => Handles.Remove(handle) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_HANDLE));

    [UnmanagedCallersOnly]
    private static CudaError EventRecord(IntPtr handle, IntPtr stream) => Bound("cuEventRecord", null, device => OnStream(device, stream, target => With<PtxEvent>(handle, found =>
    {
        found.Record(target);
        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError EventSynchronize(IntPtr handle) => Bound("cuEventSynchronize", null, _ => With<PtxEvent>(handle, found =>
    {
        if (found.Capture is not null)
            return CudaError.CUDA_ERROR_CAPTURED_EVENT;
        found.Stream?.Drain(found.Place);
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError EventElapsedTime(float* milliseconds, IntPtr start, IntPtr end) => Bound("cuEventElapsedTime", null, _ => With<PtxEvent>(start, first => With<PtxEvent>(end, second =>
    {
        if (!first.IsTimed || !second.IsTimed || first.Stream is null || second.Stream is null)
            return CudaError.CUDA_ERROR_INVALID_HANDLE;
        if (first.Time == 0 || second.Time == 0)
            return CudaError.CUDA_ERROR_NOT_READY;
        *milliseconds = second.Time - first.Time;
        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError StreamBeginCapture(IntPtr stream, int mode) => Bound("cuStreamBeginCapture_v2", mode, device => OnStream(device, stream, found =>
    {
        if (found == device.DefaultStream)
            return CudaError.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
        if (found.Capture is not null)
            return CudaError.CUDA_ERROR_ILLEGAL_STATE;
        found.Capture = new PtxGraph(found);
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError StreamEndCapture(IntPtr stream, IntPtr* graph) => Bound("cuStreamEndCapture", null, device => OnStream(device, stream, found =>
    {
        *graph = IntPtr.Zero;
        if (found.Capture is not { } captured)
            return CudaError.CUDA_ERROR_ILLEGAL_STATE;
        if (captured.Origin != found)
            return CudaError.CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
        device.Streams.Where(other => other.Capture == captured).ToList().ForEach(other => other.Capture = null);
        if (captured.IsInvalid)
            return CudaError.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
        if (captured.HasUnjoined)
            return CudaError.CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
        *graph = Register(captured);
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError GraphInstantiate(IntPtr* executable, IntPtr graph, ulong flags) => Bound("cuGraphInstantiateWithFlags", null, _ => With<PtxGraph>(graph, found =>
    {
        *executable = Register(new PtxExecutable(found.Instantiate()));
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError GraphExecUpdate(IntPtr executable, IntPtr graph, GraphUpdateResult* result) => Bound("cuGraphExecUpdate_v2", null, _ =>
        With<PtxExecutable>(executable, old => With<PtxGraph>(graph, found => old.Graph.Update(found) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE)));

    [UnmanagedCallersOnly]
    private static CudaError GraphLaunch(IntPtr executable, IntPtr stream) => Bound("cuGraphLaunch", null, device => OnStream(device, stream, target => With<PtxExecutable>(executable, found =>
    {
        foreach (var item in found.Graph.Work)
            target.Put(item.Kind, item.Run);
        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError GraphDestroy(IntPtr graph) => Bound("cuGraphDestroy", null, _ =>
        With<PtxGraph>(graph, _ => Handles.Remove(graph) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_HANDLE));

    [UnmanagedCallersOnly]
    private static CudaError GraphExecDestroy(IntPtr executable) => Bound("cuGraphExecDestroy", null, _ =>
        With<PtxExecutable>(executable, _ => Handles.Remove(executable) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_HANDLE));
}

/// <summary>An instantiated graph.</summary>
internal sealed record PtxExecutable(PtxGraph Graph);
