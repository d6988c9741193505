using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// Winograd's algorithm on three points, whose weight never goes to memory: where it is taken, and how it cuts batches. The table of
/// kernels has its results.
/// </summary>
public sealed class ThreePointWinogradTests
{
    private const string Name = "winograd on 3 points";

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
}
