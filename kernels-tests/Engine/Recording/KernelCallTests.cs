using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Every member of the seam is recorded as one call that can be made again, and says truly what it reads and writes.</summary>
internal sealed class KernelCallTests
{
    private const int Plane = 6 * 8;
    private static readonly Shape s_image = new(2, 3, 6, 8);
    private static readonly Shape s_channels = new(1, 3, 1, 1);
    private static readonly ConvGeometry s_conv = new(2, 3, 6, 8, 4, 3, 3, 1, 1, 1, 1, 1, 1, 6, 8);
    private static readonly NormGeometry s_norm = new(2, 3, Plane, PerInstance: true);
    private static readonly NormGeometry s_batchNorm = new(2, 3, Plane, PerInstance: false);
    private static readonly PadGeometry s_pad = new(6, 6, 8, 1, 2, 1, 2);
    private static readonly UpsampleGeometry s_double = new(6, 6, 8, 2);
    private static readonly PoolGeometry s_pool = new(6, 6, 8, 3, 3, 2, 2, 1, 1, 3, 4);
    private static readonly ResampleTaps s_taps = new(8, [(0, [0.5f, 0.5f]), (2, [1]), (4, [0.25f, 0.5f, 0.25f]), (6, [0.5f, 0.5f])]);
    private static readonly RandomKey s_key = new(1, 2, 3, 4, StepNumbers.AtOnce);
    private static readonly NormTail s_tail = new(UnaryFunction.LeakyRelu, 0.2f, s_pad, PadMode.Reflect);
    private static readonly AdamSettings s_adam = new(0.5f, 0.999f, 1e-8f, 0.01f, StepNumbers.AtOnce);

    /// <summary>A call of each member, its arrays in any order; a(n) is an array of n numbers, a(-n) one of n places.</summary>
    private static readonly (string Member, Action<IKernels, Func<long, DeviceSpan>> Call)[] s_calls =
    [
        ("Fill", (k, a) => k.Run(new FillCall(a(50), 2))),
        ("FillFrom", (k, a) => k.Run(new FillFromCall(StepNumbers.AtOnce, a(50)))),
        ("Copy", (k, a) => k.Run(new CopyCall(a(50), a(50)))),
        (
            "CopyBlock",
            (k, a) => k.Run(new CopyBlockCall(
                a(288), s_image, [0, 1, 0, 0], a(288), s_image, [0, 0, 1, 0], new Shape(2, 2, 5, 8), Accumulate: true))),
        (
            "CopyBlock",
            (k, a) => k.Run(new CopyBlockCall(
                a(288), s_image, [0, 1, 0, 0], a(288), s_image, [0, 0, 1, 0], new Shape(2, 2, 5, 8), Accumulate: false))),
        (
            "CopyBlock",
            (k, a) =>
                k.Run(new CopyBlockCall(
                    a(288), s_image, [0, 1, 0, 0], a(96), new Shape(2, 1, 6, 8), [0, 0, 0, 0], new Shape(2, 1, 6, 8), Accumulate: false))),
        ("Permute", (k, a) => k.Run(new PermuteCall(a(288), s_image, [0, 2, 3, 1], a(288)))),
        ("Unary", (k, a) => k.Run(new UnaryCall(UnaryFunction.Affine, 2, 1, a(50), a(50)))),
        ("Unary", (k, a) => InPlace(a(50), x => k.Run(new UnaryCall(UnaryFunction.Tanh, 0, 0, x, x)))),
        ("UnaryGradient", (k, a) => k.Run(new UnaryGradientCall(UnaryFunction.Tanh, 0, 0, a(50), a(50), a(50)))),
        ("Binary", (k, a) => k.Run(new BinaryCall(BinaryFunction.Multiply, a(288), s_image, a(3), s_channels, a(288), s_image))),
        ("AddScaled", (k, a) => k.Run(new AddScaledCall(2, a(50), a(50)))),
        ("Expand", (k, a) => k.Run(new ExpandCall(a(3), s_channels, a(288), s_image))),
        ("Reduce", (k, a) => k.Run(new ReduceCall(Reduction.Mean, a(288), s_image, a(3), s_channels))),
        ("Conv2d", (k, a) => k.Run(new Conv2dCall(a(288), a(108), a(4), a(384), s_conv))),
        ("Conv2d", (k, a) => k.Run(new Conv2dCall(a(288), a(108), null, a(384), s_conv))),
        ("BorderedConv2d", (k, a) => k.Run(new BorderedConv2dCall(PadMode.Reflect, a(288), a(108), a(4), a(384), s_conv))),
        ("Conv2dInputGradient", (k, a) => k.Run(new Conv2dInputGradientCall(a(384), a(108), a(3), a(288), s_conv))),
        ("Conv2dWeightGradient", (k, a) => k.Run(new Conv2dWeightGradientCall(a(288), a(384), a(108), s_conv))),
        ("BorderedConv2dWeightGradient", (k, a) => k.Run(new BorderedConv2dWeightGradientCall(
            PadMode.Reflect, a(288), a(384), a(108), s_conv))),
        (
            "MatMul",
            (k, a) =>
                k.Run(new MatMulCall(
                    a(2 * 3 * 4), a(2 * 5 * 4), a(2 * 3 * 5), new MatMulGeometry(2, 3, 5, 4, TransposeA: false, TransposeB: true)))),
        ("Moments", (k, a) => k.Run(new MomentsCall(a(288), a(6), a(6), s_norm))),
        ("Normalize", (k, a) => k.Run(new NormalizeCall(new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(288)))),
        ("NormalizeGradient", (k, a) => k.Run(new NormalizeGradientCall(
            new(a(288), a(6), a(6), a(3), null, s_norm, 1e-5f), a(288), a(288), a(3), a(3)))),
        ("NormalizeGradient", (k, a) => k.Run(new NormalizeGradientCall(
            new(a(288), a(6), a(6), null, null, s_norm, 1e-5f), a(288), a(288), null, null))),
        ("TrackStatistics", (k, a) => k.Run(new TrackStatisticsCall(a(3), a(3), new(a(3), a(3), a(1), 0.1f, 1.5f)))),
        ("TrackStatistics", (k, a) => k.Run(new TrackStatisticsCall(a(3), a(3), new(a(3), a(3), null, 0.1f, 1.5f)))),
        ("Pad", (k, a) => k.Run(new PadCall(PadMode.Reflect, 0, a(288), a(6 * 9 * 11), s_pad))),
        ("PadGradient", (k, a) => k.Run(new PadGradientCall(PadMode.Reflect, a(6 * 9 * 11), a(288), s_pad))),
        ("Upsample", (k, a) => k.Run(new UpsampleCall(UpsampleMode.Bilinear, a(288), a(4 * 288), s_double))),
        ("UpsampleGradient", (k, a) => k.Run(new UpsampleGradientCall(UpsampleMode.Bilinear, a(4 * 288), a(288), s_double))),
        ("AveragePool", (k, a) => k.Run(new AveragePoolCall(a(288), a(72), s_pool))),
        ("AveragePoolGradient", (k, a) => k.Run(new AveragePoolGradientCall(a(72), a(288), s_pool))),
        ("MaxPool", (k, a) => k.Run(new MaxPoolCall(a(288), a(72), s_pool))),
        ("MaxPoolGradient", (k, a) => k.Run(new MaxPoolGradientCall(a(288), a(72), a(288), s_pool))),
        ("Resample", (k, a) => k.Run(new ResampleCall(a(288), a(6 * 6 * 4), 36, 1, s_taps))),
        ("MaxPoolGather", (k, a) => k.Run(new MaxPoolGatherCall(a(288), a(288), a(72), s_pool))),
        ("LogSoftmax", (k, a) => k.Run(new LogSoftmaxCall(a(60), a(60), 6, 10))),
        ("CopyStrided", (k, a) => k.Run(new CopyStridedCall(a(2 * 7 * 5), a(2 * 3 * 5), new StrideGeometry(2, 3, 5, 7, 6, -2, 3, 0, 1)))),
        ("CopyStrided", (k, a) => k.Run(new CopyStridedCall(a(2 * 3 * 5), a(2 * 7 * 5), new StrideGeometry(2, 3, 5, 3, 0, 1, 7, 1, 2)))),
        ("Gather", (k, a) => k.Run(new GatherCall(a(2 * 7 * 5), a(-3), a(2 * 3 * 5), new GatherGeometry(2, 7, 3, 5, 0, 1, 0)))),
        ("ScatterAdd", (k, a) => k.Run(new ScatterAddCall(a(2 * 3 * 5), a(-3), a(2 * 7 * 5), new GatherGeometry(2, 7, 3, 5, 0, 1, 0)))),
        ("TopK", (k, a) => k.Run(new TopKCall(a(2 * 7 * 5), a(2 * 3 * 5), new TopKGeometry(2, 7, 3, 5, 1)))),
        ("TopK", (k, a) => k.Run(new TopKCall(a(2 * 7 * 5), a(2 * 5), new TopKGeometry(2, 7, 1, 5, -1)))),
        ("Uniform", (k, a) => k.Run(new UniformCall(s_key, a(50)))),
        ("Normal", (k, a) => k.Run(new NormalCall(s_key, a(50)))),
        ("Dropout", (k, a) => k.Run(new DropoutCall(s_key, 0.5f, a(50), a(50)))),
        ("Adam", (k, a) => k.Run(new AdamCall([new AdamSlot(a(50), a(50), a(50), a(50)), new AdamSlot(a(7), a(7), a(7), a(7))], s_adam))),
        ("Sgd", (k, a) => k.Run(new SgdCall(
            [new SgdSlot(a(50), a(50), a(50)), new SgdSlot(a(7), a(7), null)], StepNumbers.AtOnce, 0.9f, 0.01f))),
        ("Sgd", (k, a) => k.Run(new SgdCall([new SgdSlot(a(50), a(50), a(50))], StepNumbers.AtOnce, 0.9f, 0.01f, Nesterov: true))),
        ("RmsProp", (k, a) => k.Run(new RmsPropCall(
            [new RmsPropSlot(a(50), a(50), a(50), a(50)), new RmsPropSlot(a(7), a(7), a(7), null)],
            new RmsPropSettings(0.9f, 1e-8f, 0.5f, 0.01f, RmsPropConvention.TensorFlow1, StepNumbers.AtOnce)))),
        ("Lerp", (k, a) => k.Run(new LerpCall(a(50), StepNumbers.AtOnce, a(50)))),
        ("CopyAll", (k, a) => k.Run(new CopyAllCall(
            [new CopySlot(a(50), a(50), Accumulate: false), new CopySlot(a(7), a(7), Accumulate: true)]))),
        ("Chain", (k, a) =>
        {
            var (x, squares, mean) = (a(50), a(50), a(1));
            k.Run(new ChainCall(
            [
                new UnaryCall(UnaryFunction.Square, 0, 0, x, squares),
                new ReduceCall(Reduction.Mean, squares, new Shape(50), mean, new Shape(1)),
                new AddScaledCall(2, x, squares),
            ]));
        }),
        (
            "NormTo",
            (k, a) => k.Run(new NormToCall(
                new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(288), a(288), true, a(6 * 9 * 11), null, null, s_tail))),
        (
            "NormTo",
            (k, a) => k.Run(new NormToCall(
                new(a(288), a(6), a(6), null, null, s_norm, 1e-5f), null, a(288), false, a(6 * 9 * 11), null, null, s_tail))),
        ("NormTo", (k, a) => k.Run(new NormToCall(
            new(a(288), a(6), a(6), null, null, s_norm, 1e-5f), null, a(288), true, null, null, null,
            new NormTail(UnaryFunction.Relu, Dropout: new NormDropout(s_key, 0.5f))))),
        ("NormTo", (k, a) => k.Run(new NormToCall(
            new(a(288), a(3), a(3), null, null, s_batchNorm, 1e-5f), null, a(288), true, null, new NormBranch(a(288), UnaryFunction.Relu),
            new TrackedStatistics(a(3), a(3), a(1), 0.1f, 1.5f), default))),
        ("NormalizeTo", (k, a) => k.Run(new NormalizeToCall(
            new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(288), a(288), new NormBranch(a(288), UnaryFunction.Relu),
            new NormTail(UnaryFunction.LeakyRelu, 0.2f)))),
        (
            "NormalizeTo",
            (k, a) => InPlace(a(288), x => k.Run(new NormalizeToCall(
                new(x, a(3), a(3), null, null, s_batchNorm, 1e-5f), null, x, null, default)))),
        ("NormToGradient", (k, a) => k.Run(new NormToGradientCall(
            new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(6 * 9 * 11), null, a(288), a(288), a(3), a(3), null, s_tail))),
        ("NormToGradient", (k, a) => k.Run(new NormToGradientCall(
            new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(6 * 9 * 11), a(288), a(288), a(288), a(3), a(3), null, s_tail))),
        ("NormToGradient", (k, a) => k.Run(new NormToGradientCall(
            new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(288), null, a(288), a(288), a(3), a(3),
            new NormGradientBranch(a(288), UnaryFunction.Relu), new NormTail(UnaryFunction.LeakyRelu, 0.2f)))),
        ("NormToGradient", (k, a) => k.Run(new NormToGradientCall(
            new(a(288), a(6), a(6), null, null, s_norm, 1e-5f), a(6 * 9 * 11), null, a(288), a(288), null, null, null,
            new NormTail(UnaryFunction.Relu, 0, s_pad, PadMode.Reflect, 0, new NormDropout(s_key, 0.5f))))),
        (
            "NormToGradient",
            (k, a) => k.Run(new NormToGradientCall(
                new(a(288), a(6), a(6), null, null, s_norm, 1e-5f), a(288), null, null, a(288), null, null, null, default))),
        ("Conv2dWeightGradientToAdam", (k, a) => k.Run(new Conv2dWeightGradientToAdamCall(
            a(288), a(384), new AdamSlot(a(108), a(108), a(108), a(108)), s_conv, s_adam))),
        ("Conv2dWeightAndBiasGradient", (k, a) => k.Run(new Conv2dWeightAndBiasGradientCall(a(288), a(384), a(108), a(4), s_conv))),
        ("Exchange", (k, a) => k.Run(new ExchangeCall(a(40), a(150), 50, StepNumbers.AtOnce, a(40)))),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        s_calls.Select((c, i) => new TestCaseData(c.Member, c.Call).SetArgDisplayNames($"{c.Member} {i}"));

    /// <summary>But for promises about weights, which compute nothing.</summary>
    [Test]
    public void EveryMemberHasACase() =>
        Assert.That(s_calls.Select(c => c.Member).Distinct(), Is.EquivalentTo(
            typeof(IKernels).GetMethods().Where(m => m.ReturnType == typeof(void) && m.Name is not (
                nameof(IKernels.Hold) or nameof(IKernels.Release))).Select(m => m.Name)));

    /// <summary>A fused member that were left to its default implementation would be recorded as its parts.</summary>
    [Test]
    public void EveryMemberIsRecordedItself()
    {
        var map = typeof(RecordingKernels).GetInterfaceMap(typeof(IKernels));
        Assert.That(map.TargetMethods.Select(m => m.DeclaringType), Is.All.EqualTo(typeof(RecordingKernels)));
    }

    [TestCaseSource(nameof(Cases))]
    public void ACallIsRecordedAndRepeats(string member, Action<IKernels, Func<long, DeviceSpan>> call)
    {
        using var device = new CpuDevice(1);
        var arrays = Prepared(device);
        call(device.Kernels, arrays.Next);
        var expected = arrays.All.Select(arrays.Bits).ToList();

        arrays.Rewind();
        var calls = new List<KernelCall>();
        call(new RecordingKernels(device.Kernels, calls), arrays.Next);
        Assert.That(calls, Has.Count.EqualTo(1));
        Assert.That(calls[0].GetType().Name, Is.EqualTo(member + "Call"));
        Assert.That(arrays.All.Select(arrays.Bits), Is.EqualTo(arrays.All.Select(arrays.FirstBits)), "nothing is computed yet");

        calls[0].Run(device.Kernels);
        Assert.That(arrays.All.Select(arrays.Bits), Is.EqualTo(expected));
        DeviceSpan Moved(DeviceSpan span) => span with { Offset = span.Offset + 1000 };
        Assert.That(calls[0].Map(Moved).Reads, Is.EqualTo(calls[0].Reads.Select(Moved)));
        Assert.That(calls[0].Map(Moved).Writes, Is.EqualTo(calls[0].Writes.Select(Moved)));
    }

    [TestCaseSource(nameof(Cases))]
    public void ReadsAndWritesAreTheTruth(string member, Action<IKernels, Func<long, DeviceSpan>> call)
    {
        _ = member;
        using var device = new CpuDevice(1);
        var arrays = Prepared(device);
        var calls = new List<KernelCall>();
        call(new RecordingKernels(device.Kernels, calls), arrays.Next);
        calls[0].Run(device.Kernels);
        var results = calls[0].Writes.Except(calls[0].Working).ToList();
        var expected = results.Select(arrays.Bits).ToList();
        foreach (var span in arrays.All.Except(calls[0].Writes))
        {
            Assert.That(arrays.Bits(span), Is.EqualTo(arrays.FirstBits(span)), "an array that is not among the writes has changed");
        }

        arrays.Rewind(span => !calls[0].Reads.Contains(span));
        calls[0].Run(device.Kernels);
        Assert.That(results.Select(arrays.Bits), Is.EqualTo(expected), "the result depends on an array that is not among the reads");
    }

    [TestCaseSource(nameof(Cases))]
    public void InPlaceTheBitsAreTheSame(string member, Action<IKernels, Func<long, DeviceSpan>> call)
    {
        _ = member;
        using var device = new CpuDevice(1);
        var arrays = Prepared(device);
        var calls = new List<KernelCall>();
        call(new RecordingKernels(device.Kernels, calls), arrays.Next);
        calls[0].Run(device.Kernels);
        var results = calls[0].Writes.Except(calls[0].Working).ToList();
        var expected = results.Select(arrays.Bits).ToList();
        foreach (var (write, read) in calls[0].InPlace)
        {
            arrays.Rewind();
            DeviceSpan InPlace(DeviceSpan span) => span == write ? read : span;
            calls[0].Map(InPlace).Run(device.Kernels);
            Assert.That(results.Select(InPlace).Select(arrays.Bits), Is.EqualTo(expected));
        }
    }

    [Test]
    public void NamesAreThoseOfErrors()
    {
        var span = default(DeviceSpan);
        Assert.That(new Conv2dInputGradientCall(span, span, null, span, s_conv).Name, Is.EqualTo("conv2d_input_gradient"));
        Assert.That(new AddScaledCall(1, span, span).Name, Is.EqualTo("add_scaled"));
    }

    /// <summary>The words that some of the calls look up: a swap in slot 2, or two rates.</summary>
    private static Arrays Prepared(CpuDevice device)
    {
        device.Numbers[StepNumbers.AtOnce] = (uint)ExchangeMode.Swap;
        device.Numbers[StepNumbers.AtOnce + 1] = 2;
        return new Arrays(device);
    }

    private static void InPlace(DeviceSpan x, Action<DeviceSpan> call) => call(x);
}
