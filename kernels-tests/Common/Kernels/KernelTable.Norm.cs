namespace IlgpuGan.TestsCommon.Kernels;

internal static partial class KernelTable
{
    private const float Epsilon = 1e-5f;

    private static readonly Accuracy s_ofMoments = new(1e-7) { Further = [new(2.5e-7, 1e-3)] }; // Eight squares are added up in float32.

    private static readonly NormGeometry[] s_groupsOfOne = [new(1, 1, 1, false), new(4, 3, 1, true)];

    /// <summary>Accelerators add up groups of more than 8192 in parts.</summary>
    private static readonly NormGeometry[] s_norms =
    [
        new(3, 5, 7, false), new(3, 5, 7, true), new(1, 3, 8201, true), new(2, 512, 4, false), new(7, 3, 1, false), new(33, 40, 1, false),
        new(64, 32, 1, false), new(9, 35, 9, false), new(13, 20, 36, false), new(8, 5, 256, false), new(4097, 3, 1, false),
        new(1, 64, 33 * 35, true), new(1, 3, 300 * 301, true), new(2, 3, 200 * 201, false), new(40, 2, 31 * 33, false),
    ];

    private static readonly NormGeometry[] s_timedNorms = [new(1, 512, 64, true), new(1, 256, 4096, true), new(1, 64, 65536, true)];

    private static IEnumerable<KernelCase> NormRows() =>
    [
        .. Row(
            "moments",
            from g in s_norms.Concat(s_groupsOfOne) from offset in new[] { 0, 1000 } select (g, offset),
            (a, s) => new MomentsCall(a.In(Elements(s.g), s.offset - 1, s.offset + 1), a.Out(s.g.Groups), a.Out(s.g.Groups), s.g),
            (s, v) => Moments(v[0], s.g), s_ofMoments, s => s.offset == 0 && (s.g.GroupSize is 7 or 21 or 8201),
            timed: [.. s_timedNorms.Select(g => (g, offset: 0))]),

        // A channel whose first image is far off is summed again; one that is nearly constant loses no digits.
        .. Row(
            "moments by sums down columns",
            [new NormGeometry(33, 40, 1, false), new(64, 32, 1, false), new(9, 35, 9, false), new(5, 16, 15, false), new(17, 19, 100,
                false)],
            (a, g) =>
            {
                var x = Numbers.Some(Elements(g), low: 10, high: 11);
                x.AsSpan(2 * g.Inner, g.Inner).Fill(-500);
                return new MomentsCall(a.Of(x), a.Out(g.Groups), a.Out(g.Groups), g);
            },
            (g, v) => Moments(v[0], g), s_ofMoments, _ => false),

        // The places that a first guess of the mean is taken from say nothing of the rest: its deviations would cancel.
        .. Row(
            "moments where a sample misleads", [128, 999, 4096, 40000],
            (a, pixels) =>
            {
                var x = Numbers.Some(2 * pixels, low: -1, high: 1);
                for (var place = 0; pixels > 128 && place < 8; place++)
                {
                    Array.Fill(x, 3e4f, place * ((Math.Min(pixels, 32768) - 16) / 7), 16);
                }

                Array.Fill(x, 7.1f, pixels, pixels);
                return new MomentsCall(a.Of(x), a.Out(2), a.Out(2), new(1, 2, pixels, PerInstance: true));
            },
            (pixels, v) => Moments(v[0], new(1, 2, pixels, PerInstance: true)), new(1e-7) { Further = [new(1e-7, 1e-3)] }, _ => false),

        // In one part and in two.
        .. Row(
            "moments of numbers whose squares have a sum that is too large", [301, 8201],
            (a, pixels) => new MomentsCall(a.In(pixels, 1e18, 6e18), a.Out(1), a.Out(1), new(1, 1, pixels, PerInstance: true)),
            (pixels, v) => Moments(v[0], new(1, 1, pixels, PerInstance: true)), s_ofMoments, _ => true),
        .. Row(
            "normalize",
            from affine in new[] { (true, true), (false, true), (true, false), (false, false) }
            from g in s_norms.Concat(s_groupsOfOne)
            select (g, affine.Item1, affine.Item2),
            (a, s) => new NormalizeCall(Normalization(a, s.g, s.Item2, s.Item3), a.Out(Elements(s.g))),
            (s, v) => [Normalized(s.g, v[0], v[1], v[2], s.Item2 ? v[3] : null, s.Item3 ? v[^2] : null)], 1e-6,
            s => s.g.GroupSize is 7 or 21,
            timed: [.. s_timedNorms.Select(g => (g, false, false))]),
        .. Row(
            "gradient of a norm", from weighted in new[] { true, false } from g in s_norms select (g, weighted),
            (a, s) => NormGradient(a, s.g, s.weighted, toX: true, toParameters: s.weighted),
            (s, v) => NormGradients(s.g, v, s.weighted)[..(s.weighted ? 3 : 1)], new(2e-6) { Further = [new(1e-6, 0), new(1e-6, 0)] },
            s => s.g.GroupSize is 7 or 21 or 8201,
            timed: [.. s_timedNorms.Select(g => (g, weighted: false))]),

        // Terms as large as dy / √ε cancel there.
        .. Row(
            "gradient of a norm of groups of one", s_groupsOfOne, (a, g) => NormGradient(a, g, weighted: true, toX: true,
                toParameters: true),
            (g, v) => NormGradients(g, v, true), new(2e-6, 1 / Math.Sqrt(Epsilon)), _ => false),
        .. Row(
            "gradient of a norm whose sums are too large", [301, 8201],
            (a, pixels) => NormGradient(
                a, new(1, 1, pixels, PerInstance: true), weighted: false, toX: true, toParameters: false, low: 1e36, high: 2e36),
            (pixels, v) => NormGradients(new(1, 1, pixels, PerInstance: true), v, false)[..1], new(2e-6, 0), _ => true),
        .. Row(
            "gradient of a norm's input alone", s_norms, (a, g) => NormGradient(a, g, weighted: true, toX: true, toParameters: false),
            (g, v) => NormGradients(g, v, true)[..1], 2e-6),
        .. Row(
            "gradient of a norm's parameters alone", s_norms, (a, g) => NormGradient(a, g, weighted: true, toX: false, toParameters: true),
            (g, v) => NormGradients(g, v, true)[1..], new(1e-6, 0)),
        .. Row(
            "track statistics", [true, false],
            (a, counted) => new TrackStatisticsCall(a.In(71), a.In(71), new(a.In(71), a.In(71), counted ? a.Of(6) : null, 0.25f, 1.5f)),
            (counted, v) =>
            [
                [.. v[0].Zip(v[2], (x, past) => (0.75 * past) + (0.25 * x))], [.. v[1].Zip(v[3], (x, past) => (0.75 * past) + (0.375 * x))],
                .. counted ? Each(v[4], n => n + 1) : [],
            ],
            2e-7, _ => true),
        .. Row("norm to", Fused(), NormTo, null, default, s => s.IsOfAccelerators && s.Variant < 4, s => s.IsSlow),
        .. Row("gradient of norm to", Fused(), NormToGradient, null, default, s => s.IsOfAccelerators, s => s.IsSlow),
    ];

    private static long Elements(NormGeometry g) => (long)g.Outer * g.Channels * g.Inner;

    private static int ChannelOf(NormGeometry g, int element) => element / g.Inner % g.Channels;

    private static int GroupOf(NormGeometry g, int element) => g.PerInstance ? element / g.Inner : ChannelOf(g, element);

    /// <summary>Mean and variance of each group.</summary>
    private static double[][] Moments(double[] x, NormGeometry g)
    {
        var (mean, variance) = (new double[g.Groups], new double[g.Groups]);
        for (var i = 0; i < x.Length; i++)
        {
            mean[GroupOf(g, i)] += x[i] / g.GroupSize;
        }

        for (var i = 0; i < x.Length; i++)
        {
            variance[GroupOf(g, i)] += Math.Pow(x[i] - mean[GroupOf(g, i)], 2) / g.GroupSize;
        }

        return [mean, variance];
    }

    private static Normalization Normalization(CallArrays a, NormGeometry g, bool weighted, bool biased) => new(
        a.In(Elements(g), -1, 3), a.In(g.Groups), a.In(g.Groups, 0.1), a.InIf(weighted, g.Channels), a.InIf(biased, g.Channels), g,
            Epsilon);

    private static double[] Normalized(NormGeometry g, double[] x, double[] mean, double[] variance, double[]? weight, double[]? bias) =>
    [
        .. x.Select((v, i) => ((v - mean[GroupOf(g, i)]) / Math.Sqrt(variance[GroupOf(g, i)] + Epsilon) * (weight?[ChannelOf(g, i)] ?? 1))
            + (bias?[ChannelOf(g, i)] ?? 0)),
    ];

    private static NormalizeGradientCall NormGradient(
        CallArrays a, NormGeometry g, bool weighted, bool toX, bool toParameters, double low = -1, double high = 2)
    {
        var x = a.In(Elements(g), 1, 3);
        var moments = Moments(Numbers.Double(a.All[^1].Values), g);
        var (mean, variance) = (a.Of(Array.ConvertAll(moments[0], v => (float)v)), a.Of(Array.ConvertAll(moments[1], v => (float)v)));
        return new(
            new(x, mean, variance, a.InIf(weighted, g.Channels), null, g, Epsilon), a.In(Elements(g), low, high), a.OutIf(toX, Elements(g)),
            a.OutIf(toParameters, g.Channels), a.OutIf(toParameters, g.Channels));
    }

    /// <summary>The chain rule: y = w·(x − μ)·s with s = (σ² + ε)^−½ through x directly, through μ, and through σ².</summary>
    private static double[][] NormGradients(NormGeometry g, double[][] v, bool weighted)
    {
        var (x, dy, moments, groups) = (v[0], weighted ? v[4] : v[3], Moments(v[0], g), g.Groups);
        var (dx, dMean, dVariance) = (new double[x.Length], new double[groups], new double[groups]);
        var (dWeight, dBias) = (new double[g.Channels], new double[g.Channels]);
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var (group, channel) = (GroupOf(g, i), ChannelOf(g, i));
                var (off, s) = (x[i] - moments[0][group], 1 / Math.Sqrt(moments[1][group] + Epsilon));
                var d = dy[i] * (weighted ? v[3][channel] : 1);
                if (pass == 0)
                {
                    dMean[group] -= d * s;
                    dVariance[group] += d * off * -0.5 * s * s * s;
                    dWeight[channel] += dy[i] * off * s;
                    dBias[channel] += dy[i];
                }
                else
                {
                    dx[i] = (d * s) + (dMean[group] / g.GroupSize) + (dVariance[group] * 2 * off / g.GroupSize);
                }
            }
        }

        return [dx, dWeight, dBias];
    }

    /// <summary>
    /// Fused norms: small groups, several a task; large ones of two parts, or of more than a fused kernel takes on. The first five shapes
    /// are
    /// those of accelerators.
    /// </summary>
    private static IEnumerable<FusedNorm> Fused()
    {
        (int Outer, int Channels, int H, int W, bool PerInstance)[] shapes =
        [
            (2, 3, 21, 19, true), (3, 5, 5, 3, true), (3, 2, 9, 8, false), (1, 1, 91, 93, true), (2, 1, 65, 66, false), (1, 1, 1, 1, true),
            (2, 70, 1, 1, false), (1, 3, 7, 5, true), (1, 3, 1, 1, true), (3, 5, 4, 4, false), (2, 40, 16, 17, false), (1, 33, 33, 35,
                true),
            (1, 33, 182, 181, true), (2, 33, 129, 128, false), (1, 2, 257, 256, true), (2, 2, 150, 220, false),
        ];
        var dropout = new NormDropout(new RandomKey(1, 2, 3, 4) { StepWord = StepNumbers.AtOnce }, 0.4f);
        for (var i = 0; i < shapes.Length; i++)
        {
            var (outer, channels, h, w, perInstance) = shapes[i];
            PadGeometry Pad(int top, int bottom, int left, int right) => new(outer * channels, h, w, top, bottom, left, right);
            NormTail[] tails =
            [
                new(UnaryFunction.LeakyRelu, 0.2f, Pad(1, 2, 0, 3), PadMode.Constant, 0.5f), new(UnaryFunction.Relu),
                new(UnaryFunction.Relu, Dropout: dropout),
                .. h > 3
                    ? [
                        new(null, 0, Pad(3, 2, 1, -1), PadMode.Replicate), new(UnaryFunction.Relu, 0, Pad(1, 1, 1, 1), PadMode.Reflect),
                        new NormTail(UnaryFunction.Relu, 0, Pad(1, 2, 0, 3), PadMode.Constant, 0.5f, dropout),
                    ]
                    : new[] { default(NormTail) },
            ];
            foreach (var tail in tails)
            {
                for (var variant = 0; variant < 6; variant++)
                {
                    var isLarge = h * w > 1 << 14 && (tail.PadMode != PadMode.Reflect || channels > 2);
                    yield return new(new(outer, channels, h * w, perInstance), tail, variant, i < 5, isLarge);
                }
            }
        }
    }

    /// <summary>Both outputs and one of them, with and without all that may be given, by given statistics, and over the input.</summary>
    private static KernelCall NormTo(CallArrays a, FusedNorm s)
    {
        var (g, count) = (s.G, Elements(s.G));
        (a.Numbers[StepNumbers.AtOnce], a.Numbers[StepNumbers.AtOnce + 1]) = (77, 5); // Dropout reads them.
        var (affine, adds, branches) = (s.Variant != 1, s.Variant is 1 or 2 or 5, s.Variant is 2 or 3);
        var given = s.Variant is 3 or 5;
        var norm = Normalization(a, g, affine, affine);
        norm = given ? norm : norm with { Mean = a.Out(g.Groups), Variance = a.Out(g.Groups) };
        var addend = a.InIf(adds, count);
        DeviceSpan? y = s.Variant > 3 ? norm.X : a.OutIf(s.Variant != 1 || s.Tail.Pad is null || given, count);
        NormBranch? branch = branches
            ? new(a.Out(count), s.Tail.Activation == UnaryFunction.Relu ? UnaryFunction.LeakyRelu : UnaryFunction.Relu, 0.3f)
            : null;
        if (given)
        {
            return new NormalizeToCall(norm, addend, y!.Value, branch, s.Tail with { Pad = null, Dropout = null });
        }

        var tail = s.Variant == 4 ? s.Tail with { Pad = null } : s.Tail;
        TrackedStatistics? tracked = s.Variant == 2 && g.Groups == g.Channels
            ? new(a.In(g.Channels), a.In(g.Channels), a.Of(6), 0.25f, 1.5f)
            : null;
        return new NormToCall(norm, addend, y, tail.Pad is { } pad ? a.Out(pad.Count()) : null, branch, tracked, tail)
        {
            Scratch = a.Out(count),
        };
    }

    /// <summary>
    /// With parameters; with nothing, over dy where that is allowed; with what others made of the value, summed for them and for nobody;
    /// with
    /// a branch; and summed over the addend.
    /// </summary>
    private static NormToGradientCall NormToGradient(CallArrays a, FusedNorm s)
    {
        var (g, tail, count) = (s.G, s.Tail, Elements(s.G));
        (a.Numbers[StepNumbers.AtOnce], a.Numbers[StepNumbers.AtOnce + 1]) = (77, 5);
        var affine = s.Variant is not (1 or 5);
        var adds = s.Variant is 2 or 3 or 5 && tail is { Dropout: null } and not { Activation: not null, Pad: not null };
        var branches = s.Variant == 4 && tail.Activation is not null && (tail.Dropout is not null || tail.Pad is null);
        var norm = Normalization(a, g, affine, affine);
        var dy = a.In(tail.Pad?.Count() ?? count);
        var addend = a.InIf(adds, count);
        DeviceSpan? sum = adds && s.Variant == 2 ? a.Out(count) : s.Variant == 5 ? addend : null;
        var dx = s.Variant == 1 && tail is { Activation: not null, Pad: null } ? dy : a.Out(count);
        NormGradientBranch? branch = branches
            ? new(a.In(count), tail.Activation == UnaryFunction.Relu ? UnaryFunction.LeakyRelu : UnaryFunction.Relu, 0.3f)
            : null;
        return new(norm, dy, dx, a.OutIf(affine, g.Channels), a.OutIf(affine, g.Channels), tail)
        {
            Addend = addend, Sum = sum, Branch = branch, Scratch = a.Out(count),
        };
    }

    /// <summary>A size of a fused norm.</summary>
    private readonly record struct FusedNorm(NormGeometry G, NormTail Tail, int Variant, bool IsOfAccelerators, bool IsSlow)
    {
        public override string ToString() =>
            $"{G.Outer}x{G.Channels}x{G.Inner} {(G.PerInstance ? "instance" : "batch")} {Tail.Activation} " +
            $"{(Tail.Pad is null ? "" : Tail.PadMode)}{(Tail.Dropout is null ? "" : " dropout")} {Variant}";
    }
}
