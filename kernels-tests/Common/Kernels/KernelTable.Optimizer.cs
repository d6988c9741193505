namespace IlgpuGan.TestsCommon.Kernels;

internal static partial class KernelTable
{
    private const float Rate = 2e-4f;

    /// <summary>Sizes of a network's parameters.</summary>
    private static readonly string[] s_parameters = ["1101x7", "1x17x0x1000x70001x0x5"];

    /// <summary>Weights of a discriminator and of a ResNet.</summary>
    private static readonly string[] s_networks = ["2768705", "11378179"];

    private static IEnumerable<KernelCase> OptimizerRows() =>
    [
        .. Row(
            "Adam",
            from sizes in s_parameters
            from how in new (long Step, float Decay)[] { (2, 0.1f), (1, 0), (1000, 0) }
            select (Sizes: sizes, how.Step, how.Decay),
            (a, s) => AdamOf(a, Extents(s.Sizes)[0], new(0.5f, 0.999f, 1e-8f, s.Decay, StepNumbers.AtOnce), Rate, s.Step),
            (s, v) => Slots(v, 4, (slot, i) =>
            {
                var (w, g) = (slot[0][i], slot[1][i] + (s.Decay * slot[0][i]));
                var (m, r) = ((0.5 * slot[2][i]) + (0.5 * g), (0.999 * slot[3][i]) + (0.001 * g * g));
                var step = m / (1 - Math.Pow(0.5, s.Step)) / (Math.Sqrt(r / (1 - Math.Pow(0.999, s.Step))) + 1e-8);
                return [w - (2e-4 * step), m, r];
            }),
            new(2e-7) { Further = [2e-7, new(1e-6, 1e-3)] }, timed: [.. s_networks.Select(n => (Sizes: n, Step: 1L, Decay: 0f))]),

        // After one step from zero moments every weight has moved by the learning rate, whatever its gradient's size.
        .. Row(
            "Adam's first step", [0],
            (a, _) =>
            {
                var settings = new AdamSettings(0.9f, 0.999f, 1e-8f, 0, StepNumbers.AtOnce);
                AdamCoefficients.SetRates(a.Numbers, settings, 0.001f, step: 1);
                return new AdamCall([new(a.Of(0, 0, 0, 0), a.Of(3, -3e-5f, 1e4f, 0), a.Of(0, 0, 0, 0), a.Of(0, 0, 0, 0))], settings);
            },
            (_, v) =>
            [
                [-0.001, 0.001 / (1 + (1e-8 / 3e-5)), -0.001, 0], [.. v[1].Select(g => 0.1 * g)], [.. v[1].Select(g => 0.001 * g * g)],
            ],
            new(1e-6, 1e-3), _ => false),
        .. Row(
            "gradient descent",
            from sizes in s_parameters
            from how in new (float Momentum, float Decay, bool Nesterov)[] { (0.9f, 0.01f, false), (0, 0, false), (0.9f, 0, false),
                (0.9f, 0.01f, true) }
            select (Sizes: sizes, How: how),
            (a, s) =>
            {
                a.Numbers.SetSingle(StepNumbers.AtOnce, 0.1f);
                SgdSlot[] slots = [.. Extents(s.Sizes)[0].Select(n => new SgdSlot(a.In(n), a.In(n), a.InIf(s.How.Momentum != 0, n)))];
                return new SgdCall(slots, StepNumbers.AtOnce, s.How.Momentum, s.How.Decay, s.How.Nesterov);
            },
            (s, v) => Slots(v, s.How.Momentum == 0 ? 2 : 3, (slot, i) =>
            {
                var g = slot[1][i] + (s.How.Decay * slot[0][i]);
                var moved = s.How.Momentum == 0 ? g : (s.How.Momentum * slot[2][i]) + g;
                var w = slot[0][i] - (0.1f * (s.How.Nesterov ? (s.How.Momentum * moved) + g : moved));
                return s.How.Momentum == 0 ? [w] : [w, moved];
            }),
            3e-7, s => s.Sizes == s_parameters[0], timed: (Sizes: s_networks[0], How: (0.9f, 0, false))),
        .. Row(
            "RMSProp",
            from sizes in s_parameters
            from convention in Enum.GetValues<RmsPropConvention>()
            from momentum in new[] { 0.5f, 0 }
            select (Sizes: sizes, convention, momentum),
            (a, s) =>
            {
                RmsPropSettings.SetRates(a.Numbers, StepNumbers.AtOnce, s.convention, 0.01f);
                return new RmsPropCall(
                    [.. Extents(s.Sizes)[0].Select(n => new RmsPropSlot(a.In(n), a.In(n), a.In(n, 0.1), a.InIf(s.momentum != 0, n)))],
                    new(0.9f, 1e-2f, s.momentum, 0.01f, s.convention, StepNumbers.AtOnce));
            },
            (s, v) => Slots(v, s.momentum == 0 ? 3 : 4, (slot, i) =>
            {
                var g = slot[1][i] + (0.01 * slot[0][i]);
                var square = (0.9 * slot[2][i]) + (0.1 * g * g);
                var isInside = s.convention == RmsPropConvention.TensorFlow1;
                var step = (isInside ? 0.01 : 1) * g / (isInside ? Math.Sqrt(square + 1e-2) : Math.Sqrt(square) + 1e-2);
                step += s.momentum == 0 ? 0 : s.momentum * slot[3][i];
                var w = slot[0][i] - ((isInside ? 1 : 0.01) * step);
                return s.momentum == 0 ? [w, square] : [w, square, step];
            }),
            1e-6, s => s.Sizes == s_parameters[0], timed: (Sizes: s_networks[0], convention: RmsPropConvention.PyTorch, momentum: 0f)),
        .. Row(
            "moving average", s_lengths,
            (a, n) =>
            {
                a.Numbers.SetSingle(StepNumbers.AtOnce, 0.25f);
                return new LerpCall(a.In(n), StepNumbers.AtOnce, a.In(n));
            },
            (_, v) => [[.. v[0].Zip(v[1], (x, y) => y + (0.25 * (x - y)))]], 2e-7, timed: 2768705),
    ];

    private static AdamCall AdamOf(CallArrays a, int[] sizes, AdamSettings settings, float rate, long step)
    {
        AdamCoefficients.SetRates(a.Numbers, settings, rate, step);
        return new([.. sizes.Select(n => new AdamSlot(a.In(n), a.In(n), a.In(n, -0.1, 0.1), a.In(n, 0, 0.1)))], settings);
    }

    /// <summary>What each parameter's element becomes, array by array, from so many arrays a parameter.</summary>
    private static double[][] Slots(double[][] arrays, int each, Func<double[][], int, double[]> element)
    {
        var results = new List<double[]>();
        foreach (var slot in arrays.Chunk(each))
        {
            var elements = Enumerable.Range(0, slot[0].Length).Select(i => element(slot, i)).ToArray();
            var written = element([.. slot.Select(_ => new double[1])], 0).Length;
            results.AddRange(Enumerable.Range(0, written).Select(k => Array.ConvertAll(elements, e => e[k])));
        }

        return [.. results];
    }
}
