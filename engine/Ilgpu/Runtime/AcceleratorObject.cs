using ILGPU.Util;

namespace ILGPU.Runtime;

/// <summary>Something that lives on one accelerator.</summary>
public interface IAcceleratorObject
{
    Accelerator Accelerator { get; }

    AcceleratorType AcceleratorType { get; }
}

/// <summary>
/// Something that lives on one accelerator. The accelerator knows it weakly and disposes it with itself; disposing it afterwards does
/// nothing.
/// </summary>
public abstract class AcceleratorObject : DisposeBase, IAcceleratorObject
{
    private readonly Accelerator? _accelerator;

    private readonly long _childId;

    /// <summary>An object of the host, which has no accelerator.</summary>
    private protected AcceleratorObject()
    {
    }

    protected AcceleratorObject(Accelerator accelerator)
    {
        _accelerator = accelerator;
        _childId = accelerator.RegisterChild(this);
    }

    /// <exception cref="InvalidOperationException">The object belongs to the host.</exception>
    public Accelerator Accelerator => _accelerator ?? throw new InvalidOperationException("Host memory has no accelerator.");

    public AcceleratorType AcceleratorType => _accelerator?.AcceleratorType ?? AcceleratorType.CPU;

    internal Accelerator? AcceleratorOrNull => _accelerator;

    protected sealed override void Dispose(bool disposing)
    {
        if (_accelerator is null)
        {
            DisposeAcceleratorObject(disposing);
            return;
        }

        try
        {
            if (!disposing && this is MemoryBuffer buffer)
            {
                _accelerator.ReportLeak(buffer);
            }

            if (_accelerator.NativeIsGone)
            {
                return;
            }

            using ScopedAcceleratorBinding binding = _accelerator.BindScoped();
            DisposeAcceleratorObject(disposing);
        }
        finally
        {
            // Last, because an accelerator that goes waits for all that are registered.
            _accelerator.UnregisterChild(_childId);
        }
    }

    /// <summary>Releases the native object; the accelerator is alive and bound to the calling thread.</summary>
    protected abstract void DisposeAcceleratorObject(bool disposing);
}
