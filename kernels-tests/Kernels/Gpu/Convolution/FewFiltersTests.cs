using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>
/// The kernels for few filters against the definition in double precision, whatever the table would choose for such small pictures.
/// </summary>
[TestFixtureSource(nameof(Devices))]
internal sealed class FewFiltersTests(string name)
{
    private const double Tolerance = 2e-6;

    /// <summary>Pictures of several pieces: too slow for tools that watch each access, and for the fast suite.</summary>
    private const string Large = "SeveralPieces," + Exhaustive.Category;

    /// <summary>On PoCL, too: nothing but these pieces of shared memory crosses its barriers.</summary>
    public static IEnumerable<string> Devices => TestDevices.IsWatched ? ["opencl"] : ["opencl", "ptx"];

    private GpuDevice Device => (GpuDevice)TestDevices.Open(name);

    /// <summary>
    /// Edges of pieces in both directions, channels that are no multiple of four, more than one image, no padding and all there is.
    /// </summary>
    [TestCase("1 5 9 37 3 7 7 1 3 1", Category = Large)]
    [TestCase("2 3 14 8 3 7 7 1 0 1", Category = Large)]
    [TestCase("1 2 3 4 3 7 7 1 4 1")]
    [TestCase("2 9 8 33 1 7 7 1 2 1", Category = Large)]
    [TestCase("1 1 2 3 1 7 7 1 3 1")]
    [TestCase("1 6 7 9 1 4 4 1 1 1")]
    public void ForwardAgreesWithItsDefinition(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var (x, w, bias) = (Numbers(g.N * g.C * g.H * g.W, 1), Numbers(g.K * g.C * g.KernelH * g.KernelW, 2), Numbers(g.K, 3));
        foreach (var b in new[] { bias, null })
        {
            Check(ReferenceConvolution.Forward(x, w, b, g), (bench, y) =>
                Launcher.Run(
                    bench.Put(x).View(), bench.Put(w).View(), b is null ? default : bench.Put(b).View(), y.View(),
                    FewFiltersPass.Forward(g)));
        }
    }

    [TestCase("1 3 9 35 5 7 7 1 3 1", Category = Large)]
    [TestCase("2 3 9 8 2 7 7 1 0 1", Category = Large)]
    [TestCase("1 1 5 30 3 7 7 1 5 1")]
    public void InputGradientAgreesWithItsDefinition(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var (dy, w, bias) = (Numbers(g.N * g.K * g.OutH * g.OutW, 1), Numbers(g.K * g.C * g.KernelH * g.KernelW, 2), Numbers(g.C, 3));
        foreach (var b in new[] { bias, null })
        {
            Check(ReferenceConvolution.InputGradient(dy, w, b, g), (bench, dx) =>
                Launcher.Run(
                    bench.Put(dy).View(), bench.Put(w).View(), b is null ? default : bench.Put(b).View(), dx.View(),
                    FewFiltersPass.InputGradient(g)));
        }
    }

    [TestCase("1 3 18 36 5 4 4 2 1 1", Category = Large)]
    [TestCase("1 3 4 6 2 4 4 2 1 1")]
    [TestCase("2 6 2 34 2 4 4 2 1 1")]
    public void StridedInputGradientAgreesWithItsDefinition(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var (dy, w, bias) = (Numbers(g.N * g.K * g.OutH * g.OutW, 1), Numbers(g.K * g.C * g.KernelH * g.KernelW, 2), Numbers(g.C, 3));
        foreach (var b in new[] { bias, null })
        {
            Check(ReferenceConvolution.InputGradient(dy, w, b, g), (bench, dx) =>
                Launcher.RunStrided(bench.Put(dy).View(), bench.Put(w).View(), b is null ? default : bench.Put(b).View(), dx.View(), g));
        }
    }

    /// <summary>One band and several of one or two stages, the last one cut off; a second strip.</summary>
    [TestCase("1 2 9 131 3 7 7 1 3 1", 4)]
    [TestCase("2 1 31 20 3 7 7 1 0 1", 1)]
    [TestCase("1 1 60 9 1 7 7 1 3 1", 1, Category = Large)]
    [TestCase("1 1 12 9 1 7 7 1 3 1", 1)]
    public void WeightGradientAgreesWithItsDefinition(string shape, int multiprocessors)
    {
        var g = ConvolutionTests.Geometry(shape);
        var (x, dy) = (Numbers(g.N * g.C * g.H * g.W, 1), Numbers(g.N * g.K * g.OutH * g.OutW, 2));
        if (g.K == 3 && Device.Queue.Accelerator.MaxSharedMemoryPerGroup < FewFiltersGradientKernel.SharedBytes<Filters3Taps7>())
        {
            Assert.Ignore("more shared memory than this device has");
        }

        var launcher = LauncherFor(multiprocessors);
        Check(
            ReferenceConvolution.WeightGradient(x, dy, g),
            (bench, dw) => launcher.RunWeightGradient(bench.Put(x).View(), bench.Put(dy).View(), dw.View(), g));
    }

    [Test]
    public void TheTableTakesThemForLayersThatMakePicturesAlone()
    {
        var card =
            new ProductDevice(AcceleratorType.Cuda, IsProcessor: false, Multiprocessors: 132, MaxThreads: 1024, HasTensorCores: true);
        var (last, first) = (ConvolutionTests.Geometry("1 64 262 262 3 7 7 1 0 1"), ConvolutionTests.Geometry("1 3 262 262 64 7 7 1 0 1"));
        Assert.Multiple(() =>
        {
            Assert.That(ConvolutionTable.FewFiltersForward(last, card) && ConvolutionTable.FewFiltersWeightGradient(
                last, card) && ConvolutionTable.FewFiltersInputGradient(first, card));
            Assert.That(
                ConvolutionTable.FewFiltersForward(first, card) || ConvolutionTable.FewFiltersWeightGradient(first, card)
                || ConvolutionTable.FewFiltersInputGradient(last, card),
                Is.False);
            Assert.That(ConvolutionTable.FewFiltersForward(ConvolutionTests.Geometry("16 512 31 31 1 4 4 1 1 1"), card));
            Assert.That(
                ConvolutionTable.FewFiltersForward(ConvolutionTests.Geometry("1 512 31 31 1 4 4 1 1 1"), card), Is.False, "too few pixels");
            Assert.That(ConvolutionTable.FewFiltersStrided(ConvolutionTests.Geometry("1 3 256 256 128 4 4 2 1 1"), card));
            Assert.That(ConvolutionTable.FewFiltersStrided(ConvolutionTests.Geometry("1 6 256 256 64 4 4 2 1 1"), card));
            Assert.That(
                ConvolutionTable.FewFiltersStrided(ConvolutionTests.Geometry("1 6 257 256 64 4 4 2 1 1"), card), Is.False, "half a cell");
            Assert.That(
                ConvolutionTable.FewFiltersStrided(ConvolutionTests.Geometry("1 6 256 256 64 4 4 2 0 1"), card), Is.False,
                "another padding");
            Assert.That(ConvolutionTable.FewFiltersForward(last with { StrideH = 2 }, card), Is.False);
            Assert.That(ConvolutionTable.FewFiltersForward(last with { KernelW = 3 }, card), Is.False);
            Assert.That(ConvolutionTable.FewFiltersForward(last with { DilationW = 2 }, card), Is.False);
            Assert.That(
                ConvolutionTable.FewFiltersForward(ConvolutionTests.Geometry("1 64 22 22 3 7 7 1 0 1"), card), Is.False, "too few pixels");
            Assert.That(ConvolutionTable.FewFiltersForward(last, card with { IsProcessor = true }), Is.False);
            Assert.That(ConvolutionTable.FewFiltersForward(last, card with { SharedBytes = 32 * 1024 }), Is.False);
        });
    }

    /// <summary>A layer large enough for the table, on a device with few multiprocessors.</summary>
    [Test]
    public void ConvolutionsTakeThemByThemselves()
    {
        if (name != "ptx")
        {
            Assert.Ignore("the table leaves products to processors");
        }

        var g = ConvolutionTests.Geometry("1 2 16 32 3 7 7 1 3 1");
        var (x, w) = (Numbers(g.N * g.C * g.H * g.W, 1), Numbers(g.K * g.C * g.KernelH * g.KernelW, 2));
        Check(ReferenceConvolution.Forward(x, w, null, g), (bench, y) => bench.Kernels.Run(new Conv2dCall(
            bench.Put(x), bench.Put(w), null, y, g)));
        Assert.That(Device.Queue.Kernels.Select(kernel => kernel.Name), Does.Contain(nameof(FewFiltersKernel.FewFilters)));
    }

    private FewFiltersLauncher Launcher => LauncherFor(multiprocessors: 1);

    private FewFiltersLauncher LauncherFor(int multiprocessors) =>
        new(
            Device.Queue, Device.Pool,
            new ProductDevice(AcceleratorType.Cuda, IsProcessor: false, multiprocessors, MaxThreads: 1024, HasTensorCores: false));

    private static float[] Numbers(int count, int seed) => ConvolutionTests.Numbers(count, seed);

    private void Check(double[] expected, Action<ProductBench, DeviceSpan> pass)
    {
        using var bench = new ProductBench(name);
        var result = bench.New(expected.Length);
        pass(bench, result);
        Assert.That(ConvolutionTests.RelativeError(bench.Get(result), expected), Is.LessThan(Tolerance));
    }
}
