namespace IlgpuGan.Imaging.WebP.Lossy;

/// <summary>The loop filter, which smooths the edges between blocks (RFC 6386, section 15).</summary>
internal static class Vp8LoopFilter
{
    /// <summary>The simple filter, which changes one sample on either side of an edge.</summary>
    /// <param name="place">The first sample after the edge.</param>
    /// <param name="along">Step to the next sample along the edge.</param>
    /// <param name="across">Step to the next sample across the edge.</param>
    public static void Simple(byte[] p, int place, int along, int across, int count, int edgeLimit)
    {
        for (; count > 0; count--, place += along)
        {
            if (Differs(p, place, across) <= (2 * edgeLimit) + 1)
            {
                FilterTwo(p, place, across);
            }
        }
    }

    /// <summary>The normal filter for an edge between macroblocks or within one. It reads four samples on either side.</summary>
    /// <param name="interiorLimit">Largest difference of neighbours on one side of the edge.</param>
    /// <param name="hevThreshold">Threshold of high edge variance: above it, only two samples change.</param>
    public static void Normal(
        byte[] p, int place, int along, int across, int count, int edgeLimit, int interiorLimit, int hevThreshold, bool betweenMacroblocks)
    {
        for (; count > 0; count--, place += along)
        {
            if (Differs(p, place, across) > (2 * edgeLimit) + 1 || !IsSmooth(p, place, across, interiorLimit))
            {
                continue;
            }

            if (Math.Abs(p[place - (2 * across)] - p[place - across]) > hevThreshold
                || Math.Abs(p[place + across] - p[place]) > hevThreshold)
            {
                FilterTwo(p, place, across);
            }
            else if (betweenMacroblocks)
            {
                FilterSix(p, place, across);
            }
            else
            {
                FilterFour(p, place, across);
            }
        }
    }

    private static int Differs(byte[] p, int i, int across) =>
        (4 * Math.Abs(p[i - across] - p[i])) + Math.Abs(p[i - (2 * across)] - p[i + across]);

    private static bool IsSmooth(byte[] p, int i, int across, int interiorLimit)
    {
        for (var step = -4; step < 3; step++)
        {
            if (step != -1 && Math.Abs(p[i + (step * across)] - p[i + ((step + 1) * across)]) > interiorLimit)
            {
                return false;
            }
        }

        return true;
    }

    private static void FilterTwo(byte[] p, int i, int across)
    {
        var a = (3 * (p[i] - p[i - across])) + Clamp8(p[i - (2 * across)] - p[i + across]);
        Change(p, i - across, Clamp5((a + 3) >> 3));
        Change(p, i, -Clamp5((a + 4) >> 3));
    }

    private static void FilterFour(byte[] p, int i, int across)
    {
        var a = 3 * (p[i] - p[i - across]);
        var (behind, before) = (Clamp5((a + 4) >> 3), Clamp5((a + 3) >> 3));
        var outer = (behind + 1) >> 1;
        Change(p, i - (2 * across), outer);
        Change(p, i - across, before);
        Change(p, i, -behind);
        Change(p, i + across, -outer);
    }

    private static void FilterSix(byte[] p, int i, int across)
    {
        var a = Clamp8((3 * (p[i] - p[i - across])) + Clamp8(p[i - (2 * across)] - p[i + across]));
        for (var step = 0; step < 3; step++)
        {
            var by = ((9 * (3 - step) * a) + 63) >> 7;
            Change(p, i - ((step + 1) * across), by);
            Change(p, i + (step * across), -by);
        }
    }

    private static int Clamp8(int value) => Math.Clamp(value, -128, 127);

    private static int Clamp5(int value) => Math.Clamp(value, -16, 15);

    private static void Change(byte[] p, int i, int by) => p[i] = (byte)Math.Clamp(p[i] + by, 0, 255);
}
