using System.Reflection;
using ILGPU.Util;

namespace ILGPU.Runtime;

public enum AcceleratorType
{
    CPU,
    Cuda,
    OpenCL,
}

public abstract class Device
{
    private protected Device()
    {
    }

    public string Name => throw null!;

    public long MemorySize => throw null!;

    public abstract Accelerator CreateAccelerator(Context context);
}

public readonly struct KernelSpecialization
{
    public KernelSpecialization(int? maxNumThreadsPerGroup, int? minNumGroupsPerMultiprocessor) => throw null!;

    public int? MaxNumThreadsPerGroup => throw null!;

    public int? MinNumGroupsPerMultiprocessor => throw null!;
}

public abstract class AcceleratorObject : DisposeBase
{
    private protected AcceleratorObject()
    {
    }

    public Accelerator Accelerator => throw null!;
}

public abstract class AcceleratorStream : AcceleratorObject
{
    private protected AcceleratorStream()
    {
    }

    public abstract void Synchronize();
}

public abstract class AcceleratorException : Exception
{
    private protected AcceleratorException()
    {
    }

    public abstract AcceleratorType AcceleratorType { get; }
}

public abstract class Accelerator : DisposeBase
{
    private protected Accelerator()
    {
    }

    public Device Device => throw null!;

    public AcceleratorType AcceleratorType => throw null!;

    public string Name => throw null!;

    public long MemorySize => throw null!;

    public int NumMultiprocessors => throw null!;

    public int MaxNumThreadsPerGroup => throw null!;

    public int MaxSharedMemoryPerGroup => throw null!;

    public AcceleratorStream CreateStream() => throw null!;

    public MemoryBuffer AllocateRaw(long length, int elementSize) => throw null!;

    public MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(long length)
        where T : unmanaged => throw null!;

    public TDelegate LoadKernel<TDelegate>(MethodInfo method)
        where TDelegate : Delegate => throw null!;

    public TDelegate LoadKernel<TDelegate>(MethodInfo method, KernelSpecialization specialization)
        where TDelegate : Delegate => throw null!;

    public void ClearCache(ClearCacheMode mode) => throw null!;
}
