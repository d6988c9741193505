using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// Working memory of the kernels that lives as long as the device: blocks aligned to a cache line that only ever grow,
/// so that the second step allocates nothing. A block's content is undefined when it is asked for.
/// </summary>
internal sealed unsafe class Scratch
{
    private const int Alignment = 64;

    private nint _block;
    private long _capacity;

    /// <summary>At least <paramref name="count"/> floats; the pointer of an earlier, smaller request is dead.</summary>
    public float* Floats(long count)
    {
        if (count > _capacity)
        {
            NativeMemory.AlignedFree((void*)_block);
            _block = 0;
            _capacity = 0;
            _block = (nint)NativeMemory.AlignedAlloc((nuint)(count * sizeof(float)), Alignment);
            _capacity = count;
        }

        return (float*)_block;
    }

    ~Scratch() => NativeMemory.AlignedFree((void*)_block);
}
