namespace ILGPU.Runtime.Cuda;

/// <summary>
/// Work of a stream, recorded once and replayed with one call. What it touches must stay alive for as long as it is launched. An addition
/// to ILGPU's API.
/// </summary>
public sealed unsafe class CudaGraph : AcceleratorObject
{
    /// <summary>Only the capturing thread is kept from calls that would break the capture.</summary>
    private const int ThreadLocalCapture = 1;

    private readonly CudaStream _stream;

    private CudaApi Driver => ((CudaAccelerator)Accelerator).Driver;

    private IntPtr _executable;

    /// <summary>Where it was launched last.</summary>
    private CudaStream? _launchedIn;

    internal CudaGraph(CudaStream stream, Action work)
        : base(stream.Accelerator)
    {
        _stream = stream;
        if (Driver.GraphInstantiate is null)
        {
            throw new NotSupportedException("The CUDA driver is too old for graphs; they need CUDA 11.4.");
        }

        IntPtr graph = Record(work);
        try
        {
            _executable = Instantiate(graph);
        }
        finally
        {
            Driver.Check(Driver.GraphDestroy(graph), "cuGraphDestroy");
        }
    }

    /// <summary>The launches, copies and fills that one launch of the graph makes.</summary>
    public int NumNodes { get; private set; }

    /// <summary>Runs the recorded work in the stream it was recorded from.</summary>
    public void Launch() => Launch(_stream);

    /// <summary>Runs the recorded work in a stream.</summary>
    public void Launch(CudaStream target)
    {
        ArgumentNullException.ThrowIfNull(target);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
        Driver.Check(Driver.GraphLaunch(_executable, target.StreamPtr), "cuGraphLaunch");
        _launchedIn = target;
    }

    /// <summary>
    /// Takes over the arguments and shapes of another recording of the same sequence of work; where the sequence differs, the graph is made
    /// anew.
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
            if (Driver.GraphExecUpdate is not null
                && Driver.GraphExecUpdate(_executable, graph, &result) == CudaError.CUDA_SUCCESS)
            {
                return true;
            }

            IntPtr renewed = Instantiate(graph);
            Driver.Release(Driver.GraphExecDestroy(_executable), "cuGraphExecDestroy");
            _executable = renewed;
            return false;
        }
        finally
        {
            Driver.Check(Driver.GraphDestroy(graph), "cuGraphDestroy");
        }
    }

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        // A launch under way still needs the graph. The finaliser's thread must not wait: some other stream may be capturing.
        if (disposing && _launchedIn is { IsDisposed: false } busy)
        {
            Driver.Release(Driver.StreamSynchronize(busy.StreamPtr), "cuStreamSynchronize");
        }

        if (_executable != IntPtr.Zero)
        {
            Driver.Release(Driver.GraphExecDestroy(_executable), "cuGraphExecDestroy");
        }

        _executable = IntPtr.Zero;
    }

    private IntPtr Instantiate(IntPtr graph)
    {
        nuint nodes;
        Driver.Check(Driver.GraphGetNodes(graph, null, &nodes), "cuGraphGetNodes");
        IntPtr instance;
        Driver.Check(Driver.GraphInstantiate(&instance, graph, 0), "cuGraphInstantiateWithFlags");
        NumNodes = (int)nodes;
        return instance;
    }

    private IntPtr Record(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (_stream.StreamPtr == IntPtr.Zero)
        {
            throw new NotSupportedException("The default stream can't be captured; use a stream made by CreateStream().");
        }

        Driver.Check(Driver.StreamBeginCapture(_stream.StreamPtr, ThreadLocalCapture), "cuStreamBeginCapture");
        try
        {
            work();
        }
        catch
        {
            // The stream must be usable again; what was recorded so far is nobody's.
            IntPtr partial;
            if (Driver.StreamEndCapture(_stream.StreamPtr, &partial) == CudaError.CUDA_SUCCESS)
            {
                Driver.Check(Driver.GraphDestroy(partial), "cuGraphDestroy");
            }

            throw;
        }

        IntPtr graph;
        Driver.Check(Driver.StreamEndCapture(_stream.StreamPtr, &graph), "cuStreamEndCapture");
        return graph;
    }
}
