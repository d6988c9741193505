namespace ILGPU.Runtime.Cuda;

/// <summary>
/// A point of a stream, which the host and other streams can wait for; recorded again and again without allocation. An addition to ILGPU's
/// API.
/// </summary>
/// <remarks>
/// Before it is recorded for the first time it counts as reached. Who waited for it waits for the recording that was the latest then.
/// </remarks>
public sealed class CudaEvent : AcceleratorObject
{
    private readonly CudaEventHandle point;

    internal CudaEvent(CudaAccelerator accelerator)
        : base(accelerator) =>
        point = new(accelerator.Driver, CudaEventHandle.DisableTiming | CudaEventHandle.BlockingSync);

    /// <summary>Whether all work has been done that the stream held when the event was recorded.</summary>
    public bool IsReached
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
            return point.IsReached;
        }
    }

    internal IntPtr Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return point.Handle;
        }
    }

    /// <summary>Moves the event behind the work that the stream holds so far.</summary>
    public void Record(CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
        point.Record(stream);
    }

    /// <summary>Waits until the event is reached; from any thread, which sleeps meanwhile.</summary>
    public void Synchronize()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        using ScopedAcceleratorBinding binding = Accelerator.BindScoped();
        point.Synchronize();
    }

    protected override void DisposeAcceleratorObject(bool disposing) => point?.Dispose();
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
