using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Gpu;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>
/// The fused kernels of normalisation give the bits of the plain ones that they stand for, and take a launch where groups are small and two
/// where not.
/// </summary>
[TestFixture("opencl")]
[TestFixture("ptx")]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class FusedNormTests(string name)
{
    private const float Epsilon = 1e-5f;

    /// <summary>The last two have groups of two parts.</summary>
    private static readonly (int Outer, int Channels, int H, int W, bool PerInstance)[] s_shapes =
    [
        (1, 3, 1, 1, true),
        (2, 3, 7, 5, true),
        (3, 2, 9, 8, false),
        (1, 1, 91, 93, true),
        (2, 1, 65, 66, false),
    ];

    private static readonly NormDropout s_dropout = new(new RandomKey(1, 2, 3, 4, StepNumbers.AtOnce), 0.4f);

    private GpuDevice Device => (GpuDevice)TestDevices.Open(name);

    internal static IEnumerable<TestCaseData> Cases()
    {
        foreach (var (outer, channels, h, w, perInstance) in s_shapes)
        {
            var g = new NormGeometry(outer, channels, h * w, perInstance);
            var planes = outer * channels;
            yield return Case(g, new NormTail(UnaryFunction.LeakyRelu, 0.2f));
            yield return h > 3
                ? Case(g, new NormTail(UnaryFunction.Relu, 0, new PadGeometry(planes, h, w, 1, 2, 0, 3), PadMode.Reflect))
                : Case(g, new NormTail(null));
            yield return Case(g, new NormTail(UnaryFunction.Relu, Dropout: s_dropout));
            if (h is > 3 and < 10)
            {
                yield return Case(g, new NormTail(null, 0, new PadGeometry(planes, h, w, 3, 2, 1, -1), PadMode.Replicate));
                yield return Case(
                    g, new NormTail(UnaryFunction.LeakyRelu, 0.5f, new PadGeometry(planes, h, w, 1, 0, 2, 1), PadMode.Constant, 0.5f));
                yield return Case(
                    g, new NormTail(
                        UnaryFunction.Relu, 0, new PadGeometry(planes, h, w, 1, 2, 0, 3), PadMode.Constant, 0.5f, s_dropout));
            }
        }

        static TestCaseData Case(NormGeometry g, NormTail tail) => new TestCaseData(g, tail)
            .SetArgDisplayNames($"{g.Outer}x{g.Channels}x{g.Inner} {(g.PerInstance ? "instance" : "batch")}", $"{tail.Activation}",
            $"{(tail.Pad is null ? "" : tail.PadMode)}{(tail.Dropout is null ? "" : " dropout")}");
    }

    /// <summary>Once with all that may be given, once with nothing.</summary>
    [TestCaseSource(nameof(Cases))]
    public void Forward(NormGeometry g, NormTail tail)
    {
        foreach (var full in Variants(g))
        {
            var keep = full || tail.Pad is null;
            var results = Both(run =>
            {
                var (x, mean, variance, weight, bias) = Inputs(run, g, full);
                var y = run.Array(x.Length);
                DeviceSpan? addend = full ? run.Array(x.Length) : null;
                NormBranch? branch = full
                    ? new(run.Array(x.Length), tail.Activation == UnaryFunction.Relu ? UnaryFunction.LeakyRelu : UnaryFunction.Relu, 0.3f)
                    : null;
                DeviceSpan? padded = tail.Pad is { } pad ? run.Array((long)pad.Planes * pad.OutH * pad.OutW) : null;
                TrackedStatistics? tracked = full && g.Groups == g.Channels
                    ? new(run.Array(g.Channels), run.Array(g.Channels), run.Array(1), 0.25f, 1.5f)
                    : null;
                run.Kernels.Run(
                    new NormToCall(
                        new(x, mean, variance, weight, bias, g, Epsilon), addend, keep ? y : null, padded, branch, tracked, tail)
                    {
                        Scratch = run.Array(x.Length),
                    },
                    run.IsFused);

                return [mean, variance, keep ? y : mean, padded ?? y, branch?.Y ?? mean, tracked?.Mean ?? mean, tracked?.Variance ?? mean,
                    tracked?.Batches ?? mean];
            });
            Assert.That(results.FusedLaunches, Is.EqualTo(g.GroupSize < 8192 ? 1 : 2));
            Assert.That(results.PlainLaunches, Is.GreaterThan(results.FusedLaunches));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Gradient(NormGeometry g, NormTail tail)
    {
        foreach (var full in Variants(g))
        {
            // Without a sum also in place, where that is allowed.
            var inPlace = !full && tail is { Activation: not null, Pad: null };
            var isBranched = full && tail.Activation is not null && (tail.Dropout is not null || (tail.Pad is null && g.PerInstance));
            var sums = full && !isBranched && tail is not ({ Activation: not null, Pad: not null } or { Dropout: not null });
            var results = Both(run =>
            {
                var (x, mean, variance, weight, bias) = Inputs(run, g, full);
                run.Kernels.Run(new MomentsCall(x, mean, variance, g));
                var dy = run.Array(tail.Pad is { } pad ? (long)pad.Planes * pad.OutH * pad.OutW : x.Length);
                var dx = inPlace ? dy : run.Array(x.Length);
                DeviceSpan? addend = sums ? run.Array(x.Length) : null;

                // For others, too, in memory of its own; or for nobody else.
                DeviceSpan? sum = sums && g.PerInstance ? run.Array(x.Length) : null;
                DeviceSpan? dweight = full ? run.Array(g.Channels) : null;
                DeviceSpan? dbias = full ? run.Array(g.Channels) : null;
                NormGradientBranch? branch = isBranched
                    ? new(run.Array(x.Length), tail.Activation == UnaryFunction.Relu ? UnaryFunction.LeakyRelu : UnaryFunction.Relu, 0.3f)
                    : null;
                run.Kernels.Run(
                    new NormToGradientCall(
                        new(x, mean, variance, weight, bias, g, Epsilon), dy, addend, sum, dx, dweight, dbias, branch, tail)
                    {
                        Scratch = run.Array(x.Length),
                    },
                    run.IsFused);

                return [dx, sum ?? dx, dweight ?? dx, dbias ?? dx];
            });
            var joins = full && g.Groups != g.Channels;
            Assert.That(results.FusedLaunches, Is.EqualTo(g.GroupSize < 8192 && !joins ? 1 : 2));
        }
    }

    /// <summary>
    /// Whether all is given that may be. A tool that watches takes its time, so that it is shown one large group of each kernel.
    /// </summary>
    private static bool[] Variants(NormGeometry g)
    {
        var isLarge = g.GroupSize > 8192;
        return !TestDevices.IsWatched || !isLarge ? [true, false] : g.PerInstance ? [] : [true];
    }

    /// <summary>
    /// Runs fused and plain kernels on the same numbers, compares the bits of the results, and says how much was launched.
    /// </summary>
    private (long FusedLaunches, long PlainLaunches) Both(Func<Run, DeviceSpan[]> code)
    {
        var (fused, fusedLaunches) = Results(isFused: true);
        var (plain, plainLaunches) = Results(isFused: false);
        for (var i = 0; i < plain.Length; i++)
        {
            Numbers.AssertSameBits(fused[i], plain[i], $"result {i}");
        }

        return (fusedLaunches, plainLaunches);

        (float[][] Values, long Launches) Results(bool isFused)
        {
            using var step = Device.Step();
            var run = new Run(Device, isFused);
            var results = code(run);
            return ([.. results.Select(run.Values)], run.Launches);
        }
    }

    private static (DeviceSpan X, DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Weight, DeviceSpan? Bias) Inputs(
        Run run, NormGeometry g, bool affine) =>
        (run.Array((long)g.Outer * g.Channels * g.Inner), run.Array(g.Groups), run.Array(g.Groups),
            affine ? run.Array(g.Channels) : null, affine ? run.Array(g.Channels) : null);

    private sealed class Run(GpuDevice device, bool isFused)
    {
        private readonly List<Tensor> _arrays = [];
        private long _before;
        private long _after;

        public bool IsFused => isFused;

        public IKernels Kernels => device.Kernels;

        /// <summary>Since the last array was made.</summary>
        public long Launches => _after - _before;

        /// <summary>Numbers, the same for each run.</summary>
        public DeviceSpan Array(long count)
        {
            _arrays.Add(Tensor.From(Numbers.Some(count, seed: _arrays.Count, low: -1, high: 3), new Shape((int)count), device));
            _before = device.Launches;
            return _arrays[^1].Span;
        }

        public float[] Values(DeviceSpan span)
        {
            _after = _after == 0 ? device.Launches : _after;
            return _arrays.First(array => array.Span == span).ToArray();
        }
    }
}
