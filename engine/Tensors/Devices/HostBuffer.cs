namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Numbers on the host that a device copies from while both go on: page-locked memory where the device has such a thing. Whoever fills it
/// again calls <see cref="Wait"/> first. Disposed by its owner; the device takes the memory back.
/// </summary>
public abstract class HostBuffer : IDisposable
{
    /// <summary>At least as many elements as were asked for; uninitialised at first.</summary>
    public abstract Span<float> Numbers { get; }

    /// <summary>Waits until no copy reads the numbers any more; from any thread.</summary>
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

/// <summary>An array: what a device reads that copies at once.</summary>
internal sealed class ArrayHostBuffer(long count) : HostBuffer
{
    private readonly float[] _numbers = GC.AllocateUninitializedArray<float>(checked((int)count));

    public override Span<float> Numbers => _numbers;
}
