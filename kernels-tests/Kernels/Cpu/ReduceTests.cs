namespace IlgpuGan.KernelsTests.Cpu;

internal sealed class ReduceTests
{
    private static readonly (int[] X, int[] Y)[] s_shapes =
    [
        ([1], [1]),
        ([5], [1]),
        ([5], [5]),
        ([100003], [1]),
        ([3, 5, 7, 11], [1, 1, 1, 1]),
        ([3, 5, 7, 11], [1, 5, 1, 1]),
        ([3, 5, 7, 11], [3, 5, 1, 1]),
        ([3, 5, 7, 11], [3, 1, 7, 1]),
        ([3, 5, 7, 11], [1, 5, 1, 11]),
        ([3, 5, 7, 11], [3, 1, 1, 11]),
        ([3, 5, 7, 11], [1, 1, 7, 11]),
        ([4, 3, 150, 151], [1, 3, 1, 1]),
        ([70000, 3], [1, 3]),
        ([3, 70000], [1, 70000]),
        ([300, 301], [1, 301]),
        ([2, 3, 2, 3, 2, 3], [2, 1, 2, 1, 2, 1]),
        ([2, 3, 2, 3, 2, 3], [1, 3, 1, 3, 1, 3]),
        ([1, 512, 1, 1], [1, 512, 1, 1]),
        ([1003, 2], [1003, 1]),
        ([1003, 3], [1003, 1]),
        ([1003, 4], [1003, 1]),
        ([16, 3], [16, 1]),
        ([32, 2], [32, 1]),
        ([37, 5], [37, 1]),
        ([37, 6], [37, 1]),
        ([37, 7], [37, 1]),
        ([37, 31], [37, 1]),
        ([37, 32], [37, 1]),
        ([100, 2], [1, 2]),
        ([5000, 15], [1, 15]),
        ([40, 7, 5], [40, 1, 5]),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        from pair in s_shapes
        from f in Enum.GetValues<Reduction>()
        select new TestCaseData(f, pair.X, pair.Y).SetArgDisplayNames($"{f}", $"{new Shape(pair.X)}", $"{new Shape(pair.Y)}");

    private static float[] Reduce(Reduction f, float[] x, Shape xShape, Shape yShape) => KernelRun.Of(run =>
    {
        var output = run.Output(yShape.Count);
        run.Kernels.Run(new ReduceCall(f, run.Input(x), xShape, output, yShape));
        return output;
    });

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_double_reference(Reduction f, int[] xExtents, int[] yExtents)
    {
        var (xShape, yShape) = (new Shape(xExtents), new Shape(yExtents));
        var x = Numbers.Some(xShape.Count);
        var identity = f switch
        {
            Reduction.Maximum => double.NegativeInfinity,
            Reduction.Minimum => double.PositiveInfinity,
            _ => 0,
        };
        var expected = Enumerable.Repeat(identity, (int)yShape.Count).ToArray();
        for (long i = 0; i < x.Length; i++)
        {
            long target = 0;
            long stride = 1;
            var index = i;
            for (var d = xShape.Rank - 1; d >= 0; d--)
            {
                (index, var digit) = Math.DivRem(index, xShape[d]);
                target += yShape[d] == 1 ? 0 : digit * stride;
                stride *= yShape[d];
            }

            expected[target] = f switch
            {
                Reduction.Maximum => Math.Max(expected[target], x[i]),
                Reduction.Minimum => Math.Min(expected[target], x[i]),
                _ => expected[target] + x[i],
            };
        }

        if (f == Reduction.Mean)
        {
            expected = Array.ConvertAll(expected, v => v * yShape.Count / xShape.Count);
        }

        Numbers.AssertClose(Reduce(f, x, xShape, yShape), expected, 1e-7, floor: 1e-3);
    }

    /// <summary>Whatever the loops: tests elsewhere count on the bits.</summary>
    [TestCase(new[] { 53, 2 }, 1)]
    [TestCase(new[] { 53, 3 }, 1)]
    [TestCase(new[] { 53, 4 }, 1)]
    [TestCase(new[] { 53, 7 }, 1)]
    [TestCase(new[] { 53, 31 }, 1)]
    [TestCase(new[] { 531, 1 }, 0)]
    [TestCase(new[] { 531, 2 }, 0)]
    [TestCase(new[] { 531, 9 }, 0)]
    [TestCase(new[] { 531, 15 }, 0)]
    [TestCase(new[] { 531, 40 }, 0)]
    public void Short_rows_and_columns_add_in_the_order_of_their_numbers(int[] extents, int axis)
    {
        var (shape, small) = (new Shape(extents), new Shape(extents).With(axis, 1));
        var x = Numbers.Some(shape.Count);
        var sums = new double[small.Count];
        for (var i = 0; i < x.Length; i++)
        {
            sums[axis == 1 ? i / extents[1] : i % extents[1]] += x[i];
        }

        Assert.That(Reduce(Reduction.Sum, x, shape, small), Is.EqualTo(Array.ConvertAll(sums, sum => (float)sum)));
        Assert.That(
            Reduce(Reduction.Mean, x, shape, small), Is.EqualTo(Array.ConvertAll(sums, sum => (float)(sum / extents[axis]))));
    }

    [Test]
    public void A_large_offset_does_not_drown_small_terms()
    {
        var x = new float[1 << 20];
        Array.Fill(x, 1e-4f);
        x[0] = 1e6f;
        var expected = 1e6 + ((x.Length - 1) * (double)1e-4f);
        Numbers.AssertClose(Reduce(Reduction.Sum, x, new Shape(x.Length), new Shape(1)), [expected], 1e-7);
    }

    [TestCase(new[] { 100 }, new[] { 1 })]
    [TestCase(new[] { 100, 40 }, new[] { 1, 40 })]
    public void Maximum_keeps_NaN(int[] xExtents, int[] yExtents)
    {
        var x = Numbers.Some(new Shape(xExtents).Count);
        x[77] = float.NaN;
        var y = Reduce(Reduction.Maximum, x, new Shape(xExtents), new Shape(yExtents));
        Assert.That(y[77 % y.Length], Is.NaN);
    }
}
