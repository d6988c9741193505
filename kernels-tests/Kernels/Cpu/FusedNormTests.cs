namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>The fused kernels of normalisation give the bits of the plain ones that they stand for, on any number of threads.</summary>
internal sealed class FusedNormTests
{
    private const float Epsilon = 1e-5f;

    /// <summary>A plane of more has several parts; the fast suite takes each of these with one tail.</summary>
    private const int Large = 1 << 14;

    /// <summary>Small groups, several a task; the large ones have two parts, or more than a fused kernel takes on.</summary>
    private static readonly (int Outer, int Channels, int H, int W, bool PerInstance)[] s_shapes =
    [
        (1, 1, 1, 1, true),
        (2, 70, 1, 1, false),
        (1, 3, 7, 5, true),
        (3, 5, 4, 4, true),
        (3, 5, 4, 4, false),
        (2, 40, 16, 17, false),
        (1, 33, 33, 35, true),
        (1, 33, 182, 181, true),
        (2, 33, 129, 128, false),
        (1, 2, 257, 256, true),
        (2, 2, 150, 220, false),
    ];

    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (var (outer, channels, h, w, perInstance) in s_shapes)
        {
            var g = new NormGeometry(outer, channels, h * w, perInstance);
            var planes = outer * channels;
            yield return Case(g, new NormTail(UnaryFunction.Relu));
            yield return Case(
                g, new NormTail(UnaryFunction.LeakyRelu, 0.2f, new PadGeometry(planes, h, w, 1, 2, 0, 3), PadMode.Constant, 0.5f));
            if (Math.Min(h, w) > 3)
            {
                yield return Case(g, new NormTail(null, 0, new PadGeometry(planes, h, w, 3, 2, 1, -1), PadMode.Replicate));
                yield return Case(g, new NormTail(UnaryFunction.Relu, 0, new PadGeometry(planes, h, w, 1, 1, 1, 1), PadMode.Reflect));
            }
            else
            {
                yield return Case(g, new NormTail(null));
            }
        }

        static TestCaseData Case(NormGeometry g, NormTail tail)
        {
            var data = new TestCaseData(g, tail)
                .SetArgDisplayNames($"{g.Outer}x{g.Channels}x{g.Inner} {(g.PerInstance ? "instance" : "batch")}", $"{tail.Activation}",
                $"{(tail.Pad is null ? "" : tail.PadMode)}");
            return g.Inner > Large && (tail.PadMode != PadMode.Reflect || g.Channels > 2) ? data.SetCategory(Exhaustive.Category) : data;
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Forward(NormGeometry g, NormTail tail)
    {
        foreach (var (affine, add, keep) in ((bool, bool, bool)[])[(true, false, true), (false, true, false)])
        {
            float[][] Run(bool fused) => OnThreadsOf(fused, run =>
            {
                var (x, mean, variance, weight, bias) = Inputs(run, g, affine);
                DeviceSpan? addend = add ? run.Input(Numbers.Some(x.Length, seed: 4)) : null;
                var y = run.Output(x.Length);
                DeviceSpan? padded = tail.Pad is { } p ? run.Output((long)p.Planes * p.OutH * p.OutW) : null;
                DeviceSpan? kept = keep || padded is null ? y : null;
                run.Kernels.Run(
                    new NormToCall(new(x, mean, variance, weight, bias, g, Epsilon), addend, kept, padded, null, null, tail)
                    {
                        Scratch = run.Output(x.Length),
                    },
                    fused);

                return [mean, variance, kept ?? mean, padded ?? y];
            });

            AssertSameBits(Run(fused: true), Run(fused: false));
        }
    }

    /// <summary>
    /// By the group's own statistics and by given ones, with another way out, to new memory and over the input.
    /// </summary>
    [TestCaseSource(nameof(Cases))]
    public void ForwardWithBranch(NormGeometry g, NormTail tail)
    {
        foreach (var (given, inPlace, add) in ((bool, bool, bool)[])
            [(false, false, true), (false, true, false), (true, false, false), (true, true, true)])
        {
            var behind = tail with { Pad = null };
            float[][] Run(bool fused) => OnThreadsOf(fused, run =>
            {
                var (_, mean, variance, weight, bias) = Inputs(run, g, affine: true);
                var x = run.InOut(Numbers.Some((long)g.Outer * g.Channels * g.Inner, seed: 1, low: -1, high: 3));
                DeviceSpan? addend = add ? run.InOut(Numbers.Some(x.Length, seed: 4)) : null;
                var y = inPlace ? x : run.Output(x.Length);
                var branch = new NormBranch(
                    run.Output(x.Length), tail.Activation == UnaryFunction.Relu ? UnaryFunction.LeakyRelu : UnaryFunction.Relu, 0.3f);
                run.Kernels.Run(new MomentsCall(x, mean, variance, g));
                var norm = new Normalization(x, mean, variance, weight, bias, g, Epsilon);
                KernelCall call = given
                    ? new NormalizeToCall(norm, addend, y, branch, behind)
                    : new NormToCall(norm, addend, y, null, branch, null, behind);
                run.Kernels.Run(call, fused);
                return [y, branch.Y];
            });

            AssertSameBits(Run(fused: true), Run(fused: false));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Gradient(NormGeometry g, NormTail tail)
    {
        foreach (var (affine, summed, shared) in ((bool, bool, bool)[])
            [(true, false, false), (false, false, false), (true, true, true), (false, true, true), (true, true, false)])
        {
            if (summed && tail is { Activation: not null, Pad: not null })
            {
                continue; // What is added up is the gradient of one of them.
            }

            // Without affine also in place, where that is allowed.
            var inPlace = !affine && !summed && tail is { Activation: not null, Pad: null };
            float[][] Run(bool fused) => OnThreadsOf(fused, run =>
            {
                var (x, mean, variance, weight, bias) = Inputs(run, g, affine);
                run.Kernels.Run(new MomentsCall(x, mean, variance, g));
                var dy = run.InOut(Numbers.Some(tail.Pad is { } p ? (long)p.Planes * p.OutH * p.OutW : x.Length, seed: 5));
                DeviceSpan? addend = summed ? run.InOut(Numbers.Some(x.Length, seed: 6)) : null;

                // What others read, too, over the addend as well.
                DeviceSpan? sum = summed && shared ? affine ? run.Output(x.Length) : addend : null;
                var dx = inPlace ? dy : run.Output(x.Length);
                DeviceSpan? dweight = affine ? run.Output(g.Channels) : null;
                DeviceSpan? dbias = affine ? run.Output(g.Channels) : null;
                run.Kernels.Run(
                    new NormToGradientCall(
                        new(x, mean, variance, weight, bias, g, Epsilon), dy, addend, sum, dx, dweight, dbias, null, tail)
                    {
                        Scratch = run.Output(x.Length),
                    },
                    fused);

                return [dx, dweight ?? dx, dbias ?? dx, sum ?? dx];
            });

            AssertSameBits(Run(fused: true), Run(fused: false));
        }
    }

    /// <summary>A NaN goes where the plain kernels let it go: it stays in its own group.</summary>
    [Test]
    public void NaNsStayInTheirGroup()
    {
        var g = new NormGeometry(1, 3, 40, PerInstance: true);
        var numbers = Numbers.Some(120, seed: 1);
        numbers[50] = float.NaN;
        float[][] Run(bool fused) => OnThreadsOf(fused, run =>
        {
            var (x, mean, variance, y) = (run.Input(numbers), run.Output(3), run.Output(3), run.Output(120));
            var tail = new NormTail(UnaryFunction.Relu);
            run.Kernels.Run(new NormToCall(new(x, mean, variance, null, null, g, Epsilon), null, y, null, null, null, tail), fused);

            return [y];
        });

        AssertSameBits(Run(fused: true), Run(fused: false));
        Assert.That(Run(fused: true)[0].Count(float.IsNaN), Is.EqualTo(40));
    }

    private static (DeviceSpan X, DeviceSpan Mean, DeviceSpan Variance, DeviceSpan? Weight, DeviceSpan? Bias) Inputs(
        KernelRun run, NormGeometry g, bool affine) =>
        (
            run.Input(Numbers.Some((long)g.Outer * g.Channels * g.Inner, seed: 1, low: -1, high: 3)), run.Output(g.Groups),
            run.Output(g.Groups),
            affine ? run.Input(Numbers.Some(g.Channels, seed: 2)) : null, affine ? run.Input(Numbers.Some(g.Channels, seed: 3)) : null);

    /// <summary>
    /// Fused kernels on several numbers of threads; the plain ones, whose bits NormTests compares on all of them, on one.
    /// </summary>
    private static float[][] OnThreadsOf(bool fused, Func<KernelRun, DeviceSpan[]> call) =>
        fused ? KernelRun.Of(call) : KernelRun.OnThreads(1, call);

    private static void AssertSameBits(float[][] actual, float[][] expected)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Numbers.AssertSameBits(actual[i], expected[i], $"result {i}");
        }
    }
}
