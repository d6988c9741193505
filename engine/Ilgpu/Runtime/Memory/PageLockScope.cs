using System.Diagnostics;

namespace ILGPU.Runtime;

/// <summary>Host memory that is registered with a driver until the scope is disposed.</summary>
public abstract class PageLockScope<T> : AcceleratorObject
    where T : unmanaged
{
    protected PageLockScope(Accelerator accelerator, IntPtr addrOfLockedObject, long numElements)
        : base(accelerator)
    {
        AddrOfLockedObject = addrOfLockedObject;
        Length = numElements;
    }

    public IntPtr AddrOfLockedObject { get; }

    /// <summary>The number of elements.</summary>
    public long Length { get; }

    public long LengthInBytes => Length * Interop.SizeOf<T>();

    /// <summary>Whether the driver really locked the memory, so that copies can be left running.</summary>
    internal abstract bool IsLocked { get; }
}

/// <summary>The scope of a device whose driver locks nothing.</summary>
internal sealed class UnlockedScope<T> : PageLockScope<T>
    where T : unmanaged
{
    public UnlockedScope(Accelerator accelerator, IntPtr address, long numElements)
        : base(accelerator, address, numElements) =>
        Trace.WriteLine($"{accelerator} does not lock pages; copies will be synchronous.");

    internal override bool IsLocked => false;

    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }
}
