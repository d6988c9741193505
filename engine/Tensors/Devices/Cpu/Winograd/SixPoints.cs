using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// The points 0, 1, −1, 2, −2, ∞: 36 multiplications instead of 100 to 144 for 4 × 4 outputs of 3 × 3 taps, 3 × 3 of 4 × 4, or 5 × 5 of
/// 2 × 2.
/// </summary>
internal readonly unsafe struct SixPoints : IPointTransform
{
    /// <summary>Number of points: the extent of a transformed tile.</summary>
    public const int Points = 6;

    /// <inheritdoc/>
    public static int Count => Points;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(float* from, nint step, float* to, nint toStep)
    {
        var d0 = Vector512.Load(from);
        var d1 = Vector512.Load(from + step);
        var d2 = Vector512.Load(from + 2 * step);
        var d3 = Vector512.Load(from + 3 * step);
        var d4 = Vector512.Load(from + 4 * step);
        var d5 = Vector512.Load(from + 5 * step);
        var minusFour = Vector512.Create(-4f);
        var minusFive = Vector512.Create(-5f);
        var four = Vector512.Create(4f);

        Fma(four, d0, Fma(minusFive, d2, d4)).Store(to);
        var even = Fma(minusFour, d2, d4);
        var odd = Fma(minusFour, d1, d3);
        (even + odd).Store(to + toStep);
        (even - odd).Store(to + 2 * toStep);
        even = d4 - d2;
        odd = d3 - d1;
        odd += odd;
        (even + odd).Store(to + 3 * toStep);
        (even - odd).Store(to + 4 * toStep);
        Fma(four, d1, Fma(minusFive, d3, d5)).Store(to + 5 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Evaluate(float* from, nint step, int count, float* to, nint toStep)
    {
        var y0 = Vector512.Load(from);
        var y1 = Vector512.Load(from + step);
        var last = y1;
        var even = y0;
        var odd = y1;
        var even2 = y0 * Vector512.Create(1f / 24);
        var odd2 = y1 * Vector512.Create(1f / 12);
        if (count > 2)
        {
            last = Vector512.Load(from + 2 * step);
            even += last;
            even2 = Fma(Vector512.Create(1f / 6), last, even2);
        }

        if (count > 3)
        {
            last = Vector512.Load(from + 3 * step);
            odd += last;
            odd2 = Fma(Vector512.Create(1f / 3), last, odd2);
        }

        if (count > 4)
        {
            last = Vector512.Load(from + 4 * step);
            even += last;
            even2 = Fma(Vector512.Create(2f / 3), last, even2);
        }

        even *= Vector512.Create(-1f / 6);
        odd *= Vector512.Create(-1f / 6);
        (y0 * Vector512.Create(1f / 4)).Store(to);
        (even + odd).Store(to + toStep);
        (even - odd).Store(to + 2 * toStep);
        (even2 + odd2).Store(to + 3 * toStep);
        (even2 - odd2).Store(to + 4 * toStep);
        last.Store(to + 5 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Collect(float* from, nint step, int count, float* to, nint toStep)
    {
        var m1 = Vector512.Load(from + step);
        var m2 = Vector512.Load(from + 2 * step);
        var m3 = Vector512.Load(from + 3 * step);
        var m4 = Vector512.Load(from + 4 * step);
        var m5 = Vector512.Load(from + 5 * step);
        var even = m1 + m2;
        var odd = m1 - m2;
        var even2 = m3 + m4;
        var odd2 = m3 - m4;

        (Vector512.Load(from) + (even + even2)).Store(to);
        var y = Fma(Vector512.Create(2f), odd2, odd);
        if (count > 2)
        {
            y.Store(to + toStep);
            y = Fma(Vector512.Create(4f), even2, even);
        }

        if (count > 3)
        {
            y.Store(to + 2 * toStep);
            y = Fma(Vector512.Create(8f), odd2, odd);
        }

        if (count > 4)
        {
            y.Store(to + 3 * toStep);
            y = Fma(Vector512.Create(16f), even2, even);
        }

        (y + m5).Store(to + (count - 1) * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);
}
