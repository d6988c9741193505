using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// Memory asked for before it is needed. A product that computes long on each piece of a big matrix otherwise waits for the next one.
/// </summary>
internal static unsafe class CacheLines
{
    private const int Floats = 16;

    /// <summary>Starts to bring <paramref name="count"/> floats into the second-level cache, where the processor can be asked to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(float* from, int count)
    {
        if (Sse.IsSupported)
        {
            for (var i = 0; i < count; i += Floats)
            {
                Sse.Prefetch1(from + i);
            }
        }
    }
}
