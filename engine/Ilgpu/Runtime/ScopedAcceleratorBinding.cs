namespace ILGPU.Runtime;

/// <summary>Restores the calling thread's accelerator binding when it goes out of scope.</summary>
public struct ScopedAcceleratorBinding : IDisposable
{
    private readonly Accelerator? previous;

    private bool active;

    internal ScopedAcceleratorBinding(Accelerator? previous)
    {
        this.previous = previous;
        active = true;
    }

    /// <summary>Whether there is a binding to restore.</summary>
    public readonly bool IsRecovered => !active;

    /// <summary>Binds the accelerator that was bound before; further calls do nothing.</summary>
    public void Recover()
    {
        if (!active)
        {
            return;
        }

        active = false;
        if (previous is not null && !previous.NativeIsGone)
        {
            previous.Bind();
        }
    }

    public void Dispose() => Recover();
}
