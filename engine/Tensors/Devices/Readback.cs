namespace IlgpuGan.Tensors.Devices;

/// <summary>An asynchronous copy from a device to the host. Disposing it without <see cref="Take"/> frees its memory.</summary>
internal abstract class Readback : IDisposable
{
    /// <summary>Whether <see cref="Take"/> would return without waiting.</summary>
    /// <exception cref="DeviceException">the device failed</exception>
    public abstract bool IsReady { get; }

    /// <summary>Waits for the copy and writes the numbers to the destination. Called at most once.</summary>
    /// <param name="destination">as many elements as are copied</param>
    /// <exception cref="DeviceException">the device failed</exception>
    public abstract void Take(Span<float> destination);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>A copy that is complete from the start.</summary>
internal sealed class FinishedReadback(float[] numbers) : Readback
{
    public override bool IsReady => true;

    public override void Take(Span<float> destination) => numbers.CopyTo(destination);
}
