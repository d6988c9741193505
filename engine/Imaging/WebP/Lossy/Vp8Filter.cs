namespace IlgpuGan.Imaging.WebP.Lossy;

/// <summary>Smooths the edges between blocks (RFC 6386, section 15).</summary>
internal static class Vp8Filter
{
    /// <summary>An edge by the two samples on either side of it.</summary>
    /// <param name="place">The first sample behind the edge.</param>
    /// <param name="along">From a sample to the next one along the edge.</param>
    /// <param name="across">From a sample to the next one across it.</param>
    public static void Simple(byte[] p, int place, int along, int across, int count, int limit)
    {
        for (; count > 0; count--, place += along)
        {
            if (Differs(p, place, across) <= (2 * limit) + 1)
            {
                Two(p, place, across);
            }
        }
    }

    /// <summary>An edge between macroblocks, or within one, by up to four samples on either side.</summary>
    /// <param name="inner">Largest difference of neighbours on one side.</param>
    /// <param name="sharp">Largest difference next to the edge where more than two samples are changed.</param>
    public static void Normal(
        byte[] p, int place, int along, int across, int count, int limit, int inner, int sharp, bool betweenMacroblocks)
    {
        for (; count > 0; count--, place += along)
        {
            if (Differs(p, place, across) > (2 * limit) + 1 || !IsSmooth(p, place, across, inner))
            {
                continue;
            }

            if (Math.Abs(p[place - (2 * across)] - p[place - across]) > sharp || Math.Abs(p[place + across] - p[place]) > sharp)
            {
                Two(p, place, across);
            }
            else if (betweenMacroblocks)
            {
                Six(p, place, across);
            }
            else
            {
                Four(p, place, across);
            }
        }
    }

    private static int Differs(byte[] p, int i, int across) =>
        (4 * Math.Abs(p[i - across] - p[i])) + Math.Abs(p[i - (2 * across)] - p[i + across]);

    private static bool IsSmooth(byte[] p, int i, int across, int inner)
    {
        for (var step = -4; step < 3; step++)
        {
            if (step != -1 && Math.Abs(p[i + (step * across)] - p[i + ((step + 1) * across)]) > inner)
            {
                return false;
            }
        }

        return true;
    }

    private static void Two(byte[] p, int i, int across)
    {
        var a = (3 * (p[i] - p[i - across])) + Byte(p[i - (2 * across)] - p[i + across]);
        Change(p, i - across, Small((a + 3) >> 3));
        Change(p, i, -Small((a + 4) >> 3));
    }

    private static void Four(byte[] p, int i, int across)
    {
        var a = 3 * (p[i] - p[i - across]);
        var (behind, before) = (Small((a + 4) >> 3), Small((a + 3) >> 3));
        var outer = (behind + 1) >> 1;
        Change(p, i - (2 * across), outer);
        Change(p, i - across, before);
        Change(p, i, -behind);
        Change(p, i + across, -outer);
    }

    private static void Six(byte[] p, int i, int across)
    {
        var a = Byte((3 * (p[i] - p[i - across])) + Byte(p[i - (2 * across)] - p[i + across]));
        for (var step = 0; step < 3; step++)
        {
            var by = ((9 * (3 - step) * a) + 63) >> 7;
            Change(p, i - ((step + 1) * across), by);
            Change(p, i + (step * across), -by);
        }
    }

    private static int Byte(int value) => Math.Clamp(value, -128, 127);

    private static int Small(int value) => Math.Clamp(value, -16, 15);

    private static void Change(byte[] p, int i, int by) => p[i] = (byte)Math.Clamp(p[i] + by, 0, 255);
}
