using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Cuda;

/// <summary>
/// Work of a stream, recorded once and run again with one call. What it touches must stay alive for as long as it is launched.
/// </summary>
internal sealed class CudaGraph : IDisposable
{
    /// <summary>The first driver that makes graphs as it is done here.</summary>
    private static readonly CudaDriverVersion s_first = CudaDriverVersion.FromMajorMinor(11, 4);

    private readonly CudaStream _stream;
    private nint _executable;

    /// <summary>Records what is put into a stream, without running it.</summary>
    /// <param name="stream">for which <see cref="CanCapture"/> holds</param>
    /// <param name="work">launches and copies alone: it may neither load kernels nor take memory</param>
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

    /// <summary>Whether the driver has graphs, and this is no default stream, which can't be captured.</summary>
    public static bool CanCapture(CudaStream stream) =>
        stream.StreamPtr != 0 && stream.Accelerator is CudaAccelerator cuda && cuda.DriverVersion >= s_first;

    /// <summary>Runs the work in the stream that it was recorded from.</summary>
    /// <exception cref="CudaException">the driver refuses</exception>
    public void Launch()
    {
        using var binding = _stream.BindScoped();
        CudaDriver.Check(CudaDriver.GraphLaunch(_executable, _stream.StreamPtr));
    }

    /// <summary>Waits for a launch under way, which still needs the graph. With its device it has gone already.</summary>
    public void Dispose()
    {
        if (_executable == 0 || _stream.IsDisposed)
        {
            return;
        }

        using var binding = _stream.BindScoped();
        _stream.Synchronize();
        CudaDriver.Check(CudaDriver.GraphExecDestroy(_executable));
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
            // After a failure too, or the stream could not be used again; what was recorded so far is nobody's.
            var status = CudaDriver.StreamEndCapture(stream, out graph);
            if (isRecorded)
            {
                CudaDriver.Check(status);
            }
            else if (status == CudaError.CUDA_SUCCESS)
            {
                CudaDriver.Check(CudaDriver.GraphDestroy(graph));
            }
        }

        return graph;
    }
}
