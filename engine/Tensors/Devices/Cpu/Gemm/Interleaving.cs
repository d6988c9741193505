using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>Strided copies, and interleaving of two rows.</summary>
internal static unsafe class Interleaving
{
    /// <summary>to[i] = from[i · stride]; nothing beyond from[(count − 1) · stride] is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GatherStrided(float* from, int stride, float* to, int count)
    {
        var i = 0;
        if (stride == 1)
        {
            new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));
            return;
        }

        if (stride == 2 && Avx512F.IsSupported)
        {
            var even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            for (; i < count - 16; i += 16)
            {
                Avx512F.PermuteVar16x32x2(Vector512.Load(from + 2 * i), even, Vector512.Load(from + 2 * i + 16)).Store(to + i);
            }
        }

        if (stride == 2 && Avx2.IsSupported)
        {
            for (; i < count - 8; i += 8)
            {
                var low = Vector256.Load(from + 2 * i);
                var high = Vector256.Load(from + 2 * i + 8);
                Avx2.Permute4x64(Avx.Shuffle(low, high, 0b10_00_10_00).AsDouble(), 0b11_01_10_00).AsSingle().Store(to + i);
            }
        }

        for (; i < count; i++)
        {
            to[i] = from[(nint)i * stride];
        }
    }

    /// <summary>even[i] = from[2 · i], odd[i] = from[2 · i + 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Deinterleave(float* from, float* even, float* odd, int count)
    {
        var i = 0;
        if (Avx512F.IsSupported)
        {
            var evens = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            var odds = evens + Vector512<int>.One;
            for (; i <= count - 16; i += 16)
            {
                var low = Vector512.Load(from + 2 * i);
                var high = Vector512.Load(from + 2 * i + 16);
                Avx512F.PermuteVar16x32x2(low, evens, high).Store(even + i);
                Avx512F.PermuteVar16x32x2(low, odds, high).Store(odd + i);
            }
        }

        if (Avx2.IsSupported)
        {
            for (; i <= count - 8; i += 8)
            {
                var low = Vector256.Load(from + 2 * i);
                var high = Vector256.Load(from + 2 * i + 8);
                Avx2.Permute4x64(Avx.Shuffle(low, high, 0b10_00_10_00).AsDouble(), 0b11_01_10_00).AsSingle().Store(even + i);
                Avx2.Permute4x64(Avx.Shuffle(low, high, 0b11_01_11_01).AsDouble(), 0b11_01_10_00).AsSingle().Store(odd + i);
            }
        }

        for (; i < count; i++)
        {
            even[i] = from[2 * i];
            odd[i] = from[2 * i + 1];
        }
    }

    /// <summary>to[i · step] = from[i] + shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScatterStrided(float* from, int count, float shift, float* to, int step)
    {
        var i = 0;
        if (step == 1)
        {
            var shifts = Vector256.Create(shift);
            for (; i <= count - 8; i += 8)
            {
                (Vector256.Load(from + i) + shifts).Store(to + i);
            }
        }

        for (; i < count; i++)
        {
            to[(nint)i * step] = from[i] + shift;
        }
    }

    /// <summary>to[2 · i] = even[i] + shift, to[2 · i + 1] = odd[i] + shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Interleave(float* even, float* odd, int count, float shift, float* to)
    {
        var i = 0;
        if (Avx512F.IsSupported)
        {
            var shifts = Vector512.Create(shift);
            var lows = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            var highs = lows + Vector512.Create(8);
            for (; i <= count - 16; i += 16)
            {
                var a = Vector512.Load(even + i) + shifts;
                var b = Vector512.Load(odd + i) + shifts;
                Avx512F.PermuteVar16x32x2(a, lows, b).Store(to + 2 * i);
                Avx512F.PermuteVar16x32x2(a, highs, b).Store(to + 2 * i + 16);
            }
        }

        if (Avx.IsSupported)
        {
            var shifts = Vector256.Create(shift);
            for (; i <= count - 8; i += 8)
            {
                var a = Vector256.Load(even + i) + shifts;
                var b = Vector256.Load(odd + i) + shifts;
                var low = Avx.UnpackLow(a, b);
                var high = Avx.UnpackHigh(a, b);
                Avx.Permute2x128(low, high, 0x20).Store(to + 2 * i);
                Avx.Permute2x128(low, high, 0x31).Store(to + 2 * i + 8);
            }
        }

        for (; i < count; i++)
        {
            to[2 * i] = even[i] + shift;
            to[2 * i + 1] = odd[i] + shift;
        }
    }
}
