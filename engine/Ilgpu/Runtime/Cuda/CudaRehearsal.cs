namespace ILGPU.Runtime.Cuda;

/// <summary>
/// While it is not disposed, what is put into its stream comes to nothing, but what launches load at their first use is loaded. A capture
/// of the same launches then finds everything in place: it must neither load nor allocate. An addition to ILGPU's API.
/// </summary>
public sealed unsafe class CudaRehearsal : IDisposable
{
    /// <summary>Keeps nobody from loading and allocating.</summary>
    private const int RelaxedCapture = 2;

    private readonly CudaStream _stream;

    private CudaApi Driver => ((CudaAccelerator)_stream.Accelerator).Driver;

    internal CudaRehearsal(CudaStream stream)
    {
        _stream = stream;
        using ScopedAcceleratorBinding binding = stream.BindScoped();
        Driver.Check(Driver.StreamBeginCapture(stream.StreamPtr, RelaxedCapture), "cuStreamBeginCapture");
    }

    public void Dispose()
    {
        using ScopedAcceleratorBinding binding = _stream.BindScoped();
        IntPtr graph;
        CudaError status = Driver.StreamEndCapture(_stream.StreamPtr, &graph);
        if (status == CudaError.CUDA_SUCCESS)
        {
            Driver.Check(Driver.GraphDestroy(graph), "cuGraphDestroy");
        }
        else if (status != CudaError.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED)
        {
            Driver.Check(status, "cuStreamEndCapture"); // What invalidated it was reported when it happened.
        }
    }
}
