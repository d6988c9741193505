using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Host memory aligned to a cache line, outside the garbage collector's heap.</summary>
internal sealed unsafe class CpuStorage : Storage
{
    private const int Alignment = 64;

    public CpuStorage(MemoryPool pool, long capacity)
        : base(capacity)
    {
        Pool = pool;
        Pointer = (float*)NativeMemory.AlignedAlloc((nuint)(capacity * sizeof(float)), Alignment);
        GC.AddMemoryPressure(capacity * sizeof(float));
    }

    public float* Pointer { get; }

    internal override MemoryPool Pool { get; }

    /// <summary>Runs when a tensor made outside any step was dropped without being disposed.</summary>
    ~CpuStorage() => FreeMemory();

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
