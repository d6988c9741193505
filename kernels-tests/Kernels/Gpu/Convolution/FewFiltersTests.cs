using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using static IlgpuGan.Tensors.Devices.Gpu.Convolution.ConvolutionTable;

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
    public void ForwardAgreesWithItsDefinition(string shape) => Check<Conv2dCall>(shape, c => Launcher.Run(
        c.X.View(), c.W.View(), c.Bias?.View() ?? default, c.Y.View(), FewFiltersPass.Forward(c.G)));

    [TestCase("1 3 9 35 5 7 7 1 3 1", Category = Large)]
    [TestCase("2 3 9 8 2 7 7 1 0 1", Category = Large)]
    [TestCase("1 1 5 30 3 7 7 1 5 1")]
    public void InputGradientAgreesWithItsDefinition(string shape) => Check<Conv2dInputGradientCall>(shape, c => Launcher.Run(
        c.Dy.View(), c.W.View(), c.Bias?.View() ?? default, c.Dx.View(), FewFiltersPass.InputGradient(c.G)));

    [TestCase("1 3 18 36 5 4 4 2 1 1", Category = Large)]
    [TestCase("1 3 4 6 2 4 4 2 1 1")]
    [TestCase("2 6 2 34 2 4 4 2 1 1")]
    public void StridedInputGradientAgreesWithItsDefinition(string shape) => Check<Conv2dInputGradientCall>(shape, c =>
        Launcher.RunStrided(c.Dy.View(), c.W.View(), c.Bias?.View() ?? default, c.Dx.View(), c.G));

    /// <summary>One band and several of one or two stages, the last one cut off; a second strip.</summary>
    [TestCase("1 2 9 131 3 7 7 1 3 1", 4)]
    [TestCase("2 1 31 20 3 7 7 1 0 1", 1)]
    [TestCase("1 1 60 9 1 7 7 1 3 1", 1, Category = Large)]
    [TestCase("1 1 12 9 1 7 7 1 3 1", 1)]
    public void WeightGradientAgreesWithItsDefinition(string shape, int multiprocessors)
    {
        if (ConvolutionTests.Geometry(shape).K == 3
            && Device.Queue.Accelerator.MaxSharedMemoryPerGroup < FewFiltersGradientKernel.SharedBytes<Filters3Taps7>())
        {
            Assert.Ignore("more shared memory than this device has");
        }

        Check<Conv2dWeightGradientCall>(
            shape, c => LauncherFor(multiprocessors).RunWeightGradient(c.X.View(), c.Dy.View(), c.Dw.View(), c.G));
    }

    [Test]
    public void TheTableTakesThemForLayersThatMakePicturesAlone()
    {
        ProductDevice card = new(AcceleratorType.Cuda, IsProcessor: false, Multiprocessors: 132, MaxThreads: 1024, HasTensorCores: true);
        var (last, first) = (ConvolutionTests.Geometry("1 64 262 262 3 7 7 1 0 1"), ConvolutionTests.Geometry("1 3 262 262 64 7 7 1 0 1"));
        Assert.Multiple(() =>
        {
            Assert.That(
                UsesFewFiltersForward(last, card) && UsesFewFiltersWeightGradient(last, card) && UsesFewFiltersInputGradient(first, card));
            Assert.That(
                UsesFewFiltersForward(first, card) || UsesFewFiltersWeightGradient(first, card) || UsesFewFiltersInputGradient(last, card),
                Is.False);
            Assert.That(UsesFewFiltersForward(ConvolutionTests.Geometry("16 512 31 31 1 4 4 1 1 1"), card));
            Assert.That(UsesFewFiltersForward(ConvolutionTests.Geometry("1 512 31 31 1 4 4 1 1 1"), card), Is.False, "too few pixels");
            Assert.That(UsesFewFiltersInputGradient(ConvolutionTests.Geometry("16 1 31 31 512 4 4 1 1 1"), card), Is.False, "4 x 4 taps");
            Assert.That(UsesFewFiltersStrided(ConvolutionTests.Geometry("1 3 256 256 128 4 4 2 1 1"), card));
            Assert.That(UsesFewFiltersStrided(ConvolutionTests.Geometry("1 6 256 256 64 4 4 2 1 1"), card));
            Assert.That(UsesFewFiltersStrided(ConvolutionTests.Geometry("1 6 257 256 64 4 4 2 1 1"), card), Is.False, "half a cell");
            Assert.That(UsesFewFiltersStrided(ConvolutionTests.Geometry("1 6 256 256 64 4 4 2 0 1"), card), Is.False, "another padding");
            Assert.That(UsesFewFiltersForward(last with { Window = last.Window with { Stride = (2, 1) } }, card), Is.False);
            Assert.That(UsesFewFiltersForward(last with { Window = last.Window with { Kernel = (last.KernelH, 3) } }, card), Is.False);
            Assert.That(UsesFewFiltersForward(last with { Window = last.Window with { Dilation = (1, 2) } }, card), Is.False);
            Assert.That(UsesFewFiltersForward(ConvolutionTests.Geometry("1 64 22 22 3 7 7 1 0 1"), card), Is.False, "too few pixels");
            Assert.That(UsesFewFiltersForward(last, card with { IsProcessor = true }), Is.False);
            Assert.That(UsesFewFiltersForward(last, card with { SharedBytes = 32 * 1024 }), Is.False);
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

        Check<Conv2dCall>("1 2 16 32 3 7 7 1 3 1", ((IKernels)Device.Kernels).Run);
        Assert.That(Device.Queue.Kernels.Select(kernel => kernel.Name), Does.Contain(nameof(FewFiltersKernel.FewFilters)));
    }

    private FewFiltersLauncher Launcher => LauncherFor(multiprocessors: 1);

    private FewFiltersLauncher LauncherFor(int multiprocessors) =>
        new(
            Device.Queue, Device.Pool,
            new ProductDevice(AcceleratorType.Cuda, IsProcessor: false, multiprocessors, MaxThreads: 1024, HasTensorCores: false));

    private void Check<TCall>(string shape, Action<TCall> launch)
        where TCall : KernelCall =>
        ProductBench.Check(name, shape, Tolerance, launch);
}
