using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.TestsCommon.PtxMachine.Driver;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>Convolutions and their gradients with channels last: rung 8 of the ladder.</summary>
[TestFixture("ptx")]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class ChannelsLastTests(string device)
{
    /// <summary>So many parts of such small results are added by a launch of its own.</summary>
    private const int MostForTheLastGroup = 10;

    /// <summary>
    /// N, C, H, W, K, kernel, stride, padding: channels and filters that are filled up, two tiles of filters, several images in a tile, odd
    /// sizes, phases of one, two and four taps, rows of pixels longer than a turn of 32. Small whole numbers: the definition's bits.
    /// </summary>
    [TestCase("2 5 6 5 9 3 3 1 1 1", 1)]
    [TestCase("1 40 5 4 7 3 3 1 0 1", 3)]
    [TestCase("2 3 7 9 5 3 3 2 1 1", 1)]
    [TestCase("1 3 8 6 5 4 4 2 1 1", 2)]
    [TestCase("1 33 12 13 130 1 1 1 0 1", 1)]
    [TestCase("2 4 2 36 5 3 3 1 1 1", 2)]
    [TestCase("1 40 5 4 7 3 3 1 0 1", 12)]
    [TestCase("1 4 3 66 5 4 4 2 1 1", 1, Category = Exhaustive.Category)]
    [TestCase("1 64 9 9 40 4 4 1 1 1", 4, Category = Exhaustive.Category)]
    [TestCase("1 64 17 16 132 3 3 2 1 1", 2, Category = Exhaustive.Category)]
    [TestCase("2 3 20 19 66 7 7 1 3 1", 1, Category = Exhaustive.Category)]
    [TestCase("3 70 11 6 64 4 4 2 1 1", 5, Category = Exhaustive.Category)]
    [MaxSeconds(8)] // ILGPU compiles.
    public void AgreesWithItsDefinition(string shape, int parts) => Check(shape, parts, ProductPrecision.Bf16);

    [TestCase("2 5 6 5 9 3 3 1 1 1", 1)]
    [TestCase("2 3 7 9 5 3 3 2 1 1", 1)]
    [TestCase("1 3 3 18 70 2 2 1 0 1", 2)]
    [TestCase("1 40 5 4 130 3 3 1 0 1", 3, Category = Exhaustive.Category)]
    [TestCase("1 4 3 66 5 4 4 2 1 1", 1, Category = Exhaustive.Category)]
    [TestCase("3 35 11 6 64 4 4 2 1 1", 5, Category = Exhaustive.Category)]
    [MaxSeconds(8)] // ILGPU compiles.
    public void AgreesWithItsDefinitionInTf32(string shape, int parts) => Check(shape, parts, ProductPrecision.Tf32);

    private void Check(string shape, int parts, ProductPrecision precision)
    {
        var g = ConvolutionTests.Geometry(shape);
        var (x, w, dy) =
            (Whole(g.N * g.C * g.H * g.W, 1), Whole(g.K * g.C * g.KernelH * g.KernelW, 2), Whole(g.N * g.K * g.OutH * g.OutW, 3));
        var (filterBias, channelBias) = (Whole(g.K, 4), Whole(g.C, 5));
        using var bench = Bench(parts, precision);
        Assert.Multiple(() =>
        {
            Check(
                "forward", ReferenceConvolution.Forward(x, w, null, g),
                y => new Conv2dCall(bench.Put(x), bench.Put(w), null, y, g));
            Check(
                "forward with a bias", ReferenceConvolution.Forward(x, w, filterBias, g),
                y => new Conv2dCall(bench.Put(x), bench.Put(w), bench.Put(filterBias), y, g));
            Check(
                "data gradient with a bias", ReferenceConvolution.InputGradient(dy, w, channelBias, g),
                dx => new Conv2dInputGradientCall(bench.Put(dy), bench.Put(w), bench.Put(channelBias), dx, g));
            Check(
                "weight gradient", ReferenceConvolution.WeightGradient(x, dy, g),
                dw => new Conv2dWeightGradientCall(bench.Put(x), bench.Put(dy), dw, g), launches: 4);
            var db = bench.New(g.K);
            Check(
                "weight gradient with that of the bias", ReferenceConvolution.WeightGradient(x, dy, g),
                dw => new Conv2dWeightAndBiasGradientCall(bench.Put(x), bench.Put(dy), dw, db, g), launches: 4);
            Assert.That(bench.Get(db), Is.EqualTo(Enumerable.Range(0, g.K).Select(filter => SumOf(dy, filter, g))), "gradient of the bias");
        });

        void Check(string what, double[] expected, Func<DeviceSpan, KernelCall> call, int? launches = null)
        {
            var result = bench.New(expected.Length);
            var before = bench.Launches;
            call(result).RunOn(bench.Kernels);
            Assert.That(
                bench.Launches - before, Is.EqualTo(launches ?? (parts < MostForTheLastGroup ? 3 : 4)),
                "two forms, the products and, of many parts, their sum");
            Assert.That(bench.Get(result), Is.EqualTo(expected.Select(value => (float)value)), what);
        }
    }

    [TestCase(PadMode.Reflect)]
    [TestCase(PadMode.Replicate)]
    public void ABorderIsThatOfTheMode(PadMode mode)
    {
        var g = ConvolutionTests.Geometry("2 6 7 5 9 5 5 1 2 1");
        var (x, w) = (Whole(g.N * g.C * g.H * g.W, 1), Whole(g.K * g.C * g.KernelH * g.KernelW, 2));
        var border = g.Border();
        var (rows, columns) = (new PaddedAxis(mode, g.H, border.Top, border.OutH), new PaddedAxis(mode, g.W, border.Left, border.OutW));
        float[] padded =
        [
            .. from plane in Enumerable.Range(0, border.Planes)
               from row in Enumerable.Range(0, border.OutH)
               from column in Enumerable.Range(0, border.OutW)
               select x[(((plane * g.H) + rows.Source(row)) * g.W) + columns.Source(column)],
        ];
        using var bench = Bench(parts: 1);
        var y = bench.New(g.N * g.K * g.OutH * g.OutW);
        bench.Kernels.Run(new BorderedConv2dCall(mode, bench.Put(x), bench.Put(w), null, y, g));
        Assert.That(
            bench.Get(y), Is.EqualTo(ReferenceConvolution.Forward(padded, w, null, g.OfPadded()).Select(value => (float)value)));
        var (dy, dw) = (Whole(g.N * g.K * g.OutH * g.OutW, 3), bench.New(w.Length));
        bench.Kernels.Run(new BorderedConv2dWeightGradientCall(mode, bench.Put(x), bench.Put(dy), dw, g));
        Assert.That(
            bench.Get(dw), Is.EqualTo(ReferenceConvolution.WeightGradient(padded, dy, g.OfPadded()).Select(value => (float)value)));
    }

    /// <summary>
    /// Any numbers, against float64: the factors are rounded once, to 8 bits with the hidden one, or to 11, and the sums are float32's.
    /// </summary>
    [TestCase(ProductPrecision.Bf16, 8)]
    [TestCase(ProductPrecision.Tf32, 11)]
    public void FactorsAreRoundedOnce(ProductPrecision precision, int bits)
    {
        var g = ConvolutionTests.Geometry("1 48 6 7 20 3 3 1 1 1");
        var (x, w) = (ConvolutionTests.Numbers(g.C * g.H * g.W, 1), ConvolutionTests.Numbers(g.K * g.C * 9, 2));
        using var bench = Bench(parts: 2, precision);
        var y = bench.New(g.K * g.OutH * g.OutW);
        bench.Kernels.Run(new Conv2dCall(bench.Put(x), bench.Put(w), null, y, g));
        Assert.That(
            RelativeError.Of(bench.Get(y), ReferenceConvolution.Forward([.. x.Select(Rounded)], [.. w.Select(Rounded)], null, g)),
            Is.LessThan(1e-6));

        // Half of the last place is away from 0 here, and no number is one.
        float Rounded(float value)
        {
            var dropped = 24 - bits;
            var rounded = BitConverter.SingleToUInt32Bits(value) + (1u << (dropped - 1));
            return BitConverter.UInt32BitsToSingle(rounded & ~((1u << dropped) - 1));
        }
    }

    /// <summary>A recorded step has the forms of its images and weights, an eager one makes them at each convolution.</summary>
    [Test]
    public void ARecordedStepHasTheBitsOfTheCode()
    {
        using var bench = Bench(parts: 1);
        var owner = TestDevices.Open(device);
        using var w = Tensor.From(ConvolutionTests.Numbers(4 * 3 * 9, 1), new Shape(4, 3, 3, 3), owner);
        using var x = Tensor.From(ConvolutionTests.Numbers(3 * 6 * 5, 2), new Shape(1, 3, 6, 5), owner);
        using var step = new RecordedStep(owner, inputs =>
        {
            using var y = inputs[0].Conv2d(w, padding: 1);
            return [y.ConvTranspose2d(w, padding: 1)];
        });
        var recorded = step.Run(x)[0].ToArray();
        var replayed = step.Run(x)[0].ToArray();
        step.Eager = true;
        var before = bench.Launches;
        Assert.That((recorded, replayed), Is.EqualTo((step.Run(x)[0].ToArray(), recorded)));
        Assert.That(bench.Launches - before, Is.EqualTo(6), "two forms and the products of each");
    }

    /// <summary>No lane waits for another of its warp at shared memory, and nothing is in local memory.</summary>
    [TestCase(ProductPrecision.Bf16)]
    [TestCase(ProductPrecision.Tf32)]
    public void SharedMemoryHasNoBankConflicts(ProductPrecision precision)
    {
        if (device != "ptx")
        {
            Assert.Ignore("counted on the PTX machine");
        }

        var g = ConvolutionTests.Geometry("1 32 9 16 128 3 3 1 1 1");
        using var bench = Bench(parts: 1, precision);
        var (x, w) = (bench.Put(Whole(g.C * g.H * g.W, 1)), bench.Put(Whole(g.K * g.C * 9, 2)));
        var (y, dw) = (bench.New(g.K * g.OutH * g.OutW), bench.New(g.K * g.C * 9));
        ((GpuDevice)TestDevices.Open(device)).Synchronize();
        var counts = PtxDriver.Counts = new PtxCounts();
        try
        {
            bench.Kernels.Run(new Conv2dCall(x, w, null, y, g));
            bench.Kernels.Run(new Conv2dWeightGradientCall(x, y, dw, g));
            _ = bench.Get(dw);
        }
        finally
        {
            PtxDriver.Counts = null;
        }

        Assert.That(counts.Total.SharedAccesses, Is.GreaterThan(1000));
        Assert.That((counts.Total.BankConflicts, counts.Total.LocalAccesses), Is.EqualTo((0, 0)));
    }

    private static float SumOf(float[] dy, int filter, ConvGeometry g)
    {
        var plane = g.OutH * g.OutW;
        return Enumerable.Range(0, g.N).Sum(n => dy.Skip(((n * g.K) + filter) * plane).Take(plane).Sum());
    }

    private ProductBench Bench(int parts, ProductPrecision precision = ProductPrecision.Bf16)
    {
        var bench = new ProductBench(device) { Precision = precision };
        bench.Force(new ProductVariant(ProductRung.ChannelsLast, TileShape.Large, parts));
        return bench;
    }

    // From -3 to 3.
    private static float[] Whole(int count, int seed) =>
        [.. ConvolutionTests.Numbers(count, seed).Select(value => MathF.Round(3 * value))];
}
