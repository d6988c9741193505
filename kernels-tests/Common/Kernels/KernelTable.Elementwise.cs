using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.TestsCommon.Kernels;

internal static partial class KernelTable
{
    /// <summary>
    /// Two shapes that broadcast. The first five have long rows, of neighbours, of one element each, one for all; seven have none, of one
    /// to six extents. Accelerators take these.
    /// </summary>
    private static readonly string[] s_broadcasts =
    [
        "3x5x71 3x5x71", "3x5x71 5x1", "3x5x71 71", "5x1 3x5x71", "3x1171 3x1", "9 -", "9x5 9x1", "3x5x7 3x1x7", "3x1x3x1x5 1x5x1x7x1",
        "3x5x3x3x5x3 3x1x3x1x5x1", "3x1x3x1x5x1 3x5x3x3x5x3", "3x5x7x11 3x1x7x1", "7 7", "- -", "3x5x7x11 3x5x7x11",
        "2x64x33x17 2x64x33x17", "3x5x7x11 -",
        "- 3x5x7x11", "3x5x7x11 1x5x1x1", "1x5x1x1 3x5x7x11", "3x5x7x11 3x5x1x1", "3x5x7x11 1x1x7x11", "3x5x7x11 11",
        "3x1x7x1 1x5x1x11", "4x1 1x9", "2x3x2x3x2x3 2x1x2x1x2x1", "1x3x200x201 1x3x1x1", "0x3 1x3", "30000x3 3", "30000x3 30000x1",
        "1x2 20001x1", "9x25x41x17 25x1x17", "9x25x41x17 9x1x41x1", "2x700x64 1x700x1", "300x5x7x3 300x1x7x1",
    ];

    /// <summary>What is reduced, and to what. Columns of 131 are two parts of an accelerator's thread, rows of 131 a group's
    /// work.</summary>
    private static readonly string[] s_reductions =
    [
        "3x5x7x9 1x5x1x1", "131x3 1x3", "3x131 3x1", "17131 1", "13101x3 1x3", "3x5x2x7x3x5 3x1x2x1x3x1", "3x5x2x7x3x5 1x5x1x7x1x5",
        "5x131x3 5x1x3", "3x7x5x131 3x1x5x1", "3x131x5x7 1x131x1x7", "1 1", "5 1", "5 5", "100003 1", "3x5x7x11 1x1x1x1",
        "3x5x7x11 1x5x1x1", "3x5x7x11 3x5x1x1", "3x5x7x11 1x5x1x11", "3x5x7x11 3x1x1x11", "3x5x7x11 1x1x7x11", "4x3x150x151 1x3x1x1",
        "70000x3 1x3", "3x70000 1x70000", "300x301 1x301", "1x512x1x1 1x512x1x1",
        "1003x2 1003x1", "1003x3 1003x1", "1003x4 1003x1", "16x3 16x1", "32x2 32x1", "37x5 37x1", "37x6 37x1", "37x7 37x1", "37x31 37x1",
        "37x32 37x1", "100x2 1x2", "5000x15 1x15", "40x7x5 40x1x5",
    ];

    private static readonly string[] s_shortReductions =
    [
        "53x2 53x1", "53x3 53x1", "53x4 53x1", "53x7 53x1", "53x31 53x1", "531x1 1x1", "531x2 1x2", "531x9 1x9", "531x15 1x15",
            "531x40 1x40",
    ];

    private static readonly UnaryFunction[] s_keepNaN =
    [
        UnaryFunction.Relu, UnaryFunction.LeakyRelu, UnaryFunction.Tanh, UnaryFunction.Sigmoid, UnaryFunction.Softplus, UnaryFunction.Exp,
        UnaryFunction.Log, UnaryFunction.Sqrt, UnaryFunction.Clamp, UnaryFunction.Sin, UnaryFunction.Cos, UnaryFunction.Gelu,
        UnaryFunction.GeluTanh, UnaryFunction.Elu,
    ];

    private static readonly (float A, float B)[] s_special =
    [
        (float.NaN, 1), (1, float.NaN), (0, 0), (-1, 0.5f), (float.NaN, float.NaN), (float.PositiveInfinity, -2),
        (0.5f, float.PositiveInfinity), (2, float.NegativeInfinity), (float.NegativeInfinity, 3), (-1, float.PositiveInfinity), (0, -1),
    ];

    private static readonly UnaryFunction[] s_inChains =
        [UnaryFunction.Softplus, UnaryFunction.Square, UnaryFunction.Tanh, UnaryFunction.Relu, UnaryFunction.LeakyRelu];

    /// <summary>Where a gelu is 0 or its input.</summary>
    private static readonly float[] s_farFrom0 = [-1e30f, -1e10f, -100, -15, 15, 100, 1e10f, 1e30f];

    private static IEnumerable<KernelCase> ElementwiseRows() =>
    [
        .. UnaryDefinition.All.SelectMany(UnaryRows),
        .. Row(
            "map", s_lengths, (a, n) => new MapCall(MappedFunction.Of<Bump>(), a.In(n), a.Out(n)),
            (_, v) => Each(v[0], x => 1 / (1 + (x * x))), 3e-7, timed: 64 * 128 * 128),
        .. Row(
            "gelu far from 0", [UnaryFunction.Gelu, UnaryFunction.GeluTanh], (a, f) => new UnaryCall(f, 0, 0, a.Of(s_farFrom0), a.Out(8)),
            (_, v) => Each(v[0], x => Math.Max(x, 0)), 1e-30, _ => false),
        .. Row(
            "slope of a gelu far from 0", [UnaryFunction.Gelu, UnaryFunction.GeluTanh],
            (a, f) => new UnaryGradientCall(f, 0, 0, a.Of(s_farFrom0), a.Of(1, 1, 1, 1, 1, 1, 1, 1), a.Out(8)),
            (_, v) => Each(v[0], x => x > 0 ? 1 : 0), 1e-30, _ => false),
        .. Row(
            "slope at bounds", [(UnaryFunction.Clamp, 1), (UnaryFunction.Hardtanh, 0)],
            (a, f) => new UnaryGradientCall(f.Item1, -1, 2, a.Of(-1, 2, -1.001f, 2.001f, 0), a.Of(5, 6, 7, 8, 9), a.Out(5)),
            (f, _) => [[5 * f.Item2, 6 * f.Item2, 0, 0, 9]], onGpus: _ => true),
        .. Row(
            "power of negative numbers", [2, 3, -1, 0, 1],
            (a, p) => new UnaryCall(UnaryFunction.Power, p, 0, a.In(101, -2, -0.1), a.Out(101)),
            (p, v) => Each(v[0], x => Math.Pow(x, p)), 1e-6, _ => true),
        .. Row(
            "slope of a power of negative numbers", [2, 3, -1, 0, 1],
            (a, p) => new UnaryGradientCall(UnaryFunction.Power, p, 0, a.In(101, -2, -0.1), a.In(101), a.Out(101)),
            (p, v) => [[.. v[0].Zip(v[1], (x, dy) => dy * p * Math.Pow(x, p - 1))]], 1e-6, _ => true),
        .. Row(
            "slope at 0", [(UnaryFunction.Relu, 0f), (UnaryFunction.LeakyRelu, 0.2f), (UnaryFunction.Abs, 0)],
            (a, f) => new UnaryGradientCall(f.Item1, 0.2f, 0, a.Of(0, -0f, 0), a.Of(5, 6, 7), a.Out(3)),
            (f, v) => Each(v[1], dy => f.Item2 * dy), 1e-7, _ => true),
        .. Row(
            "slope that needs no input", [(UnaryFunction.Affine, 3), (UnaryFunction.Sign, 0), (UnaryFunction.GreaterThan, 0)],
            (a, f) => new UnaryGradientCall(f.Item1, 3, 1, a.In(37), a.In(37), a.Out(37)), (f, v) => Each(v[1], dy => f.Item2 * dy),
            2e-7, _ => true),
        .. Row(
            "NaN through", s_keepNaN, (a, f) => new UnaryCall(f, 0.2f, 1, a.Out(17), a.In(17)), (_, v) => [v[0]], onGpus: _ => true),
        .. Enum.GetValues<BinaryFunction>().SelectMany(f => Row(
            $"binary {f}", s_broadcasts,
            (a, size) =>
            {
                var (shapes, low) = (Shapes(size), f == BinaryFunction.Power ? 0.1 : -2); // The root of a negative number is none.
                var y = Shape.Broadcast("test", shapes[0], shapes[1]);
                return new BinaryCall(
                    f, Numbers(shapes[0], low), shapes[0], Numbers(shapes[1], -2), shapes[1], a.Out(y.Count), y);

                // Whole, where it counts whether they are equal, or 0.
                DeviceSpan Numbers(Shape shape, double from) => f < BinaryFunction.Mask
                    ? a.In(shape.Count, from)
                    : a.Of(Array.ConvertAll(TestsCommon.Numbers.Some(shape.Count, seed: a.All.Count + 1, from), MathF.Round));
            },
            (size, v) => [Array64.Zip(new(Shapes(size)[0], v[0]), new(Shapes(size)[1], v[1]), (x, y) => Value(f, x, y)).Values],
            f == BinaryFunction.Power ? 1e-6 : 3e-7, size => Array.IndexOf(s_broadcasts, size) < 12,
            timed: f is BinaryFunction.Add or BinaryFunction.SquaredDifference ? ["1x256x4096 1x256x4096", "1x256x4096 1x256x1"] : [])),
        .. Row(
            "binary Power: whole exponents", s_broadcasts[..12],
            (a, size) =>
            {
                var (shapes, y) = (Shapes(size), Shape.Broadcast("test", Shapes(size)[0], Shapes(size)[1]));
                var whole = Array.ConvertAll(Numbers.Some(shapes[1].Count, low: -3.5, high: 3.5), MathF.Round);
                return new BinaryCall(
                    BinaryFunction.Power, a.In(shapes[0].Count, -9, 9), shapes[0], a.Of(whole), shapes[1], a.Out(y.Count), y);
            },
            (size, v) => [Array64.Zip(new(Shapes(size)[0], v[0]), new(Shapes(size)[1], v[1]), Math.Pow).Values], 1e-6, _ => true),
        .. Row(
            "binary with NaN", from f in Enum.GetValues<BinaryFunction>() from columns in new[] { 1, 71, 0 } select (f, columns),
            (a, s) =>
            {
                var (rows, each) = (s_special.Length, s.columns == 0 ? 1 : s.columns);
                var (whole, other) = (new Shape(rows, each), s.columns == 0 ? new Shape(rows, each) : new Shape(rows, 1));
                return new BinaryCall(
                    s.f, a.Of([.. s_special.SelectMany(x => Enumerable.Repeat(x.A, each))]), whole, a.Of([.. s_special.Select(x => x.B)]),
                    other, a.Out(rows * each), whole);
            },
            (s, v) => [[.. v[0].Select((x, i) => Value(s.f, x, v[1][i / Math.Max(s.columns, 1)]))]], onGpus: _ => true),
        .. Row(
            "chain of functions of two",
            [BinaryFunction.Add, BinaryFunction.Subtract, BinaryFunction.Multiply, BinaryFunction.AbsoluteDifference],
            (a, f) => new ChainCall(
                [new BinaryCall(f, a.In(71), new(71), a.In(71), new(71), a.Out(71), new(71)), new FillCall(a.Out(3), 0.5f)]),
            (f, v) => [[.. v[0].Zip(v[1], (x, y) => Value(f, x, y))], [0.5, 0.5, 0.5]], 2e-7, _ => true),
        .. Row(
            "add scaled", [.. s_lengths, 0], (a, n) => new AddScaledCall(-0.75f, a.In(n), a.In(n)),
            (_, v) => [[.. v[0].Zip(v[1], (x, y) => y - (0.75 * x))]], 2e-7, timed: 1 << 20),
        .. Row(
            "expand", s_broadcasts,
            (a, size) =>
            {
                var (shapes, y) = (Shapes(size), Shape.Broadcast("test", Shapes(size)[0], Shapes(size)[1]));
                return new ExpandCall(a.In(shapes[1].Count), shapes[1], a.Out(y.Count), y);
            },
            (size, v) => [Naive.Expand(new(Shapes(size)[1], v[0]), Shape.Broadcast("test", Shapes(size)[0], Shapes(size)[1])).Values],
            onGpus: size => size is "3x5x71 5x1", timed: "1x256x4096 1x256x1"),
        .. Enum.GetValues<Reduction>().SelectMany(f => Row(
            $"reduce {f}", s_reductions, (a, size) => ReduceCallOf(a, f, size), (size, v) => [Reduced(f, size, v[0])], new(1e-7, 1e-3),
            size => size.Contains("131", StringComparison.Ordinal) || size.StartsWith("3x5x2", StringComparison.Ordinal) ,
            timed: f is Reduction.Sum ? ["64x16384 1x1"] : f is Reduction.Mean ? ["64x16384 64x1"] : ["64x16384 1x16384"])),

        // The extreme is the last of each: whoever leaves some out, or takes others', misses it.
        .. new[] { Reduction.Maximum, Reduction.Minimum }.SelectMany(f => Row(
            $"reduce {f}: of numbers in order", s_reductions[1..10],
            (a, size) => new ReduceCall(
                f, a.Of([.. Enumerable.Range(0, (int)Shapes(size)[0].Count).Select(i => f is Reduction.Maximum ? i : -i)]),
                Shapes(size)[0], a.Out(Shapes(size)[1].Count), Shapes(size)[1]),
            (size, v) => [Reduced(f, size, v[0])], onGpus: _ => true)),

        // Whatever the loops: tests elsewhere count on the bits.
        .. new[] { Reduction.Sum, Reduction.Mean }.SelectMany(f => Row(
            $"reduce {f} in the order of the numbers", s_shortReductions, (a, size) => ReduceCallOf(a, f, size),
            (size, v) => Each(Reduced(f, size, v[0]), sum => (float)sum), onGpus: _ => false)),
        .. Row(
            "sum of small terms beside a large one", [1 << 20],
            (a, n) => new ReduceCall(Reduction.Sum, a.Of([1e6f, .. Enumerable.Repeat(1e-4f, n - 1)]), new(n), a.Out(1), new(1)),
            (_, v) => [[v[0].Sum()]], 1e-7, _ => false),

        // Of each thread a large term, a small one, and the large one's opposite.
        .. Row(
            "reduce Sum: large terms that cancel", ["17664 1", "132x3 1x3"],
            (a, size) => new ReduceCall(
                Reduction.Sum, a.Of([.. Enumerable.Range(0, (int)Shapes(size)[0].Count).Select(i =>
                    new[] { 1e6f, 0.01f, -1e6f }[i / (size.Contains('x') ? 3 : 256) % 3])]),
                Shapes(size)[0], a.Out(Shapes(size)[1].Count), Shapes(size)[1]),
            (size, v) => [Reduced(Reduction.Sum, size, v[0])], 1e-6, _ => true),

        // By one thread, by a group, by several groups, and by several threads.
        .. Row(
            "mean of numbers whose sum is too large", ["3 1", "300 1", "16384 1", "200x2 1x2"],
            (a, size) =>
            {
                var (x, y) = (Shapes(size)[0], Shapes(size)[1]);
                return new ReduceCall(Reduction.Mean, a.In(x.Count, 1e38, 3.4e38), x, a.Out(y.Count), y);
            },
            (size, v) => [Reduced(Reduction.Mean, size, v[0])], 1e-7, _ => true),
        .. Row(
            "maximum with NaN", ["101 1", "100x40 1x40"],
            (a, size) =>
            {
                var (shapes, x) = (Shapes(size), Numbers.Some(Shapes(size)[0].Count));
                x[77] = float.NaN;
                return new ReduceCall(Reduction.Maximum, a.Of(x), shapes[0], a.Out(shapes[1].Count), shapes[1]);
            },
            (size, v) => [Reduced(Reduction.Maximum, size, v[0])], onGpus: _ => true),
        .. Row(
            "log softmax",
            from size in new[] { "3x37", "1x1", "5x16", "2000x35", "2x70001" } from offset in new[] { 0, 10_000, -10_000 } select (size,
                offset),
            (a, s) =>
            {
                var shape = Shapes(s.size)[0];
                return new LogSoftmaxCall(a.In(shape.Count, s.offset - 20, s.offset + 20), a.Out(shape.Count), shape[0], shape[1]);
            },
            (s, v) => [Naive.LogSoftmax(new(Shapes(s.size)[0], v[0]), 1).Values], 3e-7, timed: (size: "64x16384", offset: 0)),
    ];

    private static IEnumerable<KernelCase> UnaryRows(UnaryDefinition d)
    {
        return
        [
            .. Row(
                $"unary {d.Function}", s_lengths, Call, (_, v) => Each(v[0], x => d.Of(x, d.P, d.Q)), 3e-7,
                timed: d.Function <= UnaryFunction.Exp ? [512 * 8 * 8, 64 * 128 * 128] : []),
            .. Row(
                $"gradient of {d.Function}", s_lengths, Gradient, (n, v) => [Slopes(n, v[1])], 3e-6,
                timed: d.Function <= UnaryFunction.Exp ? [64 * 128 * 128] : []),
            .. s_inChains.Contains(d.Function)
                ? Row(
                    $"chain of {d.Function} and its gradient", [1101], (a, n) => new ChainCall([Call(a, n), Gradient(a, n)]),
                    (n, v) => [Each(v[0], x => d.Of(x, d.P, d.Q))[0], Slopes(n, v[3])], 3e-6)
                : [],
        ];

        KernelCall Call(CallArrays a, int n) => new UnaryCall(d.Function, d.P, d.Q, a.In(n, d.Low, d.High), a.Out(n));

        KernelCall Gradient(CallArrays a, int n)
        {
            var readsOutput = UnaryTable.Of(d.Function).Reads == GradientReads.Output;
            var x = Array.ConvertAll(Apart(d, n), v => readsOutput ? (float)d.Of(v, d.P, d.Q) : v);
            return new UnaryGradientCall(d.Function, d.P, d.Q, a.Of(x), a.In(n), a.Out(n));
        }

        double[] Slopes(int n, double[] dy) =>
            [.. Apart(d, n).Zip(dy, (x, by) => by * (d.Of(x + 1e-6, d.P, d.Q) - d.Of(x - 1e-6, d.P, d.Q)) / 2e-6)];
    }

    /// <summary>Inputs apart from kinks: a difference across one means nothing.</summary>
    private static float[] Apart(UnaryDefinition d, int count) => Array.ConvertAll(
        Numbers.Some(count, low: d.Low, high: d.High),
        v => Array.Exists([0, d.P, d.Q],
            kink => Math.Abs(v - kink) < 1e-3f) || Math.Abs((2 * v) - MathF.Round(2 * v)) < 2e-3f ? v + 0.01f : v);

    private static ReduceCall ReduceCallOf(CallArrays a, Reduction f, string size) =>
        new(f, a.In(Shapes(size)[0].Count), Shapes(size)[0], a.Out(Shapes(size)[1].Count), Shapes(size)[1]);

    private static double[] Reduced(Reduction f, string size, double[] numbers)
    {
        var (x, y) = (new Array64(Shapes(size)[0], numbers), Shapes(size)[1]);
        int[] axes = [.. Enumerable.Range(0, y.Rank).Where(axis => y[axis] < x.Shape[axis])];
        return f switch
        {
            Reduction.Maximum => Naive.Extreme(x, Math.Max, axes).Values,
            Reduction.Minimum => Naive.Extreme(x, Math.Min, axes).Values,
            Reduction.Mean => Naive.Sum(x, axes).Map(sum => sum / (x.Shape.Count / y.Count)).Values,
            _ => Naive.Sum(x, axes).Values,
        };
    }

    private static double Value(BinaryFunction f, double a, double b) => f switch
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
}
