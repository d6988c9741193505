using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Gpu.Winograd;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>
/// Convolutions by six points against the definition in double precision, whatever the table would choose for such small pictures.
/// </summary>
/// <remarks>Products are those of the table: ILGPU compiles one of them for up to ten seconds, in the test that comes first.</remarks>
[MaxSeconds(20)]
[TestFixtureSource(nameof(Devices))]
internal sealed class WinogradKernelTests(string name)
{
    /// <summary>In norm; the largest single error is told beside it.</summary>
    private const double Tolerance = 5e-6;

    /// <summary>Of the results' root mean square.</summary>
    private const double MostOfOne = 5e-5;

    private static readonly ProductDevice s_card =
        new(AcceleratorType.Cuda, IsProcessor: false, Multiprocessors: 132, MaxThreads: 1024, HasTensorCores: true);

    public static IEnumerable<string> Devices => TestDevices.IsWatched ? ["opencl"] : ["opencl", "ptx"];

    /// <summary>
    /// Heights and widths that leave each rest of four, rows that are written in fours and one by one, each padding, fewer channels than a
    /// vector, more than one image, and less than a tile.
    /// </summary>
    private static readonly string[] s_shapes =
    [
        "1 5 9 7 6 3 3 1 1 1",
        "2 3 10 12 5 3 3 1 0 1",
        "1 8 6 8 4 3 3 1 2 1",
        "1 1 1 1 1 3 3 1 1 1",
        "3 2 4 5 3 3 3 1 1,0 1",
    ];

    /// <summary>Groups have one size whatever the shape: a watched device takes half a minute for one, and gets the last.</summary>
    private static IEnumerable<KernelCase> Cases =>
        (TestDevices.IsWatched ? s_shapes[^1..] : s_shapes).SelectMany(ProductBench.Passes);

    private GpuDevice Device => (GpuDevice)TestDevices.Open(name);

    [TestCaseSource(nameof(Cases))]
    public void PassesAgreeWithTheirDefinitions(KernelCase c) => Check(c.Expected()![0], c.Call);

    /// <summary>On CUDA the bias's gradient is added up beside the products.</summary>
    [Test]
    public void BiasGradientsComeWithThem()
    {
        var g = ConvolutionTests.Geometry("2 5 9 8 6 3 3 1 1 1");
        var (x, dy) = (Numbers(g.N * g.C * g.H * g.W, 1), Numbers(g.N * g.K * g.OutH * g.OutW, 2));
        var plane = g.OutH * g.OutW;
        var sums = Enumerable.Range(0, g.K)
            .Select(k => Enumerable.Range(0, g.N * plane).Sum(i => (double)dy[(((i / plane * g.K) + k) * plane) + (i % plane)])).ToArray();
        using var bench = new ProductBench(name);
        var db = bench.New(g.K);
        Check(ReferenceConvolution.WeightGradient(x, dy, g), own => new Conv2dWeightAndBiasGradientCall(
            own.Put(x), own.Put(dy), own.New(g.W()), db, g));
        Assert.That(ConvolutionTests.RelativeError(bench.Get(db), sums), Is.LessThan(1e-6));
    }

    /// <summary>Batches whose numbers at the points would be too many go in slices of images, with the same bits.</summary>
    [Test]
    public void LargeBatchesGoInSlices()
    {
        var g = ConvolutionTests.Geometry("3 4 6 5 3 3 3 1 1 1");
        var (x, w) = (Numbers(g.N * g.C * g.H * g.W, 1), Numbers(g.K * g.C * 9, 2));
        using var bench = new ProductBench(name);
        var (whole, sliced) = (bench.New(g.N * g.K * g.OutH * g.OutW), bench.New(g.N * g.K * g.OutH * g.OutW));
        bench.Kernels.ForcedWinograd = true;
        try
        {
            bench.Kernels.Run(new Conv2dCall(bench.Put(x), bench.Put(w), null, whole, g));
            bench.Kernels.MaxWinogradScratch = 36 * ((4 * 3) + (2 * 4 * (4 + 3)));
            Assert.That(new WinogradPass(g, ConvolutionPass.Forward, bench.Kernels.MaxWinogradScratch).Images, Is.EqualTo(2));
            Assert.That(new WinogradPass(g, ConvolutionPass.WeightGradient, bench.Kernels.MaxWinogradScratch).Images, Is.Zero);
            bench.Kernels.Run(new Conv2dCall(bench.Put(x), bench.Put(w), null, sliced, g));
        }
        finally
        {
            (bench.Kernels.ForcedWinograd, bench.Kernels.MaxWinogradScratch) = (null, WinogradPass.MaxScratch);
        }

        Assert.That(bench.Get(sliced), Is.EqualTo(bench.Get(whole)));
    }

    [Test]
    public void TheTableTakesThemWhereTheEstimateSaysSo()
    {
        var block = ConvolutionTests.Geometry("1 256 66 66 256 3 3 1 0 1");
        var window = block.Window;
        var small = ConvolutionTests.Geometry("1 64 16 16 64 3 3 1 1 1");
        Assert.Multiple(() =>
        {
            foreach (var pass in Enum.GetValues<ConvolutionPass>())
            {
                Assert.That(Takes(block, pass, s_card), $"{pass}");
                Assert.That(Takes(small, pass, s_card), Is.False, $"{pass} of few tiles");
                Assert.That(Takes(block with { Window = window with { Stride = (2, 1) } }, pass, s_card), Is.False, $"{pass} of stride 2");
                Assert.That(Takes(block with { Window = window with { Dilation = (1, 2) } }, pass, s_card), Is.False, $"{pass} dilated");
                Assert.That(Takes(block with { Groups = 2 }, pass, s_card), Is.False, $"{pass} in groups");
                Assert.That(Takes(block with { Window = window with { Kernel = (4, 3) } }, pass, s_card), Is.False, $"{pass}: 4 x 3 taps");
                Assert.That(Takes(block, pass, s_card with { IsProcessor = true }), Is.False, $"{pass} on a processor");
            }

            Assert.That(ConvolutionTable.Winograd(block, ConvolutionPass.Forward, s_card).Note, Does.StartWith("winograd: "));
            Assert.That(ConvolutionTable.Winograd(small, ConvolutionPass.Forward, s_card).Note, Does.StartWith("product: "));
        });
    }

    /// <summary>A host's choices for a card: three launches around the products, and none of them in another precision.</summary>
    [Test]
    public void ConvolutionsTakeThemByThemselvesInFloat32Alone()
    {
        using var card = new ModelledDevice(GpuCard.H200);
        var g = ConvolutionTests.Geometry("1 256 66 66 256 3 3 1 0 1");
        using var x = Tensor.Zeros(new Shape(g.N, g.C, g.H, g.W), card);
        using var w = Tensor.Zeros(new Shape(g.K, g.C, 3, 3), card);
        using var y = Tensor.Zeros(new Shape(g.N, g.K, g.OutH, g.OutW), card);
        Assert.That(Launched(), Is.EqualTo(new[] { "winograd/weight", "winograd/input", "product", "winograd/output" }));
        card.Precision = ProductPrecision.Tf32;
        Assert.That(
            Launched(), Is.EqualTo(new[] { "channels-last/image-tf32", "channels-last/filters-tf32", "channels-last/turns-tf32" }));

        string[] Launched()
        {
            card.Forget();
            card.Kernels.Run(new Conv2dCall(x.Span, w.Span, null, y.Span, g));
            return [.. card.Log.Select(l => l.Kernel.StartsWith("product/", StringComparison.Ordinal) ? "product" : l.Kernel)];
        }
    }

    private static bool Takes(in ConvGeometry g, ConvolutionPass pass, ProductDevice device) =>
        ConvolutionTable.Winograd(g, pass, device).IsTaken;

    private static float[] Numbers(int count, int seed) => ConvolutionTests.Numbers(count, seed);

    /// <summary>Runs a pass both ways, sees that the points were taken, and states the errors.</summary>
    private void Check(double[] expected, Func<ProductBench, KernelCall> pass)
    {
        var (rms, most) = Errors(expected, pass, onPoints: true);
        var (rmsDirect, mostDirect) = Errors(expected, pass, onPoints: false);
        TestContext.Out.WriteLine($"error in norm {rms:0.0e0}, largest {most:0.0e0}; as a product {rmsDirect:0.0e0}, {mostDirect:0.0e0}");
        Assert.That(Device.Queue.Kernels.Select(kernel => kernel.DeclaringType), Does.Contain(typeof(WinogradKernels)));
        Assert.That(rms, Is.LessThan(Tolerance));
        Assert.That(most, Is.LessThan(MostOfOne));
    }

    private (double Rms, double Most) Errors(double[] expected, Func<ProductBench, KernelCall> pass, bool onPoints)
    {
        using var bench = new ProductBench(name);
        var call = pass(bench);
        bench.Kernels.ForcedWinograd = onPoints;
        if (!onPoints && name == "ptx")
        {
            TestDevices.ForcePlainProducts(Device);
        }

        try
        {
            ((IKernels)bench.Kernels).Run(call);
        }
        finally
        {
            bench.Kernels.ForcedWinograd = null;
        }

        var values = bench.Get(call.Writes[0]);
        var norm = Math.Sqrt(expected.Average(v => v * v));
        return (ConvolutionTests.RelativeError(values, expected), expected.Zip(values, (e, v) => Math.Abs(e - v)).Max() / norm);
    }
}
