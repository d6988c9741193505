using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Winograd;
using IlgpuGan.TestsCommon.PtxMachine.Driver;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>
/// The kernels for few pixels against the definition in double precision, whatever the table would choose for such small weights.
/// </summary>
[TestFixtureSource(nameof(Devices))]
internal sealed class FewPixelsTests(string name)
{
    private const double Tolerance = 2e-6;

    /// <summary>Too slow for tools that watch each access, and for the fast suite.</summary>
    private const string Large = "ManyTaps," + Exhaustive.Category;

    public static IEnumerable<string> Devices => TestDevices.IsWatched ? ["opencl"] : ["opencl", "ptx"];

    private GpuDevice Device => (GpuDevice)TestDevices.Open(name);

    /// <summary>
    /// One, four and sixteen pixels, batches, channels and filters that are no multiple of anything, rows beyond the last one, several
    /// parts of the taps with the last one cut off, rectangles, dilations and no padding.
    /// </summary>
    private static readonly string[] s_forward =
    [
        "1 5 2 2 7 4 4 2 1 1",
        "3 3 2 2 18 4 4 2 1 1",
        "1 4 4 4 5 4 4 2 1 1",
        "1 4 8 8 66 4 4 2 1 1",
        "4 1 5 4 3 4 4 2 1 1",
        "1 8 3 5 6 3 3 1 0 1",
        "2 4 5 7 3 3,1 2,3 1,0 2,1",
        "5 4 1 1 3 1 1 1 0 1",
    ];

    [TestCaseSource(nameof(s_forward))]
    [TestCase("1 131 4 4 17 4 4 2 1 1", Category = Large)]
    [TestCase("1 67 8 8 70 4 4 2 1 1", Category = Large)]
    public void ForwardAgreesWithItsDefinition(string shape) => Check<Conv2dCall>(shape, c => Launcher(counts: c.Bias is null).Forward(
        ConvolutionProducts.Forward(c.X.View(), c.W.View(), c.Bias?.View() ?? default, c.Y.View(), c.G), c.G));

    /// <summary>What the kernels take for granted of their sizes, and of the arrays that each is compiled for.</summary>
    [Test]
    public void SizesFit()
    {
        Assert.That(FewPixels.Threads, Is.EqualTo(FewPixels.PixelsAtATime * FewPixels.Halves * FewPixels.ResultsOfPixel), "nobody idles");
        foreach (var kernel in KernelCatalog.All.Select(entry => entry.Method).Where(method => method.Name.StartsWith("FewPixels")))
        {
            int[] counts = [.. kernel.GetGenericArguments().Select(array => (int)array.GetProperty("Count")!.GetValue(null)!)];
            var (pixels, loads) = (counts[0], counts[^1]);
            Assert.That(pixels, Is.LessThanOrEqualTo(FewPixels.MaxPixels), "joined sums have room");
            Assert.That(pixels % FewPixels.PixelsAtATime, Is.Zero, "whole sets of pixels are joined");
            Assert.That(FewPixels.Vectors % pixels, Is.Zero, "warps and threads are divided among pixels");
            var rest = kernel.Name switch
            {
                nameof(FewPixelsKernel.FewPixelsForward) => FewPixelsKernel.Steps % loads,
                nameof(FewPixelsInputGradientKernel.FewPixelsInputGradient) =>
                    FewPixels.SharedLength / pixels % (FewPixelsInputGradientKernel.Rows * loads),
                _ => FewPixels.Threads % (FewPixelsWeightGradientKernel.Columns(pixels) / FewPixels.Width),
            };
            Assert.That(rest, Is.Zero, $"{kernel.Name} of {pixels} pixels has a part of a turn");
        }
    }

    /// <summary>Whether the last group of a block of rows adds the parts or a second launch does.</summary>
    [TestCase("1 131 4 4 17 4 4 2 1 1")]
    [TestCase("1 67 8 8 70 4 4 2 1 1")]
    [Exhaustive]
    public void TheBitsAreTheSameWhoeverAddsTheParts(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var (x, w, bias) = (Numbers(g.N * g.C * g.H * g.W, 1), Numbers(g.K * g.C * g.KernelH * g.KernelW, 2), Numbers(g.K, 3));
        using var bench = new ProductBench(name);
        Assert.That(Result(counts: true), Is.EqualTo(Result(counts: false)));

        float[] Result(bool counts)
        {
            var y = bench.New(g.N * g.K * g.OutH * g.OutW);
            Launcher(counts: counts).Forward(
                ConvolutionProducts.Forward(bench.Put(x).View(), bench.Put(w).View(), bench.Put(bias).View(), y.View(), g), g);
            return bench.Get(y);
        }
    }

    /// <summary>
    /// The same, several strips with the last one cut off, more rows than are in flight at once and than shared memory holds.
    /// </summary>
    [TestCase("1 5 2 2 7 4 4 2 1 1")]
    [TestCase("3 3 2 2 18 4 4 2 1 1")]
    [TestCase("1 5 4 4 33 4 4 2 1 1")]
    [TestCase("1 6 8 8 257 4 4 2 1 1")]
    [TestCase("4 1 5 4 3 4 4 2 1 1")]
    [TestCase("1 9 5 3 6 2 2 1 0 1")]
    [TestCase("2 4 6 7 3 4,2 3,2 1,0 1,2")]
    [TestCase("5 68 1 1 3 1 1 1 0 1")]
    [TestCase("1 2 8 8 530 4 4 2 1 1", Category = Large)]
    [TestCase("1 2 4 4 2060 4 4 2 1 1", Category = Large)]
    public void InputGradientAgreesWithItsDefinition(string shape) => Check<Conv2dInputGradientCall>(shape, c => Launcher().InputGradient(
        ConvolutionProducts.InputGradient(c.Dy.View(), c.W.View(), c.Bias?.View() ?? default, c.Dx.View(), c.G), c.G));

    /// <summary>The same, with one block of rows and with one row a block.</summary>
    [TestCaseSource(nameof(s_forward))]
    [TestCase("1 131 4 4 17 4 4 2 1 1", Category = Large)]
    [TestCase("1 35 8 8 130 4 4 2 1 1", Category = Large)]
    public void WeightGradientAgreesWithItsDefinition(string shape)
    {
        foreach (var multiprocessors in new[] { 1, 1000 })
        {
            Check<Conv2dWeightGradientCall>(shape, c => Launcher(multiprocessors).WeightGradient(
                ConvolutionProducts.WeightGradient(c.X.View(), c.Dy.View(), c.Dw.View(), c.G), c.G));
        }
    }

    [Test]
    public void TheTableTakesThemForLayersWhoseWeightIsTheWork()
    {
        var card = Card(132);
        ConvolutionPass[] passes = [ConvolutionPass.Forward, ConvolutionPass.InputGradient, ConvolutionPass.WeightGradient];
        Assert.Multiple(() =>
        {
            foreach (var pass in passes)
            {
                foreach (var shape in new[]
                {
                    "1 512 2 2 512 4 4 2 1 1", "1 512 4 4 1024 4 4 2 1 1", "1 512 8 8 1024 4 4 2 1 1", "4 512 4 4 512 4 4 2 1 1",
                })
                {
                    Assert.That(Takes(shape, pass, card), $"{pass} of {shape}");
                    Assert.That(Takes(shape, pass, card with { IsProcessor = true }), Is.False, "results keep their bits");
                    Assert.That(Takes(shape, pass, card with { MaxThreads = 256 }), Is.False);
                    Assert.That(Takes(shape, pass, card with { SharedBytes = 32 * 1024 }), Is.False);
                }

                Assert.That(Takes("1 512 16 16 512 4 4 2 1 1", pass, card), Is.False, "64 pixels");
                Assert.That(Takes("2 512 8 8 512 4 4 2 1 1", pass, card), Is.False, "32 pixels");
                Assert.That(Takes("1 64 2 2 48 4 4 2 1 1", pass, card), Is.False, "too few weights");
                Assert.That(Takes("1 511 3 3 512 3 3 1 0 1", pass, card), Is.False, "rows start anywhere");
                Assert.That(Takes("1 512 2 2 512 4 4 2 1 1 2", pass, card), Is.False, "groups");
            }

            Assert.That(Takes("1 512 3 3 512 3 3 1 0 1", ConvolutionPass.Forward, card));
            Assert.That(Takes("1 512 3 3 512 3 3 1 0 1", ConvolutionPass.InputGradient, card), Is.False, "a strip has parts of channels");
        });
    }

    /// <summary>Each pass of a layer large enough for the table on this device, by itself and with the kernels forbidden.</summary>
    [Test]
    [MaxSeconds(5)] // ILGPU compiles seven kernels.
    public void ConvolutionsTakeThemByThemselves()
    {
        if (name != "ptx")
        {
            Assert.Ignore("the table leaves products to processors");
        }

        var g = ConvolutionTests.Geometry("1 12 2 2 33 4 4 2 1 1");
        var (x, w, dy) = (Numbers(g.C * g.H * g.W, 1), Numbers(g.K * g.C * g.KernelH * g.KernelW, 2), Numbers(g.K, 3));
        foreach (var isAllowed in new[] { true, false })
        {
            using var bench = new ProductBench(name);
            bench.Kernels.FewPixelsAllowed = isAllowed;
            try
            {
                DeviceSpan y = bench.New(dy.Length), dx = bench.New(x.Length), dw = bench.New(w.Length), db = bench.New(g.K);
                bench.Kernels.Run(new Conv2dCall(bench.Put(x), bench.Put(w), null, y, g));
                bench.Kernels.Run(new Conv2dInputGradientCall(bench.Put(dy), bench.Put(w), null, dx, g));
                bench.Kernels.Run(new Conv2dWeightAndBiasGradientCall(bench.Put(x), bench.Put(dy), dw, db, g));
                Assert.Multiple(() =>
                {
                    Assert.That(Error(bench, y, ReferenceConvolution.Forward(x, w, null, g)), Is.LessThan(Tolerance));
                    Assert.That(Error(bench, dx, ReferenceConvolution.InputGradient(dy, w, null, g)), Is.LessThan(Tolerance));
                    Assert.That(Error(bench, dw, ReferenceConvolution.WeightGradient(x, dy, g)), Is.LessThan(Tolerance));
                    Assert.That(Error(bench, db, [.. dy.Select(value => (double)value)]), Is.LessThan(Tolerance));
                });
            }
            finally
            {
                bench.Kernels.FewPixelsAllowed = true;
            }
        }

        Assert.That(
            Device.Queue.Kernels.Select(kernel => kernel.Name),
            Does.Contain(nameof(FewPixelsKernel.FewPixelsForward))
                .And.Contain(nameof(FewPixelsInputGradientKernel.FewPixelsInputGradient))
                .And.Contain(nameof(FewPixelsWeightGradientKernel.FewPixelsWeightGradient)));
    }

    /// <summary>
    /// The sectors that warps ask for are those of the weight, each once, and little more for the pixels. As products, the gradients of
    /// this layer ask for more than four times as many.
    /// </summary>
    [Test]
    [Exhaustive]
    public void EachWeightIsReadOrWrittenOnce()
    {
        if (name != "ptx")
        {
            Assert.Ignore("only the PTX machine counts");
        }

        const double WithPixels = 1.3;
        var g = ConvolutionTests.Geometry("1 64 2 2 64 4 4 2 1 1");
        using var bench = new ProductBench(name);
        var (x, w, y) = (
            bench.Put(new float[g.C * g.H * g.W]), bench.Put(new float[g.K * g.C * g.KernelH * g.KernelW]), bench.Put(new float[g.K]));
        var sectors = w.Length * sizeof(float) / PtxCounts.SectorBytes;
        Assert.Multiple(() =>
        {
            Assert.That(
                Sectors(l => l.Forward(ConvolutionProducts.Forward(x.View(), w.View(), default, y.View(), g), g)),
                Is.InRange(sectors, WithPixels * sectors));
            Assert.That(
                Sectors(l => l.InputGradient(ConvolutionProducts.InputGradient(y.View(), w.View(), default, x.View(), g), g)),
                Is.InRange(sectors, WithPixels * sectors));
            Assert.That(
                Sectors(l => l.WeightGradient(ConvolutionProducts.WeightGradient(x.View(), y.View(), w.View(), g), g)),
                Is.InRange(sectors, WithPixels * sectors));
        });

        long Sectors(Action<FewPixelsLauncher> pass)
        {
            const int Multiprocessors = 8;
            PtxDriver.Counts = new PtxCounts();
            try
            {
                pass(Launcher(Multiprocessors));
                bench.Get(y);
                return PtxDriver.Counts.Total.GlobalSectors;
            }
            finally
            {
                PtxDriver.Counts = null;
            }
        }
    }

    private static bool Takes(string shape, ConvolutionPass pass, ProductDevice device) =>
        ConvolutionTable.UsesFewPixels(ConvolutionTests.Geometry(shape), pass, device);

    private static ProductDevice Card(int multiprocessors) =>
        new(AcceleratorType.Cuda, IsProcessor: false, multiprocessors, MaxThreads: 1024, HasTensorCores: false);

    /// <param name="counts">whether the last group adds the parts of a sum, on a device that can count groups</param>
    private FewPixelsLauncher Launcher(int multiprocessors = 1, bool counts = true)
    {
        var device = ProductDevice.Of(Device.Queue.Accelerator) with { Multiprocessors = multiprocessors };
        device = counts ? device : device with { Kind = AcceleratorType.OpenCL };
        return new(Device.Queue, Device.Pool, device, ArrivalCounters.For(Device.Queue, device));
    }

    private static float[] Numbers(int count, int seed) => ConvolutionTests.Numbers(count, seed);

    private static double Error(ProductBench bench, DeviceSpan result, double[] expected) =>
        ConvolutionTests.RelativeError(bench.Get(result), expected);

    private void Check<TCall>(string shape, Action<TCall> launch)
        where TCall : KernelCall =>
        ProductBench.Check(name, shape, Tolerance, launch);
}
