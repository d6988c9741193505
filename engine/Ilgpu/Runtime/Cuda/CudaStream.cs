namespace ILGPU.Runtime.Cuda;

/// <summary>How a stream relates to the default stream.</summary>
public enum StreamFlags
{
    CU_STREAM_DEFAULT = 0,
    CU_STREAM_NON_BLOCKING = 1,
}

/// <summary>A CUDA stream.</summary>
public sealed unsafe class CudaStream : AcceleratorStream
{
    private readonly bool _responsible;

    private CudaApi Driver => ((CudaAccelerator)Accelerator).Driver;

    internal CudaStream(CudaAccelerator accelerator, StreamFlags flags)
        : base(accelerator)
    {
        IntPtr stream;
        Driver.Check(Driver.StreamCreate(&stream, (uint)flags), "cuStreamCreate");
        StreamPtr = stream;
        _responsible = true;
    }

    internal CudaStream(CudaAccelerator accelerator, IntPtr stream, bool responsible)
        : base(accelerator)
    {
        StreamPtr = stream;
        _responsible = responsible;
    }

    public IntPtr StreamPtr { get; }

    /// <summary>Whether the driver has graphs and this is a stream that can be captured. An addition to ILGPU's API.</summary>
    public bool CanCapture => Driver.GraphInstantiate is not null && StreamPtr != IntPtr.Zero;

    public override void Synchronize()
    {
        using ScopedAcceleratorBinding binding = BindScoped();
        Driver.Check(Driver.StreamSynchronize(StreamPtr), "cuStreamSynchronize");
    }

    /// <summary>Lets all later work of this stream wait for what the other one holds so far. An addition to ILGPU's API.</summary>
    public void WaitFor(CudaStream other)
    {
        ArgumentNullException.ThrowIfNull(other);
        using ScopedAcceleratorBinding binding = BindScoped();
        using var reached = new CudaEventHandle(Driver, CudaEventHandle.DisableTiming);
        reached.Record(other);
        Driver.Check(Driver.StreamWaitEvent(StreamPtr, reached.Handle, 0), "cuStreamWaitEvent");
    }

    /// <summary>
    /// Lets all later work of this stream wait for what came before an event's latest recording. An addition to ILGPU's API.
    /// </summary>
    public void WaitFor(CudaEvent reached)
    {
        ArgumentNullException.ThrowIfNull(reached);
        using ScopedAcceleratorBinding binding = BindScoped();
        Driver.Check(Driver.StreamWaitEvent(StreamPtr, reached.Handle, 0), "cuStreamWaitEvent");
    }

    /// <summary>
    /// Records what <paramref name="work"/> puts into this stream as a graph, without running it. An addition to ILGPU's API.
    /// </summary>
    /// <exception cref="NotSupportedException">This is the default stream, or the driver has no graphs.</exception>
    public CudaGraph Capture(Action work)
    {
        using ScopedAcceleratorBinding binding = BindScoped();
        return new(this, work);
    }

    /// <summary>Begins to let come to nothing what is put into the stream. An addition to ILGPU's API.</summary>
    /// <exception cref="NotSupportedException">The driver has no graphs.</exception>
    public CudaRehearsal Rehearse() =>
        CanCapture ? new(this) : throw new NotSupportedException("The CUDA driver is too old for graphs; they need CUDA 11.4.");

    internal static IntPtr HandleOf(AcceleratorStream stream) =>
        stream is CudaStream cuda
            ? cuda.StreamPtr
            : throw new ArgumentException("A CUDA buffer needs a stream of its own accelerator.", nameof(stream));

    protected override ProfilingMarker CreateProfilingMarker() => new CudaProfilingMarker(this);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (_responsible && StreamPtr != IntPtr.Zero)
        {
            Driver.Release(Driver.StreamDestroy(StreamPtr), "cuStreamDestroy");
        }
    }
}

/// <summary>A timed event.</summary>
internal sealed unsafe class CudaProfilingMarker : ProfilingMarker
{
    /// <summary>Null only if it could not be made.</summary>
    private readonly CudaEventHandle _reached;

    public CudaProfilingMarker(CudaStream stream)
        : base(stream.Accelerator)
    {
        _reached = new(((CudaAccelerator)stream.Accelerator).Driver, flags: 0);
        _reached.Record(stream);
    }

    public override void Synchronize()
    {
        using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
        _reached.Synchronize();
    }

    public override TimeSpan MeasureFrom(ProfilingMarker marker)
    {
        if (marker is not CudaProfilingMarker start)
        {
            throw new ArgumentException("The markers belong to different kinds of accelerators.", nameof(marker));
        }

        start.Synchronize();
        Synchronize();
        using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
        float milliseconds;
        CudaApi driver = _reached.Driver;
        driver.Check(driver.EventElapsedTime(&milliseconds, start._reached.Handle, _reached.Handle), "cuEventElapsedTime");
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    protected override void DisposeAcceleratorObject(bool disposing) => _reached?.Dispose();
}
