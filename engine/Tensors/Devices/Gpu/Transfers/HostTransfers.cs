using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>Copies between the host and a device. This class copies synchronously, which every device supports.</summary>
internal class HostTransfers(AcceleratorStream stream)
{
    /// <summary>Creates the user-facing exception from what was being done and the driver's exception.</summary>
    public Func<string, AcceleratorException, DeviceException> CreateException { get; set; } = (doing, exception) =>
        new($"failed while {doing}: {AcceleratorSearch.ReasonOf(exception)}", exception);

    /// <summary>
    /// Set while launches are captured as a graph. Copies are refused then: on replay they would copy whatever the staging memory holds.
    /// </summary>
    public bool IsCapturing { get; set; }

    protected AcceleratorStream Stream { get; } = stream;

    /// <summary>Whether copies can overlap with the kernels of the stream.</summary>
    public virtual bool Overlap => false;

    /// <summary>Why copies on a CUDA device are synchronous; empty where they are not, and on other devices.</summary>
    public string FallbackReason { get; private init; } = "";

    public static HostTransfers Of(Accelerator accelerator, AcceleratorStream stream)
    {
        try
        {
            return accelerator is CudaAccelerator cuda
                ? new OverlappedTransfers(cuda, (CudaStream)stream, cuda.CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING))
                : new HostTransfers(stream);
        }
        catch (Exception exception) when (exception is AcceleratorException or NotSupportedException)
        {
            // A container may forbid page-locking; copies are then slower, but still correct.
            return new HostTransfers(stream) { FallbackReason = exception.Message };
        }
    }

    /// <summary>Copies to the device in stream order; the source may be overwritten when the call returns.</summary>
    /// <exception cref="DeviceException">the driver refuses</exception>
    public void Upload<T>(ReadOnlySpan<T> source, ArrayView<T> destination)
        where T : unmanaged
    {
        try
        {
            CopyToDevice(source, destination);
        }
        catch (AcceleratorException exception)
        {
            throw CreateException("copying numbers to the device", exception);
        }
    }

    protected virtual void CopyToDevice<T>(ReadOnlySpan<T> source, ArrayView<T> destination)
        where T : unmanaged => destination.CopyFromHost(Stream, source);

    /// <summary>Starts a copy to the host in stream order.</summary>
    public virtual Readback BeginDownload(ArrayView<float> source)
    {
        var numbers = new float[source.Length];
        source.CopyToHost(Stream, numbers.AsSpan());
        return new FinishedReadback(numbers);
    }

    /// <inheritdoc cref="Device.AllocateHost"/>
    public virtual HostBuffer AllocateHost(long count) => new ArrayHostBuffer(count);

    /// <inheritdoc cref="Device.CreateEvent"/>
    public virtual DeviceEvent CreateEvent() => new();

    /// <inheritdoc cref="Device.BeginUpload"/>
    public virtual void BeginUpload(HostBuffer source, ArrayView<float> destination, DeviceEvent after) =>
        Upload(source.Numbers[..destination.IntLength], destination);
}
