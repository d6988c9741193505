using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>
/// Kernels that the op cases do not launch: for longer rows and sums of more parts than their arrays have, and for gradients that ops leave
/// out since they are zero or a constant. At the seam, in the smallest sizes that reach them.
/// </summary>
[TestFixture("ilgpu-cpu")]
[TestFixture("opencl")]
[TestFixture("ptx")]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class SeldomLaunchedKernelTests(string name)
{
    private GpuDevice Device => (GpuDevice)TestDevices.Open(name);

    private IKernels Kernels => Device.Kernels;

    [Test]
    public void ACopyIsTheSame()
    {
        var x = Numbers(37);
        Assert.That(Result(37, (from, to) => Kernels.Run(new CopyCall(from, to)), x), Is.EqualTo(x));
    }

    [Test]
    public void ANumberOfTheTableFillsAnArray()
    {
        Device.Numbers.SetSingle(StepNumbers.AtOnce, 2.5f);
        Assert.That(Result(37, (_, to) => Kernels.Run(new FillFromCall(StepNumbers.AtOnce, to)), Numbers(37)), Is.All.EqualTo(2.5f));
    }

    [TestCase(UnaryFunction.Affine, 3)]
    [TestCase(UnaryFunction.Sign, 0)]
    [TestCase(UnaryFunction.GreaterThan, 0)]
    public void GradientsThatNeedNoInputAreConstants(UnaryFunction f, float slope)
    {
        var dy = Numbers(37);
        var dx = Result(37, (from, to) => Kernels.Run(new UnaryGradientCall(f, 3, 1, from, from, to)), dy);
        Assert.That(dx, Is.EqualTo(dy.Select(v => slope * v)));
    }

    /// <summary>Columns of 130 numbers are taken by a thread each, in two parts; rows of 130 by a group each.</summary>
    [TestCase(130, 3, true)]
    [TestCase(130, 3, false)]
    public void ReductionsOfManyNumbersAgree(int reduced, int kept, bool columns)
    {
        var x = Numbers(reduced * kept);
        var (from, to) = columns ? (new Shape(reduced, kept), new Shape(1, kept)) : (new Shape(kept, reduced), new Shape(kept, 1));
        float[][] sets = [.. Enumerable.Range(0, kept)
            .Select(k => Enumerable.Range(0, reduced).Select(r => x[columns ? (r * kept) + k : (k * reduced) + r]).ToArray())];
        var sums = Result(kept, (a, b) => Kernels.Run(new ReduceCall(Reduction.Sum, a, from, b, to)), x);
        Assert.That(sums, Is.EqualTo(sets.Select(set => (float)set.Sum(v => (double)v))).Within(1e-5f));
        Assert.That(
            Result(kept, (a, b) => Kernels.Run(new ReduceCall(Reduction.Maximum, a, from, b, to)), x),
                Is.EqualTo(sets.Select(set => set.Max())));
        Assert.That(
            Result(kept, (a, b) => Kernels.Run(new ReduceCall(Reduction.Minimum, a, from, b, to)), x),
                Is.EqualTo(sets.Select(set => set.Min())));
    }

    /// <summary>Long rows: of neighbours, of one element each, and of a row that serves all.</summary>
    [Test]
    public void BroadcastRowsAgree([Values] BinaryFunction f, [Values] bool swapped)
    {
        const int Outer = 2, Inner = 3, Length = 70;
        Shape whole = new(Outer, Inner, Length), perRow = new(Inner, 1), oneRow = new(Length);
        var draw = f == BinaryFunction.Power ? Draw.Positive : Draw.Normal; // The root of a negative number is none.
        var x = Numbers(Outer * Inner * Length, draw);
        foreach (var (shape, place) in new (Shape, Func<int, int>)[] { (perRow, i => i / Length % Inner), (oneRow, i => i % Length) })
        {
            var other = Numbers((int)shape.Count + 1, draw)[1..];
            var result = Result(x.Length, (from, to) =>
            {
                var second = Tensor.From(other, shape, Device).Span;
                var (a, b) = swapped ? ((second, shape), (from, whole)) : ((from, whole), (second, shape));
                Kernels.Run(new BinaryCall(f, a.Item1, a.Item2, b.Item1, b.Item2, to, whole));
            }, x);
            Assert.That(
                result,
                Is.EqualTo(x.Select((v, i) => swapped ? Value(f, other[place(i)], v) : Value(f, v, other[place(i)])))
                    .Within(f == BinaryFunction.Power ? 16 : 3).Ulps,
                $"{shape}");
        }
    }

    [Test]
    public void LongRowsAreRepeatedAndPutInPlace()
    {
        Assert.That(
            Result(210, (from, to) => Kernels.Run(new ExpandCall(from, new Shape(3, 1), to, new Shape(3, 70))), [1, 2, 3]),
            Is.EqualTo(Enumerable.Range(0, 210).Select(i => 1 + (i / 70))));

        // [2, 1, 70] into the middle of [2, 3, 70].
        var x = Numbers(140);
        Shape block = new(2, 1, 70), whole = new(2, 3, 70);
        var y = Result(420, (from, to) =>
        {
            Kernels.Run(new FillCall(to, 1));
            Kernels.Run(new CopyBlockCall(from, block, [0, 0, 0], to, whole, [0, 1, 0], block));
        }, x);
        Assert.That(y, Is.EqualTo(Enumerable.Range(0, 420).Select(i => i / 70 % 3 == 1 ? x[(i / 210 * 70) + (i % 70)] : 1)));
    }

    [Test]
    public void MomentsOfALargeGroupAgree()
    {
        const int Count = 8200;
        var x = Numbers(Count);
        using var step = Device.Step();
        var (from, mean, variance) =
            (Tensor.From(x, new Shape(Count), Device), Tensor.Empty(new Shape(1), Device), Tensor.Empty(new Shape(1), Device));
        Kernels.Run(new MomentsCall(from.Span, mean.Span, variance.Span, new NormGeometry(1, 1, Count, PerInstance: true)));
        var average = x.Average(v => (double)v);
        Assert.That(mean.Item(), Is.EqualTo(average).Within(1e-6));
        Assert.That(variance.Item(), Is.EqualTo(x.Average(v => (v - average) * (v - average))).Within(1e-6));
    }

    [Test]
    public void StatisticsMoveTowardsTheBatchs()
    {
        using var step = Device.Step();
        Tensor Row(params float[] values) => Tensor.From(values, new Shape(values.Length), Device);
        var (mean, variance, pastMean, pastVariance, batches) = (Row(1, 2), Row(4, 8), Row(10, 20), Row(1, 1), Row(6));
        Kernels.Run(new TrackStatisticsCall(mean.Span, variance.Span, new(pastMean.Span, pastVariance.Span, batches.Span, 0.25f, 1.5f)));
        Assert.That(pastMean.ToArray(), Is.EqualTo(new[] { 7.75f, 15.5f }));
        Assert.That(pastVariance.ToArray(), Is.EqualTo(new[] { 2.25f, 3.75f }));
        Assert.That(batches.ToArray(), Is.EqualTo(new[] { 7f }));
    }

    [TestCase(0u, new[] { 1f, 2 }, new[] { 5f, 6, 7, 8 })]
    [TestCase(1u, new[] { 1f, 2 }, new[] { 5f, 6, 1, 2 })]
    [TestCase(2u, new[] { 7f, 8 }, new[] { 5f, 6, 1, 2 })]
    public void APictureIsExchangedAsTheNumbersSay(uint mode, float[] shown, float[] left)
    {
        using var step = Device.Step();
        var (image, pool) = (Tensor.From([1, 2], new Shape(2), Device), Tensor.From([5, 6, 7, 8], new Shape(4), Device));
        Device.Numbers[StepNumbers.AtOnce] = mode;
        Device.Numbers[StepNumbers.AtOnce + 1] = 1;
        var result = Tensor.From([float.NaN, float.NaN], new Shape(2), Device);
        Kernels.Run(new ExchangeCall(image.Span, pool.Span, Stride: 2, StepNumbers.AtOnce, result.Span));
        Assert.That(result.ToArray(), Is.EqualTo(shown));
        Assert.That(pool.ToArray(), Is.EqualTo(left));
    }

    /// <summary>
    /// Two results a thread, the second one beyond the end for some, and a part more than are loaded at once: in float32 and in the order
    /// of the parts.
    /// </summary>
    [Test]
    public void PartsAreAddedInOrderByFewThreads()
    {
        const int Rows = 3, Columns = 70, Parts = 5, Results = Rows * Columns;
        using var step = Device.Step();
        var numbers = Numbers(Parts * Results);
        var (parts, sums) = (
            Tensor.From(numbers, new Shape(Parts, Rows, Columns), Device),
            Tensor.From(Enumerable.Repeat(float.NaN, Results).ToArray(), new Shape(Rows, Columns), Device));
        var product = MatMulProduct.Of(
            default, default, sums.Span.View(), new MatMulGeometry(1, Rows, Columns, Parts, TransposeA: false, TransposeB: false));
        (product.PartialColumns, product.Splits, product.Partial) = (new Divisor(Columns), new Divisor(Parts), parts.Span.View());
        Device.Queue.Launch(SplitSumKernel.SplitSum, new ILGPU.KernelConfig(1, SplitSumKernel.GroupSize), product);
        Assert.That(
            sums.ToArray(),
            Is.EqualTo(Enumerable.Range(0, Results)
                .Select(i => Enumerable.Range(0, Parts).Aggregate(0f, (sum, part) => sum + numbers[(part * Results) + i]))));
    }

    [Test]
    public void TheMeasureOfThePeakComputesWhatItSays()
    {
        using var step = Device.Step();
        var queue = Device.Queue;
        var results = Tensor.Empty(new Shape(queue.GroupSize), Device);
        queue.Launch(PeakKernels.FusedMultiplyAdd, new ILGPU.KernelConfig(1, queue.GroupSize), results.Span.View(), 0.5f, 1);
        Assert.That(results.ToArray(), Is.All.Matches<float>(float.IsFinite));
    }

    private static float Value(BinaryFunction f, float a, float b) => f switch
    {
        BinaryFunction.Add => a + b,
        BinaryFunction.Subtract => a - b,
        BinaryFunction.Multiply => a * b,
        BinaryFunction.Divide => a / b,
        BinaryFunction.Maximum => Math.Max(a, b),
        BinaryFunction.Minimum => Math.Min(a, b),
        BinaryFunction.AbsoluteDifference => Math.Abs(a - b),
        BinaryFunction.SquaredDifference => (a - b) * (a - b),
        BinaryFunction.Power => MathF.Pow(a, b),
        BinaryFunction.Mask => b != 0 ? a : 0,
        BinaryFunction.GreaterThan => a > b ? 1 : 0,
        BinaryFunction.GreaterThanOrEqual => a >= b ? 1 : 0,
        BinaryFunction.EqualTo => a == b ? 1 : 0,
        BinaryFunction.SameAs => a.Equals(b) ? 1 : 0,
        _ => throw new ArgumentOutOfRangeException(nameof(f), f, message: null),
    };

    private float[] Result(int count, Action<DeviceSpan, DeviceSpan> kernel, float[] x)
    {
        using var step = Device.Step();
        var (from, to) = (
            Tensor.From(x, new Shape(x.Length), Device),
            Tensor.From(Enumerable.Repeat(float.NaN, count).ToArray(), new Shape(count), Device));
        kernel(from.Span, to.Span);
        return to.ToArray();
    }

    private static float[] Numbers(int count, Draw draw = Draw.Normal) => OpCase.DrawNumbers(new Random(5), count, draw);
}
