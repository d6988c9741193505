namespace IlgpuGan.KernelsTests.Cpu;

internal sealed class LayoutTests
{
    private static readonly (int[] X, int[] XStart, int[] Y, int[] YStart, int[] Extent)[] s_boxes =
    [
        ([], [], [], [], []),
        ([7], [2], [9], [4], [5]),
        ([2, 3, 5, 7], [0, 0, 0, 0], [2, 8, 5, 7], [0, 5, 0, 0], [2, 3, 5, 7]),
        ([2, 8, 5, 7], [0, 5, 0, 0], [2, 3, 5, 7], [0, 0, 0, 0], [2, 3, 5, 7]),
        ([4, 5, 6, 7], [1, 2, 3, 4], [3, 4, 5, 6], [0, 1, 2, 3], [2, 2, 3, 3]),
        ([2, 3, 4, 5, 6, 7], [1, 1, 1, 1, 1, 1], [2, 2, 3, 4, 5, 6], [1, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6]),
        ([1, 3, 200, 201], [0, 0, 0, 0], [1, 6, 200, 201], [0, 3, 0, 0], [1, 3, 200, 201]),
        ([1, 2, 300, 301], [0, 0, 0, 1], [1, 2, 300, 300], [0, 0, 0, 0], [1, 2, 300, 300]),
        ([3, 4], [0, 0], [3, 4], [0, 0], [0, 4]),
    ];

    private static readonly (int[] X, int[] Order)[] s_permutations =
    [
        ([], []),
        ([5], [0]),
        ([5, 7], [1, 0]),
        ([130, 251], [1, 0]),
        ([3, 5, 7, 11], [0, 1, 2, 3]),
        ([3, 5, 7, 11], [0, 2, 3, 1]),
        ([3, 5, 7, 11], [0, 3, 1, 2]),
        ([3, 5, 7, 11], [3, 2, 1, 0]),
        ([3, 5, 7, 11], [1, 0, 2, 3]),
        ([3, 5, 7, 11], [0, 1, 3, 2]),
        ([3, 1, 7, 11], [1, 3, 0, 2]),
        ([2, 3, 4, 5, 6, 7], [5, 0, 3, 1, 4, 2]),
        ([1, 16, 100, 100], [0, 2, 3, 1]),
    ];

    private static IEnumerable<TestCaseData> BoxCases() =>
        from b in s_boxes
        select new TestCaseData(b.X, b.XStart, b.Y, b.YStart, b.Extent)
            .SetArgDisplayNames($"{new Shape(b.X)}", $"{new Shape(b.Y)}", $"{new Shape(b.Extent)}");

    private static IEnumerable<TestCaseData> PermutationCases() =>
        from p in s_permutations
        select new TestCaseData(p.X, p.Order).SetArgDisplayNames($"{new Shape(p.X)}", string.Concat(p.Order));

    /// <summary>All index tuples of a shape, last dimension fastest.</summary>
    private static IEnumerable<int[]> Indices(int[] extents)
    {
        var index = new int[extents.Length];
        for (long i = new Shape(extents).Count; i > 0; i--)
        {
            yield return index;
            for (var d = extents.Length - 1; d >= 0 && ++index[d] == extents[d]; d--)
            {
                index[d] = 0;
            }
        }
    }

    private static long Flat(int[] extents, int[] index)
    {
        long flat = 0;
        for (var d = 0; d < extents.Length; d++)
        {
            flat = (flat * extents[d]) + index[d];
        }

        return flat;
    }

    [TestCaseSource(nameof(BoxCases))]
    public void CopyBlock(int[] xShape, int[] xStart, int[] yShape, int[] yStart, int[] extent)
    {
        var x = Numbers.Some(new Shape(xShape).Count, seed: 1);
        var before = Numbers.Some(new Shape(yShape).Count, seed: 2);
        var y = KernelRun.Of(run =>
        {
            var output = run.InOut(before);
            run.Kernels.Run(new CopyBlockCall(
                run.Input(x), new Shape(xShape), xStart, output, new Shape(yShape), yStart, new Shape(extent)));
            return output;
        });
        var expected = before.ToArray();
        foreach (var index in Indices(extent))
        {
            expected[Flat(yShape, [.. index.Zip(yStart, (i, s) => i + s)])] = x[Flat(xShape, [.. index.Zip(xStart, (i, s) => i + s)])];
        }

        Assert.That(y, Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(PermutationCases))]
    public void Permute(int[] xShape, int[] order)
    {
        var x = Numbers.Some(new Shape(xShape).Count);
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(x.Length);
            run.Kernels.Run(new PermuteCall(run.Input(x), new Shape(xShape), order, output));
            return output;
        });
        var yShape = Array.ConvertAll(order, d => xShape[d]);
        var source = new int[xShape.Length];
        foreach (var index in Indices(yShape))
        {
            for (var d = 0; d < order.Length; d++)
            {
                source[order[d]] = index[d];
            }

            if (y[Flat(yShape, index)] != x[Flat(xShape, source)])
            {
                Assert.Fail($"at [{string.Join(',', index)}]");
            }
        }
    }
}
