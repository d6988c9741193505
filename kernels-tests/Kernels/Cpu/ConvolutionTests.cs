using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>Every micro-kernel, every pass, many shapes, against the definition in double precision.</summary>
public sealed class ConvolutionTests
{
    private const double Tolerance = 1e-5;

    /// <summary>The processor's best and the ones it would use with less; the runtime emulates those that the processor lacks.</summary>
    internal static readonly MicroKernel[] Kernels =
    [
        MicroKernel.Best,
        MicroKernel.Of512Bits(),
        MicroKernel.Of256Bits(),
        MicroKernel.Of128Bits(),
    ];

    /// <summary>n c h w k, kernel height and width, stride, pad, dilation; a comma-separated pair gives the directions their own.</summary>
    private static readonly string[] s_shapes =
    [
        "1 1 1 1 1 1 1 1 0 1",
        "1 3 5 7 2 3 3 1 1 1",
        "2 3 9 8 5 3 3 1 0 1",
        "1 7 17 19 9 3 3 2 1 1",
        "2 5 16 16 17 4 4 2 1 1",
        "1 6 64 64 8 4 4 2 1 1",
        "1 3 34 40 40 7 7 1 0 1",
        "1 40 22 38 3 7 7 1 0 1",
        "1 16 34 34 24 3 3 1 0 1",
        "1 33 24 48 13 3 3 1 1 1",
        "1 40 20 20 20 3 3 1 1 2",
        "1 4 23 29 6 3 3 3 2 2",
        "1 9 31 31 11 4 4 1 1 1",
        "3 20 8 8 12 4 4 2 1 1",
        "1 64 2 2 40 4 4 2 1 1",
        "4 24 4 4 33 4 4 2 1 1",
        "1 18 32 33 10 1 1 1 0 1",
        "1 18 33 32 10 1 1 3 0 1",
        "2 2 30 50 3 5,3 2,1 1,0 1",
        "1 4 12 40 4 3,5 1,2 2,4 2,1",
        "1 17 40 64 19 3 3 2 1 1",
        "2 50 20 33 20 3 3 1 1 1",
        "1 2 6 6 2 3 3 1 4 1",
        "1 5 70 16 70 3 3 1 1 1",
        "2 70 20 35 80 3 3 1 1 1",
        "1 64 45 61 50 4 4 2 1 1",
        "1 300 8 8 37 4 4 2 1 1",
        "1 70 16 16 66 4 4 2 1 1",
        "3 40 6 10 21 4 4 2 1 1",
        "1 9 16 32 20 4 4 1 2 1",
        "33 20 8 8 70 4 4 2 1 1",
        "29 6 10 14 9 4 4 2 1 1",
        "5 8 16 22 21 5 5 1 2 1",
        "6 3 30 21 4 3 3 3 1 1",
        "1 3 9 700 70 3 3 1 1 1",
        "1 40 6 530 5 4 4 2 1 1",
        "2 5 12 518 40 7 7 1 0 1",
        "1 64 10 262 3 7 7 1 0 1",
        "2 40 22 23 3 5,3 1 2,0 1",
        "1 20 16 15 1 4 4 1 1 1",
        "2 6 20 33 13 4 4 2 1 1",
        "1 3 12 21 9 3,5 1,2 2 1,3",
        "2 6 13 18 6 3 3 1 1 1 6",
        "1 40 33 64 40 3 3 1 1 1 40",
        "3 5 4 4 10 3 3 2 1 1 5",
        "2 12 9 21 4 4 4 2 1 1 4",
        "2 24 17 16 48 3 3 1 1 1 2",
        "3 16 8 8 16 3,5 1,2 2 1,3 8",
        "1 6 70 130 6 7 7 1 3 1 6",
        "4 32 1 1 64 1 1 1 0 1 16",
    ];

    [TestCaseSource(nameof(s_shapes))]
    public void ForwardAgreesWithItsDefinition(string shape)
    {
        var g = Geometry(shape);
        var (x, w, bias) = (Numbers(g.N * g.C * g.H * g.W, 1), Numbers(g.K * g.C / g.Groups * g.KernelH * g.KernelW, 2), Numbers(g.K, 3));
        var expected = ReferenceConvolution.Forward(x, w, null, g);
        Check(expected, (device, y) => device.Kernels.Run(new Conv2dCall(device.Put(x), device.Put(w), null, y, g)));
        ReferenceConvolution.AddBias(expected, bias, g.OutH * g.OutW);
        Check(expected, (device, y) => device.Kernels.Run(new Conv2dCall(device.Put(x), device.Put(w), device.Put(bias), y, g)));
    }

    [TestCaseSource(nameof(s_shapes))]
    public void InputGradientAgreesWithItsDefinition(string shape)
    {
        var g = Geometry(shape);
        var (dy, w, bias) =
            (Numbers(g.N * g.K * g.OutH * g.OutW, 1), Numbers(g.K * g.C / g.Groups * g.KernelH * g.KernelW, 2), Numbers(g.C, 3));
        var expected = ReferenceConvolution.InputGradient(dy, w, null, g);
        Check(expected, (device, dx) => device.Kernels.Run(new Conv2dInputGradientCall(device.Put(dy), device.Put(w), null, dx, g)));
        ReferenceConvolution.AddBias(expected, bias, g.H * g.W);
        Check(expected, (device, dx) => device.Kernels.Run(new Conv2dInputGradientCall(
            device.Put(dy), device.Put(w), device.Put(bias), dx, g)));
    }

    [TestCaseSource(nameof(s_shapes))]
    public void WeightGradientAgreesWithItsDefinition(string shape)
    {
        var g = Geometry(shape);
        var (x, dy) = (Numbers(g.N * g.C * g.H * g.W, 1), Numbers(g.N * g.K * g.OutH * g.OutW, 2));
        Check(ReferenceConvolution.WeightGradient(x, dy, g), (device, dw) =>
            device.Kernels.Run(new Conv2dWeightGradientCall(device.Put(x), device.Put(dy), dw, g)));
    }

    /// <summary>Runs a pass with every micro-kernel that this processor has.</summary>
    private static void Check(double[] expected, Action<CpuBench, DeviceSpan> pass)
    {
        foreach (var kernel in Kernels)
        {
            using var device = new CpuBench(2, kernel);
            var result = device.New(expected.Length);
            pass(device, result);
            Assert.That(RelativeError(device.Get(result), expected), Is.LessThan(Tolerance), $"{kernel.Lanes} lanes");
        }
    }

    /// <summary>Places of a group's numbers are counted with 32 bits: 256 channels of 4096 × 4096 pixels are 2³² numbers.</summary>
    [TestCase("1 127 4096 4096 16 1 1 1 0 1", nameof(BandLayout.InPlace))]
    [TestCase("1 256 4096 4096 16 1 1 1 0 1", nameof(BandLayout.Rows))]
    [TestCase("1 64 8194 8192 16 3 1 1 0 1", nameof(BandLayout.Rows))]
    public void LargePicturesAreReadInPlaceOnlyWhereTheirPlacesCanBeCounted(string shape, string layout)
    {
        var plan = new CorrelationPlan(Correlation.Forward(Geometry(shape)), MicroKernel.Best);
        Assert.That(plan.Layout.ToString(), Is.EqualTo(layout));
        Assert.That(plan.Phases[0].Offsets, Is.Ordered.And.All.Not.Negative);
    }

    [Test]
    public void BitsDoNotDependOnTheNumberOfThreads()
    {
        foreach (var shape in s_shapes)
        {
            var g = Geometry(shape);
            var one = AllPasses(g, 1);
            foreach (var threads in new[] { 2, 3, 5 })
            {
                Assert.That(AllPasses(g, threads).AsSpan().SequenceEqual(one), $"{shape} with {threads} threads");
            }
        }
    }

    [Test]
    public void ASecondCallAllocatesNothing()
    {
        var g = Geometry("1 16 32 32 16 4 4 2 1 1");
        using var device = new CpuBench(2, MicroKernel.Best);
        var (x, w) = (device.Put(Numbers(g.N * g.C * g.H * g.W, 1)), device.Put(Numbers(g.K * g.C / g.Groups * g.KernelH * g.KernelW, 2)));
        var y = device.New(g.N * g.K * g.OutH * g.OutW);
        var dx = device.New(g.N * g.C * g.H * g.W);
        var dw = device.New(g.K * g.C / g.Groups * g.KernelH * g.KernelW);
        KernelCall[] calls =
            [new Conv2dCall(x, w, null, y, g), new Conv2dInputGradientCall(y, w, null, dx, g), new Conv2dWeightGradientCall(x, y, dw, g)];
        IKernels kernels = device.Kernels;
        Step();
        Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Step()
        {
            foreach (var call in calls)
            {
                kernels.Run(call);
            }
        }
    }

    private static float[] AllPasses(ConvGeometry g, int threads)
    {
        using var device = new CpuBench(threads, MicroKernel.Best);
        var (x, w) = (device.Put(Numbers(g.N * g.C * g.H * g.W, 1)), device.Put(Numbers(g.K * g.C / g.Groups * g.KernelH * g.KernelW, 2)));
        var y = device.New(g.N * g.K * g.OutH * g.OutW);
        var dx = device.New(g.N * g.C * g.H * g.W);
        var dw = device.New(g.K * g.C / g.Groups * g.KernelH * g.KernelW);
        device.Kernels.Run(new Conv2dCall(x, w, null, y, g));
        device.Kernels.Run(new Conv2dInputGradientCall(y, w, null, dx, g));
        device.Kernels.Run(new Conv2dWeightGradientCall(x, y, dw, g));
        return [.. device.Get(y), .. device.Get(dx), .. device.Get(dw)];
    }

    internal static ConvGeometry Geometry(string shape)
    {
        var parts = shape.Split(' ');
        var (n, c, h, w, k) = (One(0), One(1), One(2), One(3), One(4));
        var (kh, kw) = parts[5].Contains(',') ? Pair(5) : (One(5), One(6));
        var shift = parts[5].Contains(',') ? -1 : 0;
        var (sh, sw) = Pair(7 + shift);
        var (pt, pl) = Pair(8 + shift);
        var (dh, dw) = Pair(9 + shift);
        return new ConvGeometry(
            n, c, h, w, k, kh, kw, sh, sw, pt, pl, dh, dw,
            (h + 2 * pt - dh * (kh - 1) - 1) / sh + 1, (w + 2 * pl - dw * (kw - 1) - 1) / sw + 1,
            parts.Length > 10 + shift ? One(10 + shift) : 1);

        int One(int i) => int.Parse(parts[i], CultureInfo.InvariantCulture);

        (int, int) Pair(int i)
        {
            var two = parts[i].Split(',');
            return (int.Parse(two[0], CultureInfo.InvariantCulture), int.Parse(two[^1], CultureInfo.InvariantCulture));
        }
    }

    internal static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = random.NextSingle() * 2 - 1;
        }

        return numbers;
    }

    /// <summary>|actual − expected| / |expected| in the Euclidean norm.</summary>
    internal static double RelativeError(float[] actual, double[] expected)
    {
        double difference = 0, norm = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }

        // To NUnit, as to CompareTo, NaN is less than every number.
        return double.IsNaN(difference) ? double.PositiveInfinity : Math.Sqrt(difference / Math.Max(norm, 1e-30));
    }
}
