using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Operations on runs of contiguous elements, for the kernels of layout and padding.</summary>
internal static unsafe class Runs
{
    /// <summary>Longer runs are copied by the framework; its call overhead equals copying this many elements.</summary>
    private const int Short = 512;

    /// <summary>y = x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* x, float* y, long count)
    {
        if (count is < Lanes.Count or > Short)
        {
            Buffer.MemoryCopy(x, y, count * sizeof(float), count * sizeof(float));
            return;
        }

        // The last vector overlaps the one before.
        for (long i = 0; i < count - Lanes.Count; i += Lanes.Count)
        {
            Vector512.Load(x + i).Store(y + i);
        }

        Vector512.Load(x + count - Lanes.Count).Store(y + count - Lanes.Count);
    }

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

    /// <summary>y += scale · x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float scale, float* x, float* y, long count)
    {
        var factor = Vector512.Create(scale);
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            Lanes.MultiplyAdd(factor, Vector512.Load(x + i), Vector512.Load(y + i)).Store(y + i);
        }

        if (i < count)
        {
            Lanes.Store(Lanes.MultiplyAdd(factor, Lanes.Load(x + i, count - i), Lanes.Load(y + i, count - i)), y + i, count - i);
        }
    }

    /// <summary>y = (1 − weight) · a + weight · b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Blend(float* a, float* b, float* y, long count, float weight)
    {
        var (rest, share) = (Vector512.Create(1 - weight), Vector512.Create(weight));
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            Lanes.MultiplyAdd(rest, Vector512.Load(a + i), share * Vector512.Load(b + i)).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = float.MultiplyAddEstimate(1 - weight, a[i], weight * b[i]);
        }
    }

    /// <summary>y = value.</summary>
    public static void Fill(float* y, float value, long count) => new Span<float>(y, checked((int)count)).Fill(value);

    /// <summary>y[2i] = y[2i + 1] = x[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Repeat(float* x, float* y, long count)
    {
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var (lower, upper) = Vector512.Widen(Vector512.Load((uint*)(x + i)));
            (lower | (lower << 32)).Store((ulong*)(y + (2 * i)));
            (upper | (upper << 32)).Store((ulong*)(y + (2 * i) + Lanes.Count));
        }

        for (; i <= count - 4; i += 4)
        {
            var four = Vector128.Load(x + i).ToVector256Unsafe();
            Vector256.Shuffle(four, Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3)).Store(y + (2 * i));
        }

        for (; i < count; i++)
        {
            y[2 * i] = x[i];
            y[(2 * i) + 1] = x[i];
        }
    }

    /// <summary>y[times · i] … y[times · i + times − 1] = x[i]. May overwrite elements of y behind those, up to the given room.</summary>
    /// <param name="x">count numbers</param>
    /// <param name="y">count · times numbers</param>
    /// <param name="count">number of elements of x</param>
    /// <param name="times">repetitions, at least 1</param>
    /// <param name="room">elements from y on that may be written</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Repeat(float* x, float* y, long count, int times, long room)
    {
        var reach = (times + Lanes.Count - 1) / Lanes.Count * Lanes.Count;
        var vectors = room < reach ? 0 : Math.Min(count, ((room - reach) / times) + 1);
        for (long i = 0; i < vectors; i++)
        {
            var value = Vector512.Create(x[i]);
            for (var j = 0; j < times; j += Lanes.Count)
            {
                value.Store(y + (i * times) + j);
            }
        }

        for (var i = vectors * times; i < count * times; i++)
        {
            y[i] = x[i / times];
        }
    }

    /// <summary>y[i] = the sum of columns 2i and 2i + 1 of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddFours(float* above, float* below, float* y, long count)
    {
        long i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            var lower = Vector512.Load(above + (2 * i)) + Vector512.Load(below + (2 * i));
            var upper = Vector512.Load(above + (2 * i) + Lanes.Count) + Vector512.Load(below + (2 * i) + Lanes.Count);
            lower += (lower.AsUInt64() >>> 32).AsSingle();
            upper += (upper.AsUInt64() >>> 32).AsSingle();
            Lanes.Narrow(lower.AsUInt64(), upper.AsUInt64()).AsSingle().Store(y + i);
        }

        for (; i <= count - 4; i += 4)
        {
            var pairs = Vector256.Load(above + (2 * i)) + Vector256.Load(below + (2 * i));
            pairs += (pairs.AsUInt64() >>> 32).AsSingle();
            Vector256.Shuffle(pairs, Vector256.Create(0, 2, 4, 6, 0, 2, 4, 6)).GetLower().Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = above[2 * i] + below[2 * i] + (above[(2 * i) + 1] + below[(2 * i) + 1]);
        }
    }
}
