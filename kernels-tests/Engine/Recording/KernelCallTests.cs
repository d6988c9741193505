using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Every call of the seam has its kernels, is recorded, and says truly what it reads, writes and stands for.</summary>
internal sealed class KernelCallTests
{
    private const int Plane = 6 * 8;
    private static readonly Shape s_image = new(2, 3, 6, 8);
    private static readonly Shape s_channels = new(1, 3, 1, 1);
    private static readonly ConvGeometry s_conv = new(2, 3, 6, 8, 4, 3, 3, 1, 1, 1, 1, 1, 1, 6, 8);
    private static readonly ChannelsLastGeometry s_last = ChannelsLastGeometry.Forward(s_conv);
    private static readonly NormGeometry s_norm = new(2, 3, Plane, PerInstance: true);
    private static readonly NormGeometry s_batchNorm = new(2, 3, Plane, PerInstance: false);
    private static readonly PadGeometry s_pad = new(6, 6, 8, 1, 2, 1, 2);
    private static readonly UpsampleGeometry s_double = new(6, 6, 8, 2);
    private static readonly PoolGeometry s_pool = new(6, 6, 8, 3, 3, 2, 2, 1, 1, 3, 4);
    private static readonly ResampleTaps s_taps = new(8, [(0, [0.5f, 0.5f]), (2, [1]), (4, [0.25f, 0.5f, 0.25f]), (6, [0.5f, 0.5f])]);
    private static readonly RandomKey s_key = new(1, 2, 3, 4, StepNumbers.AtOnce);
    private static readonly NormTail s_tail = new(UnaryFunction.LeakyRelu, 0.2f, s_pad, PadMode.Reflect);
    private static readonly AdamSettings s_adam = new(0.5f, 0.999f, 1e-8f, 0.01f, StepNumbers.AtOnce);

    /// <summary>A call of each kernel, its arrays in any order; a(n) is an array of n numbers, a(-n) one of n places.</summary>
    private static readonly Func<Func<long, DeviceSpan>, KernelCall>[] s_calls =
    [
        a => new FillCall(a(50), 2),
        a => new FillFromCall(StepNumbers.AtOnce, a(50)),
        a => new CopyCall(a(50), a(50)),
        a => new CopyBlockCall(a(288), s_image, [0, 1, 0, 0], a(288), s_image, [0, 0, 1, 0], new Shape(2, 2, 5, 8)),
        a => new CopyBlockCall(
            a(288), s_image, [0, 1, 0, 0], a(96), new Shape(2, 1, 6, 8), [0, 0, 0, 0], new Shape(2, 1, 6, 8)),
        a => new PermuteCall(a(288), s_image, [0, 2, 3, 1], a(288)),
        a => new UnaryCall(UnaryFunction.Affine, 2, 1, a(50), a(50)),
        a => InPlace(a(50), x => new UnaryCall(UnaryFunction.Tanh, 0, 0, x, x)),
        a => new UnaryGradientCall(UnaryFunction.Tanh, 0, 0, a(50), a(50), a(50)),
        a => new BinaryCall(BinaryFunction.Multiply, a(288), s_image, a(3), s_channels, a(288), s_image),
        a => new AddScaledCall(2, a(50), a(50)),
        a => new ExpandCall(a(3), s_channels, a(288), s_image),
        a => new ReduceCall(Reduction.Mean, a(288), s_image, a(3), s_channels),
        a => new Conv2dCall(a(288), a(108), a(4), a(384), s_conv),
        a => new Conv2dCall(a(288), a(108), null, a(384), s_conv),
        a => new BorderedConv2dCall(PadMode.Reflect, a(288), a(108), a(4), a(384), s_conv) { Scratch = a(6 * 8 * 10) },
        a => new Conv2dInputGradientCall(a(384), a(108), a(3), a(288), s_conv),
        a => new Conv2dWeightGradientCall(a(288), a(384), a(108), s_conv),
        a => new BorderedConv2dWeightGradientCall(PadMode.Reflect, a(288), a(384), a(108), s_conv) { Scratch = a(6 * 8 * 10) },
        a => new MatMulCall(a(2 * 3 * 4), a(2 * 5 * 4), a(2 * 3 * 5), new MatMulGeometry(2, 3, 5, 4, TransposeA: false, TransposeB: true)),
        a => new MomentsCall(a(288), a(6), a(6), s_norm),
        a => new NormalizeCall(new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(288)),
        a => new NormalizeGradientCall(new(a(288), a(6), a(6), a(3), null, s_norm, 1e-5f), a(288), a(288), a(3), a(3)),
        a => new NormalizeGradientCall(new(a(288), a(6), a(6), null, null, s_norm, 1e-5f), a(288), a(288), null, null),
        a => new TrackStatisticsCall(a(3), a(3), new(a(3), a(3), a(1), 0.1f, 1.5f)),
        a => new TrackStatisticsCall(a(3), a(3), new(a(3), a(3), null, 0.1f, 1.5f)),
        a => new PadCall(PadMode.Reflect, 0, a(288), a(6 * 9 * 11), s_pad),
        a => new PadGradientCall(PadMode.Reflect, a(6 * 9 * 11), a(288), s_pad),
        a => new UpsampleCall(UpsampleMode.Bilinear, a(288), a(4 * 288), s_double),
        a => new UpsampleGradientCall(UpsampleMode.Bilinear, a(4 * 288), a(288), s_double),
        a => new AveragePoolCall(a(288), a(72), s_pool),
        a => new AveragePoolGradientCall(a(72), a(288), s_pool),
        a => new MaxPoolCall(a(288), a(72), s_pool),
        a => new MaxPoolGradientCall(a(288), a(72), a(288), s_pool),
        a => new ResampleCall(a(288), a(6 * 6 * 4), 36, 1, s_taps),
        a => new MaxPoolGatherCall(a(288), a(288), a(72), s_pool),
        a => new LogSoftmaxCall(a(60), a(60), 6, 10),
        a => new CopyStridedCall(a(2 * 7 * 5), a(2 * 3 * 5), new StrideGeometry(2, 3, 5, 7, 6, -2, 3, 0, 1)),
        a => new CopyStridedCall(a(2 * 3 * 5), a(2 * 7 * 5), new StrideGeometry(2, 3, 5, 3, 0, 1, 7, 1, 2)),
        a => new GatherCall(a(2 * 7 * 5), a(-3), a(2 * 3 * 5), new GatherGeometry(2, 7, 3, 5, 0, 1, 0)),
        a => new ScatterAddCall(a(2 * 3 * 5), a(-3), a(2 * 7 * 5), new GatherGeometry(2, 7, 3, 5, 0, 1, 0)),
        a => new TopKCall(a(2 * 7 * 5), a(2 * 3 * 5), new TopKGeometry(2, 7, 3, 5, 1)),
        a => new TopKCall(a(2 * 7 * 5), a(2 * 5), new TopKGeometry(2, 7, 1, 5, -1)),
        a => new UniformCall(s_key, a(50)),
        a => new NormalCall(s_key, a(50)),
        a => new DropoutCall(s_key, 0.5f, a(50), a(50)),
        a => new AdamCall([new AdamSlot(a(50), a(50), a(50), a(50)), new AdamSlot(a(7), a(7), a(7), a(7))], s_adam),
        a => new SgdCall([new SgdSlot(a(50), a(50), a(50)), new SgdSlot(a(7), a(7), null)], StepNumbers.AtOnce, 0.9f, 0.01f),
        a => new SgdCall([new SgdSlot(a(50), a(50), a(50))], StepNumbers.AtOnce, 0.9f, 0.01f, Nesterov: true),
        a => new RmsPropCall(
            [new RmsPropSlot(a(50), a(50), a(50), a(50)), new RmsPropSlot(a(7), a(7), a(7), null)],
            new RmsPropSettings(0.9f, 1e-8f, 0.5f, 0.01f, RmsPropConvention.TensorFlow1, StepNumbers.AtOnce)),
        a => new LerpCall(a(50), StepNumbers.AtOnce, a(50)),
        a => new ConcatCall([new ConcatPart(a(96), 1), new ConcatPart(a(192), 2)], 1, a(288), s_image),
        a => new ConcatCall([new ConcatPart(a(96), 2), new ConcatPart(a(48), 1)], 1, a(144), new Shape(1, 3, 6, 8)),
        a => new EmbedCall(a(2 * 3 * 5), a(2 * 7 * 5), new StrideGeometry(2, 3, 5, 3, 0, 1, 7, 6, -2)),
        a => new EmbedCall(a(2 * 3 * 5), a(2 * 7 * 5), new StrideGeometry(2, 3, 5, 3, 0, 1, 7, 4, 1)),
        a => new CopyAllCall([new CopySlot(a(50), a(50)), new CopySlot(a(7), a(7), a(7)), new CopySlot(null, a(5))]),
        a => ChainOf(a(50), a(50), a(1)),
        a => new NormToCall(new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(288), a(288), a(6 * 9 * 11), null, null, s_tail),
        a => new NormToCall(new(a(288), a(6), a(6), null, null, s_norm, 1e-5f), null, null, a(6 * 9 * 11), null, null, s_tail)
        {
            Scratch = a(288),
        },
        a => new NormToCall(
            new(a(288), a(6), a(6), null, null, s_norm, 1e-5f), null, a(288), null, null, null,
            new NormTail(UnaryFunction.Relu, Dropout: new NormDropout(s_key, 0.5f))),
        a => new NormToCall(
            new(a(288), a(3), a(3), null, null, s_batchNorm, 1e-5f), null, a(288), null, new NormBranch(a(288), UnaryFunction.Relu),
            new TrackedStatistics(a(3), a(3), a(1), 0.1f, 1.5f), default),
        a => new NormalizeToCall(
            new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(288), a(288), new NormBranch(a(288), UnaryFunction.Relu),
            new NormTail(UnaryFunction.LeakyRelu, 0.2f)),
        a => InPlace(a(288), x => new NormalizeToCall(new(x, a(3), a(3), null, null, s_batchNorm, 1e-5f), null, x, null, default)),
        a => new NormToGradientCall(
            new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(6 * 9 * 11), null, null, a(288), a(3), a(3), null, s_tail)
        {
            Scratch = a(288),
        },
        a => new NormToGradientCall(
            new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(6 * 9 * 11), a(288), a(288), a(288), a(3), a(3), null, s_tail)
        {
            Scratch = a(288),
        },
        a => new NormToGradientCall(
            new(a(288), a(6), a(6), a(3), a(3), s_norm, 1e-5f), a(288), null, null, a(288), a(3), a(3),
            new NormGradientBranch(a(288), UnaryFunction.Relu), new NormTail(UnaryFunction.LeakyRelu, 0.2f))
        {
            Scratch = a(288),
        },
        a => new NormToGradientCall(
            new(a(288), a(6), a(6), null, null, s_norm, 1e-5f), a(6 * 9 * 11), null, null, a(288), null, null, null,
            new NormTail(UnaryFunction.Relu, 0, s_pad, PadMode.Reflect, 0, new NormDropout(s_key, 0.5f)))
        {
            Scratch = a(288),
        },
        a => new NormToGradientCall(
            new(a(288), a(6), a(6), null, null, s_norm, 1e-5f), a(288), a(288), null, a(288), null, null, null, default)
        {
            Scratch = a(288),
        },
        a => new NormToGradientCall(
            new(a(288), a(6), a(6), null, null, s_norm, 1e-5f), a(288), null, null, a(288), null, null, null, default),
        a => new Conv2dWeightGradientToAdamCall(a(288), a(384), a(108), a(108), a(108), s_conv, s_adam) { Scratch = a(108) },
        a => new Conv2dWeightAndBiasGradientCall(a(288), a(384), a(108), a(4), s_conv),
        a => new Conv2dWeightAndBiasGradientCall(a(288), a(384), a(108), a(4), s_conv, PadMode.Replicate) { Scratch = a(6 * 8 * 10) },
        a => new ToChannelsLastCall(a(288), a(s_last.Image(PadMode.Reflect).Elements(288)), s_last.Image(PadMode.Reflect)),
        a => new ToFilterBlocksCall(a(108), a(s_last.Weight.Elements(108)), s_last.Weight),
        a => new ChannelsLastConv2dCall(
            a(s_last.Image(PadMode.Constant).Elements(288)), a(s_last.Weight.Elements(108)), a(4), a(384), s_last),
        a => new ExchangeCall(a(40), a(150), 50, StepNumbers.AtOnce, a(40)),
    ];

    private static IEnumerable<Type> CallTypes =>
        typeof(KernelCall).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(KernelCall)) && !type.IsAbstract);

    private static IEnumerable<TestCaseData> Cases() =>
        s_calls.Select((call, i) => new TestCaseData(call).SetArgDisplayNames($"{call(n => default).Name} {i}"));

    private static IEnumerable<TestCaseData> FusedCases() =>
        s_calls.Zip(Cases()).Where(pair => pair.First(n => default).Parts is not null).Select(pair => pair.Second);

    [Test]
    public void EveryCallHasACase() =>
        Assert.That(s_calls.Select(call => call(n => default).GetType()).Distinct(), Is.EquivalentTo(CallTypes));

    [TestCaseSource(nameof(CallTypes))]
    public void ACallHasAtMostNineOperands(Type call) =>
        Assert.That(call.GetConstructors().Max(constructor => constructor.GetParameters().Length), Is.InRange(1, 9));

    /// <summary>Only a call that has parts may be left out by a device.</summary>
    [TestCaseSource(nameof(CallTypes))]
    public void APlainCallHasAKernelOnEachDevice(Type call)
    {
        var hasParts = call.GetProperty(nameof(KernelCall.Parts))!.DeclaringType != typeof(KernelCall);
        var kernel = typeof(IKernel<>).MakeGenericType(call);
        Assert.That(hasParts || typeof(CpuKernels).IsAssignableTo(kernel), "the processor");
        Assert.That(hasParts || typeof(GpuKernels).IsAssignableTo(kernel), "accelerators");
    }

    [TestCaseSource(nameof(Cases))]
    public void ACallIsRecordedAndNotRun(Func<Func<long, DeviceSpan>, KernelCall> of)
    {
        using var device = new CpuDevice(1);
        var arrays = Prepared(device);
        var call = of(arrays.Next);
        using var recording = KernelRecording.Take(device, () => device.Kernels.Run(call));
        Assert.That(recording.Calls, Has.Count.EqualTo(1));
        Assert.That(recording.Calls[0], Is.SameAs(call));
        Assert.That(arrays.All.Select(arrays.Bits), Is.EqualTo(arrays.All.Select(arrays.FirstBits)), "nothing is computed yet");
        DeviceSpan Moved(DeviceSpan span) => span with { Offset = span.Offset + 1000 };
        Assert.That(call.Map(Moved).Reads, Is.EqualTo(call.Reads.Select(Moved)));
        Assert.That(call.Map(Moved).Writes, Is.EqualTo(call.Writes.Select(Moved)));
    }

    [TestCaseSource(nameof(FusedCases))]
    public void AFusedCallHasTheBitsOfItsParts(Func<Func<long, DeviceSpan>, KernelCall> of)
    {
        using var device = new CpuDevice(1);
        var arrays = Prepared(device);
        var call = of(arrays.Next);
        var results = call.Writes;
        device.Kernels.Run(call);
        var expected = results.Select(arrays.Bits).ToList();
        arrays.Rewind();
        device.Kernels.Run(call, fused: false);
        Assert.That(results.Select(arrays.Bits), Is.EqualTo(expected));
        arrays.Rewind();
        call.RunParts(device.Kernels);
        Assert.That(results.Select(arrays.Bits), Is.EqualTo(expected));
        Assert.That(call with { }, Is.EqualTo(call), "parts that were listed are no argument");
    }

    [Test]
    public void APlainCallWithoutAKernelIsAnError()
    {
        IKernels none = new NoKernels();
        Assert.That(
            () => none.Run(new CopyAllCall([new CopySlot(default(DeviceSpan), default)])),
            Throws.TypeOf<NotSupportedException>().With.Message.EqualTo(
                "copy: NoKernels has no kernel for it, and it has no parts to run instead"));
    }

    [TestCaseSource(nameof(Cases))]
    public void ReadsAndWritesAreTheTruth(Func<Func<long, DeviceSpan>, KernelCall> of)
    {
        using var device = new CpuDevice(1);
        var arrays = Prepared(device);
        var call = of(arrays.Next);
        device.Kernels.Run(call);
        var results = call.Writes;
        var expected = results.Select(arrays.Bits).ToList();
        foreach (var span in arrays.All.Except(call.Changes))
        {
            Assert.That(arrays.Bits(span), Is.EqualTo(arrays.FirstBits(span)), "an array that is not among the writes has changed");
        }

        arrays.Rewind(span => !call.Reads.Contains(span));
        device.Kernels.Run(call);
        Assert.That(results.Select(arrays.Bits), Is.EqualTo(expected), "the result depends on an array that is not among the reads");
    }

    [TestCaseSource(nameof(Cases))]
    public void InPlaceTheBitsAreTheSame(Func<Func<long, DeviceSpan>, KernelCall> of)
    {
        using var device = new CpuDevice(1);
        var arrays = Prepared(device);
        var call = of(arrays.Next);
        device.Kernels.Run(call);
        var results = call.Writes;
        var expected = results.Select(arrays.Bits).ToList();
        foreach (var (write, read) in call.InPlace)
        {
            arrays.Rewind();
            DeviceSpan InPlace(DeviceSpan span) => span == write ? read : span;
            device.Kernels.Run(call.On(InPlace));
            Assert.That(results.Select(InPlace).Select(arrays.Bits), Is.EqualTo(expected));
        }
    }

    /// <summary>A fused call costs the operations of its parts, but touches each array once.</summary>
    [Test]
    public void CostsAreOperationsAndBytes()
    {
        var (x, w, dy, db) = (Span(288), Span(108), Span(384), Span(4));
        Assert.That(new Conv2dCall(x, w, null, dy, s_conv).Cost, Is.EqualTo(new OpCost(2 * 384 * 27, 4 * (288 + 108 + 384))));
        Assert.That(
            new Conv2dWeightAndBiasGradientCall(x, dy, w, db, s_conv).Cost,
            Is.EqualTo(new OpCost((2 * 384 * 27) + 4, 4 * (288 + 108 + 384 + 4))));
        Assert.That(new AddScaledCall(1, x, x).Cost, Is.EqualTo(new OpCost(288, 4 * 3 * 288)));
        var g = new MatMulGeometry(2, 3, 5, 4, TransposeA: false, TransposeB: false);
        Assert.That(new MatMulCall(Span(24), Span(40), Span(30), g).Cost, Is.EqualTo(new OpCost(240, 4 * 94)));

        static DeviceSpan Span(long length) => default(DeviceSpan) with { Length = length };
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

    private static KernelCall InPlace(DeviceSpan x, Func<DeviceSpan, KernelCall> call) => call(x);

    private static ChainCall ChainOf(DeviceSpan x, DeviceSpan squares, DeviceSpan mean) => new(
    [
        new UnaryCall(UnaryFunction.Square, 0, 0, x, squares),
        new ReduceCall(Reduction.Mean, squares, new Shape(50), mean, new Shape(1)),
        new AddScaledCall(2, x, squares),
    ]);

    private sealed class NoKernels : IKernels
    {
        public bool Fuses(KernelCall call) => false;
    }
}
