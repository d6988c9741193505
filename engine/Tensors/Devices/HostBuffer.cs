namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Host memory from which a device copies asynchronously: page-locked where the device supports that. Call <see cref="Wait"/> before
/// refilling it. The owner disposes it, which returns the memory to the device.
/// </summary>
internal abstract class HostBuffer : IDisposable
{
    /// <summary>At least as many elements as were requested; uninitialised at first.</summary>
    public abstract Span<float> Numbers { get; }

    /// <summary>Waits until no copy reads the numbers any more. Any thread may call it.</summary>
    /// <exception cref="DeviceException">the device failed</exception>
    public virtual void Wait()
    {
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>A managed array, for devices that copy synchronously.</summary>
internal sealed class ArrayHostBuffer(long count) : HostBuffer
{
    private readonly float[] _numbers = GC.AllocateUninitializedArray<float>(checked((int)count));

    public override Span<float> Numbers => _numbers;
}
