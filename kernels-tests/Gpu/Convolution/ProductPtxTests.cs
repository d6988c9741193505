using ILGPU.Backends;
using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>
/// The CUDA forms of the ladder, with asynchronous copies, 128-bit accesses and tensor cores, executed on the PTX machine. Numbers are
/// sixteenths below 4, which every precision holds exactly: results are compared bit for bit.
/// </summary>
internal sealed class ProductPtxTests
{
    private static readonly string[] Shapes =
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
            yield return Case(variant, ProductPrecision.Fp32, Compiling.Sm80);
        }

        yield return Case(new(ProductRung.DoubleBuffered, TileShape.Medium, 1), ProductPrecision.Fp32, Compiling.Sm70);
        foreach (var precision in new[] { ProductPrecision.Tf32, ProductPrecision.Bf16 })
        {
            yield return Case(new(ProductRung.TensorCore, TileShape.Medium, 2), precision, Compiling.Sm80);
            yield return Case(new(ProductRung.TensorCore, TileShape.Large, 1), precision, Compiling.Sm90);
        }

        // Every form is launched by EveryProductKernelTests: the fast suite has those that copy asynchronously, in all passes.
        static TestCaseData Case(ProductVariant variant, ProductPrecision precision, PtxTarget target)
        {
            var data = new TestCaseData(variant, precision, target).SetArgDisplayNames($"{variant} {precision} sm_{target.Sm}");
            var isFast = target.Sm == 80 && variant.Tile == TileShape.Medium
                && variant.Rung is ProductRung.TensorCore or ProductRung.DoubleBuffered;
            return isFast ? data : data.SetCategory(Exhaustive.Category);
        }
    }

    [TestCaseSource(nameof(Variants))]
    public void AllPassesAreExact(ProductVariant variant, ProductPrecision precision, PtxTarget target)
    {
        foreach (var g in Shapes.Select(ConvolutionTests.Geometry))
        {
            var (x, w, dy) = (
                Sixteenths(g.N * g.C * g.H * g.W, 1), Sixteenths(g.K * g.C * g.KernelH * g.KernelW, 2),
                Sixteenths(g.N * g.K * g.OutH * g.OutW, 3));
            Check(
                "forward", ConvolutionProducts.Forward(default, default, default, default, g), isAlongDepth: false, w, x,
                ReferenceConvolution.Forward(x, w, null, g));
            Check(
                "input gradient", ConvolutionProducts.InputGradient(default, default, default, default, g), isAlongDepth: false, w, dy,
                ReferenceConvolution.InputGradient(dy, w, null, g));
            Check(
                "weight gradient", ConvolutionProducts.WeightGradient(default, default, default, g), isAlongDepth: true, dy, x,
                ReferenceConvolution.WeightGradient(x, dy, g));

            void Check(string pass, Product product, bool isAlongDepth, float[] left, float[] right, double[] expected)
            {
                var shape = ProductShape.Of(product, isAlongDepth, isAligned: true);
                if (variant.Rung == ProductRung.Vectorised && !shape.HasVectorRows)
                {
                    return;
                }

                var result = Enumerable.Repeat(float.NaN, expected.Length).ToArray();
                ProductPtxRun.Run(ProductKernels.Find(variant, shape, precision)!, product, variant.Splits, target, left, right, result);
                Assert.That(result, Is.EqualTo(expected.Select(value => (float)value)), $"{pass} {g}");
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
        var g = ConvolutionTests.Geometry(Shapes[1]);
        var (x, w) = (ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1), ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2));
        var product = ConvolutionProducts.Forward(default, default, default, default, g);
        var expected = ReferenceConvolution.Forward(x, w, null, g);
        foreach (var tile in new[] { TileShape.Medium, TileShape.Large })
        {
            var result = Enumerable.Repeat(float.NaN, expected.Length).ToArray();
            var kernel = ProductKernels.Find(
                new ProductVariant(ProductRung.TensorCore, tile, 1), ProductShape.Of(product, isAlongDepth: false, isAligned: true),
                precision)!;
            ProductPtxRun.Run(kernel, product, splits: 1, Compiling.Sm80, w, x, result);
            Assert.That(
                ConvolutionTests.RelativeError(result, expected), Is.InRange(Math.Pow(2, -bits - 3), Math.Pow(2, -bits)), $"{tile}");
        }
    }

    private static float[] Sixteenths(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(-63, 64) / 16f)];
    }
}
