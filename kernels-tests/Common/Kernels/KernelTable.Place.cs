namespace IlgpuGan.TestsCommon.Kernels;

internal static partial class KernelTable
{
    private static readonly GatherGeometry[] s_indices =
    [
        new(3, 7, 25, 15, 375, 15, 1), new(1, 1, 1, 1, 0, 1, 0), new(1, 10, 50000, 1, 0, 1, 0), new(1, 50, 7, 9000, 0, 1, 0),
        new(3, 50, 70, 33, 70, 1, 0), new(3, 50, 70, 33, 0, 1, 0), new(3, 5, 40, 333, 40 * 333, 333, 1), new(4, 6, 40, 333, 0, 333, 1),
        new(70, 40, 40, 1, 40, 1, 0),
    ];

    private static IEnumerable<KernelCase> PlaceRows() =>
    [
        .. Row(
            "copy strided",
            [
                new StrideGeometry(3, 5, 77, new(9, 8, -2), new(11, 1, 2)), new(2, 3, 5, new(3), new(7, 1, 2)),
                new(1, 1, 1, new(1), new(1)),
                new(3, 37, 1, new(37, 36, -1), new(37)), new(2, 70000, 1, new(70000, 69999, -1), new(70000)),
                new(2, 25000, 1, new(50001, 1, 2), new(25000)), new(5, 7, 33, new(15, 14, -2), new(7)),
                new(2, 9, 700, new(9), new(40, 37, -4)), new(1, 3, 90000, new(7, 6, -3), new(3)),
            ],
            (a, g) => new CopyStridedCall(a.In(g.Outer * g.XExtent * g.Inner), a.In(g.Outer * g.YExtent * g.Inner), g),
            (g, v) => [Strided(g, v[0], v[1])], timed: new StrideGeometry(1, 8192, 64, new(16384, 0, 2), new(16384, 16383, -2))),
        .. Row(
            "embed",
            [
                new StrideGeometry(3, 5, 77, new(5), new(9, 8, -2)), new(3, 5, 77, new(5), new(9, 3, 1)),
                new(3, 40, 33, new(40), new(90, 2, 2)), new(2, 9, 700, new(9), new(40, 3, 1)),
            ],
            (a, g) => new EmbedCall(a.In(g.Outer * g.Count * g.Inner), a.Out(g.Outer * g.YExtent * g.Inner), g),
            (g, v) => [Strided(g, v[0], new double[v[1].Length])], onGpus: g => g.Inner == 77),
        .. Row(
            "gather", s_indices,
            (a, g) => new GatherCall(a.In((long)g.Outer * g.Extent * g.Inner), a.Of(Places(g)), a.Out(g.Outer * g.Count * g.Inner), g),
            (g, v) => [Moved(g, v[1], g.Count, (y, at, to) => y[at] = v[0][to])], timed: new GatherGeometry(1, 16384, 16384, 64, 0, 1, 0)),
        .. Row(
            "scatter", s_indices,
            (a, g) => new ScatterAddCall(a.In((long)g.Outer * g.Count * g.Inner), a.Of(Places(g)), a.Out(g.Outer * g.Extent * g.Inner), g),
            (g, v) => [Moved(g, v[1], g.Extent, (y, at, to) => y[to] += v[0][at])], 1e-6,
            timed: new GatherGeometry(1, 16384, 16384, 64, 0, 1, 0)),
        .. Row(
            "top k",
            [
                new TopKGeometry(3, 7, 3, 15, 1), new(2, 7, 1, 5, -1), new(1, 1, 1, 1, 1), new(3, 1000, 1, 1, -1), new(2, 7, 1, 37, 1),
                new(1, 50000, 1, 1, 1), new(5, 200, 17, 1, 1), new(2, 30, 30, 9, -1), new(1, 20000, 20000, 1, -1), new(3, 9, 2, 333, 1),
                new(3, 301, 1, 5, -1, NanFirst: 0), new(2, 30, 30, 9, -1, NanFirst: 0), new(2, 7, 1, 37, 1, NanFirst: 0),
            ],
            (a, g) => new TopKCall(a.Of(WithEquals(g)), a.Out(g.Outer * g.Count * g.Inner), g), (g, v) => [Sorted(g, v[0])],
            onGpus: g => g.Extent is 7 or 301, timed: new TopKGeometry(16384, 64, 4, 1, 1)),
    ];

    private static double[] Strided(StrideGeometry g, double[] x, double[] y)
    {
        for (var i = 0; i < g.Outer * g.Count * g.Inner; i++)
        {
            var (o, k, inner) = (i / g.Inner / g.Count, i / g.Inner % g.Count, i % g.Inner);
            y[(((o * g.YExtent) + g.YStart + (k * g.YStep)) * g.Inner) + inner] =
                x[(((o * g.XExtent) + g.XStart + (k * g.XStep)) * g.Inner) + inner];
        }

        return y;
    }

    /// <summary>Calls <paramref name="move"/> with each element of [Outer, Count, Inner] and that of [Outer, Extent, Inner] at its
    /// index.</summary>
    private static double[] Moved(GatherGeometry g, double[] places, int rows, Action<double[], int, int> move)
    {
        var y = new double[g.Outer * rows * g.Inner];
        for (var at = 0; at < g.Outer * g.Count * g.Inner; at++)
        {
            var (o, k, i) = (at / g.Inner / g.Count, at / g.Inner % g.Count, at % g.Inner);
            move(y, at, (((o * g.Extent) + (int)places[(o * g.IndexOuter) + (k * g.IndexStep) + (i * g.IndexInner)]) * g.Inner) + i);
        }

        return y;
    }

    private static float[] Places(GatherGeometry g)
    {
        var (random, count) = (
            new Random(7), ((g.Outer - 1) * g.IndexOuter) + ((g.Count - 1) * g.IndexStep) + ((g.Inner - 1) * g.IndexInner) + 1);
        return Array.ConvertAll(new float[count], _ => (float)random.Next(g.Extent));
    }

    /// <summary>Few different numbers, so that many are equal, both zeros and NaN among them.</summary>
    private static float[] WithEquals(TopKGeometry g)
    {
        float[] choice = [-2, -1, -0f, 0, 1, 3, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        var random = new Random(3);
        return Array.ConvertAll(
            new float[g.Outer * g.Extent * g.Inner],
            _ => random.Next(3) == 0 ? choice[random.Next(choice.Length)] : random.Next(-9, 9) / 4f);
    }

    private static double[] Sorted(TopKGeometry g, double[] x)
    {
        var places = new double[g.Outer * g.Count * g.Inner];
        for (var line = 0; line < g.Outer * g.Inner; line++)
        {
            var (o, i) = (line / g.Inner, line % g.Inner);
            double Value(int k) => x[(((o * g.Extent) + k) * g.Inner) + i];
            var sorted = Enumerable.Range(0, g.Extent).OrderByDescending(k => double.IsNaN(Value(k)) == (g.NanFirst != 0))
                .ThenBy(k => g.Sign > 0 ? -Value(k) : Value(k)).Take(g.Count).ToArray();
            for (var k = 0; k < g.Count; k++)
            {
                places[(((o * g.Count) + k) * g.Inner) + i] = sorted[k];
            }
        }

        return places;
    }
}
