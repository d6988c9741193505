using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Winograd;

/// <summary>
/// The points 0, 1, −1, 2, −2, ∞ on one line of a tile, in place (see <see cref="Cpu.Winograd.SixPoints"/>, which has the same). A thread
/// keeps its tile in registers, so lines and steps are constants once loops are unrolled.
/// </summary>
internal static class SixPointLine
{
    /// <summary>Numbers of a line.</summary>
    public const int Points = 6;

    /// <summary>Numbers of a tile at the points.</summary>
    public const int Places = Points * Points;

    /// <summary>Six pixels to the points.</summary>
    public static void Input(ArrayView<float> tile, int first, int step)
    {
        float d0 = tile[first], d1 = tile[first + step], d2 = tile[first + (2 * step)], d3 = tile[first + (3 * step)],
            d4 = tile[first + (4 * step)], d5 = tile[first + (5 * step)];
        float even = d4 - (4 * d2), odd = d3 - (4 * d1), even2 = d4 - d2, odd2 = 2 * (d3 - d1);
        tile[first] = (4 * d0) - (5 * d2) + d4;
        tile[first + step] = even + odd;
        tile[first + (2 * step)] = even - odd;
        tile[first + (3 * step)] = even2 + odd2;
        tile[first + (4 * step)] = even2 - odd2;
        tile[first + (5 * step)] = (4 * d1) - (5 * d3) + d5;
    }

    /// <summary>Three taps to the points.</summary>
    public static void Taps(ArrayView<float> tile, int first, int step)
    {
        float g0 = tile[first], g1 = tile[first + step], g2 = tile[first + (2 * step)];
        float even = (g0 + g2) * (-1f / 6), odd = g1 * (-1f / 6), even2 = (g0 * (1f / 24)) + (g2 * (1f / 6)), odd2 = g1 * (1f / 12);
        Spread(tile, first, step, g0, even, odd, even2, odd2, g2);
    }

    /// <summary>Four numbers of a gradient, which are the taps of its weight gradient, to the points.</summary>
    public static void FourTaps(ArrayView<float> tile, int first, int step)
    {
        float g0 = tile[first], g1 = tile[first + step], g2 = tile[first + (2 * step)], g3 = tile[first + (3 * step)];
        float even = (g0 + g2) * (-1f / 6), odd = (g1 + g3) * (-1f / 6), even2 = (g0 * (1f / 24)) + (g2 * (1f / 6)),
            odd2 = (g1 * (1f / 12)) + (g3 * (1f / 3));
        Spread(tile, first, step, g0, even, odd, even2, odd2, g3);
    }

    /// <summary>The points back to four outputs.</summary>
    public static void FourOutputs(ArrayView<float> tile, int first, int step)
    {
        float m1 = tile[first + step], m2 = tile[first + (2 * step)], m3 = tile[first + (3 * step)], m4 = tile[first + (4 * step)];
        float even = m1 + m2, odd = m1 - m2, even2 = m3 + m4, odd2 = m3 - m4;
        tile[first] = tile[first] + (even + even2);
        tile[first + step] = odd + (2 * odd2);
        tile[first + (2 * step)] = even + (4 * even2);
        tile[first + (3 * step)] = odd + (8 * odd2) + tile[first + (5 * step)];
    }

    /// <summary>The points back to the gradients of three taps.</summary>
    public static void ThreeOutputs(ArrayView<float> tile, int first, int step)
    {
        float m1 = tile[first + step], m2 = tile[first + (2 * step)], m3 = tile[first + (3 * step)], m4 = tile[first + (4 * step)];
        float even = m1 + m2, odd = m1 - m2, even2 = m3 + m4, odd2 = m3 - m4;
        tile[first] = tile[first] + (even + even2);
        tile[first + step] = odd + (2 * odd2);
        tile[first + (2 * step)] = even + (4 * even2) + tile[first + (5 * step)];
    }

    private static void Spread(
        ArrayView<float> tile, int first, int step, float lowest, float even, float odd, float even2, float odd2, float highest)
    {
        tile[first] = lowest * 0.25f;
        tile[first + step] = even + odd;
        tile[first + (2 * step)] = even - odd;
        tile[first + (3 * step)] = even2 + odd2;
        tile[first + (4 * step)] = even2 - odd2;
        tile[first + (5 * step)] = highest;
    }
}
