using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// The points 0, 1, ∞: 9 multiplications for 2 × 2 outputs of 2 × 2 taps instead of 16. A transform takes one or two additions, and the
/// transformed weight is only 2¼ times as large as the weight: for images so small that the weight dominates the work.
/// </summary>
internal readonly unsafe struct ThreePoints : IPointTransform
{
    /// <summary>Number of points: the extent of a transformed tile.</summary>
    public const int Points = 3;

    /// <inheritdoc/>
    public static int Count => Points;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(float* from, nint step, float* to, nint toStep)
    {
        var d1 = Vector512.Load(from + step);
        (Vector512.Load(from) - d1).Store(to);
        d1.Store(to + toStep);
        (Vector512.Load(from + 2 * step) - d1).Store(to + 2 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Evaluate(float* from, nint step, int count, float* to, nint toStep)
    {
        var y0 = Vector512.Load(from);
        var y1 = Vector512.Load(from + step);
        y0.Store(to);
        (y0 + y1).Store(to + toStep);
        y1.Store(to + 2 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Collect(float* from, nint step, int count, float* to, nint toStep)
    {
        var m1 = Vector512.Load(from + step);
        (Vector512.Load(from) + m1).Store(to);
        (m1 + Vector512.Load(from + 2 * step)).Store(to + toStep);
    }

    /// <summary><see cref="Input"/> in both dimensions: 3 × 3 inputs to 3 × 3 places, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InputSquare(float* from, nint rowStep, nint columnStep, float* to, nint toStep)
    {
        var (d10, d11, d12) = Row(from + rowStep, columnStep);
        var (d00, d01, d02) = Row(from, columnStep);
        var (d20, d21, d22) = Row(from + 2 * rowStep, columnStep);
        (d00 - d10).Store(to);
        (d01 - d11).Store(to + toStep);
        (d02 - d12).Store(to + 2 * toStep);
        d10.Store(to + 3 * toStep);
        d11.Store(to + 4 * toStep);
        d12.Store(to + 5 * toStep);
        (d20 - d10).Store(to + 6 * toStep);
        (d21 - d11).Store(to + 7 * toStep);
        (d22 - d12).Store(to + 8 * toStep);
    }

    /// <summary>
    /// <see cref="Evaluate"/> in both dimensions: 2 × 2 taps to 3 × 3 places. A negative step reverses the order of the taps.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EvaluateSquare(
        Vector512<float> y00, Vector512<float> y01, Vector512<float> y10, Vector512<float> y11, float* to, nint rowStep, nint columnStep)
    {
        var top = y00 + y01;
        var bottom = y10 + y11;
        y00.Store(to);
        top.Store(to + columnStep);
        y01.Store(to + 2 * columnStep);
        to += rowStep;
        (y00 + y10).Store(to);
        (top + bottom).Store(to + columnStep);
        (y01 + y11).Store(to + 2 * columnStep);
        to += rowStep;
        y10.Store(to);
        bottom.Store(to + columnStep);
        y11.Store(to + 2 * columnStep);
    }

    /// <summary><see cref="Collect"/> in both dimensions: 3 × 3 places to 2 × 2 outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Y00, Vector512<float> Y01, Vector512<float> Y10, Vector512<float> Y11) CollectSquare(
        float* from, nint step)
    {
        var (left0, right0) = Pair(from, step);
        var (left1, right1) = Pair(from + 3 * step, step);
        var (left2, right2) = Pair(from + 6 * step, step);
        return (left0 + left1, right0 + right1, left1 + left2, right1 + right2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Left, Vector512<float> Middle, Vector512<float> Right) Row(float* from, nint step)
    {
        var middle = Vector512.Load(from + step);
        return (Vector512.Load(from) - middle, middle, Vector512.Load(from + 2 * step) - middle);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Left, Vector512<float> Right) Pair(float* from, nint step)
    {
        var middle = Vector512.Load(from + step);
        return (Vector512.Load(from) + middle, middle + Vector512.Load(from + 2 * step));
    }
}
