using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>Copies between the host and a device: these wait for each, and so are right everywhere.</summary>
internal class HostTransfers(AcceleratorStream stream)
{
    /// <summary>Makes the exception for people of the driver's.</summary>
    public Func<string, AcceleratorException, DeviceException> CreateException { get; set; } = (doing, exception) =>
        new($"failed while {doing}: {exception.Message}", exception);

    /// <summary>
    /// Set while launches are captured as a graph, in which a copy would repeat itself with whatever its staging memory holds then.
    /// </summary>
    public bool IsCapturing { get; set; }

    protected AcceleratorStream Stream { get; } = stream;

    /// <summary>Whether a copy can run beside the kernels of the stream.</summary>
    public virtual bool Overlap => false;

    /// <summary>Why copies wait on a device whose driver could do without; empty where they don't, or where it could not.</summary>
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
            // A container may forbid to lock memory; that makes copies slower, not wrong.
            return new HostTransfers(stream) { FallbackReason = exception.Message };
        }
    }

    /// <summary>Copies to the device in the order of the stream; the source may be overwritten when the call returns.</summary>
    public virtual void Upload<T>(ReadOnlySpan<T> source, ArrayView<T> destination)
        where T : unmanaged => destination.CopyFromHost(Stream, source);

    /// <summary>Begins a copy to the host in the order of the stream.</summary>
    public virtual Readback BeginDownload(ArrayView<float> source)
    {
        var numbers = new float[source.Length];
        source.CopyToHost(Stream, numbers.AsSpan());
        return new FinishedReadback(numbers);
    }

    /// <inheritdoc cref="Device.AllocateHost"/>
    public virtual HostBuffer AllocateHost(long count) => new ArrayHostBuffer(count);

    /// <inheritdoc cref="Device.CreatePoint"/>
    public virtual DevicePoint CreatePoint() => new();

    /// <inheritdoc cref="Device.BeginUpload"/>
    public virtual void BeginUpload(HostBuffer source, ArrayView<float> destination, DevicePoint after) =>
        Upload(source.Numbers[..destination.IntLength], destination);
}
