using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using ILGPU.Util;

namespace ILGPU.Runtime;

/// <summary>An open device: memory, streams and kernels.</summary>
/// <remarks>
/// Allocating, loading and launching are allowed from several threads. <see cref="Current"/> is per thread; every public operation binds
/// the accelerator as it needs to. Disposing an accelerator disposes all that lives on it.
/// </remarks>
public abstract partial class Accelerator : DisposeBase, IDevice
{
    /// <summary>How long a disposed accelerator waits for finalisers that are at work.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [ThreadStatic]
    private static Accelerator? s_current;

    private readonly ConcurrentDictionary<long, WeakReference<AcceleratorObject>> _children = new();

    private long _nextChildId;

    private protected Accelerator(Context context, Device device)
    {
        Context = context;
        Device = device;
    }

    /// <summary>Raised before the children of a disposed accelerator are disposed.</summary>
    public event EventHandler? Disposed;

    /// <summary>In kernels, a constant: the kind of accelerator that the kernel is compiled for. On the host, CPU.</summary>
    public static AcceleratorType CurrentType => AcceleratorType.CPU;

    /// <summary>The accelerator bound to the calling thread.</summary>
    public static Accelerator? Current => s_current;

    public Context Context { get; }

    public Device Device { get; }

    public AcceleratorType AcceleratorType => Device.AcceleratorType;

    /// <summary>The stream of launches and copies that name none.</summary>
    public AcceleratorStream DefaultStream { get; private protected set; } = null!;

    /// <summary>The driver's handle of the device context.</summary>
    public IntPtr NativePtr { get; private protected set; }

    public string Name => Device.Name;

    public long MemorySize => Device.MemorySize;

    public Index3D MaxGridSize => Device.MaxGridSize;

    public Index3D MaxGroupSize => Device.MaxGroupSize;

    public int MaxNumThreadsPerGroup => Device.MaxNumThreadsPerGroup;

    public int MaxSharedMemoryPerGroup => Device.MaxSharedMemoryPerGroup;

    public int MaxConstantMemory => Device.MaxConstantMemory;

    public int WarpSize => LanesOfWarp;

    public int NumMultiprocessors => Device.NumMultiprocessors;

    public int MaxNumThreadsPerMultiprocessor => Device.MaxNumThreadsPerMultiprocessor;

    public int MaxNumThreads => Device.MaxNumThreads;

    public CapabilityContext Capabilities => Device.Capabilities;

    /// <summary>As many groups as are resident at once, of as many threads as a group may have.</summary>
    public (Index1D, Index1D) MaxNumGroupsExtent =>
        (NumMultiprocessors * (MaxNumThreadsPerMultiprocessor / MaxNumThreadsPerGroup), MaxNumThreadsPerGroup);

    /// <summary>How many live objects belong to the accelerator.</summary>
    public int NumberChildObjects => _children.Count;

    /// <summary>How much shared memory a launch may use per group, dynamic memory included; in bytes.</summary>
    internal virtual int SharedMemoryLimit => MaxSharedMemoryPerGroup;

    /// <summary>Whether the driver's objects are gone, so that there is nothing left to release.</summary>
    internal bool NativeIsGone { get; private set; }

    public void PrintInformation(TextWriter writer) => Device.PrintInformation(writer);

    /// <summary>Makes this the calling thread's accelerator.</summary>
    public void Bind()
    {
        ObjectDisposedException.ThrowIf(NativeIsGone, this);
        OnBind();
        s_current = this;
    }

    /// <summary><see cref="Bind"/> until the result is disposed.</summary>
    public ScopedAcceleratorBinding BindScoped()
    {
        if (s_current == this)
        {
            return default;
        }

        Accelerator? previous = s_current;
        Bind();
        return new(previous);
    }

    /// <summary>Waits until all work on the device is done.</summary>
    public void Synchronize()
    {
        using ScopedAcceleratorBinding binding = BindScoped();
        SynchronizeCore();
    }

    /// <summary>A point that can be put into streams. An addition to ILGPU's API.</summary>
    /// <exception cref="NotSupportedException">streams of this kind of accelerator do their work at once</exception>
    public virtual StreamEvent CreateEvent() => throw new NotSupportedException($"{this} has no events between streams.");

    public AcceleratorStream CreateStream()
    {
        using ScopedAcceleratorBinding binding = BindScoped();
        return CreateStreamCore();
    }

    /// <summary>Whether kernels here can read the other accelerator's memory.</summary>
    public virtual bool CanAccessPeer(Accelerator otherAccelerator) => false;

    /// <summary>Whether access to the other accelerator's memory was enabled.</summary>
    public virtual bool HasPeerAccess(Accelerator otherAccelerator) => false;

    /// <returns>Whether kernels here can read the other accelerator's memory now.</returns>
    public virtual bool EnablePeerAccess(Accelerator otherAccelerator) => false;

    public virtual void DisablePeerAccess(Accelerator otherAccelerator)
    {
    }

    /// <returns>Whether each of the two can read the other's memory now.</returns>
    public bool EnableBidirectionalPeerAccess(Accelerator otherAccelerator) =>
        EnablePeerAccess(otherAccelerator) && otherAccelerator.EnablePeerAccess(this);

    public override string ToString() => Device.ToString();

    internal long RegisterChild(AcceleratorObject child)
    {
        long id = Interlocked.Increment(ref _nextChildId);

        // Also those that wait for their finaliser: what they hold in the driver goes with the accelerator, not later.
        _children[id] = new(child, trackResurrection: true);
        return id;
    }

    internal void UnregisterChild(long id) => _children.TryRemove(id, out _);

    /// <summary>The children of one kind that nobody has disposed yet.</summary>
    private protected IEnumerable<T> LiveChildren<T>()
        where T : AcceleratorObject
    {
        foreach (WeakReference<AcceleratorObject> child in _children.Values)
        {
            if (child.TryGetTarget(out AcceleratorObject? target) && target is T { IsDisposed: false } wanted)
            {
                yield return wanted;
            }
        }
    }

    /// <summary>Threads of a warp, as kernels are compiled.</summary>
    private protected virtual int LanesOfWarp => Device.WarpSize;

    /// <summary>
    /// Releases the device context of an accelerator whose constructor can't go on; what was made on it has nothing left to release.
    /// </summary>
    private protected void Abandon()
    {
        NativeIsGone = true;
        if (s_current == this)
        {
            s_current = null;
        }

        GC.SuppressFinalize(this);
        DisposeAccelerator();
    }

    protected abstract void OnBind();

    protected abstract void SynchronizeCore();

    protected abstract AcceleratorStream CreateStreamCore();

    /// <summary>Releases the device context; all children are disposed.</summary>
    private protected abstract void DisposeAccelerator();

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            // Children hold the accelerator, so when its finaliser runs they are unreachable too and release themselves in no set order:
            // the native context is left to the process.
            return;
        }

        Bind();
        Disposed?.Invoke(this, EventArgs.Empty);
        ReportLeaks();
        ExceptionDispatchInfo? failure = null;
        foreach (WeakReference<AcceleratorObject> child in _children.Values)
        {
            if (!child.TryGetTarget(out AcceleratorObject? target))
            {
                continue;
            }

            try
            {
                target.Dispose();
            }
            catch (AcceleratorException exception)
            {
                // The others must go all the same.
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        // Those that a finaliser is just releasing hold something in the driver until it is done.
        SpinWait.SpinUntil(() => _children.IsEmpty, s_patience);
        _children.Clear();
        DisposeAccelerator();
        NativeIsGone = true;
        s_current = null;
        failure?.Throw();
    }
}
