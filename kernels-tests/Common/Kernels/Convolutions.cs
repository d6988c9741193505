namespace IlgpuGan.TestsCommon.Kernels;

/// <summary>Convolutions as text: n c h w k, kernel height and width, stride, pad, dilation, and groups if there are several.</summary>
internal static class Convolutions
{
    private static readonly int[] s_channels = [1, 2, 3, 5, 7, 8, 12, 15, 16, 17, 31, 32, 33, 48, 64, 65, 80, 112];

    /// <summary>A comma-separated pair gives the directions their own numbers.</summary>
    public static ConvGeometry Parse(string shape)
    {
        var parts = shape.Split(' ');
        var (n, c, h, w, k) = (One(0), One(1), One(2), One(3), One(4));
        var (kh, kw) = parts[5].Contains(',') ? Pair(5) : (One(5), One(6));
        var shift = parts[5].Contains(',') ? -1 : 0;
        var (sh, sw) = Pair(7 + shift);
        var (pt, pl) = Pair(8 + shift);
        var (dh, dw) = Pair(9 + shift);
        return new ConvGeometry(
            n, c, (h, w), k, new((kh, kw), (sh, sw), (pt, pl), (dh, dw)),
            ((h + 2 * pt - dh * (kh - 1) - 1) / sh + 1, (w + 2 * pl - dw * (kw - 1) - 1) / sw + 1),
            parts.Length > 10 + shift ? One(10 + shift) : 1);

        int One(int i) => int.Parse(parts[i], CultureInfo.InvariantCulture);

        (int, int) Pair(int i)
        {
            var two = parts[i].Split(',');
            return (int.Parse(two[0], CultureInfo.InvariantCulture), int.Parse(two[^1], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>
    /// Shapes that nobody thought of, the same in each run. Half of them as U-Nets and discriminators have them but for their sizes;
    /// outputs
    /// may be fewer or more than the padding says.
    /// </summary>
    public static IEnumerable<ConvGeometry> Drawn(int count)
    {
        var random = new Random(1);
        while (count > 0)
        {
            var (n, c, k) = (random.Next(3) == 0 ? random.Next(2, 6) : 1, Channels(), Channels());
            var (kh, kw) = random.Next(2) == 0 ? (4, 4) : (random.Next(1, 8), random.Next(1, 8));
            var (sh, sw) = random.Next(2) == 0 ? (2, 2) : (random.Next(1, 4), random.Next(1, 4));
            var (dh, dw) = random.Next(3) > 0 ? (1, 1) : (random.Next(1, 4), random.Next(1, 4));
            var (top, left) = random.Next(2) == 0 ? (1, 1) : (random.Next(kh + 1), random.Next(kw + 1));
            var side = random.Next(3) == 0 ? 70 : 24;
            var (h, w) = (random.Next(1, side), random.Next(1, side));
            var (spanH, spanW) = (h + (2 * top) - (dh * (kh - 1)) - 1, w + (2 * left) - (dw * (kw - 1)) - 1);
            var change = random.Next(6) == 0 ? random.Next(-2, 3) : 0;
            var (oh, ow) = (Math.Max((spanH / sh) + 1 + change, 1), Math.Max((spanW / sw) + 1 + change, 1));
            int[] common = [.. Enumerable.Range(1, Math.Min(c, k)).Where(i => c % i == 0 && k % i == 0)];
            var groups = random.Next(2) == 0 ? 1 : common[random.Next(common.Length)];
            if (spanH >= 0 && spanW >= 0 && (double)n * c * k * kh * kw * oh * ow <= 3e6)
            {
                count--;
                yield return new ConvGeometry(n, c, (h, w), k, new((kh, kw), (sh, sw), (top, left), (dh, dw)), (oh, ow), groups);
            }
        }

        int Channels() => s_channels[random.Next(s_channels.Length)];
    }

    /// <summary>Elements of the input.</summary>
    public static int X(this in ConvGeometry g) => g.N * g.C * g.H * g.W;

    /// <summary>Elements of the weight.</summary>
    public static int W(this in ConvGeometry g) => g.K * (g.C / g.Groups) * g.KernelH * g.KernelW;

    /// <summary>Elements of the output.</summary>
    public static int Y(this in ConvGeometry g) => g.N * g.K * g.OutH * g.OutW;
}
