namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// Upsampling and pooling. The gradients are the transposes of the forward's matrix, which is read off the double reference
/// one unit vector at a time.
/// </summary>
internal sealed class ResamplingTests
{
    private static readonly UpsampleGeometry[] s_upsamplings =
    [
        new(1, 1, 1, 2), new(2, 3, 5, 1), new(2, 3, 5, 2), new(3, 5, 4, 3), new(1, 1, 7, 4), new(2, 6, 1, 2), new(2, 2, 35, 2),
        new(2, 3, 17, 2), new(1, 2, 18, 2), new(2, 2, 19, 2), new(1, 3, 33, 2), new(2, 3, 67, 2), new(2, 3, 4, 5), new(1, 2, 2, 19),
    ];

    private static readonly PoolGeometry[] s_pools =
    [
        new(1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1),
        new(2, 4, 6, 2, 2, 2, 2, 0, 0, 2, 3),
        new(3, 2, 8, 2, 2, 2, 2, 0, 0, 1, 4),
        new(5, 12, 12, 2, 2, 2, 2, 0, 0, 6, 6),
        new(1, 4, 38, 2, 2, 2, 2, 0, 0, 2, 19),
        new(2, 5, 9, 2, 2, 2, 2, 0, 0, 2, 4),
        new(3, 7, 5, 3, 3, 2, 2, 1, 1, 4, 3),
        new(2, 7, 8, 3, 2, 1, 3, 1, 0, 7, 3),
        new(2, 6, 6, 4, 3, 3, 1, 2, 1, 3, 6),
    ];

    private static double[] Upsampled(UpsampleMode mode, double[] x, UpsampleGeometry g)
    {
        var y = new double[g.Planes * g.OutH * g.OutW];
        for (var i = 0; i < y.Length; i++)
        {
            var (plane, row, column) = (i / (g.OutH * g.OutW), i / g.OutW % g.OutH, i % g.OutW);
            double At(int r, int c) => x[(((plane * g.H) + Math.Clamp(r, 0, g.H - 1)) * g.W) + Math.Clamp(c, 0, g.W - 1)];
            if (mode == UpsampleMode.Nearest)
            {
                y[i] = At(row / g.Scale, column / g.Scale);
                continue;
            }

            // Interpolation on the grid of pixel centres, with the border repeated outwards.
            var (down, along) = (((row + 0.5) / g.Scale) - 0.5, ((column + 0.5) / g.Scale) - 0.5);
            var (top, left) = ((int)Math.Floor(down), (int)Math.Floor(along));
            (down, along) = (down - top, along - left);
            y[i] = ((1 - down) * (((1 - along) * At(top, left)) + (along * At(top, left + 1))))
                + (down * (((1 - along) * At(top + 1, left)) + (along * At(top + 1, left + 1))));
        }

        return y;
    }

    private static double[] AveragePooled(double[] x, PoolGeometry g) => Windows(g)
        .Select(window => window.Sum(place => x[place]) / (g.KernelH * g.KernelW)).ToArray();

    /// <summary>The places in x that each window covers, in order.</summary>
    private static IEnumerable<List<int>> Windows(PoolGeometry g)
    {
        for (var i = 0; i < g.Planes * g.OutH * g.OutW; i++)
        {
            var (plane, row, column) = (i / (g.OutH * g.OutW), i / g.OutW % g.OutH, i % g.OutW);
            var places = new List<int>();
            for (var r = 0; r < g.KernelH; r++)
            {
                for (var c = 0; c < g.KernelW; c++)
                {
                    var (y, x) = ((row * g.StrideH) - g.PadTop + r, (column * g.StrideW) - g.PadLeft + c);
                    if (y >= 0 && y < g.H && x >= 0 && x < g.W)
                    {
                        places.Add((((plane * g.H) + y) * g.W) + x);
                    }
                }
            }

            yield return places;
        }
    }

    /// <summary>Mᵀ·dy where M is the matrix of a linear function.</summary>
    private static double[] Transposed(Func<double[], double[]> linear, float[] dy, int inputs)
    {
        var dx = new double[inputs];
        for (var i = 0; i < inputs; i++)
        {
            var unit = new double[inputs];
            unit[i] = 1;
            dx[i] = linear(unit).Zip(dy, (m, d) => m * d).Sum();
        }

        return dx;
    }

    [Test]
    public void Upsample([Values] UpsampleMode mode, [ValueSource(nameof(s_upsamplings))] UpsampleGeometry g)
    {
        var x = Numbers.Some((long)g.Planes * g.H * g.W);
        var dy = Numbers.Some((long)g.Planes * g.OutH * g.OutW, seed: 2);
        var results = KernelRun.Of(run =>
        {
            var (y, dx) = (run.Output(dy.Length), run.Output(x.Length));
            run.Kernels.Run(new UpsampleCall(mode, run.Input(x), y, g));
            run.Kernels.Run(new UpsampleGradientCall(mode, run.Input(dy), dx, g));
            return [y, dx];
        });
        Numbers.AssertClose(results[0], Upsampled(mode, Numbers.Double(x), g), 5e-7);
        Numbers.AssertClose(results[1], Transposed(v => Upsampled(mode, v, g), dy, x.Length), 2e-6);
    }

    [TestCaseSource(nameof(s_pools))]
    public void AveragePool(PoolGeometry g)
    {
        var x = Numbers.Some((long)g.Planes * g.H * g.W);
        var dy = Numbers.Some((long)g.Planes * g.OutH * g.OutW, seed: 2);
        var results = KernelRun.Of(run =>
        {
            var (y, dx) = (run.Output(dy.Length), run.Output(x.Length));
            run.Kernels.Run(new AveragePoolCall(run.Input(x), y, g));
            run.Kernels.Run(new AveragePoolGradientCall(run.Input(dy), dx, g));
            return [y, dx];
        });
        Numbers.AssertClose(results[0], AveragePooled(Numbers.Double(x), g), 2e-7);
        Numbers.AssertClose(results[1], Transposed(v => AveragePooled(v, g), dy, x.Length), 1e-6);
    }

    [TestCaseSource(nameof(s_pools))]
    public void MaxPool(PoolGeometry g)
    {
        // Few different values, negative ones: ties occur and zeros of the padding would win.
        var x = Array.ConvertAll(Numbers.Some((long)g.Planes * g.H * g.W, low: -5, high: -1), MathF.Round);
        var dy = Numbers.Some((long)g.Planes * g.OutH * g.OutW, seed: 2);
        var v = Numbers.Some(x.Length, seed: 3);
        var results = KernelRun.Of(run =>
        {
            var (y, dx, gathered) = (run.Output(dy.Length), run.Output(x.Length), run.Output(dy.Length));
            run.Kernels.Run(new MaxPoolCall(run.Input(x), y, g));
            run.Kernels.Run(new MaxPoolGradientCall(run.Input(x), run.Input(dy), dx, g));
            run.Kernels.Run(new MaxPoolGatherCall(run.Input(x), run.Input(v), gathered, g));
            return [y, dx, gathered];
        });
        var places = Windows(g).Select(window => window.First(place => x[place] == window.Max(p => x[p]))).ToArray();
        var expected = new double[x.Length];
        for (var i = 0; i < places.Length; i++)
        {
            expected[places[i]] += dy[i];
        }

        Assert.That(results[0], Is.EqualTo(places.Select(place => x[place])));
        Numbers.AssertClose(results[1], expected, 5e-7);
        Assert.That(results[2], Is.EqualTo(places.Select(place => v[place])));
    }

    /// <summary>Windows that cover the plane have code of their own, for four windows at once and for those left over.</summary>
    [Test]
    public void AMaximumIsTheFirstOfEqualsAndNaNWins([Values(0, 1, 2, 3)] int place, [Values(0, 5)] int window)
    {
        var g = new PoolGeometry(1, 2, 12, 2, 2, 2, 2, 0, 0, 1, 6);
        var at = (window * 2) + (place / 2 * 12) + (place % 2);
        foreach (var (others, value) in ((float, float)[])[(-1, float.NaN), (float.NegativeInfinity, -3), (2, 3)])
        {
            var x = new float[24];
            Array.Fill(x, others);
            x[at] = value;
            var results = KernelRun.Of(run =>
            {
                var (y, dx) = (run.Output(6), run.Output(24));
                run.Kernels.Run(new MaxPoolCall(run.Input(x), y, g));
                run.Kernels.Run(new MaxPoolGradientCall(run.Input(x), run.Input([1, 2, 3, 4, 5, 6]), dx, g));
                return [y, dx];
            });
            for (var i = 0; i < 6; i++)
            {
                var first = i == window ? at : 2 * i;
                Assert.That(results[0][i], Is.EqualTo(x[first]));
                Assert.That(
                    (int[])[2 * i, (2 * i) + 1, (2 * i) + 12, (2 * i) + 13],
                    Is.All.Matches<int>(p => results[1][p] == (p == first ? i + 1 : 0)), $"window {i} of {others}, {value}");
            }
        }
    }

    [Test]
    public void MaxPool_keeps_NaN()
    {
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(1);
            run.Kernels.Run(new MaxPoolCall(run.Input([1, float.NaN, 3, 2]), output, new PoolGeometry(1, 2, 2, 2, 2, 2, 2, 0, 0, 1, 1)));
            return output;
        });
        Assert.That(y, Is.All.NaN);
    }
}
