namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>Packs the left factor of a product into the panels that <see cref="MicroKernel"/> reads.</summary>
internal static unsafe class Panels
{
    /// <summary>
    /// panel [depth][rows] from rows that are each contiguous: panel[k][r] = source[r · rowStride + k]; rows beyond <paramref name="used"/> are zeros.
    /// </summary>
    public static void FromRows(float* source, long rowStride, int used, int depth, int rows, float* panel)
    {
        for (var r = 0; r < used; r++)
        {
            var from = source + r * rowStride;
            var to = panel + r;
            for (var k = 0; k < depth; k++, to += rows)
            {
                *to = from[k];
            }
        }

        ClearRows(used, depth, rows, panel);
    }

    /// <summary>
    /// panel [channels · taps][rows] from a weight: panel[(c, t)][r] = source[r · rowStride + c · channelStride + taps[t]]; rows beyond
    /// <paramref name="used"/> are zeros.
    /// </summary>
    public static void FromTaps(
        float* source, long rowStride, long channelStride, ReadOnlySpan<int> taps, int used, int channels, int rows, float* panel)
    {
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
