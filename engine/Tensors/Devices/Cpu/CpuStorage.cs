using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Host memory aligned to a cache line, outside the garbage collector's heap.</summary>
internal sealed unsafe class CpuStorage : Storage
{
    private const int Alignment = 64;

    private CpuStorage(MemoryPool pool, long capacity, float* pointer)
        : base(capacity)
    {
        Pool = pool;
        Pointer = pointer;
        GC.AddMemoryPressure(capacity * sizeof(float));
    }

    /// <summary>A part of another block, which owns the memory.</summary>
    private CpuStorage(CpuStorage whole, long first, long capacity)
        : base(capacity)
    {
        Pool = whole.Pool;
        Pointer = whole.Pointer + first;
        GC.SuppressFinalize(this);
    }

    public float* Pointer { get; }

    internal override MemoryPool Pool { get; }

    /// <summary>Allocates memory of arbitrary content; if that fails, frees the pool's unused blocks and tries again.</summary>
    /// <exception cref="DeviceException">out of memory</exception>
    public static CpuStorage Take(MemoryPool pool, long capacity)
    {
        var pointer = TryAllocate(capacity);
        if (pointer == null)
        {
            pool.Trim();
            pointer = TryAllocate(capacity);
        }

        const double Megabyte = 1e6;
        return pointer != null ? new CpuStorage(pool, capacity, pointer) : throw new DeviceException(
            $"out of memory on cpu: {capacity * (sizeof(float) / Megabyte):0.#} MB more are needed; {pool.AllocatedBytes / Megabyte:0.#} " +
                "MB are in use by tensors. " +
            "Take a smaller batch, smaller pictures or a smaller network.")
        {
            IsOutOfMemory = true,
        };
    }

    private static float* TryAllocate(long capacity)
    {
        try
        {
            // One line more: kernels may read a whole vector from the last element on.
            return (float*)NativeMemory.AlignedAlloc(checked(((nuint)capacity * sizeof(float)) + Alignment), Alignment);
        }
        catch (Exception e) when (e is OutOfMemoryException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Runs if a tensor made outside any step was collected without being disposed.</summary>
    ~CpuStorage() => FreeMemory();

    internal override (Storage First, Storage Second)? Cut(long count) =>
        Parts(new CpuStorage(this, 0, count), new CpuStorage(this, count, Capacity - count));

    internal override void Free()
    {
        FreeMemory();
        GC.SuppressFinalize(this);
    }

    private void FreeMemory()
    {
        Pool.Forget(this);
        NativeMemory.AlignedFree(Pointer);
        GC.RemoveMemoryPressure(Capacity * sizeof(float));
    }
}
