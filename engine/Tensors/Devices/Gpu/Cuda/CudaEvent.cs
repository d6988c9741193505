using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Cuda;

/// <summary>An event of a stream that the host or another stream can wait for; it can be recorded repeatedly. Thread-safe.</summary>
internal sealed class CudaEvent : IDisposable
{
    private readonly CudaAccelerator _accelerator;
    private nint _handle;

    /// <exception cref="CudaException">the driver refuses</exception>
    public CudaEvent(CudaAccelerator accelerator)
    {
        _accelerator = accelerator;
        using var binding = accelerator.BindScoped();
        CudaDriver.Check(CudaDriver.EventCreate(out _handle, CudaDriver.BlockingUntimedEvent));
    }

    /// <summary>Whether the stream has passed the event; true before the first <see cref="Record"/>.</summary>
    /// <exception cref="CudaException">the work before it failed</exception>
    public bool IsReached
    {
        get
        {
            using var binding = _accelerator.BindScoped();
            var status = CudaDriver.EventQuery(_handle);
            if (status != CudaError.CUDA_ERROR_NOT_READY)
            {
                CudaDriver.Check(status);
            }

            return status == CudaError.CUDA_SUCCESS;
        }
    }

    /// <summary>Records the event after all work enqueued in the stream so far.</summary>
    /// <exception cref="CudaException">the driver refuses</exception>
    public void Record(CudaStream stream)
    {
        using var binding = _accelerator.BindScoped();
        CudaDriver.Check(CudaDriver.EventRecord(_handle, stream.StreamPtr));
    }

    /// <summary>Makes all later work of a stream wait for the event.</summary>
    /// <exception cref="CudaException">the driver refuses</exception>
    public void MakeStreamWait(CudaStream stream)
    {
        using var binding = _accelerator.BindScoped();
        CudaDriver.Check(CudaDriver.StreamWaitEvent(stream.StreamPtr, _handle, 0));
    }

    /// <summary>Blocks the calling thread until the stream has passed the event.</summary>
    /// <exception cref="CudaException">the work before it failed</exception>
    public void Wait()
    {
        using var binding = _accelerator.BindScoped();
        CudaDriver.Check(CudaDriver.EventSynchronize(_handle));
    }

    /// <summary>The driver frees the event after its stream has passed it. If the device was disposed, it is freed already.</summary>
    public void Dispose()
    {
        if (_handle == 0 || _accelerator.IsDisposed)
        {
            return;
        }

        Freeing.UnlessFaulted(() =>
        {
            using var binding = _accelerator.BindScoped();
            CudaDriver.Check(CudaDriver.EventDestroy(_handle));
        });
        _handle = 0;
    }
}
