using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// Winograd's algorithm against the definition in double precision, and beside the direct way, whose error is the yardstick.
/// </summary>
public sealed class WinogradTests
{
    private const double Tolerance = 1e-5;

    private static readonly string[] s_shapes =
    [
        "1 64 34 34 64 3 3 1 0 1",
        "2 36 12 35 40 3 3 1 1 1",
        "1 130 16 18 35 3 3 1 1 1",
        "1 64 20 32 48 4 4 1 1 1",
        "2 30 23 25 35 4 4 1 2 1",
        "1 270 8 20 32 3 3 1 1 1",
        "1 5 9 11 3 2 2 1 0 1",
        "3 150 5 4 150 3 3 1 1 1",
        "13 20 8 8 24 3 3 1 1 1",
        "60 5 4 4 7 3 3 1 1 1",
        "3 9 32 32 11 3 3 1 1 1",
        "2 6 7 5 9 3 3 1 0 1",
        "1 4 210 3 6 3 3 1 2 1",
        "4 6 10 9 8 2 2 1 0 1",
    ];

    /// <summary>With residues of the stride as channels, or phases of it as filters; and a filter that is not square.</summary>
    private static readonly string[] s_stridedShapes =
    [
        "1 33 32 30 34 4 4 2 1 1",
        "1 3 11 9 20 3,2 1 2,0 1",
        "2 20 21 23 17 4 4 2 1 1",
        "1 16 17 18 9 3 3 2 1 1",
        "1 7 20 19 6 4 4 3 2 1",
        "1 6 20 40 10 4 4 1,2 1 1",
        "1 6 40 20 10 4 4 2,1 1 1",
        "2 18 19 22 11 4 4 2 0 1",
        "1 35 15 26 13 4 4 2 2 1",
        "1 20 13 22 18 5 5 2 2 1",
    ];

    /// <summary>More tiles than a weight gradient reduces at a time, and more filters than it does.</summary>
    private static readonly string[] s_largeShapes =
        ["1 64 70 68 5 3 3 1 1 1", "1 16 130 260 6 4 4 2 1 1", "2 21 9 9 150 3 3 1 1 1", "1 40 12 12 300 4 4 2 1 1"];

    /// <summary>U-Net's upper levels and a ResNet's strided ones with fewer channels.</summary>
    private static readonly string[] s_twoByTwoShapes = ["1 32 64 64 64 4 4 2 1 1", "1 24 33 40 96 4 4 2 1 1", "1 32 64 64 64 3 3 2 1 1"];

    [TestCaseSource(nameof(s_shapes))]
    [TestCaseSource(nameof(s_stridedShapes))]
    public void ForwardAgreesWithItsDefinition(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
        var w = ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2);
        var bias = ConvolutionTests.Numbers(g.K, 3);
        var expected = ReferenceConvolution.Forward(x, w, bias, g);
        Check(shape, expected, device =>
        {
            var y = device.New(expected.Length);
            device.Kernels.Run(new Conv2dCall(device.Put(x), device.Put(w), device.Put(bias), y, g));
            return y;
        });
    }

    [TestCaseSource(nameof(s_shapes))]
    [TestCaseSource(nameof(s_stridedShapes))]
    public void InputGradientAgreesWithItsDefinition(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var dy = ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 1);
        var w = ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2);
        var expected = ReferenceConvolution.InputGradient(dy, w, null, g);
        Check(shape, expected, device =>
        {
            var dx = device.New(expected.Length);
            device.Kernels.Run(new Conv2dInputGradientCall(device.Put(dy), device.Put(w), null, dx, g));
            return dx;
        });
    }

    [TestCaseSource(nameof(s_shapes))]
    [TestCaseSource(nameof(s_stridedShapes))]
    [TestCaseSource(nameof(s_largeShapes))]
    public void WeightGradientAgreesWithItsDefinition(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
        var dy = ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 2);
        var expected = ReferenceConvolution.WeightGradient(x, dy, g);
        Check(shape, expected, device =>
        {
            var dw = device.New(expected.Length);
            device.Kernels.Run(new Conv2dWeightGradientCall(device.Put(x), device.Put(dy), dw, g));
            return dw;
        });
    }

    [TestCaseSource(nameof(s_largeShapes))]
    public void BitsOfAWeightGradientDoNotDependOnTheNumberOfThreads(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        Assert.That(Gradient(2), Is.EqualTo(Gradient(1)));
        Assert.That(Gradient(5), Is.EqualTo(Gradient(1)));

        float[] Gradient(int threads)
        {
            using var device = new CpuBench(threads, MicroKernel.Best, WinogradUse.WhereverPossible);
            var dw = device.New(g.K * g.C * g.KernelH * g.KernelW);
            var x = device.Put(ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1));
            device.Kernels.Run(new Conv2dWeightGradientCall(
                x, device.Put(ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 2)), dw, g));
            return device.Get(dw);
        }
    }

    [TestCase("1 256 66 66 256 3 3 1 0 1", true, TestName = "A residual block is computed by Winograd's algorithm")]
    [TestCase("1 64 128 128 128 4 4 2 1 1", true, TestName = "A discriminator's second layer is, with its stride")]
    [TestCase("1 512 2 2 512 4 4 2 1 1", false, TestName = "A U-Net's innermost layer is not")]
    public void TheShapeDecides(string shape, bool expected) =>
        Assert.That(
            ConvolutionChoiceTests.Forward(ConvolutionTests.Geometry(shape), MicroKernel.Best, WinogradUse.WhereFaster), expected
                ? Does.StartWith("winograd")
                : Is.EqualTo("inner products"));

    [Test]
    public void AResNetsSecondStridedLayerTakesFourPoints()
    {
        var g = ConvolutionTests.Geometry("1 128 128 128 256 3 3 2 1 1");
        var widest = MicroKernel.Of512Bits();
        Assert.That(ConvolutionChoiceTests.Forward(g, widest, WinogradUse.WhereFaster), Is.EqualTo("winograd on 4 points"));
        Assert.That(ConvolutionChoiceTests.InputGradient(g, widest, WinogradUse.WhereFaster), Is.EqualTo("winograd on 4 points"));
    }

    /// <summary>In each direction a residue or phase of two taps has four points, one of a single tap none at infinity.</summary>
    [TestCase("1 10 16 16 12 3 3 2 1 1", 49)]
    [TestCase("1 10 16 16 12 3,4 2 1 1", 56)]
    [TestCase("1 10 16 16 12 4 4 2 1 1", 64)]
    [TestCase("1 10 16 16 12 2 2 1 0 1", 16)]
    public void ProductsWithZerosAreLeftOut(string shape, int products)
    {
        var g = ConvolutionTests.Geometry(shape);
        Assert.That(Plan(Correlation.Forward(g)).Schedule.Depth, Is.EqualTo(products * g.C));
        Assert.That(Plan(Correlation.InputGradient(g)).Schedule.Depth, Is.EqualTo(products * g.K));

        static WinogradPlan Plan(Correlation c) =>
            WinogradPlan.Candidates(c, MicroKernel.Best, WinogradUse.WhereverPossibleOnFourPoints).Single();
    }

    /// <summary>Transformed weights of a held weight are kept; numbers that are uploaded to it are seen all the same.</summary>
    [Test]
    public void AHeldWeightIsTransformedOnceAndAgainWhenItChanges()
    {
        var g = ConvolutionTests.Geometry("1 64 64 64 256 4 4 2 1 1");
        using var device = new CpuDevice(threads: 2);
        using var step = device.Step();
        var dy = Tensor.From(ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 1), new Shape(g.N, g.K, g.OutH, g.OutW), device);
        var w = Tensor.From(ConvolutionTests.Numbers(g.K * g.C * 16, 2), new Shape(g.K, g.C, 4, 4), device);
        Assert.That(
            WinogradPlan.Candidates(Correlation.InputGradient(g), MicroKernel.Best, WinogradUse.WhereFaster)
                .MinBy(plan => plan.Cost(isHeld: true)),
            Has.Property("CachesWeight").True);
        device.Kernels.Hold(w.Span);
        var first = Run();
        Assert.That(Run(), Is.EqualTo(first), "kept from the second use on");
        Assert.That(Run(), Is.EqualTo(first), "used again");

        w.CopyFrom(ConvolutionTests.Numbers(g.K * g.C * 16, 3));
        var changed = Run();
        Assert.That(changed, Is.Not.EqualTo(first), "the numbers of before");
        device.Kernels.Hold(w.Span);
        _ = Run();
        Assert.That(ConvolutionTests.RelativeError(Run(), Array.ConvertAll(changed, v => (double)v)), Is.LessThan(Tolerance));
        var one = Tensor.Ones(w.Shape, device);
        device.Numbers.SetSingle(StepNumbers.AtOnce, 1);
        device.Kernels.Run(new SgdCall([new SgdSlot(w.Span, one.Span, null)], StepNumbers.AtOnce, Momentum: 0, WeightDecay: 0));
        Assert.That(
            ConvolutionTests.RelativeError(Run(), Array.ConvertAll(changed, v => (double)v)), Is.GreaterThan(0.1),
            "the weight before the update");

        float[] Run() => dy.ConvTranspose2d(w, stride: 2, padding: 1).ToArray();
    }

    /// <summary>
    /// A kept weight meets one chunk of tiles after the other; one that may change is brought to the points a group of filters at a time,
    /// which meets all chunks.
    /// </summary>
    [TestCase("1 70 16 33 150 4 4 1 1 1")]
    [TestCase("1 40 24 30 136 4 4 2 1 1")]
    [TestCase("3 150 5 4 150 3 3 1 1 1")]
    public void KeepingAWeightDoesNotShow(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var plan = WinogradPlan.Candidates(Correlation.Forward(g), MicroKernel.Best, WinogradUse.WhereverPossible).Single();
        Assert.That(plan, Has.Property("CachesWeight").True.And.Property("TransformsWeightPerGroup").True);
        using var device = new CpuBench(2, MicroKernel.Best, WinogradUse.WhereverPossible);
        var x = device.Put(ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1));
        var w = device.Put(ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2));
        var y = device.New(g.N * g.K * g.OutH * g.OutW);
        var changing = Run();
        device.Kernels.Hold(w);
        _ = Run();
        Assert.That(Run(), Is.EqualTo(changing));

        float[] Run()
        {
            device.Kernels.Run(new Conv2dCall(x, w, null, y, g));
            return device.Get(y);
        }
    }

    [Test]
    public void PicturesOfAllSizesShareATransformedWeight()
    {
        Assert.That(Form(64, 48, stride: 2), Is.EqualTo(Form(32, 32, stride: 2)));
        Assert.That(Form(64, 48, stride: 1), Is.Not.EqualTo(Form(64, 48, stride: 2)));

        static object Form(int height, int width, int stride)
        {
            var g = ConvolutionTests.Geometry($"1 32 {height} {width} 64 4 4 {stride} 1 1");
            return WinogradPlan.Candidates(Correlation.InputGradient(g), MicroKernel.Best, WinogradUse.WhereverPossible)
                .Single().WeightForm;
        }
    }

    private static void Check(string shape, double[] expected, Func<CpuBench, DeviceSpan> run)
    {
        using var direct = new CpuBench(2, MicroKernel.Best, WinogradUse.Never);
        var directError = ConvolutionTests.RelativeError(direct.Get(run(direct)), expected);
        foreach (var kernel in ConvolutionTests.Kernels)
        {
            foreach (var use
                in (
                    WinogradUse[])[WinogradUse.WhereverPossible, WinogradUse.WhereverPossibleOnFourPoints,
                    WinogradUse.WhereverPossibleOnThreePoints])
            {
                using var winograd = new CpuBench(2, kernel, use);
                var error = ConvolutionTests.RelativeError(winograd.Get(run(winograd)), expected);
                TestContext.Out.WriteLine($"{shape}, {use}, {kernel.Lanes} lanes: relative error {error:E1}, direct {directError:E1}");
                Assert.That(error, Is.LessThan(Tolerance));
                Assert.That(error, Is.Not.EqualTo(directError), "both ways gave the same bits: Winograd's did not run");
            }
        }
    }

    /// <summary>With few threads a chunk of tiles is one task, with many it is shared out; rows of tiles end anywhere in a chunk.</summary>
    [TestCase("2 10 45 70 24 3 3 1 1 1", PadMode.Reflect)]
    [TestCase("2 10 45 70 24 4 4 2 1 1", PadMode.Constant)]
    [TestCase("1 12 130 70 20 3 3 2 1 1", PadMode.Constant)]
    [TestCase("1 9 37 140 10 2 2 1 1 1", PadMode.Replicate)]
    [TestCase("1 70 16 33 150 4 4 1 1 1", PadMode.Constant)]
    [TestCase("3 150 5 4 150 3 3 1 1 1", PadMode.Reflect)]
    public void TheNumberOfThreadsDoesNotShow(string shape, PadMode border)
    {
        var g = ConvolutionTests.Geometry(shape);
        var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
        var w = ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2);
        var dy = ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 3);
        var expected = Run(1);
        foreach (var threads in (int[])[2, 3, 7])
        {
            Assert.That(Run(threads), Is.EqualTo(expected), $"{threads} threads");
        }

        (float[] Y, float[] Dx) Run(int threads)
        {
            using var device = new CpuBench(threads, MicroKernel.Best, WinogradUse.WhereverPossible);
            var (y, dx) = (device.New(dy.Length), device.New(x.Length));
            device.Kernels.Run(new BorderedConv2dCall(border, device.Put(x), device.Put(w), null, y, g));
            device.Kernels.Run(new Conv2dInputGradientCall(device.Put(dy), device.Put(w), null, dx, g));
            return (device.Get(y), device.Get(dx));
        }
    }

    /// <summary>Sums and differences of neighbours round no worse than the direct way, within a factor of two.</summary>
    [TestCaseSource(nameof(s_twoByTwoShapes))]
    public void FourPointsRoundAsTheDirectWayDoes(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var dy = ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 1);
        var w = ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2);
        var expected = ReferenceConvolution.InputGradient(dy, w, null, g);
        Assert.That(
            Error(WinogradUse.WhereverPossibleOnFourPoints),
            Is.LessThan(2 * Error(WinogradUse.Never)).And.LessThan(Error(WinogradUse.WhereverPossible)));

        double Error(WinogradUse use)
        {
            using var device = new CpuBench(2, MicroKernel.Best, use);
            var dx = device.New(expected.Length);
            device.Kernels.Run(new Conv2dInputGradientCall(device.Put(dy), device.Put(w), null, dx, g));
            return ConvolutionTests.RelativeError(device.Get(dx), expected);
        }
    }

    [TestCaseSource(nameof(s_twoByTwoShapes))]
    public void WeightGradientsOnFourPointsRoundAsTheDirectWayDoes(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
        var dy = ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 2);
        var expected = ReferenceConvolution.WeightGradient(x, dy, g);
        Assert.That(
            Error(WinogradUse.WhereverPossibleOnFourPoints),
            Is.LessThan(2 * Error(WinogradUse.Never)).And.LessThan(Error(WinogradUse.WhereverPossible)));

        double Error(WinogradUse use)
        {
            using var device = new CpuBench(2, MicroKernel.Best, use);
            var dw = device.New(expected.Length);
            device.Kernels.Run(new Conv2dWeightGradientCall(device.Put(x), device.Put(dy), dw, g));
            return ConvolutionTests.RelativeError(device.Get(dw), expected);
        }
    }
}
