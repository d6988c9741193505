using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// Software prefetching. A product that computes for long on each piece of a large matrix would otherwise wait for the next piece.
/// </summary>
internal static unsafe class CacheLines
{
    private const int Floats = 16;

    /// <summary>Prefetches <paramref name="count"/> floats into the L2 cache; does nothing on processors other than x86.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* from, int count)
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
