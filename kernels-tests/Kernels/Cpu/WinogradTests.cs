using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// Winograd's algorithm: where it is taken, how it rounds beside the direct way, and what it keeps of weights. The table of kernels has its
/// results.
/// </summary>
public sealed class WinogradTests
{
    private const double Tolerance = 1e-5;

    /// <summary>U-Net's upper levels and a ResNet's strided ones with fewer channels.</summary>
    private static readonly string[] s_twoByTwoShapes = ["1 32 64 64 64 4 4 2 1 1", "1 24 33 40 96 4 4 2 1 1", "1 32 64 64 64 3 3 2 1 1"];

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

    /// <summary>
    /// Of narrow images a vector has tiles of any rows, unless residues are taken apart, and gives them back one by one, unless phases are
    /// put together.
    /// </summary>
    [TestCase("1 8 16 16 8 3 3 1 1 1", true, true, true)]
    [TestCase("1 8 16 16 8 4 4 2 1 1", true, false, true)]
    [TestCase("1 8 16 16 8 4 4 2 1 1", false, true, false)]
    [TestCase("1 8 64 64 8 3 3 1 1 1", true, false, false)]
    public void ReadingAndStoringSingleTilesAreTwoThings(string shape, bool isForward, bool gathers, bool stores)
    {
        var g = ConvolutionTests.Geometry(shape);
        var c = isForward ? Correlation.Forward(g) : Correlation.InputGradient(g);
        var plan = WinogradPlan.Candidates(c, MicroKernel.Best, WinogradUse.WhereverPossible).Single();
        Assert.That((plan.GathersTiles, plan.StoresSingleTiles), Is.EqualTo((gathers, stores)));
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
        Assert.That(WinogradCost.CachesWeight(
            WinogradPlan.Candidates(Correlation.InputGradient(g), MicroKernel.Best, WinogradUse.WhereFaster)
                .MinBy(plan => plan.Cost(isHeld: true))!));
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
        Assert.That(WinogradCost.CachesWeight(plan) && WinogradCost.TransformsWeightPerGroup(plan));
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

    /// <summary>Sums and differences of neighbours round no worse than the direct way, within a factor of two.</summary>
    [Test]
    public void GradientsOnFourPointsRoundAsTheDirectWayDoes([ValueSource(nameof(s_twoByTwoShapes))] string shape, [Values(1, 2)] int pass)
    {
        var c = KernelTable.PassesOf(shape)[pass];
        Assert.That(
            Error(WinogradUse.WhereverPossibleOnFourPoints),
            Is.LessThan(2 * Error(WinogradUse.Never)).And.LessThan(Error(WinogradUse.WhereverPossible)));

        double Error(WinogradUse use)
        {
            using var device = new CpuBench(2, MicroKernel.Best, use);
            var call = c.Call(device);
            ((IKernels)device.Kernels).Run(call);
            return RelativeError.Of(device.Get(call.Writes[0]), c.Expected()![0]);
        }
    }
}
