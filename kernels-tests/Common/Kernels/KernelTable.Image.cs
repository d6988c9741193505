using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.TestsCommon.Kernels;

internal static partial class KernelTable
{
    private static readonly PadGeometry[] s_pads =
    [
        new(3, 15, 17, 1, 3, 0, 2), new(1, 1, 1, 0, 0, 0, 0), new(3, 5, 7, 1, 1, 1, 1), new(3, 5, 7, 4, 3, 6, 2),
        new(2, 5, 40, 0, 1, 0, 1), new(2, 5, 40, -1, 2, -3, 4), new(2, 5, 40, 2, -2, 5, -7), new(2, 9, 40, -4, -4, -20, -19),
        new(4, 150, 151, 3, 3, 3, 3),
    ];

    /// <summary>Farther than a reflection reaches.</summary>
    private static readonly PadGeometry[] s_farPads = [new(2, 2, 3, 7, 9, 8, 6), new(2, 4, 5, -5, 6, 3, 3), new(2, 4, 5, 6, -5, -6, 8)];

    private static readonly UpsampleGeometry[] s_upsamplings =
    [
        new(3, 5, 7, 3), new(2, 3, 5, 2), new(1, 1, 1, 2), new(2, 3, 5, 1), new(3, 5, 4, 3), new(1, 1, 7, 4), new(2, 6, 1, 2),
        new(2, 2, 35, 2), new(2, 3, 17, 2), new(1, 2, 18, 2), new(2, 2, 19, 2), new(1, 3, 33, 2), new(2, 3, 67, 2), new(2, 3, 4, 5),
        new(1, 2, 2, 19),
    ];

    private static readonly PoolGeometry[] s_pools =
    [
        new(3, (9, 11), new((3, 5), (2, 3), (1, 2), 1), (5, 4)), new(3, (7, 5), new(3, 2, 1, 1), (4, 3)), new(1, 1, new(1, 1, 0, 1), 1),
        new(2, (4, 6), new(2, 2, 0, 1), (2, 3)),
        new(3, (2, 8), new(2, 2, 0, 1), (1, 4)), new(5, 12, new(2, 2, 0, 1), 6), new(1, (4, 38), new(2, 2, 0, 1), (2, 19)),
        new(2, (5, 9), new(2, 2, 0, 1), (2, 4)), new(2, (7, 8), new((3, 2), (1, 3), (1, 0), 1), (7, 3)),
        new(2, 6, new((4, 3), (3, 1), (2, 1), 1), (3, 6)),
    ];

    /// <summary>A plane of one window row, with one place that decides: code of their own takes four windows at once, and those left
    /// over.</summary>
    private static readonly (int Place, int Window, float Others, float Value)[] s_maxima =
    [
        .. from place in Enumerable.Range(0, 4)
           from window in new[] { 0, 5 }
           from values in new (float, float)[] { (-1, float.NaN), (float.NegativeInfinity, -3), (2, 3) }
           select (place, window, values.Item1, values.Item2),
    ];

    /// <summary>For each output the first input and the weights.</summary>
    private static readonly (int First, float[] Weights)[] s_taps = [(0, [0.5f, 0.5f]), (2, [1]), (4, [0.25f, 0.5f, 0.25f]), (6, [0.5f,
        0.5f])];

    private static IEnumerable<KernelCase> ImageRows() =>
    [
        // Circular padding is composed of copies: no kernel is called with it.
        .. Enum.GetValues<PadMode>().Except([PadMode.Circular]).SelectMany(PadRows),
        .. Enum.GetValues<UpsampleMode>().SelectMany(UpsampleRows),
        .. Row(
            "average pool", [.. s_pools, s_pools[0] with { CountsPadding = 0 }],
            (a, g) => new AveragePoolCall(a.In(g.Planes * g.H * g.W), a.Out(g.Planes * g.OutH * g.OutW), g),
            (g, v) => [AveragePooled(Planes(v[0], g.Planes, g.H, g.W), g).Values], 2e-7, timed: Halving(128)),
        .. Row(
            "average pool of numbers whose sum is too large", [s_pools[0], s_pools[0] with { CountsPadding = 0 }, s_pools[2]],
            (a, g) => new AveragePoolCall(a.In(g.Planes * g.H * g.W, 1e38, 3.4e38), a.Out(g.Planes * g.OutH * g.OutW), g),
            (g, v) => [AveragePooled(Planes(v[0], g.Planes, g.H, g.W), g).Values], 2e-7, _ => true),
        .. Row(
            "gradient of average pool", [.. s_pools, s_pools[0] with { CountsPadding = 0 }],
            (a, g) => new AveragePoolGradientCall(a.In(g.Planes * g.OutH * g.OutW), a.Out(g.Planes * g.H * g.W), g),
            (g, v) => [Transposed(x => AveragePooled(x, g), g.Planes, g.H, g.W, v[0])], 1e-6, timed: Halving(128)),
        .. Row(
            "max pool", s_pools, (a, g) => new MaxPoolCall(a.Of(WithTies(g)), a.Out(g.Planes * g.OutH * g.OutW), g),
            (g, v) => [AtMaxima(v[0], v[0], g).Values], timed: Halving(128)),
        .. Row(
            "gradient of max pool", s_pools,
            (a, g) => new MaxPoolGradientCall(a.Of(WithTies(g)), a.In(g.Planes * g.OutH * g.OutW), a.Out(g.Planes * g.H * g.W), g),
            (g, v) => [AddedBack(places => AtMaxima(v[0], places, g), v[0].Length, v[1])], 5e-7, timed: Halving(128)),
        .. Row(
            "gather at maxima", s_pools,
            (a, g) => new MaxPoolGatherCall(a.Of(WithTies(g)), a.In(g.Planes * g.H * g.W), a.Out(g.Planes * g.OutH * g.OutW), g),
            (g, v) => [AtMaxima(v[0], v[1], g).Values], timed: Halving(128)),
        .. Row(
            "max pool: the first of equals, and NaN wins", s_maxima, (a, s) => new MaxPoolCall(a.Of(MaximumAt(s)), a.Out(6), s_row),
            (s, v) => [[.. Enumerable.Range(0, 6).Select(window => v[0][FirstOf(s, window)])]]),
        .. Row(
            "gradient of max pool: the first of equals, and NaN wins", s_maxima,
            (a, s) => new MaxPoolGradientCall(a.Of(MaximumAt(s)), a.Of(1, 2, 3, 4, 5, 6), a.Out(24), s_row),
            (s, v) =>
            {
                var dx = new double[24];
                for (var window = 0; window < 6; window++)
                {
                    dx[FirstOf(s, window)] = window + 1;
                }

                return [dx];
            }),
        .. Row(
            "resample", [(35, 3), (6 * 6, 1), (3, 70), (700, 5)],
            (a, s) => new ResampleCall(
                a.In(s.Item1 * 9 * s.Item2), a.Out(s.Item1 * s_taps.Length * s.Item2), s.Item1, s.Item2, new ResampleTaps(9, s_taps)),
            (s, v) =>
            [
                Array64.Build(new(s.Item1, s_taps.Length, s.Item2), i => s_taps[i[1]].Weights.Select((weight, tap) =>
                    weight * v[0][(((i[0] * 9) + s_taps[i[1]].First + tap) * s.Item2) + i[2]]).Sum()).Values,
            ],
            2e-7, timed: (1 << 14, 1)),
        .. Row(
            "resample large numbers with a negative weight", [1, 5],
            (a, inner) => new ResampleCall(
                a.In(3 * inner, 2.9e38, 3.1e38), a.Out(inner), 1, inner, new ResampleTaps(3, [(0, [0.625f, 0.625f, -0.25f])])),
            (inner, v) => [[.. Enumerable.Range(0, inner).Select(i =>
                (0.625 * (v[0][i] + v[0][inner + i])) - (0.25 * v[0][(2 * inner) + i]))]], 2e-7, _ => true),

        // An image of 3, three slots of 5 elements, and a slot that is shown.
        .. Row(
            "exchange", Enum.GetValues<ExchangeMode>(),
            (a, mode) =>
            {
                (a.Numbers[StepNumbers.AtOnce], a.Numbers[StepNumbers.AtOnce + 1]) = ((uint)mode, 2);
                return new ExchangeCall(a.In(3), a.In(15), 5, StepNumbers.AtOnce, a.Out(3));
            },
            (mode, v) =>
            [
                mode == ExchangeMode.PassOn ? v[1] : [.. v[1][..10], .. v[0], .. v[1][13..]],
                    mode == ExchangeMode.Swap ? v[1][10..13] : v[0],
            ],
            onGpus: _ => true),
    ];

    private static readonly PoolGeometry s_row = new(1, (2, 12), new(2, 2, 0, 1), (1, 6));

    private static IEnumerable<KernelCase> PadRows(PadMode mode) =>
    [
        .. Row(
            $"pad {mode}", mode == PadMode.Reflect ? s_pads : [.. s_pads, .. s_farPads],
            (a, g) => new PadCall(mode, 0.5f, a.In(g.Planes * g.H * g.W), a.Out(g.Count()), g), (g, v) => [Padded(mode, g, v[0]).Values],
            timed: new PadGeometry(64, 256, 256, 3, 3, 3, 3)),
        .. Row(
            $"gradient of pad {mode}", mode == PadMode.Reflect ? s_pads : [.. s_pads, .. s_farPads],
            (a, g) => new PadGradientCall(mode, a.In(g.Count()), a.Out(g.Planes * g.H * g.W), g),
            (g, v) => [AddedBack(places => Padded(mode, g, places), g.Planes * g.H * g.W, v[0])], 2e-6,
            timed: new PadGeometry(64, 256, 256, 3, 3, 3, 3)),
    ];

    private static IEnumerable<KernelCase> UpsampleRows(UpsampleMode mode) =>
    [
        .. Row(
            $"upsample {mode}", s_upsamplings,
            (a, g) => new UpsampleCall(mode, a.In(g.Planes * g.H * g.W), a.Out(g.Planes * g.OutH * g.OutW), g),
            (g, v) => [Upsampled(mode, Planes(v[0], g.Planes, g.H, g.W), g).Values], 1e-6, timed: new UpsampleGeometry(64, 128, 128, 2)),
        .. Row(
            $"gradient of upsample {mode}", s_upsamplings,
            (a, g) => new UpsampleGradientCall(mode, a.In(g.Planes * g.OutH * g.OutW), a.Out(g.Planes * g.H * g.W), g),
            (g, v) => [Transposed(x => Upsampled(mode, x, g), g.Planes, g.H, g.W, v[0])], 2e-6, timed: new UpsampleGeometry(64, 128, 128,
                2)),
    ];

    private static Array64 Padded(PadMode mode, PadGeometry g, double[] x) =>
        Naive.Pad(Planes(x, g.Planes, g.H, g.W), g.Left, g.Right, g.Top, g.Bottom, mode, 0.5);

    private static Array64 Upsampled(UpsampleMode mode, Array64 x, UpsampleGeometry g) =>
        mode == UpsampleMode.Nearest ? Naive.Nearest(x, g.Scale) : Naive.Bilinear(x, g.Scale);

    private static PoolWindow Window(PoolGeometry g) => new(g.Window.Kernel, g.Window.Stride, g.Window.Padding);

    private static Array64 AveragePooled(Array64 x, PoolGeometry g) => Naive.AveragePool(x, Window(g), g.CountsPadding == 1);

    private static Array64 AtMaxima(double[] x, double[] values, PoolGeometry g) =>
        Naive.Gather(Planes(x, g.Planes, g.H, g.W), Planes(values, g.Planes, g.H, g.W), Window(g));

    /// <summary>Few different numbers, all negative: ties occur, and zeros of the padding would win.</summary>
    private static float[] WithTies(PoolGeometry g) =>
        Array.ConvertAll(Numbers.Some(g.Planes * g.H * g.W, low: -5, high: -1), MathF.Round);

    private static PoolGeometry Halving(int side) => new(64, side, new(2, 2, 0, 1), side / 2);

    private static float[] MaximumAt((int Place, int Window, float Others, float Value) s)
    {
        float[] x = [.. Enumerable.Repeat(s.Others, 24)];
        x[FirstOf(s, s.Window)] = s.Value;
        return x;
    }

    private static int FirstOf((int Place, int Window, float Others, float Value) s, int window) =>
        (2 * window) + (window == s.Window ? (s.Place / 2 * 12) + (s.Place % 2) : 0);
}
