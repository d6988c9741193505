using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// The points 0, 1, −1, ∞: transforms consist of additions, so that rounding errors are small and transforms short. For filters of 2 × 2
/// taps, such as the phases of a 4 × 4 filter with stride 2: 16 multiplications for 3 × 3 outputs instead of 36.
/// </summary>
internal readonly unsafe struct FourPoints : IPointTransform
{
    /// <summary>Number of points: the extent of a transformed tile.</summary>
    public const int Points = 4;

    /// <inheritdoc/>
    public static int Count => Points;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(float* from, nint step, float* to, nint toStep)
    {
        var d1 = Vector512.Load(from + step);
        var d2 = Vector512.Load(from + 2 * step);
        (d2 - Vector512.Load(from)).Store(to);
        (d1 + d2).Store(to + toStep);
        (d2 - d1).Store(to + 2 * toStep);
        (Vector512.Load(from + 3 * step) - d1).Store(to + 3 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Evaluate(float* from, nint step, int count, float* to, nint toStep)
    {
        var half = Vector512.Create(0.5f);
        var even = Vector512.Load(from);
        var odd = Vector512.Load(from + step);
        var last = odd;
        (-even).Store(to);
        if (count > 2)
        {
            last = Vector512.Load(from + 2 * step);
            even += last;
        }

        even *= half;
        odd *= half;
        (even + odd).Store(to + toStep);
        (even - odd).Store(to + 2 * toStep);
        last.Store(to + 3 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Collect(float* from, nint step, int count, float* to, nint toStep)
    {
        var m1 = Vector512.Load(from + step);
        var m2 = Vector512.Load(from + 2 * step);
        var even = m1 + m2;
        var y = m1 - m2;
        (Vector512.Load(from) + even).Store(to);
        if (count > 2)
        {
            y.Store(to + toStep);
            y = even;
        }

        (y + Vector512.Load(from + 3 * step)).Store(to + (count - 1) * toStep);
    }
}
