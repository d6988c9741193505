using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Which calls are fused, which must not be, and that all memory that outlives the list then holds the same bits.</summary>
[TestFixture("cpu")]
[TestFixture("ptx", Category = Exhaustive.Category)]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class FusionTests(string name)
{
    private const int H = 6;
    private const int W = 8;
    private const int Image = 3 * H * W;
    private static readonly Shape s_image = new(1, 3, H, W);
    private static readonly NormGeometry s_norm = new(1, 3, H * W, PerInstance: true);
    private static readonly PadGeometry s_pad = new(3, H, W, 1, 1, 1, 1);
    private static readonly AdamSettings s_adam = new(0.5f, 0.999f, 1e-8f, 0, StepNumbers.AtOnce);

    /// <summary>A weight gradient of few pixels, whose device has a kernel that updates weights.</summary>
    private static readonly ConvGeometry s_inner = new(1, 4, 2, 16, new(4, 2, 1, 1), 1);

    /// <summary>One of enough pixels that a group of threads adds up a channel.</summary>
    private static readonly ConvGeometry s_outer = new(1, 4, 16, 8, new(3, 1, 1, 1), 16);

    private Device Device => TestDevices.Open(name);

    /// <summary>Whether norms take dropouts in.</summary>
    private bool FusesSkips => Device.OwnKernels.Fuses(new NormToCall(
        default, null, default(DeviceSpan), null, null, null, new NormTail(UnaryFunction.Relu, Dropout: default(NormDropout))));

    private readonly List<DeviceSpan> _kept = [];
    private readonly List<DeviceSpan> _temporary = [];

    [SetUp]
    public void SetUp()
    {
        _kept.Clear();
        _temporary.Clear();
    }

    [Test]
    public void ANormTakesInActivationAndPadding()
    {
        var (x, mean, variance, y, activated, padded) =
            (Kept(Image), Kept(3), Kept(3), Temporary(Image), Temporary(Image), Kept(3 * 8 * 10));
        Assert.That(Fused([
            .. Normalize(x, mean, variance, y),
            new UnaryCall(UnaryFunction.Relu, 0, 0, y, activated),
            new PadCall(PadMode.Reflect, 0, activated, padded, s_pad)]), Is.EqualTo(new[] { "norm_to" }));
    }

    [Test]
    public void ANormTakesInASumThatOthersReadToo()
    {
        var (x, mean, variance, y, sum, padded) = (Kept(Image), Kept(3), Kept(3), Temporary(Image), Temporary(Image), Kept(3 * 8 * 10));
        Assert.That(Fused([
            .. Normalize(x, mean, variance, y),
            new BinaryCall(BinaryFunction.Add, Kept(Image), s_image, y, s_image, sum, s_image),
            new PadCall(PadMode.Reflect, 0, sum, padded, s_pad),
            new CopyCall(sum, Kept(Image))]), Is.EqualTo(new[] { "norm_to", "copy" }));
    }

    [Test]
    public void ANormalizedValueThatIsReadAgainIsKept()
    {
        var (x, mean, variance, y) = (Kept(Image), Kept(3), Kept(3), Temporary(Image));
        Assert.That(Fused([
            .. Normalize(x, mean, variance, y),
            new UnaryCall(UnaryFunction.Relu, 0, 0, y, Kept(Image)),
            new CopyCall(y, Kept(Image))]), Is.EqualTo(new[] { "norm_to", "unary", "copy" }));
    }

    [Test]
    public void WhatIsVisibleAfterTheStepIsWritten()
    {
        var (x, mean, variance, y) = (Kept(Image), Kept(3), Kept(3), Kept(Image));
        Assert.That(Fused([
            .. Normalize(x, mean, variance, y),
            new UnaryCall(UnaryFunction.Relu, 0, 0, y, Kept(Image))]), Is.EqualTo(new[] { "norm_to", "unary" }));
    }

    [Test]
    public void NothingMovesOverItsOwnMemory()
    {
        var (x, mean, variance, y, activated) = (Kept(Image), Kept(3), Kept(3), Temporary(Image), Kept(Image));
        Assert.That(Fused([
            .. Normalize(x, mean, variance, y),
            new CopyCall(activated, Kept(Image)),
            new UnaryCall(UnaryFunction.Relu, 0, 0, y, activated)]), Is.EqualTo(new[] { "norm_to", "copy", "unary" }), "read in between");
        Assert.That(Fused(
            new MomentsCall(x, mean, variance, s_norm),
            new FillCall(x, 2),
            new NormalizeCall(new(x, mean, variance, null, null, s_norm, 1e-5f), y)), Is.EqualTo(new[] { "moments", "fill", "normalize" }),
                "written in between");
        var addend = Kept(Image);
        Assert.That(Fused([
            .. Normalize(x, mean, variance, y),
            new FillCall(addend, 2),
            new BinaryCall(BinaryFunction.Add, addend, s_image, y, s_image, activated, s_image)]),
                Is.EqualTo(new[] { "norm_to", "fill", "binary" }), "not there yet");
    }

    [Test]
    public void ANormsGradientTakesInWhatIsBehindTheNorm([Values] bool isPadded)
    {
        var (x, mean, variance, y, activated) = (Kept(Image), Kept(3), Kept(3), Temporary(Image), Temporary(Image));
        var (dy, folded, dz, dx) = (Temporary(isPadded ? 3 * 8 * 10 : Image), Temporary(Image), Temporary(Image), Temporary(Image));
        KernelCall[] calls =
        [
            .. Normalize(x, mean, variance, y),
            new UnaryCall(UnaryFunction.LeakyRelu, 0.2f, 0, y, activated),
            new UniformCall(new RandomKey(1, 2, 3, 4), dy),
            .. isPadded ? new KernelCall[] { new PadGradientCall(PadMode.Reflect, dy, folded, s_pad) } : [],
            new UnaryGradientCall(UnaryFunction.LeakyRelu, 0.2f, 0, activated, isPadded ? folded : dy, dz),
            new NormalizeGradientCall(new(x, mean, variance, null, null, s_norm, 1e-5f), dz, dx, null, null),
            new CopyCall(dx, Kept(Image)),
        ];
        Assert.That(Fused(calls), Is.EqualTo(new[] { "norm_to", "uniform", "norm_to_gradient", "copy" }));
    }

    [Test]
    public void AnotherActivationsGradientStaysWhatItIs()
    {
        var (x, mean, variance, y, other) = (Kept(Image), Kept(3), Kept(3), Temporary(Image), Kept(Image));
        var (dy, dz, dx) = (Kept(Image), Temporary(Image), Kept(Image));
        Assert.That(Fused([
            .. Normalize(x, mean, variance, y),
            new UnaryGradientCall(UnaryFunction.Relu, 0, 0, other, dy, dz),
            new NormalizeGradientCall(new(x, mean, variance, null, null, s_norm, 1e-5f), dz, dx, null, null)]),
            Is.EqualTo(new[] { "norm_to", "unary_gradient", "normalize_gradient" }));
    }

    /// <summary>
    /// What a U-Net does at each level: a value goes on with one activation, and with another beside what comes back from below.
    /// </summary>
    [Test]
    public void ActivationsGoBeforeAConcat([Values] bool dropout)
    {
        var (x, mean, variance, y, leaky) = (Kept(Image), Kept(3), Kept(3), Temporary(Image), Kept(Image));
        var (x2, mean2, variance2, y2, dropped) = (Kept(Image), Kept(3), Kept(3), Temporary(Image), Temporary(Image));
        var (joined, result) = (Temporary(2 * Image), Kept(2 * Image));
        List<KernelCall> calls =
        [
            .. Normalize(x, mean, variance, y),
            new UnaryCall(UnaryFunction.LeakyRelu, 0.2f, 0, y, leaky),
            new CopyCall(leaky, x2),
            .. Normalize(x2, mean2, variance2, y2),
        ];
        if (dropout)
        {
            calls.Add(new DropoutCall(new RandomKey(1, 2, 3, 4), 0.5f, y2, dropped));
        }

        calls.Add(Join(y, dropout ? dropped : y2, joined));
        calls.Add(new UnaryCall(UnaryFunction.Relu, 0, 0, joined, result));
        Assert.That(
            Fused([.. calls]), Is.EqualTo(
                dropout && !FusesSkips
                    ? new[] { "norm_to", "copy", "norm_to", "dropout" }
                    : ["norm_to", "copy", "norm_to"]));
    }

    /// <summary>
    /// The way back through a U-Net's level: what comes back through the joined array goes to both norms, of which one had its value used
    /// twice.
    /// </summary>
    [Test]
    public void NormsTakeInWhatComesBackThroughAConcat([Values] bool dropout)
    {
        var level = new Level(this, dropout);
        Assert.That(
            Fused(level.Calls()), FusesSkips
                ? Is.EqualTo(new[] { "norm_to", "norm_to", "conv2d", "norm_to_gradient", "norm_to_gradient" })
                : Has.Member("unary_gradient"));
        Assert.That(
            Fused(level.Calls(seen: new CopyCall(level.OfConcat, Kept(2 * Image)))), Has.Member("unary_gradient"),
            "somebody else reads all of it");
        Assert.That(
            Fused(level.Calls(seen: new CopyCall(level.OfConcat with { Length = Image }, Kept(Image)))),
            Has.Member("unary_gradient"), "somebody else reads what goes to the first norm");
        Assert.That(
            Fused(level.Calls(seen: new FillCall(level.MeanOfSecond, 1))), Has.Member("unary_gradient"),
            "what the second norm read has changed");
        Assert.That(
            Fused([.. level.Calls(), new CopyCall(level.Sum, Kept(Image))]),
            Has.Member("unary_gradient"), "somebody reads the sum");
        if (dropout)
        {
            Assert.That(
                Fused(level.Calls(keyOfBack: new RandomKey(1, 2, 3, 5))), Has.Member("dropout").And.Member("unary_gradient"),
                "another mask");
        }
    }

    /// <summary>Two norms whose results are joined, and all of their gradients.</summary>
    private sealed class Level
    {
        private static readonly RandomKey s_key = new(1, 2, 3, 4);
        private static readonly ConvGeometry s_pointwise = new(1, 2, (H, W), 6, new(1, 1, 0, 0), (H, W));
        private readonly DeviceSpan _x, _mean, _variance, _y, _leaky, _x2, _variance2, _y2, _dropped, _joined, _result;
        private readonly DeviceSpan _from, _weight, _back, _back2, _leakyBack, _leakyGradient, _dx, _dx2;
        private readonly bool _dropout;

        public Level(FusionTests tests, bool dropout)
        {
            _dropout = dropout;
            (_x, _mean, _variance, _y, _leaky) =
                (tests.Kept(Image), tests.Kept(3), tests.Kept(3), tests.Temporary(Image), tests.Kept(Image));
            (_x2, MeanOfSecond, _variance2, _y2, _dropped) =
                (tests.Kept(Image), tests.Kept(3), tests.Kept(3), tests.Temporary(Image), tests.Temporary(Image));
            (_joined, _result) = (tests.Temporary(2 * Image), tests.Kept(2 * Image));
            (_from, _weight, _back, OfConcat) =
                (tests.Kept(2 * H * W), tests.Kept(12), tests.Temporary(2 * Image), tests.Temporary(2 * Image));
            (_back2, _leakyBack, _leakyGradient) = (tests.Temporary(Image), tests.Kept(Image), tests.Temporary(Image));
            (_dx, _dx2, Sum) = (tests.Kept(Image), tests.Kept(Image), tests.Temporary(Image));
        }

        public DeviceSpan OfConcat { get; }

        public DeviceSpan MeanOfSecond { get; }

        /// <summary>Of what comes back to the first norm.</summary>
        public DeviceSpan Sum { get; }

        /// <param name="seen">a call behind the gradient of the concat's activation</param>
        /// <param name="keyOfBack">of the dropout on the way back; null for that on the way there</param>
        public KernelCall[] Calls(KernelCall? seen = null, RandomKey? keyOfBack = null)
        {
            var (first, part) = (OfConcat with { Length = Image }, OfConcat with { Offset = Image, Length = Image });
            return
            [
                .. Normalize(_x, _mean, _variance, _y),
                new UnaryCall(UnaryFunction.LeakyRelu, 0.2f, 0, _y, _leaky),
                .. Normalize(_x2, MeanOfSecond, _variance2, _y2),
                .. _dropout ? new KernelCall[] { new DropoutCall(s_key, 0.5f, _y2, _dropped) } : [],
                Join(_y, _dropout ? _dropped : _y2, _joined),
                new UnaryCall(UnaryFunction.Relu, 0, 0, _joined, _result),
                new Conv2dCall(_from, _weight, null, _back, s_pointwise),
                new UnaryGradientCall(UnaryFunction.Relu, 0, 0, _result, _back, OfConcat),
                .. seen is null ? [] : new[] { seen },
                .. _dropout ? new KernelCall[] { new DropoutCall(keyOfBack ?? s_key, 0.5f, part, _back2) } : [],
                new NormalizeGradientCall(
                    new(_x2, MeanOfSecond, _variance2, null, null, s_norm, 1e-5f), _dropout ? _back2 : part, _dx2, null, null),
                new UnaryGradientCall(UnaryFunction.LeakyRelu, 0.2f, 0, _leaky, _leakyBack, _leakyGradient),
                Add(first, _leakyGradient, Sum),
                new NormalizeGradientCall(new(_x, _mean, _variance, null, null, s_norm, 1e-5f), Sum, _dx, null, null),
            ];
        }
    }

    /// <summary>But not what is computed of state that has changed meanwhile, nor fills of other lengths.</summary>
    [Test]
    public void WhatIsComputedAgainIsComputedOnce()
    {
        var (x, state) = (Kept(Image), Kept(Image));
        DeviceSpan first = Temporary(Image), again = Temporary(Image), changed = Temporary(Image);
        Assert.That(
            Fused(
                Tanh(state, first), Tanh(state, again), Tanh(first, Kept(Image)), Sigmoid(again, Kept(Image)), new CopyCall(x, state),
                Tanh(state, changed), Sigmoid(changed, Kept(Image))),
            Is.EqualTo(new[] { "unary", "unary", "unary", "copy", "unary", "unary" }));

        DeviceSpan few = Temporary(5), many = Temporary(Image);
        Assert.That(
            Fused(new FillCall(few, 1), new FillCall(many, 1), Tanh(few, Kept(5)), Tanh(many, Kept(Image))),
            Is.EqualTo(new[] { "fill", "fill", "unary", "unary" }));

        UnaryCall Tanh(DeviceSpan from, DeviceSpan to) => new(UnaryFunction.Tanh, 0, 0, from, to);

        UnaryCall Sigmoid(DeviceSpan from, DeviceSpan to) => new(UnaryFunction.Sigmoid, 0, 0, from, to);
    }

    [Test]
    public void AConcatThatOthersReadStays()
    {
        var (a, b, joined) = (Kept(Image), Kept(Image), Temporary(2 * Image));
        KernelCall[] join = [Join(a, b, joined)];
        string[] copies = Device.OwnKernels.Fuses(new CopyAllCall([])) ? ["copy_all"] : ["concat"];
        Assert.That(
            Fused([.. join, new UnaryCall(UnaryFunction.Relu, 0, 0, joined, Kept(2 * Image)), new CopyCall(joined, Kept(2 * Image))]),
            Is.EqualTo((string[])[.. copies, "unary", "copy"]));
        Assert.That(
            Fused([.. join, new FillCall(joined with { Length = 5 }, 1), new UnaryCall(UnaryFunction.Relu, 0, 0, joined, Kept(2 * Image))]),
            Is.EqualTo((string[])[.. copies, "fill", "unary"]));
    }

    /// <summary>Boxes of several pictures do not lie in one piece.</summary>
    [Test]
    public void ConcatsOfSeveralPicturesStay()
    {
        var (a, joined) = (Kept(2 * Image), Temporary(4 * Image));
        Assert.That(Fused(
            new ConcatCall([new ConcatPart(a, 3), new ConcatPart(a, 3)], 1, joined, new Shape(2, 6, H, W)),
            new UnaryCall(UnaryFunction.Relu, 0, 0, joined, Kept(4 * Image))), Is.EqualTo(new[] { "concat", "unary" }));
    }

    /// <summary>Where that is one launch: sums of gradients wait for the next ones, but not for who reads them.</summary>
    [Test]
    public void CopiesThatKnowNothingOfEachOtherAreMadeAtOnce()
    {
        var (a, b, sumOfA, sumOfB, copy) = (Kept(70), Kept(5), Kept(70), Kept(5), Kept(70));
        BinaryCall addA = Add(Kept(70), a, sumOfA), addB = Add(Kept(5), b, sumOfB);
        var isOne = Device.OwnKernels.Fuses(new CopyAllCall([]));
        Assert.That(
            Fused(addA, new FillCall(Kept(3), 1), addB, new CopyCall(b, copy with { Offset = 1, Length = 5 })),
            Is.EqualTo(isOne ? new[] { "fill", "copy_all" } : ["binary", "fill", "binary", "copy"]));
        Assert.That(Fused(addA, new CopyCall(sumOfA, copy)), Is.EqualTo(new[] { "binary", "copy" }), "of a sum");
        Assert.That(
            Fused(addA, new FillCall(a with { Length = 1 }, 1), addB), Is.EqualTo(new[] { "binary", "fill", "binary" }),
            "from memory that another takes");
        Assert.That(
            Fused(addA, new UnaryCall(UnaryFunction.Tanh, 0, 0, sumOfA, copy), addB),
            Is.EqualTo(new[] { "binary", "unary", "binary" }), "that is read before");
        Assert.That(
            Fused(addB, addA with { F = BinaryFunction.Subtract }), Is.EqualTo(new[] { "binary", "binary" }), "of another function");
    }

    [Test]
    public void MultiplesOfConstantsAreFilledIn()
    {
        var (one, half, part, all, kept) = (Temporary(1), Temporary(1), Temporary(1), Kept(Image), Kept(1));
        KernelCall[] calls =
        [
            new FillCall(one, 1),
            new UnaryCall(UnaryFunction.Affine, 0.5f, 0, one, half),
            new UnaryCall(UnaryFunction.Affine, 1f / 3, 0, half, part),
            new ExpandCall(part, new Shape(1, 1, 1, 1), all, s_image),
        ];
        Assert.That(Fused(calls), Is.EqualTo(new[] { "fill" }));
        Assert.That(Fused([.. calls, new CopyCall(half, kept)]), Is.EqualTo(new[] { "fill", "fill", "copy" }), "read by others");
        Assert.That(Fused([calls[0], new AddScaledCall(1, kept, one), .. calls[1..]]), Has.Length.EqualTo(5), "not a constant");
        Assert.That(
            Fused(new FillCall(kept, 1), new UnaryCall(UnaryFunction.Affine, 2, 1, kept, all with { Length = 1 })),
            Is.EqualTo(new[] { "fill", "unary" }), "may be rounded in two ways");
    }

    /// <summary>As many statistics as channels move with the norm, if nobody wanted them as they were.</summary>
    [Test]
    public void ANormMovesStatisticsOfThePast()
    {
        var (x, mean, variance, y, past, spread, batches) =
            (Kept(Image), Temporary(3), Temporary(3), Kept(Image), Kept(3), Kept(3), Kept(1));
        KernelCall[] calls =
        [
            .. Normalize(x, mean, variance, y),
            new TrackStatisticsCall(mean, variance, new(past, spread, batches, 0.1f, 1.5f)),
        ];
        Assert.That(Fused(calls), Is.EqualTo(new[] { "norm_to" }));
        Assert.That(
            Fused([calls[0], new CopyCall(spread, Kept(3)), .. calls[1..]]), Is.EqualTo(new[] { "norm_to", "copy", "track_statistics" }));
    }

    /// <summary>What was added is there for others, too; where devices gain nothing by it, lists stay as they are.</summary>
    [TestCase(false, false)]
    [TestCase(false, true)]
    [TestCase(true, false)]
    public void ANormsGradientTakesInASum(bool isPadded, bool isActivated)
    {
        var (x, mean, variance, y, activated) = (Kept(Image), Kept(3), Kept(3), Temporary(Image), Temporary(Image));
        var (dy, part, sum, dx) = (Temporary(isPadded ? 3 * 8 * 10 : Image), Temporary(Image), Kept(Image), Kept(Image));
        KernelCall[] calls =
        [
            .. Normalize(x, mean, variance, y),
            .. isActivated ? new KernelCall[] { new UnaryCall(UnaryFunction.LeakyRelu, 0.2f, 0, y, activated) } : [],
            new UniformCall(new RandomKey(1, 2, 3, 4), dy),
            .. isPadded ? new KernelCall[] { new PadGradientCall(PadMode.Reflect, dy, part, s_pad) } : [],
            .. isActivated ? new KernelCall[] { new UnaryGradientCall(UnaryFunction.LeakyRelu, 0.2f, 0, activated, dy, part) } : [],
            Add(Kept(Image), isPadded || isActivated ? part : dy, sum),
            new NormalizeGradientCall(new(x, mean, variance, null, null, s_norm, 1e-5f), sum, dx, null, null),
            new CopyCall(sum, Kept(Image)),
        ];
        Assert.That(Fused(calls), Is.EqualTo(new[] { "norm_to", "uniform", "norm_to_gradient", "copy" }));
        Assert.That(Fused([.. calls[..^2], new CopyCall(sum, Kept(Image)), calls[^2]]), Has.Member("binary"), "the sum is read before");
    }

    [Test]
    public void AWeightThatNobodyReadsInBetweenIsUpdatedWithItsGradient()
    {
        Assume.That(Device.OwnKernels.UpdatesWeights(s_inner), $"{name} has a kernel for that");
        var (x, dy, slot, other) = (Kept(16), Kept(16), Slot(1024), Slot(5));
        Assert.That(Fused(
            new Conv2dWeightGradientCall(x, dy, slot.Gradient, s_inner),
            new FillCall(other.Gradient, 3),
            new AdamCall([slot, other], s_adam)), Is.EqualTo(new[] { "conv2d_weight_gradient_to_adam", "fill", "adam" }));
        Assert.That(Fused(
            new Conv2dWeightGradientCall(x, dy, slot.Gradient, s_inner),
            new AdamCall([slot], s_adam)), Is.EqualTo(new[] { "conv2d_weight_gradient_to_adam" }));
        Assert.That(Fused(
            new Conv2dWeightGradientCall(x, dy, slot.Gradient, s_inner),
            new CopyCall(slot.Weight, Kept(1024)),
            new AdamCall([slot], s_adam)), Is.EqualTo(new[] { "conv2d_weight_gradient", "copy", "adam" }), "the old weight is wanted");
        Assert.That(Fused(
            new Conv2dWeightGradientCall(x, dy, slot.Gradient, s_inner),
            new AddScaledCall(1, Kept(1024), slot.Gradient),
            new AdamCall([slot], s_adam)), Is.EqualTo(new[] { "conv2d_weight_gradient", "add_scaled", "adam" }), "the gradient is a sum");
    }

    [Test]
    public void AWeightGradientTakesInTheSumOfWhatItReads()
    {
        Assume.That(Device.OwnKernels.SumsBiasGradients(s_outer), $"{name} has a kernel for that");
        var (x, dy, dw, db) = (Kept(1024), Kept(2048), Kept(288), Kept(8));
        var gradient = new Conv2dWeightGradientCall(x, dy, dw, s_outer);
        var sum = new ReduceCall(Reduction.Sum, dy, new Shape(1, 8, 16, 16), db, new Shape(1, 8, 1, 1));
        Assert.That(Fused(gradient, sum), Is.EqualTo(new[] { "conv2d_weight_and_bias_gradient" }));
        Assert.That(
            Fused(gradient, new FillCall(Kept(5), 3), sum), Is.EqualTo(new[] { "conv2d_weight_and_bias_gradient", "fill" }));
        Assert.That(
            Fused(gradient, new FillCall(dy, 3), sum), Is.EqualTo(new[] { "conv2d_weight_gradient", "fill", "reduce" }),
            "of another gradient");
        Assert.That(
            Fused(gradient, new CopyCall(db, Kept(8)), sum), Is.EqualTo(new[] { "conv2d_weight_gradient", "copy", "reduce" }),
            "what is there before is wanted");
        Assert.That(
            Fused(gradient, sum with { F = Reduction.Mean }), Is.EqualTo(new[] { "conv2d_weight_gradient", "reduce" }), "another function");
        Assert.That(
            Fused(gradient, sum with { XShape = new Shape(1, 8, 256, 1) }), Is.EqualTo(new[] { "conv2d_weight_gradient", "reduce" }),
            "another shape");
        Assert.That(
            Fused(gradient, sum with { Y = x with { Length = 8 } }), Is.EqualTo(new[] { "conv2d_weight_gradient", "reduce" }),
            "over what the weight gradient reads");
    }

    /// <summary>A pair of pictures is joined once, however often it is shown, as long as all of it stays as it was.</summary>
    [Test]
    public void ACopyOfWhatIsThereIsLeftOut()
    {
        var (x, seen) = (Kept(Image), Kept(2 * Image));
        var (once, again, other) = (Temporary(2 * Image), Temporary(2 * Image), Kept(Image));
        ConcatCall join = Join(x, other, once), second = Join(x, other, again);
        UnaryCall look = new(UnaryFunction.Square, 0, 0, once, seen), lookAgain = look with { X = again };
        Assert.That(Names(join, look, second, lookAgain), Is.EqualTo(new[] { "join", "unary", "unary" }));
        Assert.That(
            Names(join, look, new FillCall(x with { Length = 1 }, 2), second, lookAgain),
            Is.EqualTo(new[] { "join", "unary", "fill", "join", "unary" }), "the source has changed");
        Assert.That(
            Names(join, look, Join(other, x, again), lookAgain), Is.EqualTo(new[] { "join", "unary", "join", "unary" }), "the other way");
        Assert.That(
            Names(new CopyCall(seen, once), look, new CopyCall(seen, again), lookAgain),
            Is.EqualTo(new[] { "copy", "unary", "copy", "unary" }), "of what a copy was looked at in between");

        string[] Names(params KernelCall[] calls) => [.. Fused(calls).Select(name => name is "concat" or "copy_all" ? "join" : name)];
    }

    /// <summary>Gradients of a network's second use are added in one launch, but for those that somebody asks for.</summary>
    [Test]
    public void GradientsOfASecondUseAreAddedAtOnce()
    {
        var (x, one, other, sumA, sumB, total) = (Kept(40), Temporary(8), Temporary(8), Kept(8), Kept(8), Kept(8));
        ReduceCall gradient = new(Reduction.Sum, x, new Shape(5, 8), one, new Shape(1, 8)), second = gradient with { Y = other };
        BinaryCall addA = Add(Kept(8), one, sumA), addB = Add(Kept(8), other, sumB);
        Assert.That(
            Fused(gradient, addA, second, addB),
            Is.EqualTo(
                Device.OwnKernels.Fuses(new CopyAllCall([]))
                    ? new[] { "reduce", "reduce", "copy_all" }
                    : ["reduce", "binary", "reduce", "binary"]));
        Assert.That(
            Fused(gradient, addA, new UnaryCall(UnaryFunction.Square, 0, 0, sumA, total), second, addB),
            Is.EqualTo(new[] { "reduce", "binary", "unary", "reduce", "binary" }), "somebody reads the sum first");
    }

    /// <summary>Where convolutions read no border, norms take in the padding behind them.</summary>
    [Test]
    public void ATrainingStepsNormsAreFused()
    {
        var network = new ResNetGenerator(3, 3, blocks: 2, ngf: 4).Initialize(seed: 1).To(Device);
        var adam = new Adam(network.Parameters);
        using var x = Tensor.Uniform(new RandomKey(1, 99, 0, 0), new Shape(1, 3, 32, 32), Device);
        adam.Minimize(network.Forward(x).L1Loss(x));
        using var recording = KernelRecording.Take(Device, () => adam.Minimize(network.Forward(x).L1Loss(x)));
        var calls = CallPasses.Apply(recording.Calls, KernelRecording.IsTemporary, Device.OwnKernels).Calls();
        Assert.That(calls.OfType<MomentsCall>(), Is.Empty);
        Assert.That(calls.OfType<NormToCall>().Count(), Is.EqualTo(9));
        Assert.That(calls.OfType<NormToCall>().Count(c => c.Tail.Activation == UnaryFunction.Relu), Is.EqualTo(7));
        Assert.That(calls.OfType<NormToCall>().Count(c => c.Addend is not null), Is.EqualTo(2));
        var isBordered = Device.OwnKernels.Fuses(new BorderedConv2dCall(default, default, default, null, default, default));
        Assert.That(calls.OfType<NormToCall>().Count(c => c.Padded is not null), isBordered ? Is.Zero : Is.GreaterThanOrEqualTo(4));
        Assert.That(calls.OfType<BorderedConv2dCall>().Count(), Is.EqualTo(isBordered ? 6 : 0));
        Assert.That(calls.OfType<BorderedConv2dWeightGradientCall>().Count(), Is.EqualTo(isBordered ? 6 : 0));
        Assert.That(calls.OfType<NormToGradientCall>().Count(), Is.GreaterThanOrEqualTo(5));
    }

    /// <summary>With given statistics, as in evaluation, a norm takes in a sum and activations, where the device has that kernel.</summary>
    [Test]
    public void ANormOfGivenStatisticsTakesInWhatFollows()
    {
        var (x, mean, variance, other, z, sum) = (Kept(Image), Kept(3), Kept(3), Kept(Image), Temporary(Image), Temporary(Image));
        var norm = new NormalizeCall(new(x, mean, variance, null, null, s_norm, 1e-5f), z);
        var relu = new UnaryCall(UnaryFunction.Relu, 0, 0, sum, Kept(Image));
        var shape = new Shape(Image);
        var add = new BinaryCall(BinaryFunction.Add, z, shape, other, shape, sum, shape);
        Assert.That(Fused(norm, add, relu), Is.EqualTo(WhereFused("normalize", "binary", "unary")));
        Assert.That(Fused(norm, relu with { X = z }), Is.EqualTo(WhereFused("normalize", "unary")));
        Assert.That(
            Fused(norm, relu with { X = z }, new UnaryCall(UnaryFunction.LeakyRelu, 0.2f, 0, z, Kept(Image))),
            Is.EqualTo(WhereFused("normalize", "unary", "unary")));
        Assert.That(
            Fused(norm, new UnaryCall(UnaryFunction.Square, 0, 0, z, Kept(Image))), Is.EqualTo(new[] { "normalize", "unary" }));

        string[] WhereFused(params string[] apart) =>
            Device.OwnKernels.Fuses(new NormalizeToCall(norm.Norm, null, z, null, new NormTail(UnaryFunction.Relu)))
                ? ["normalize_to"]
                : apart;
    }

    private DeviceSpan Kept(long count) => New(count, _kept);

    private DeviceSpan Temporary(long count) => New(count, _temporary);

    private DeviceSpan New(long count, List<DeviceSpan> list)
    {
        list.Add(new DeviceSpan(Device.Allocate(count), 0, count));
        return list[^1];
    }

    /// <summary>Two arrays of an image's size, one behind the other.</summary>
    private static ConcatCall Join(DeviceSpan a, DeviceSpan b, DeviceSpan joined) =>
        new([new ConcatPart(a, 3), new ConcatPart(b, 3)], 1, joined, new Shape(1, 6, H, W));

    /// <summary>A norm with its statistics.</summary>
    private static KernelCall[] Normalize(DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan y) =>
    [
        new MomentsCall(x, mean, variance, s_norm),
        new NormalizeCall(new(x, mean, variance, null, null, s_norm, 1e-5f), y),
    ];

    private static BinaryCall Add(DeviceSpan a, DeviceSpan b, DeviceSpan sum)
    {
        var shape = new Shape((int)sum.Length);
        return new BinaryCall(BinaryFunction.Add, a, shape, b, shape, sum, shape);
    }

    private AdamSlot Slot(int count) => new(Kept(count), Temporary(count), Kept(count), Kept(count));

    /// <summary>
    /// Applies the passes, holds what both lists leave in memory that is kept against each other, and returns the names of the calls, with
    /// links of chains by themselves.
    /// </summary>
    private string[] Fused(params KernelCall[] calls)
    {
        AdamCoefficients.SetRates(Device.Numbers, s_adam, 1e-3f, step: 2);
        var fused = CallPasses.Apply(calls, _temporary.Select(t => t.Storage).Contains, Device.OwnKernels).Calls();
        var expected = Run(calls);
        var actual = Run(fused);
        for (var i = 0; i < expected.Count; i++)
        {
            Numbers.AssertSameBits(actual[i], expected[i], $"array {i}");
        }

        var graph = CallPasses.Fused(calls, _temporary.Select(t => t.Storage).Contains, Device.OwnKernels);
        Forms.Apply(graph, Device.OwnKernels);
        PartPlaces.Apply(graph);
        return [.. graph.Calls().Select(call => call.Name)];
    }

    private List<float[]> Run(IReadOnlyList<KernelCall> calls)
    {
        foreach (var (span, i) in _kept.Concat(_temporary).Select((span, i) => (span, i)))
        {
            Device.Upload(Numbers.Some(span.Length, seed: i, low: 0.1), span);
        }

        // Values that passes added have no memory yet.
        var plan = new MemoryPlan(calls, storage => storage is TracedStorage);
        foreach (var call in plan.On(calls, [.. plan.Blocks.Select(block => Device.Pool.Rent(block))]))
        {
            Device.OwnKernels.Run(call);
        }

        return [.. _kept.Select(span =>
        {
            var values = new float[span.Length];
            Device.Download(span, values);
            return values;
        })];
    }
}
