using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>Plots groups of points in [0, 1] or in the unit square in colours, over the modes of a mixture in gray.</summary>
internal static class MixturePlot
{
    /// <summary>Bars of a histogram.</summary>
    private const int Bars = 80;

    /// <summary>Draws a square RGB plot on white.</summary>
    /// <param name="numbers">dimension of the points: 1 for a stacked histogram, 2 for a scatter plot</param>
    /// <param name="mixture">the mixture whose modes are drawn, with their reach as radius; null for none</param>
    /// <param name="groups">concatenated coordinates of each group's points</param>
    /// <param name="side">side in pixels</param>
    public static Picture Draw(int numbers, GaussianMixture? mixture, IReadOnlyList<float[]> groups, int side) =>
        numbers == 1 ? Histogram(mixture, groups, side) : Points(mixture, groups, side);

    private static Picture Points(GaussianMixture? mixture, IReadOnlyList<float[]> groups, int side)
    {
        var discs = mixture?.Modes.Select(m => (Centred(m.Centre[0], m.Centre[1]), GaussianRing.Reach * m.Deviation)) ?? [];
        return PointPlot.Draw(discs, groups.Select(g => g.Chunk(2).Select(p => Centred(p[0], p[1]))), side, extent: 0.5f);

        static PlanePoint Centred(float x, float y) => new(x - 0.5f, y - 0.5f);
    }

    private static Picture Histogram(GaussianMixture? mixture, IReadOnlyList<float[]> groups, int side)
    {
        var samples = new byte[side * side * 3];
        samples.AsSpan().Fill(byte.MaxValue);
        foreach (var mode in mixture?.Modes ?? [])
        {
            var reach = GaussianRing.Reach * mode.Deviation;
            Fill((mode.Centre[0] - reach) * side, (mode.Centre[0] + reach) * side, 0, side, PointPlot.ColourOfModes);
        }

        var counts = groups.Select(Counts).ToList();
        var highest = Math.Max(Enumerable.Range(0, Bars).Max(bar => counts.Sum(c => c[bar])), 1);
        for (var bar = 0; bar < Bars; bar++)
        {
            var below = 0;
            foreach (var (group, own) in counts.Index())
            {
                var above = below + own[bar];
                Fill((float)bar * side / Bars, (bar + 1f) * side / Bars, RowOf(above), RowOf(below), PointPlot.ColourOf(group));
                below = above;
            }
        }

        return new Picture(new Image(side, side, 3, samples));

        float RowOf(int count) => side - ((float)count * side / highest);

        void Fill(float left, float right, float top, float bottom, byte[] colour)
        {
            for (var y = Math.Max(0, (int)MathF.Round(top)); y < Math.Min(side, MathF.Round(bottom)); y++)
            {
                for (var x = Math.Max(0, (int)MathF.Round(left)); x < Math.Min(side, MathF.Round(right)); x++)
                {
                    colour.CopyTo(samples.AsSpan(((y * side) + x) * 3));
                }
            }
        }
    }

    private static int[] Counts(float[] points)
    {
        var counts = new int[Bars];
        foreach (var point in points)
        {
            counts[Math.Clamp((int)(point * Bars), 0, Bars - 1)]++;
        }

        return counts;
    }
}
