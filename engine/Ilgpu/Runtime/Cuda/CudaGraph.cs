namespace ILGPU.Runtime.Cuda;

/// <summary>
/// Work of a stream, recorded once and replayed with one call. What it touches must stay alive for as long as it is launched. An addition to
/// ILGPU's API.
/// </summary>
public sealed unsafe class CudaGraph : AcceleratorObject
{
    /// <summary>Only the capturing thread is kept from calls that would break the capture.</summary>
    private const int ThreadLocalCapture = 1;

    private readonly CudaStream stream;

    private IntPtr executable;

    internal CudaGraph(CudaStream stream, Action work)
        : base(stream.Accelerator)
    {
        this.stream = stream;
        if (CudaApi.Current.GraphInstantiate is null)
            throw new NotSupportedException("The CUDA driver is too old for graphs; they need CUDA 11.4.");
        IntPtr graph = Record(work);
        try
        {
            executable = Instantiate(graph);
        }
        finally
        {
            CudaException.Check(CudaApi.Current.GraphDestroy(graph), "cuGraphDestroy");
        }
    }

    /// <summary>Runs the recorded work in the stream it was recorded from.</summary>
    public void Launch() => Launch(stream);

    /// <summary>Runs the recorded work in a stream.</summary>
    public void Launch(CudaStream target)
    {
        ArgumentNullException.ThrowIfNull(target);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
        CudaException.Check(CudaApi.Current.GraphLaunch(executable, target.StreamPtr), "cuGraphLaunch");
    }

    /// <summary>
    /// Takes over the arguments and shapes of another recording of the same sequence of work; where the sequence differs, the graph is made anew.
    /// </summary>
    /// <returns>Whether the parameters could be updated in place.</returns>
    public bool Update(Action work)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
        IntPtr graph = Record(work);
        try
        {
            GraphUpdateResult result;
            if (CudaApi.Current.GraphExecUpdate is not null
                && CudaApi.Current.GraphExecUpdate(executable, graph, &result) == CudaError.CUDA_SUCCESS)
            {
                return true;
            }

            IntPtr renewed = Instantiate(graph);
            CudaException.Check(CudaApi.Current.GraphExecDestroy(executable), "cuGraphExecDestroy");
            executable = renewed;
            return false;
        }
        finally
        {
            CudaException.Check(CudaApi.Current.GraphDestroy(graph), "cuGraphDestroy");
        }
    }

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (executable != IntPtr.Zero)
            CudaException.Check(CudaApi.Current.GraphExecDestroy(executable), "cuGraphExecDestroy");
        executable = IntPtr.Zero;
    }

    private static IntPtr Instantiate(IntPtr graph)
    {
        IntPtr instance;
        CudaException.Check(CudaApi.Current.GraphInstantiate(&instance, graph, 0), "cuGraphInstantiateWithFlags");
        return instance;
    }

    private IntPtr Record(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (stream.StreamPtr == IntPtr.Zero)
            throw new NotSupportedException("The default stream can't be captured; use a stream made by CreateStream().");
        CudaException.Check(CudaApi.Current.StreamBeginCapture(stream.StreamPtr, ThreadLocalCapture), "cuStreamBeginCapture");
        IntPtr graph;
        CudaError ended;
        try
        {
            work();
        }
        finally
        {
            ended = CudaApi.Current.StreamEndCapture(stream.StreamPtr, &graph);
        }

        CudaException.Check(ended, "cuStreamEndCapture");
        return graph;
    }
}
