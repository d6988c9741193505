namespace IlgpuGan.KernelsTests.Cpu;

internal sealed class BroadcastTests
{
    private static readonly (int[] A, int[] B)[] s_shapes =
    [
        ([7], [7]),
        ([], []),
        ([3, 5, 7, 11], [3, 5, 7, 11]),
        ([2, 64, 33, 17], [2, 64, 33, 17]),
        ([3, 5, 7, 11], []),
        ([], [3, 5, 7, 11]),
        ([3, 5, 7, 11], [1, 5, 1, 1]),
        ([1, 5, 1, 1], [3, 5, 7, 11]),
        ([3, 5, 7, 11], [3, 5, 1, 1]),
        ([3, 5, 7, 11], [1, 1, 7, 11]),
        ([3, 5, 7, 11], [11]),
        ([3, 5, 7, 11], [3, 1, 7, 1]),
        ([3, 1, 7, 1], [1, 5, 1, 11]),
        ([4, 1], [1, 9]),
        ([2, 3, 2, 3, 2, 3], [2, 1, 2, 1, 2, 1]),
        ([1, 3, 200, 201], [1, 3, 1, 1]),
        ([0, 3], [1, 3]),
        ([30_000, 3], [3]),
        ([30_000, 3], [30_000, 1]),
        ([1, 2], [20_001, 1]),
        ([9, 25, 41, 17], [25, 1, 17]),
        ([9, 25, 41, 17], [9, 1, 41, 1]),
        ([2, 700, 64], [1, 700, 1]),
        ([300, 5, 7, 3], [300, 1, 7, 1]),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        from pair in s_shapes
        select new TestCaseData(pair.A, pair.B).SetArgDisplayNames($"{new Shape(pair.A)}", $"{new Shape(pair.B)}");

    /// <summary>Index into an array of a shape broadcast to y's shape, by the definition.</summary>
    private static long Source(Shape shape, Shape y, long index)
    {
        long source = 0;
        long stride = 1;
        for (var i = 1; i <= y.Rank; i++)
        {
            (index, var digit) = Math.DivRem(index, y[-i]);
            if (i <= shape.Rank)
            {
                source += shape[-i] == 1 ? 0 : digit * stride;
                stride *= shape[-i];
            }
        }

        return source;
    }

    /// <summary>Of each element of y, the one of the smaller shape.</summary>
    private static long[] Places(Shape shape, Shape y)
    {
        var places = new long[y.Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = Source(shape, y, i);
        }

        return places;
    }

    private static double Reference(BinaryFunction f, double a, double b) => f switch
    {
        BinaryFunction.Add => a + b,
        BinaryFunction.Subtract => a - b,
        BinaryFunction.Multiply => a * b,
        BinaryFunction.Divide => a / b,
        BinaryFunction.Maximum => Math.Max(a, b),
        BinaryFunction.Minimum => Math.Min(a, b),
        BinaryFunction.AbsoluteDifference => Math.Abs(a - b),
        BinaryFunction.SquaredDifference => (a - b) * (a - b),
        BinaryFunction.Power => Math.Pow(a, b),
        BinaryFunction.Mask => b == 0 ? 0 : a,
        BinaryFunction.GreaterThan => a > b ? 1 : 0,
        BinaryFunction.GreaterThanOrEqual => a >= b ? 1 : 0,
        BinaryFunction.EqualTo => a == b ? 1 : 0,
        BinaryFunction.SameAs => a.Equals(b) ? 1 : 0,
        _ => throw new ArgumentOutOfRangeException(nameof(f)),
    };

    [TestCaseSource(nameof(Cases))]
    public void Binary(int[] aExtents, int[] bExtents)
    {
        var (aShape, bShape) = (new Shape(aExtents), new Shape(bExtents));
        var yShape = Shape.Broadcast("test", aShape, bShape);
        var a = Numbers.Some(aShape.Count, seed: 1);
        var b = Numbers.Some(bShape.Count, seed: 2);
        var (aPlaces, bPlaces) = (Places(aShape, yShape), Places(bShape, yShape));
        var functions = Enum.GetValues<BinaryFunction>();
        var results = KernelRun.Of(run => Array.ConvertAll(functions, f =>
        {
            var output = run.Output(yShape.Count);
            run.Kernels.Run(new BinaryCall(f, run.Input(a), aShape, run.Input(b), bShape, output, yShape));
            return output;
        }));
        foreach (var (f, y) in functions.Zip(results))
        {
            var expected = new double[yShape.Count];
            for (var i = 0; i < expected.Length; i++)
            {
                expected[i] = Reference(f, a[aPlaces[i]], b[bPlaces[i]]);
            }

            Numbers.AssertClose(y, expected, 3e-7);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Expand(int[] yExtents, int[] xExtents)
    {
        var xShape = new Shape(xExtents);
        var yShape = Shape.Broadcast("test", new Shape(yExtents), xShape);
        var x = Numbers.Some(xShape.Count);
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(yShape.Count);
            run.Kernels.Run(new ExpandCall(run.Input(x), xShape, output, yShape));
            return output;
        });
        Numbers.AssertSameBits(y, Array.ConvertAll(Places(xShape, yShape), place => x[place]), "expanded");
    }

    [TestCase(BinaryFunction.Maximum)]
    [TestCase(BinaryFunction.Minimum)]
    public void Maximum_and_minimum_keep_NaN(BinaryFunction f)
    {
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(2);
            run.Kernels.Run(new BinaryCall(
                f, run.Input([float.NaN, 1]), new Shape(2), run.Input([1, float.NaN]), new Shape(2), output, new Shape(2)));
            return output;
        });
        Assert.That(y, Is.All.NaN);
    }
}
