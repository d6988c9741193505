using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Cuda;

/// <summary>
/// A CUDA graph: work of a stream, captured once and launched with one call. The memory that it accesses must outlive it.
/// </summary>
internal sealed class CudaGraph : IDisposable
{
    /// <summary>The first driver with the entry points used here.</summary>
    private static readonly CudaDriverVersion s_first = CudaDriverVersion.FromMajorMinor(11, 4);

    private readonly CudaStream _stream;
    private nint _executable;

    /// <summary>Captures the work enqueued in a stream, without running it.</summary>
    /// <param name="stream">a stream for which <see cref="CanCapture"/> holds</param>
    /// <param name="work">launches and copies only: it may neither load kernels nor allocate memory</param>
    /// <exception cref="CudaException">the driver refuses</exception>
    public CudaGraph(CudaStream stream, Action work)
    {
        _stream = stream;
        using var binding = stream.BindScoped();
        var graph = Record(stream.StreamPtr, work);
        var status = CudaDriver.GraphInstantiate(out _executable, graph, 0);
        CudaDriver.Check(CudaDriver.GraphDestroy(graph));
        CudaDriver.Check(status);
    }

    /// <summary>Whether the driver supports graphs, and the stream is not the default stream, which can't be captured.</summary>
    public static bool CanCapture(CudaStream stream) =>
        stream.StreamPtr != 0 && stream.Accelerator is CudaAccelerator cuda && cuda.DriverVersion >= s_first;

    /// <summary>Launches the graph in the stream that it was captured from.</summary>
    /// <exception cref="CudaException">the driver refuses</exception>
    public void Launch()
    {
        using var binding = _stream.BindScoped();
        CudaDriver.Check(CudaDriver.GraphLaunch(_executable, _stream.StreamPtr));
    }

    /// <summary>Waits for a running launch, which still needs the graph. If the stream was disposed, the graph is freed already.</summary>
    public void Dispose()
    {
        if (_executable == 0 || _stream.IsDisposed)
        {
            return;
        }

        Freeing.UnlessFaulted(() =>
        {
            using var binding = _stream.BindScoped();
            _stream.Synchronize();
            CudaDriver.Check(CudaDriver.GraphExecDestroy(_executable));
        });
        _executable = 0;
    }

    private static nint Record(nint stream, Action work)
    {
        CudaDriver.Check(CudaDriver.StreamBeginCapture(stream, CudaDriver.ThreadLocalCapture));
        var isRecorded = false;
        var graph = default(nint);
        try
        {
            work();
            isRecorded = true;
        }
        finally
        {
            // After a failure too, or the stream could not be used again; a partial graph is destroyed.
            var status = CudaDriver.StreamEndCapture(stream, out graph);
            if (isRecorded)
            {
                CudaDriver.Check(status);
            }
            else if (status == CudaError.CUDA_SUCCESS)
            {
                _ = CudaDriver.GraphDestroy(graph); // Its failure would replace the first.
            }
        }

        return graph;
    }
}
