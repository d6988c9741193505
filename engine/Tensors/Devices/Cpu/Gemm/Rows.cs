using System.Numerics;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>Writes finished rows of accumulators to where they belong.</summary>
internal static unsafe class Rows
{
    /// <summary>to[i · step] = from[i] + shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(float* from, int count, float shift, float* to, int step)
    {
        var i = 0;
        if (step == 1)
        {
            var shifts = new Vector<float>(shift);
            for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            {
                Unsafe.WriteUnaligned(to + i, Unsafe.ReadUnaligned<Vector<float>>(from + i) + shifts);
            }
        }

        for (; i < count; i++)
        {
            to[(nint)i * step] = from[i] + shift;
        }
    }
}
