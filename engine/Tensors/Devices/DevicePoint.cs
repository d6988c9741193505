namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A point in the order of a device's kernels, which copies can wait for. Before the first <see cref="Mark"/> nobody waits.
/// </summary>
internal class DevicePoint : IDisposable
{
    /// <summary>Moves the point behind the kernels called so far.</summary>
    public virtual void Mark()
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
