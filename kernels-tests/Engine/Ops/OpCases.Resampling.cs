using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

internal static partial class OpCases
{
    private static IEnumerable<OpCase> Resampling() => [.. Resizes(), .. Blurs(), .. Pools()];

    private static IEnumerable<OpCase> Resizes()
    {
        foreach (var how in new[]
        {
            new Resizing(ResizeMode.Nearest), new Resizing(ResizeMode.NearestExact), new Resizing(),
            new Resizing(AlignCorners: true), new Resizing(Antialias: true), new Resizing(AlignCorners: true, Antialias: true),
            new Resizing(ResizeMode.Bicubic), new Resizing(ResizeMode.Bicubic, AlignCorners: true),
            new Resizing(ResizeMode.Bicubic, Antialias: true),
            new Resizing(ResizeMode.Bicubic) { Cubic = -0.5, Edge = ResizeEdge.Exclude },
            new Resizing(ResizeMode.Bilinear, Antialias: true) { Edge = ResizeEdge.Replicate },
        })
        {
            yield return Resized(S(2, 2, 5, 4), 7, 9, how);
            yield return Resized(S(1, 2, 7, 6), 3, 4, how);
            yield return Resized(S(1, 1, 3, 5), 6, 2, how);
        }

        yield return Resized(S(1, 1, 1, 1), 2, 3, new Resizing(ResizeMode.Bicubic));
        yield return Resized(S(1, 1, 4, 3), 1, 1, new Resizing(AlignCorners: true));
        foreach (var (x, scale) in new[] { (S(1, 2, 5, 4), 1.37), (S(1, 1, 7, 6), 0.75), (S(1, 1, 3, 2), 0.4), (S(2, 1, 4, 4), 0.5) })
        {
            var (height, width) = ((int)Math.Ceiling(scale * x[2]), (int)Math.Ceiling(scale * x[3]));
            yield return new OpCase("resample", FormattableString.Invariant($"MATLAB ×{scale}"), [x],
                t => t[0].ResizeMatlab(scale), t => Naive.Resize(t[0], height, width, Resizing.Matlab(scale)));
        }

        // Along one axis alone: what is wrong twice, along rows and columns, may look right.
        var taps = new ResampleTaps(5, [(0, [0.25f, 0.75f]), (1, [1.5f, -0.5f, 0.125f]), (4, [2])]);
        yield return new OpCase(
            "resample", "one axis", [S(2, 3, 5)], t => Op.Run(new ResampleOp(taps, -1), t[0]),
            t => Array64.Build(S(2, 3, 3), i => i[2] switch
        {
            0 => (0.25 * t[0][i[0], i[1], 0]) + (0.75 * t[0][i[0], i[1], 1]),
            1 => (1.5 * t[0][i[0], i[1], 1]) - (0.5 * t[0][i[0], i[1], 2]) + (0.125 * t[0][i[0], i[1], 3]),
            _ => 2 * t[0][i[0], i[1], 4],
        }));

        foreach (var (x, height, width)
            in new[] { (S(2, 2, 5, 7), 3, 3), (S(1, 2, 2, 3), 4, 5), (S(1, 2, 4, 6), 2, 3), (S(1, 2, 3, 4), 1, 2) })
        {
            yield return new OpCase("resample", $"adaptive average pool to {height}x{width}", [x],
                t => t[0].AdaptiveAvgPool2d((height, width)), t => Naive.AdaptiveAveragePool(t[0], height, width));
        }

        yield return new OpCase("mean", "global average pool", [S(2, 3, 5, 4)],
            t => t[0].AdaptiveAvgPool2d(1), t => Naive.AdaptiveAveragePool(t[0], 1, 1));
    }

    private static OpCase Resized(Shape x, int height, int width, Resizing how) => new(
        "resample", $"to {height}x{width} {how}", [x], t => t[0].Resize((height, width), how), t => Naive.Resize(t[0], height, width, how));

    private static IEnumerable<OpCase> Blurs()
    {
        foreach (var edge in Enum.GetValues<PadMode>())
        {
            yield return Blurred(S(2, 2, 5, 4), [1, 3, 3, 1], down: 2, up: 1, edge, (1, 2), isSame: true);
            yield return Blurred(S(1, 2, 4, 5), [1, 2, 1], down: 2, up: 1, edge, (1, 1), isSame: true);
            yield return Blurred(S(1, 1, 5, 3), [1, 3, 3, 1], down: 1, up: 2, edge, (2, 1), isSame: true);
            yield return Blurred(S(1, 1, 4, 5), [1, 2, 1], down: 1, up: 2, edge, (1, 1), isSame: true);
            yield return Blurred(S(1, 1, 5, 4), [1, 2, 4], down: 1, up: 1, edge, (1, 1), isSame: true);
            yield return Blurred(S(1, 1, 4, 4), [1, 4, 6, 4, 2], down: 2, up: 3, edge, (0, 5), isSame: false);
        }
    }

    private static OpCase Blurred(Shape x, float[] kernel, int down, int up, PadMode edge, (int Before, int After) padding, bool isSame) =>
        new(
        "resample", $"blur {string.Join(',', kernel)} down {down} up {up} {edge} {padding}", [x],
        t => t[0].Blur(kernel, down, up, edge, isSame ? null : new Margins(padding.Before, padding.After, padding.Before, padding.After)),
        t => Naive.Blur(t[0], kernel, down, up, edge, padding.Before, padding.After));

    private static IEnumerable<OpCase> Pools()
    {
        foreach (var (x, window) in new (Shape, PoolWindow)[]
        {
            (S(2, 2, 5, 7), new(3, 2, 1)), (S(1, 2, 6, 5), new((2, 3), (2, 1), (1, 0))), (S(1, 2, 6, 7), new(3, 2, 0) { CeilMode = true }),
            (S(1, 2, 6, 5), new(3, 2, 1) { CeilMode = true }), (S(1, 1, 5, 4), new((1, 4), (3, 2), (0, 2)) { CeilMode = true }),
            (S(1, 1, 9, 10), new(4, 3, 2)),
            (S(2, 1, 1, 1), new(1)),
        })
        {
            foreach (var counts in new[] { true, false })
            {
                yield return new OpCase("average_pool", $"{window} {(counts ? "with" : "without")} padding", [x],
                    t => t[0].AvgPool2d(window, counts), t => Naive.AveragePool(t[0], window, counts));
            }

            yield return Largest(x, window);
        }

        yield return Largest(S(1, 2, 9, 8), new PoolWindow(3, 1, 1) { Dilation = 2 });
        yield return Largest(S(2, 1, 8, 11), new PoolWindow((2, 3), (3, 2), (1, 1)) { Dilation = (3, 2), CeilMode = true });
        yield return Largest(S(1, 2, 10, 9), new PoolWindow(2, 4, 0) { Dilation = 3 });
        yield return new OpCase("max_pool", "global", [S(2, 3, 4, 5)],
            t => t[0].GlobalMaxPool2d(), t => Naive.Gather(t[0], t[0], new PoolWindow((4, 5)))) { Draw = Draw.Distinct };
        var (planes, gathered) = (S(1, 2, 9, 8), new PoolWindow(3, 2, 1) { Dilation = 2 });
        yield return new OpCase("max_pool_gather", $"{gathered}", [planes, planes],
            t => Op.Run(new MaxPoolGatherOp(gathered.Over("max_pool", planes), planes), t[0], t[1]),
            t => Naive.Gather(t[0], t[1], gathered)) { Draw = Draw.Distinct };
    }

    private static OpCase Largest(Shape x, PoolWindow window) => new(
        "max_pool", $"{window}", [x], t => t[0].MaxPool2d(window), t => Naive.Gather(t[0], t[0], window)) { Draw = Draw.Distinct };
}
