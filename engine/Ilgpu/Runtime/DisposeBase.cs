namespace ILGPU.Util;

/// <summary>An object that releases something exactly once, by <see cref="Dispose()"/> or by its finaliser.</summary>
public abstract class DisposeBase : IDisposable
{
    private int _disposed;

    /// <summary>Releases what the finaliser finds; a driver's error has nobody to go to there.</summary>
    ~DisposeBase()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            Dispose(disposing: false);
        }
        catch (Runtime.AcceleratorException exception)
        {
            System.Diagnostics.Trace.WriteLine($"{GetType().Name} could not be released by its finaliser: {exception.Message}");
        }
    }

    public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    /// <summary>Releases the object; further calls do nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <param name="disposing">False when called by the finaliser: other managed objects may be gone then.</param>
    protected abstract void Dispose(bool disposing);
}
