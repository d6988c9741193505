namespace IlgpuGan.KernelsTests.Cpu;

internal sealed class PaddingTests
{
    private static readonly PadGeometry[] s_geometries =
    [
        new(1, 1, 1, 0, 0, 0, 0),
        new(3, 5, 7, 1, 1, 1, 1),
        new(3, 5, 7, 4, 3, 6, 2),
        new(2, 5, 40, 0, 1, 0, 1),
        new(2, 5, 40, -1, 2, -3, 4),
        new(2, 5, 40, 2, -2, 5, -7),
        new(2, 9, 40, -4, -4, -20, -19),
        new(4, 150, 151, 3, 3, 3, 3),
    ];

    private static readonly PadGeometry[] s_farGeometries =
    [
        new(2, 2, 3, 7, 9, 8, 6),
        new(2, 4, 5, -5, 6, 3, 3),
        new(2, 4, 5, 6, -5, -6, 8),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        from mode in Enum.GetValues<PadMode>().Except([PadMode.Circular]) // It is composed of copies: no kernel is called with it.
        from g in mode == PadMode.Reflect ? s_geometries : [.. s_geometries, .. s_farGeometries]
        select new TestCaseData(mode, g);

    /// <summary>The element of the unpadded line that is seen at an index, or null for the constant.</summary>
    private static int? Seen(PadMode mode, int index, int extent)
    {
        switch (mode)
        {
            case PadMode.Constant:
                return index >= 0 && index < extent ? index : null;
            case PadMode.Replicate:
                return Math.Clamp(index, 0, extent - 1);
            default:
                var period = Math.Max((2 * extent) - 2, 1);
                var place = ((index % period) + period) % period;
                return place < extent ? place : period - place;
        }
    }

    private static IEnumerable<(int From, int To)> Map(PadMode mode, PadGeometry g)
    {
        for (var plane = 0; plane < g.Planes; plane++)
        {
            for (var row = 0; row < g.OutH; row++)
            {
                for (var column = 0; column < g.OutW; column++)
                {
                    var y = Seen(mode, row - g.Top, g.H);
                    var x = Seen(mode, column - g.Left, g.W);
                    yield return (
                        y is null || x is null ? -1 : (((plane * g.H) + y.Value) * g.W) + x.Value,
                        (((plane * g.OutH) + row) * g.OutW) + column);
                }
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Pad(PadMode mode, PadGeometry g)
    {
        var x = Numbers.Some((long)g.Planes * g.H * g.W);
        var y = KernelRun.Of(run =>
        {
            var output = run.Output((long)g.Planes * g.OutH * g.OutW);
            run.Kernels.Run(new PadCall(mode, 0.5f, run.Input(x), output, g));
            return output;
        });
        var expected = new float[y.Length];
        foreach (var (from, to) in Map(mode, g))
        {
            expected[to] = from < 0 ? 0.5f : x[from];
        }

        Assert.That(y, Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Cases))]
    public void Gradient(PadMode mode, PadGeometry g)
    {
        var dy = Numbers.Some((long)g.Planes * g.OutH * g.OutW);
        var dx = KernelRun.Of(run =>
        {
            var output = run.Output((long)g.Planes * g.H * g.W);
            run.Kernels.Run(new PadGradientCall(mode, run.Input(dy), output, g));
            return output;
        });
        var expected = new double[dx.Length];
        foreach (var (from, to) in Map(mode, g))
        {
            if (from >= 0)
            {
                expected[from] += dy[to];
            }
        }

        Numbers.AssertClose(dx, expected, 2e-6);
    }
}
