using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>
/// The CUDA forms of the ladder, with asynchronous copies, 128-bit accesses and tensor cores, executed on the PTX machine. Numbers are
/// sixteenths below 4, which every precision holds exactly: results are compared bit for bit.
/// </summary>
internal sealed class ProductPtxTests
{
    private static readonly string[] s_shapes =
        ["2 3 5 6 5 3 3 1 1 1", "1 4 8 8 20 4 4 2 1 1", "1 9 2 2 70 4 4 2 1 1", "1 3 9 8 18 7 7 1 3 1"];

    public static IEnumerable<TestCaseData> Variants()
    {
        ProductVariant[] exact =
        [
            new(ProductRung.Tiled, TileShape.Medium, 2),
            new(ProductRung.RegisterBlocked, TileShape.Slim, 1),
            new(ProductRung.DoubleBuffered, TileShape.Medium, 1),
            new(ProductRung.DoubleBuffered, TileShape.Flat, 2),
            new(ProductRung.Vectorised, TileShape.Medium, 1),
            new(ProductRung.Vectorised, TileShape.Slim, 3),
        ];
        foreach (var variant in exact)
        {
            yield return Case(variant, ProductPrecision.Fp32);
        }

        foreach (var precision in new[] { ProductPrecision.Tf32, ProductPrecision.Bf16 })
        {
            yield return Case(new(ProductRung.TensorCore, TileShape.Medium, 2), precision);
            yield return Case(new(ProductRung.TensorCore, TileShape.Large, 1), precision);
        }

        // Every form is launched by EveryProductKernelTests: the fast suite has those that copy asynchronously, in all passes.
        static TestCaseData Case(ProductVariant variant, ProductPrecision precision)
        {
            var data = new TestCaseData(variant, precision).SetArgDisplayNames($"{variant} {precision}");
            var isFast = variant.Rung >= ProductRung.TensorCore && variant.Tile == TileShape.Medium;
            return isFast ? data : data.SetCategory(Exhaustive.Category);
        }
    }

    [TestCaseSource(nameof(Variants))]
    [MaxSeconds(5)] // Four shapes in all passes, interpreted.
    public void AllPassesAreExact(ProductVariant variant, ProductPrecision precision)
    {
        foreach (var g in s_shapes.Select(ConvolutionTests.Geometry))
        {
            var (x, w, dy) = (
                Sixteenths(g.N * g.C * g.H * g.W, 1), Sixteenths(g.K * g.C * g.KernelH * g.KernelW, 2),
                Sixteenths(g.N * g.K * g.OutH * g.OutW, 3));
            var (filterBias, channelBias) = (Sixteenths(g.K, 4), Sixteenths(g.C, 5));
            Check(
                "forward", ConvolutionProducts.Forward(default, default, default, default, g), isAlongDepth: false, w, x, null,
                ReferenceConvolution.Forward(x, w, null, g));
            Check(
                "forward with a bias", ConvolutionProducts.Forward(default, default, default, default, g), isAlongDepth: false, w, x,
                filterBias, ReferenceConvolution.Forward(x, w, filterBias, g));
            Check(
                "input gradient with a bias", ConvolutionProducts.InputGradient(default, default, default, default, g),
                isAlongDepth: false, w, dy, channelBias, ReferenceConvolution.InputGradient(dy, w, channelBias, g));
            Check(
                "weight gradient", ConvolutionProducts.WeightGradient(default, default, default, g), isAlongDepth: true, dy, x, null,
                ReferenceConvolution.WeightGradient(x, dy, g));

            void Check(
                string pass, Product product, bool isAlongDepth, float[] left, float[] right, float[]? bias, double[] expected)
            {
                var shape = ProductShape.Of(product, isAlongDepth, isAligned: true);
                if (ProductKernels.Find(variant, shape, precision) is not { } kernel)
                {
                    Assert.That(variant.Rung, Is.EqualTo(ProductRung.Vectorised));
                    return;
                }

                foreach (var sumsInLaunch in variant.Splits > 1 && kernel.Rung != ProductRung.Tiled ? [false, true] : new[] { false })
                {
                    var result = ProductPtxRun.Run(
                        variant, product, shape, precision, left, right, expected.Length, bias, sumsInLaunch);
                    Assert.That(result, Is.EqualTo(expected.Select(value => (float)value)), $"{pass} {g}");
                }
            }
        }
    }

    /// <summary>
    /// Each factor is rounded once, by at most half a unit of the last place it keeps: TF32 has 11 bits with the hidden one, bfloat16 8.
    /// </summary>
    [TestCase(ProductPrecision.Tf32, 11)]
    [TestCase(ProductPrecision.Bf16, 8)]
    public void AnyNumbersAgreeWithinWhatThePrecisionKeeps(ProductPrecision precision, int bits)
    {
        var g = ConvolutionTests.Geometry(s_shapes[1]);
        var (x, w) = (ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1), ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2));
        var product = ConvolutionProducts.Forward(default, default, default, default, g);
        var expected = ReferenceConvolution.Forward(x, w, null, g);
        foreach (var tile in new[] { TileShape.Medium, TileShape.Large })
        {
            var result = ProductPtxRun.Run(
                new ProductVariant(ProductRung.TensorCore, tile, 1), product,
                ProductShape.Of(product, isAlongDepth: false, isAligned: true), precision, w, x, expected.Length);
            Assert.That(
                ConvolutionTests.RelativeError(result, expected), Is.InRange(Math.Pow(2, -bits - 3), Math.Pow(2, -bits)), $"{tile}");
        }
    }

    /// <summary>
    /// Numbers that round at every addition: the depth in its order, part by part, then the bias. No rung may add in another order, or add
    /// anything else.
    /// </summary>
    [Test]
    [MaxSeconds(10)] // ILGPU compiles.
    public void RungsInFloat32GiveTheBitsOfAdditionsInOrder(
        [Values(ProductRung.RegisterBlocked, ProductRung.DoubleBuffered, ProductRung.Vectorised)] ProductRung rung,
        [Values(1, 2)] int splits, [Values] bool hasBias) => AssertAddsInOrder(rung, TileShape.Large, splits, hasBias);

    [Test]
    [Exhaustive]
    public void MediumTilesGiveTheBitsOfAdditionsInOrder(
        [Values(ProductRung.RegisterBlocked, ProductRung.DoubleBuffered, ProductRung.Vectorised)] ProductRung rung,
        [Values(1, 2, 3)] int splits, [Values] bool hasBias) => AssertAddsInOrder(rung, TileShape.Medium, splits, hasBias);

    private static void AssertAddsInOrder(ProductRung rung, TileShape tile, int splits, bool hasBias)
    {
        (bool, bool)[] ways = splits == 1 ? [(false, false)] : [(false, false), (true, false), (true, true)];
        AssertAddsInOrder("1 8 6 6 20 3 3 1 1 1", new ProductVariant(rung, tile, splits), hasBias, ways);
    }

    private static void AssertAddsInOrder(
        string geometry, ProductVariant variant, bool hasBias, params (bool SumsInLaunch, bool IsBackwards)[] ways)
    {
        var g = ConvolutionTests.Geometry(geometry);
        var (x, w, bias) = (
            ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1), ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2),
            hasBias ? ConvolutionTests.Numbers(g.K, 3) : null);
        var product = ConvolutionProducts.Forward(default, default, default, default, g);
        var shape = ProductShape.Of(product, isAlongDepth: false, isAligned: true);
        var kernel = ProductKernels.Find(variant, shape, ProductPrecision.Fp32)!;
        var (parts, partDepth) = ProductLauncher.Split(product.LongestDepth, variant.Splits, kernel.Tile.Depth);
        Assert.That(parts, Is.EqualTo(variant.Splits));
        var expected = new float[g.K * g.OutH * g.OutW];
        for (var i = 0; i < expected.Length; i++)
        {
            expected[i] = InOrder(g, x, w, i, partDepth) + (bias is null ? 0 : bias[i / (g.OutH * g.OutW)]);
        }

        foreach (var (sumsInLaunch, isBackwards) in ways)
        {
            var result = ProductPtxRun.Run(
                variant, product, shape, ProductPrecision.Fp32, w, x, expected.Length, bias, sumsInLaunch, isBackwards);
            Assert.That(result, Is.EqualTo(expected), $"parts added where made: {sumsInLaunch}, groups backwards: {isBackwards}");
        }
    }

    /// <summary>
    /// Small tiles have numbers of several parts on their way at once, and some may ask for parts beyond the last. A large tile's last
    /// group alone is slower than another launch unless there is much to add.
    /// </summary>
    [TestCase(ProductRung.DoubleBuffered, TileShape.Slim, 7, Category = Exhaustive.Category)]
    [TestCase(ProductRung.RegisterBlocked, TileShape.Flat, 3)]
    [TestCase(ProductRung.Vectorised, TileShape.Large, 4, Category = Exhaustive.Category)]
    public void PartsOfOtherTilesAreAddedInOrder(ProductRung rung, TileShape tile, int splits) => AssertAddsInOrder(
        tile == TileShape.Large ? "1 24 12 12 100 3 3 1 1 1" : "1 24 6 6 20 3 3 1 1 1", new ProductVariant(rung, tile, splits),
        hasBias: false, (true, false), (true, true));

    /// <summary>
    /// On tensor cores, too, parts are added in the order of the depth: whichever group is last, the bits are those of a launch of its own.
    /// </summary>
    [TestCase(ProductPrecision.Tf32, TileShape.Medium)]
    [TestCase(ProductPrecision.Bf16, TileShape.Medium, Category = Exhaustive.Category)]
    [TestCase(ProductPrecision.Tf32, TileShape.Large, Category = Exhaustive.Category)]
    public void TheLastGroupOnTensorCoresAddsPartsInOrder(ProductPrecision precision, TileShape tile)
    {
        const int Splits = 3;
        var g = ConvolutionTests.Geometry("2 24 6 6 70 3 3 1 1 1");
        var (x, w, bias) = (
            ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1), ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2),
            ConvolutionTests.Numbers(g.K, 3));
        var product = ConvolutionProducts.Forward(default, default, default, default, g);
        var apart = Result(sumsInLaunch: false, isBackwards: false);
        Assert.That(Result(sumsInLaunch: true, isBackwards: false), Is.EqualTo(apart));
        Assert.That(Result(sumsInLaunch: true, isBackwards: true), Is.EqualTo(apart));
        Assert.That(ConvolutionTests.RelativeError(apart, ReferenceConvolution.Forward(x, w, bias, g)), Is.LessThan(4e-3));

        float[] Result(bool sumsInLaunch, bool isBackwards) => ProductPtxRun.Run(
            new ProductVariant(ProductRung.TensorCore, tile, Splits), product,
            ProductShape.Of(product, isAlongDepth: false, isAligned: true), precision, w, x, g.N * g.K * g.OutH * g.OutW, bias,
            sumsInLaunch, isBackwards);
    }

    /// <summary>An output of a convolution of one image with stride 1 and padding 1.</summary>
    private static float InOrder(in ConvGeometry g, float[] x, float[] w, int output, int partDepth)
    {
        var (taps, pixels) = (g.C * g.KernelH * g.KernelW, g.OutH * g.OutW);
        var (filter, row, column) = (output / pixels, output % pixels / g.OutW, output % g.OutW);
        float sum = 0;
        for (var begin = 0; begin < taps; begin += partDepth)
        {
            float part = 0;
            for (var tap = begin; tap < Math.Min(begin + partDepth, taps); tap++)
            {
                var (channel, y, z) = (
                    tap / (g.KernelH * g.KernelW), row + (tap / g.KernelW % g.KernelH) - 1, column + (tap % g.KernelW) - 1);
                var isInside = y >= 0 && y < g.H && z >= 0 && z < g.W;
                part = MathF.FusedMultiplyAdd(w[(filter * taps) + tap], isInside ? x[(((channel * g.H) + y) * g.W) + z] : 0, part);
            }

            sum += part;
        }

        return sum;
    }

    private static float[] Sixteenths(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(-63, 64) / 16f)];
    }
}
