namespace ILGPU.Runtime.Cuda;

/// <summary>A driver's event, recorded again and again without allocation. An addition to ILGPU's API.</summary>
public sealed class CudaEvent : StreamEvent
{
    private readonly CudaEventHandle _point;

    internal CudaEvent(CudaAccelerator accelerator)
        : base(accelerator) =>
        _point = new(accelerator.Driver, CudaEventHandle.DisableTiming | CudaEventHandle.BlockingSync);

    public override bool IsReached
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
            return _point.IsReached;
        }
    }

    internal IntPtr Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _point.Handle;
        }
    }

    public override void Record(AcceleratorStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
        _point.Record((CudaStream)stream);
    }

    public override void LetWait(AcceleratorStream stream) => ((CudaStream)stream).WaitFor(this);

    public override void Synchronize()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
        _point.Synchronize();
    }

    protected override void DisposeAcceleratorObject(bool disposing) => _point?.Dispose();
}

/// <summary>The driver's event. The driver keeps it until its stream has passed it, however early it is destroyed.</summary>
internal sealed unsafe class CudaEventHandle : IDisposable
{
    /// <summary>Who waits for the event sleeps instead of asking again and again.</summary>
    public const uint BlockingSync = 1;

    public const uint DisableTiming = 2;

    public CudaEventHandle(CudaApi driver, uint flags)
    {
        Driver = driver;
        IntPtr handle;
        Driver.Check(Driver.EventCreate(&handle, flags), "cuEventCreate");
        Handle = handle;
    }

    public CudaApi Driver { get; }

    public IntPtr Handle { get; }

    public bool IsReached
    {
        get
        {
            CudaError status = Driver.EventQuery(Handle);
            if (status != CudaError.CUDA_ERROR_NOT_READY)
            {
                Driver.Check(status, "cuEventQuery");
            }

            return status == CudaError.CUDA_SUCCESS;
        }
    }

    public void Record(CudaStream stream) => Driver.Check(Driver.EventRecord(Handle, stream.StreamPtr), "cuEventRecord");

    public void Synchronize() => Driver.Check(Driver.EventSynchronize(Handle), "cuEventSynchronize");

    public void Dispose() => Driver.Release(Driver.EventDestroy(Handle), "cuEventDestroy");
}
