using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

// Captures and graphs.
internal static unsafe partial class PtxDriver
{
    // An illegal call invalidates the capture: it can then only be ended, with an error.
    private static CudaError Invalidate(PtxGraph capture, CudaError error = PtxErrors.CaptureUnsupported)
    {
        capture.IsInvalid = true;
        return error;
    }

    // A potentially unsafe call (it might wait, allocate or load): invalidates a capture that forbids such calls on this thread.
    private static CudaError Unsafe(PtxContext context, Func<CudaError> body) =>
        context.Streams.Find(stream => stream.Capture is { Forbids: true }) is { } capturing ? Invalidate(capturing.Capture!) : body();

    [UnmanagedCallersOnly]
    private static CudaError StreamBeginCapture(IntPtr stream, int mode) =>
        OnContext("cuStreamBeginCapture_v2", mode, context => OnStream(context, stream, found =>
    {
        if (mode is < 0 or > 2)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        if (found == context.DefaultStream)
        {
            return PtxErrors.CaptureUnsupported;
        }
        if (found.Capture is not null)
        {
            return PtxErrors.IllegalState;
        }
        found.Capture = new PtxGraph(found, mode);
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError StreamEndCapture(IntPtr stream, IntPtr* graph) =>
        OnContext("cuStreamEndCapture", null, context => OnStream(context, stream, found =>
    {
        *graph = IntPtr.Zero;
        if (found.Capture is not { } captured)
        {
            return PtxErrors.IllegalState;
        }
        if (captured.Origin != found)
        {
            return PtxErrors.CaptureUnmatched;
        }
        if (captured.IsBoundToThread && captured.Thread != Environment.CurrentManagedThreadId)
        {
            return PtxErrors.CaptureWrongThread;
        }
        context.Streams.Where(other => other.Capture == captured).ToList().ForEach(other => other.Capture = null);
        if (captured.IsInvalid)
        {
            return PtxErrors.CaptureInvalidated;
        }
        if (captured.HasUnjoined)
        {
            return PtxErrors.CaptureUnjoined;
        }
        *graph = Register(captured);
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError GraphInstantiate(IntPtr* executable, IntPtr graph, ulong flags) =>
        OnContext("cuGraphInstantiateWithFlags", null, _ => With<PtxGraph>(graph, found =>
    {
        if (flags > 15)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }
        *executable = Register(new PtxExecutable(found));
        return CudaError.CUDA_SUCCESS;
    }));

    [UnmanagedCallersOnly]
    private static CudaError GraphLaunch(IntPtr executable, IntPtr stream) => SkipsWork ? CudaError.CUDA_SUCCESS :
        OnContext("cuGraphLaunch", null, context => OnStream(context, stream, target => With<PtxExecutable>(executable, found =>
    {
        if (found.Graph.Origin.Context != context)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }

        // CUDA would add a child graph to the capture; the engine needs none.
        if (target.Capture is { } capture)
        {
            return Invalidate(capture);
        }
        found.Launch(target);
        return CudaError.CUDA_SUCCESS;
    })));

    [UnmanagedCallersOnly]
    private static CudaError GraphDestroy(IntPtr graph) => OnContext("cuGraphDestroy", null, _ =>
        With<PtxGraph>(graph, _ => s_handles.Remove(graph) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_HANDLE));

    [UnmanagedCallersOnly]
    private static CudaError GraphExecDestroy(IntPtr executable) => OnContext("cuGraphExecDestroy", null, _ =>
        With<PtxExecutable>(executable, _ => s_handles.Remove(executable) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_HANDLE));
}
