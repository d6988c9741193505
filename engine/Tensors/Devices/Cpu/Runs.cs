using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>What the kernels of layout and padding do with a run of neighbouring elements.</summary>
internal static unsafe class Runs
{
    /// <summary>y = x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* x, float* y, long count) => Buffer.MemoryCopy(x, y, count * sizeof(float), count * sizeof(float));

    /// <summary>y += x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* x, float* y, long count)
    {
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            (Vector512.Load(y + i) + Vector512.Load(x + i)).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] += x[i];
        }
    }

    /// <summary>y = value.</summary>
    public static void Fill(float* y, float value, long count) => new Span<float>(y, checked((int)count)).Fill(value);
}
