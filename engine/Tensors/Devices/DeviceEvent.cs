namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// An event in a device's stream of kernels, for which copies can wait. Before the first <see cref="Record"/> it counts as reached.
/// </summary>
internal class DeviceEvent : IDisposable
{
    /// <summary>Records the event after the kernels called so far.</summary>
    public virtual void Record()
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
