namespace ILGPU.Runtime;

/// <summary>Restores the calling thread's accelerator binding when it goes out of scope.</summary>
public struct ScopedAcceleratorBinding : IDisposable
{
    private readonly Accelerator? _previous;

    private bool _active;

    internal ScopedAcceleratorBinding(Accelerator? previous)
    {
        _previous = previous;
        _active = true;
    }

    /// <summary>Whether there is a binding to restore.</summary>
    public readonly bool IsRecovered => !_active;

    /// <summary>Binds the accelerator that was bound before; further calls do nothing.</summary>
    public void Recover()
    {
        if (!_active)
        {
            return;
        }

        _active = false;
        if (_previous is not null && !_previous.NativeIsGone)
        {
            _previous.Bind();
        }
    }

    public void Dispose() => Recover();
}
