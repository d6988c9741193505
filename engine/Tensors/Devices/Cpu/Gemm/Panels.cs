namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>Packs the left factor of a product into the panels that <see cref="MicroKernel"/> reads.</summary>
internal static unsafe class Panels
{
    /// <summary>
    /// panel [depth][rows] from rows that are each contiguous: panel[k][r] = source[r · rowStride + k]; rows beyond <paramref name="used"/> are zeros.
    /// </summary>
    public static void FromRows(float* source, nint rowStride, int used, int depth, int rows, float* panel) =>
        Transpose.Run(source, rowStride, used, rows, depth, panel, rows);

    /// <summary>
    /// panel [channels · taps][rows] from a weight: panel[(c, t)][r] = source[r · rowStride + c · channelStride + taps[t]]; rows beyond
    /// <paramref name="used"/> are zeros.
    /// </summary>
    public static void FromTaps(
        float* source, nint rowStride, nint channelStride, ReadOnlySpan<int> taps, int used, int channels, int rows, float* panel)
    {
        if (channelStride == taps.Length && IsCount(taps))
        {
            FromRows(source, rowStride, used, channels * taps.Length, rows, panel);
            return;
        }

        for (var r = 0; r < used; r++)
        {
            var to = panel + r;
            for (var c = 0; c < channels; c++)
            {
                var from = source + r * rowStride + c * channelStride;
                foreach (var tap in taps)
                {
                    *to = from[tap];
                    to += rows;
                }
            }
        }

        ClearRows(used, channels * taps.Length, rows, panel);
    }

    /// <summary>True for 0, 1, 2, …</summary>
    private static bool IsCount(ReadOnlySpan<int> taps)
    {
        for (var t = 0; t < taps.Length; t++)
        {
            if (taps[t] != t)
            {
                return false;
            }
        }

        return true;
    }

    private static void ClearRows(int used, int depth, int rows, float* panel)
    {
        if (used == rows)
        {
            return;
        }

        for (var k = 0; k < depth; k++)
        {
            for (var r = used; r < rows; r++)
            {
                panel[k * rows + r] = 0;
            }
        }
    }
}
