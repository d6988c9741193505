using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// Winograd's algorithm on three points, whose weight never goes to memory, against the definition in double precision and beside the other
/// ways.
/// </summary>
public sealed class ThreePointWinogradTests
{
    private const string Name = "winograd on 3 points";

    /// <summary>
    /// Most of the direct way's error, or of the least that float32 allows where inner products split sums into many short ones.
    /// </summary>
    private const double Tolerance = 1e-6;

    /// <summary>
    /// A U-Net's inner levels with fewer channels; odd sizes, several pictures, blocks and groups that are not full, other strides.
    /// </summary>
    private static readonly string[] s_shapes =
    [
        "1 80 32 32 208 4 4 2 1 1",
        "1 144 16 16 112 4 4 2 1 1",
        "2 32 13 10 48 4 4 2 1 1",
        "3 16 9 7 16 4 4 2 2 1",
        "1 32 18 12 32 4 4 2 0 1",
        "1 48 9 10 32 2 2 1 1 1",
        "1 16 12 17 32 4 2 2,1 1,0 1",
        "11 32 16 16 48 4 4 2 1 1",
        "7 16 15 20 32 4 4 2 1 1",
        "30 144 4 6 16 4 4 2 1 1",
        "33 128 6 6 256 4 4 2 1 1",
    ];

    [TestCaseSource(nameof(s_shapes))]
    [MaxSeconds(4)] // The definition of the largest.
    public void ForwardAndDataGradientAgreeWithTheirDefinitions(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        Assert.That(ConvolutionChoiceTests.Forward(g, MicroKernel.Best, WinogradUse.WhereverPossibleOnThreePoints), Is.EqualTo(Name));
        Assert.That(ConvolutionChoiceTests.InputGradient(g, MicroKernel.Best, WinogradUse.WhereverPossibleOnThreePoints), Is.EqualTo(Name));
        var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
        var w = ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2);
        var dy = ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 3);
        var (shiftY, shiftX) = (ConvolutionTests.Numbers(g.K, 4), ConvolutionTests.Numbers(g.C, 5));
        var (y, dx) = (ReferenceConvolution.Forward(x, w, shiftY, g), ReferenceConvolution.InputGradient(dy, w, shiftX, g));
        var direct = Errors(MicroKernel.Best, WinogradUse.Never);
        foreach (var kernel in ConvolutionTests.Kernels)
        {
            var few = Errors(kernel, WinogradUse.WhereverPossibleOnThreePoints);
            TestContext.Out.WriteLine($"{shape}, {kernel.Lanes} lanes: forward {few.Y:E1}, direct {direct.Y:E1}; data gradient " +
                $"{few.Dx:E1}, direct {direct.Dx:E1}");
            Assert.That(few.Y, Is.LessThan(Tolerance).And.Not.EqualTo(direct.Y));
            Assert.That(few.Dx, Is.LessThan(Tolerance).And.Not.EqualTo(direct.Dx));
        }

        (double Y, double Dx) Errors(MicroKernel kernel, WinogradUse use)
        {
            using var device = new CpuBench(2, kernel, use);
            var (forward, gradient) = (device.New(y.Length), device.New(dx.Length));
            device.Kernels.Run(new Conv2dCall(device.Put(x), device.Put(w), device.Put(shiftY), forward, g));
            device.Kernels.Run(new Conv2dInputGradientCall(device.Put(dy), device.Put(w), device.Put(shiftX), gradient, g));
            return (ConvolutionTests.RelativeError(device.Get(forward), y), ConvolutionTests.RelativeError(device.Get(gradient), dx));
        }
    }

    /// <summary>
    /// As many pictures in each slice as leave the fewest threads idle, or, with many filters, as a plan can hold; the last slice may have
    /// fewer.
    /// </summary>
    [TestCase("64 32 16 16 64 4 4 2 1 1", 4, 16, 0)]
    [TestCase("64 64 8 8 128 4 4 2 1 1", 16, 4, 0)]
    [TestCase("11 32 16 16 48 4 4 2 1 1", 3, 4, 2)]
    [TestCase("2 32 13 10 48 4 4 2 1 1", 2, 1, 0)]
    [TestCase("32 256 8 8 512 4 4 2 1 1", 16, 2, 0)]
    [TestCase("33 128 6 6 256 4 4 2 1 1", 17, 2, 16)]
    public void ABatchIsCutIntoSlices(string shape, int images, int slices, int rest)
    {
        var c = Correlation.Forward(ConvolutionTests.Geometry(shape));
        var batch = ThreePointWinogradBatch.TryCreate(c, MicroKernel.Of512Bits(), WinogradUse.WhereFaster)!;
        Assert.That(batch.Slice.Correlation.Images, Is.EqualTo(images));
        Assert.That((batch.Slices, batch.LastSlice?.Correlation.Images ?? 0), Is.EqualTo((slices, rest)));
    }

    /// <summary>Slices of each kind, and a whole batch in one.</summary>
    [TestCase("33 128 6 6 256 4 4 2 1 1")]
    [TestCase("11 32 16 16 48 4 4 2 1 1")]
    [TestCase("3 16 9 7 16 4 4 2 2 1")]
    public void APictureHasTheSameBitsInABatch(string shape)
    {
        var batch = ConvolutionTests.Geometry(shape);
        var x = ConvolutionTests.Numbers(batch.N * batch.C * batch.H * batch.W, 1);
        var w = ConvolutionTests.Numbers(batch.K * batch.C * batch.KernelH * batch.KernelW, 2);
        var y = Forward(x, batch);
        var (input, output) = (x.Length / batch.N, y.Length / batch.N);
        for (var n = 0; n < batch.N; n++)
        {
            var alone = Forward(x[(n * input)..((n + 1) * input)], batch with { N = 1 });
            Assert.That(y[(n * output)..((n + 1) * output)], Is.EqualTo(alone), $"picture {n}");
        }

        float[] Forward(float[] pictures, ConvGeometry g)
        {
            using var device = new CpuBench(2, MicroKernel.Best, WinogradUse.WhereverPossibleOnThreePoints);
            var to = device.New(g.N * g.K * g.OutH * g.OutW);
            device.Kernels.Run(new Conv2dCall(device.Put(pictures), device.Put(w), null, to, g));
            return device.Get(to);
        }
    }

    [TestCase("64 32 16 16 64 4 4 2 1 1", false, true, TestName = "A batch of small pictures goes by three points")]
    [TestCase("8 64 8 8 128 4 4 2 1 1", false, true, TestName = "A few of them do, too")]
    [TestCase("64 32 16 16 64 4 4 2 1 1", true, false, TestName = "A batch's three points are switched off with the others")]
    [TestCase("16 16 64 64 32 4 4 2 1 1", false, false, TestName = "A batch of larger pictures has too many tiles for three points")]
    [TestCase("1 512 16 16 512 4 4 2 1 1", false, true, TestName = "A U-Net's fifth level goes by three points")]
    [TestCase("1 256 32 32 1024 4 4 2 1 1", false, true, TestName = "A U-Net's fourth level goes by three points")]
    [TestCase("1 256 32 32 1024 4 4 2 1 1", true, false, TestName = "Three points are switched off with the others")]
    [TestCase("1 512 8 8 512 4 4 2 1 1", false, false, TestName = "A U-Net's sixth level has too few tiles for three points")]
    [TestCase("1 128 64 64 256 4 4 2 1 1", false, false, TestName = "A U-Net's third level has too many tiles for three points")]
    public void TheShapeDecides(string shape, bool isOff, bool expected)
    {
        // Whatever this processor has: nothing is computed here, and costs depend on the width.
        MicroKernel widest = MicroKernel.Of512Bits();
        var g = ConvolutionTests.Geometry(shape);
        var use = isOff ? WinogradUse.Never : WinogradUse.WhereFaster;
        Assert.That(ConvolutionChoiceTests.Forward(g, widest, use) == Name, Is.EqualTo(expected));
        Assert.That(ConvolutionChoiceTests.InputGradient(g, widest, use) == Name, Is.EqualTo(expected));
    }

    [TestCase("1 80 16 16 208 4 4 2 1 1")]
    [TestCase("11 32 16 16 48 4 4 2 1 1")]
    [TestCase("33 128 6 6 256 4 4 2 1 1")]
    public void TheNumberOfThreadsDoesNotShow(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
        var w = ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2);
        var dy = ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 3);
        var expected = Run(1);
        Assert.That(Run(2), Is.EqualTo(expected));
        Assert.That(Run(5), Is.EqualTo(expected));

        (float[] Y, float[] Dx, float[] Dw) Run(int threads)
        {
            using var device = new CpuBench(threads, MicroKernel.Best, WinogradUse.WhereverPossibleOnThreePoints);
            var (y, dx, dw) = (device.New(dy.Length), device.New(x.Length), device.New(w.Length));
            device.Kernels.Run(new Conv2dCall(device.Put(x), device.Put(w), null, y, g));
            device.Kernels.Run(new Conv2dInputGradientCall(device.Put(dy), device.Put(w), null, dx, g));
            device.Kernels.Run(new Conv2dWeightGradientCall(device.Put(x), device.Put(dy), dw, g));
            return (device.Get(y), device.Get(dx), device.Get(dw));
        }
    }
}
