namespace IlgpuGan.TestsCommon.Kernels;

internal static partial class KernelTable
{
    private static IEnumerable<KernelCase> JoinedRows() =>
    [
        .. Row(
            "copy all", [1101, 51, 5000],
            (a, n) => new CopyAllCall([new(a.In(n), a.Out(n)), new(a.In(7), a.Out(7), a.In(7)), new(null, a.Out(5))]),
            (_, v) => [v[0], [.. v[2].Zip(v[4], (x, y) => x + y)], new double[5]], 2e-7),
        .. Row(
            "chain", [51, 900],
            (a, n) =>
            {
                var (x, squares, mean) = (a.In(n), a.In(n), a.Out(1));
                return new ChainCall(
                [
                    new UnaryCall(UnaryFunction.Square, 0, 0, x, squares), new ReduceCall(Reduction.Mean, squares, new(n), mean, new(1)),
                    new AddScaledCall(2, x, squares),
                ]);
            },
            (_, v) => [[.. v[0].Select(x => (x * x) + (2 * x))], [v[0].Average(x => x * x)]], 1e-6),
        .. Row(
            "chain with a mean whose sum is too large", [51],
            (a, n) => new ChainCall(
                [new ReduceCall(Reduction.Mean, a.In(n, 1e38, 3.4e38), new(n), a.Out(1), new(1)), new FillCall(a.Out(2), 0.5f)]),
            (_, v) => [[v[0].Average()], [0.5, 0.5]], 1e-7),
    ];
}
