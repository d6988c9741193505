namespace IlgpuGan.Tensors.Devices;

/// <summary>Numbers under way from a device to the host. Disposing one that nobody took gives its memory back.</summary>
public abstract class Readback : IDisposable
{
    /// <summary>Whether <see cref="Take"/> would return without waiting.</summary>
    /// <exception cref="DeviceException">the device failed</exception>
    public abstract bool IsReady { get; }

    /// <summary>Waits for the numbers and hands them out, once.</summary>
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

/// <summary>Numbers that are there already.</summary>
internal sealed class FinishedReadback(float[] numbers) : Readback
{
    public override bool IsReady => true;

    public override void Take(Span<float> destination) => numbers.CopyTo(destination);
}
