using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.TestsCommon.Kernels;

internal static partial class KernelTable
{
    /// <summary>Two shapes that broadcast. The first four have long rows: of neighbours, of one element each, one for all.</summary>
    private static readonly string[] s_broadcasts =
    [
        "2x3x70 2x3x70", "2x3x70 3x1", "2x3x70 70", "3x1 2x3x70", "7 7", "- -", "3x5x7x11 3x5x7x11", "2x64x33x17 2x64x33x17", "3x5x7x11 -",
        "- 3x5x7x11", "3x5x7x11 1x5x1x1", "1x5x1x1 3x5x7x11", "3x5x7x11 3x5x1x1", "3x5x7x11 1x1x7x11", "3x5x7x11 11", "3x5x7x11 3x1x7x1",
        "3x1x7x1 1x5x1x11", "4x1 1x9", "2x3x2x3x2x3 2x1x2x1x2x1", "1x3x200x201 1x3x1x1", "0x3 1x3", "30000x3 3", "30000x3 30000x1",
        "1x2 20001x1", "9x25x41x17 25x1x17", "9x25x41x17 9x1x41x1", "2x700x64 1x700x1", "300x5x7x3 300x1x7x1",
    ];

    /// <summary>What is reduced, and to what. Columns of 130 are two parts of an accelerator's thread, rows of 130 a group's
    /// work.</summary>
    private static readonly string[] s_reductions =
    [
        "2x3x6x8 1x3x1x1", "130x3 1x3", "3x130 3x1", "1 1", "5 1", "5 5", "100003 1", "3x5x7x11 1x1x1x1", "3x5x7x11 1x5x1x1",
        "3x5x7x11 3x5x1x1", "3x5x7x11 3x1x7x1", "3x5x7x11 1x5x1x11", "3x5x7x11 3x1x1x11", "3x5x7x11 1x1x7x11", "4x3x150x151 1x3x1x1",
        "70000x3 1x3", "3x70000 1x70000", "300x301 1x301", "2x3x2x3x2x3 2x1x2x1x2x1", "2x3x2x3x2x3 1x3x1x3x1x3", "1x512x1x1 1x512x1x1",
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
            "slope of a clamp at its bounds", [0],
            (a, _) => new UnaryGradientCall(UnaryFunction.Clamp, -1, 2, a.Of(-1, 2, -1.001f, 2.001f), a.Of(5, 6, 7, 8), a.Out(4)),
            (_, _) => [[5, 6, 0, 0]]),
        .. Row(
            "slope that needs no input", [(UnaryFunction.Affine, 3), (UnaryFunction.Sign, 0), (UnaryFunction.GreaterThan, 0)],
            (a, f) => new UnaryGradientCall(f.Item1, 3, 1, a.In(37), a.In(37), a.Out(37)), (f, v) => Each(v[1], dy => f.Item2 * dy),
            2e-7, _ => true),
        .. Row(
            "NaN through", s_keepNaN, (a, f) => new UnaryCall(f, 0.2f, 1, a.Out(17), a.In(17)), (_, v) => [v[0]], onGpus: _ => false),
        .. Enum.GetValues<BinaryFunction>().SelectMany(f => Row(
            $"binary {f}", s_broadcasts,
            (a, size) =>
            {
                var (shapes, low) = (Shapes(size), f == BinaryFunction.Power ? 0.1 : -2); // The root of a negative number is none.
                var y = Shape.Broadcast("test", shapes[0], shapes[1]);
                return new BinaryCall(f, a.In(shapes[0].Count, low), shapes[0], a.In(shapes[1].Count), shapes[1], a.Out(y.Count), y);
            },
            (size, v) => [Array64.Zip(new(Shapes(size)[0], v[0]), new(Shapes(size)[1], v[1]), (x, y) => Value(f, x, y)).Values],
            f == BinaryFunction.Power ? 1e-6 : 3e-7, size => size.Length < 14 && size.Contains("70", StringComparison.Ordinal),
            timed: f is BinaryFunction.Add or BinaryFunction.SquaredDifference ? ["1x256x4096 1x256x4096", "1x256x4096 1x256x1"] : [])),
        .. Row(
            "binary with NaN", Enum.GetValues<BinaryFunction>(),
            (a, f) => new BinaryCall(f, a.Of(float.NaN, 1, 0, -1), new(4), a.Of(1, float.NaN, 0, 0.5f), new(4), a.Out(4), new(4)),
            (f, v) => [[.. v[0].Zip(v[1], (x, y) => Value(f, x, y))]], onGpus: _ => false),
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
            onGpus: size => size is "2x3x70 3x1", timed: "1x256x4096 1x256x1"),
        .. Enum.GetValues<Reduction>().SelectMany(f => Row(
            $"reduce {f}", s_reductions, (a, size) => ReduceCallOf(a, f, size), (size, v) => [Reduced(f, size, v[0])], new(1e-7, 1e-3),
            size => size.Length < 16 && size.Contains("130", StringComparison.Ordinal),
            timed: f is Reduction.Sum ? ["64x16384 1x1"] : f is Reduction.Mean ? ["64x16384 64x1"] : ["64x16384 1x16384"])),

        // Whatever the loops: tests elsewhere count on the bits.
        .. new[] { Reduction.Sum, Reduction.Mean }.SelectMany(f => Row(
            $"reduce {f} in the order of the numbers", s_shortReductions, (a, size) => ReduceCallOf(a, f, size),
            (size, v) => Each(Reduced(f, size, v[0]), sum => (float)sum), onGpus: _ => false)),
        .. Row(
            "sum of small terms beside a large one", [1 << 20],
            (a, n) => new ReduceCall(Reduction.Sum, a.Of([1e6f, .. Enumerable.Repeat(1e-4f, n - 1)]), new(n), a.Out(1), new(1)),
            (_, v) => [[v[0].Sum()]], 1e-7, _ => false),

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
            "maximum with NaN", ["100 1", "100x40 1x40"],
            (a, size) =>
            {
                var (shapes, x) = (Shapes(size), Numbers.Some(Shapes(size)[0].Count));
                x[77] = float.NaN;
                return new ReduceCall(Reduction.Maximum, a.Of(x), shapes[0], a.Out(shapes[1].Count), shapes[1]);
            },
            (size, v) => [Reduced(Reduction.Maximum, size, v[0])], onGpus: _ => false),
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

    private static IEnumerable<KernelCase> UnaryRows(UnaryDefinition d) =>
    [
        .. Row(
            $"unary {d.Function}", s_lengths, (a, n) => new UnaryCall(d.Function, d.P, d.Q, a.In(n, d.Low, d.High), a.Out(n)),
            (_, v) => Each(v[0], x => d.Of(x, d.P, d.Q)), 3e-7, timed: d.Function <= UnaryFunction.Exp ? [512 * 8 * 8,
                64 * 128 * 128] : []),
        .. Row(
            $"gradient of {d.Function}", s_lengths,
            (a, n) =>
            {
                var readsOutput = UnaryTable.Of(d.Function).Reads == GradientReads.Output;
                var x = Array.ConvertAll(Apart(d, n), v => readsOutput ? (float)d.Of(v, d.P, d.Q) : v);
                return new UnaryGradientCall(d.Function, d.P, d.Q, a.Of(x), a.In(n), a.Out(n));
            },
            (n, v) => [[.. Apart(d, n).Zip(v[1], (x, dy) => dy * (d.Of(x + 1e-6, d.P, d.Q) - d.Of(x - 1e-6, d.P, d.Q)) / 2e-6)]], 3e-6,
            timed: d.Function <= UnaryFunction.Exp ? [64 * 128 * 128] : []),
    ];

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
