using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

internal static partial class OpCases
{
    private static IEnumerable<OpCase> Images()
    {
        foreach (var mode in Enum.GetValues<PadMode>())
        {
            yield return Padding(S(2, 3, 4, 5), 1, 1, 1, 1, mode);
            yield return Padding(S(1, 2, 5, 4), 3, 3, 3, 3, mode);
            yield return Padding(S(1, 2, 3, 4), 1, 0, 2, 1, mode);
            yield return Padding(S(1, 1, 5, 6), -1, 2, 1, -2, mode);
        }

        yield return Padding(S(1, 1, 1, 1), 2, 3, 4, 1, PadMode.Replicate);
        yield return Padding(S(1, 2, 3, 3), 1, 2, 0, 1, PadMode.Constant, value: 0.75f);
        foreach (var (x, scale) in new[] { (S(2, 2, 3, 4), 2), (S(1, 1, 1, 1), 3), (S(1, 2, 5, 1), 3), (S(1, 1, 3, 3), 1) })
        {
            yield return new OpCase("upsample_nearest", $"×{scale}", [x], t => t[0].Upsample(scale), t => Naive.Nearest(t[0], scale));
            yield return new OpCase("upsample_bilinear", $"×{scale}", [x],
                t => t[0].Upsample(scale, UpsampleMode.Bilinear), t => Naive.Bilinear(t[0], scale));
        }

        foreach (var (x, kernel, stride, padding) in new[]
        {
            (S(2, 2, 4, 6), 2, 2, 0), (S(1, 2, 5, 7), 3, 2, 1), (S(1, 1, 5, 4), 3, 1, 1), (S(2, 1, 1, 1), 1, 1, 0),
            (S(1, 1, 7, 7), 2, 3, 1),
        })
        {
            var settings = $"window {kernel} stride {stride} padding {padding}";
            yield return new OpCase("average_pool", settings, [x],
                t => t[0].AvgPool2d(kernel, stride, padding), t => Naive.AveragePool(t[0], kernel, stride, padding));
            yield return new OpCase("max_pool", settings, [x],
                t => t[0].MaxPool2d(kernel, stride, padding), t => Naive.MaxPool(t[0], kernel, stride, padding)) { Draw = Draw.Distinct };
        }

        // The gradient of max pool's gradient, which the walk reaches only at third order.
        var planes = S(1, 2, 5, 7);
        var g = new PoolGeometry(2, (5, 7), new(3, 2, 1, 1), (3, 4));
        yield return new OpCase("max_pool_gather", "", [planes, planes],
            t => Op.Run(new MaxPoolGatherOp(g, planes), t[0], t[1]), t => Naive.Gather(t[0], t[1], 3, 2, 1)) { Draw = Draw.Distinct };
    }

    private static OpCase Padding(Shape x, int left, int right, int top, int bottom, PadMode mode, float value = 0) =>
        new("pad", $"{left},{right},{top},{bottom} {mode}", [x],
            t => t[0].Pad(new Margins(top, bottom, left, right), mode, value), t => Naive.Pad(t[0], left, right, top, bottom, mode, value));
}
