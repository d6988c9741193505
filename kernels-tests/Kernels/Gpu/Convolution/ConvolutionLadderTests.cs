using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>
/// Every rung, tile and split of the convolution and its gradients against the definition in double precision; every other shape with a
/// bias.
/// </summary>
[TestFixture("opencl", Category = Exhaustive.Category)]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class ConvolutionLadderTests(string device)
{
    private const double Tolerance = 2e-6;

    private static readonly ProductVariant[] s_variants =
    [
        new(ProductRung.Naive, TileShape.Medium, 1),
        new(ProductRung.Tiled, TileShape.Medium, 1),
        new(ProductRung.Tiled, TileShape.Medium, 3),
        new(ProductRung.RegisterBlocked, TileShape.Medium, 1),
        new(ProductRung.RegisterBlocked, TileShape.Large, 2),
        new(ProductRung.RegisterBlocked, TileShape.Flat, 2),
        new(ProductRung.RegisterBlocked, TileShape.Slim, 4),
        new(ProductRung.DoubleBuffered, TileShape.Medium, 2),
        new(ProductRung.DoubleBuffered, TileShape.Large, 1),
        new(ProductRung.DoubleBuffered, TileShape.Flat, 1),
        new(ProductRung.DoubleBuffered, TileShape.Slim, 2),
        new(ProductRung.Vectorised, TileShape.Medium, 1),
        new(ProductRung.Vectorised, TileShape.Large, 2),
        new(ProductRung.Vectorised, TileShape.Slim, 2),
    ];

    /// <summary>n c h w k, kernel height and width, stride, pad, dilation; a comma-separated pair gives the directions their own.</summary>
    private static readonly string[] s_shapes =
    [
        "1 1 1 1 1 1 1 1 0 1",
        "2 3 9 8 5 3 3 1 0 1",
        "1 7 11 13 9 3 3 2 1 1",
        "2 5 8 8 17 4 4 2 1 1",
        "1 3 10 12 5 7 7 1 3 1",
        "1 4 11 13 6 3 3 3 2 2",
        "2 2 10 14 3 5,3 2,1 1,0 1",
        "1 4 12 9 4 3,5 1,2 2,4 2,1",
        "1 18 7 5 10 1 1 1 0 1",
        "1 6 9 7 4 1 1 3 0 1",
        "1 20 2 2 70 4 4 2 1 1",
        "1 8 4 4 68 4 4 1 1 1",
        "2 6 5 9 6 3 3 1 1 1 6",
        "2 18 7 6 36 4 4 2 1 1 2",
        "1 6 9 8 4 3,5 1,2 2 1,3 2",
    ];

    private static readonly string[] s_deep = ["1 40 6 6 130 3 3 1 1 1", "3 24 4 4 33 4 4 2 1 1"];

    [TestCaseSource(nameof(s_variants))]
    public void ForwardAgreesWithItsDefinition(ProductVariant variant)
    {
        SkipWhereCompilingTakesLong(variant);
        foreach (var (i, g) in Geometries())
        {
            var (x, w, bias) = (
                ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1),
                ConvolutionTests.Numbers(g.K * g.C / g.Groups * g.KernelH * g.KernelW, 2), ConvolutionTests.Numbers(g.K, 3));
            var b = i % 2 == 0 ? bias : null;
            Check(variant, g, ReferenceConvolution.Forward(x, w, b, g), (bench, y) =>
                bench.Kernels.Run(new Conv2dCall(bench.Put(x), bench.Put(w), b is null ? null : bench.Put(b), y, g)));
        }
    }

    [TestCaseSource(nameof(s_variants))]
    public void InputGradientAgreesWithItsDefinition(ProductVariant variant)
    {
        SkipWhereCompilingTakesLong(variant);
        foreach (var (i, g) in Geometries())
        {
            var (dy, w, bias) = (
                ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 1),
                ConvolutionTests.Numbers(g.K * g.C / g.Groups * g.KernelH * g.KernelW, 2), ConvolutionTests.Numbers(g.C, 3));
            var b = i % 2 == 0 ? bias : null;
            Check(variant, g, ReferenceConvolution.InputGradient(dy, w, b, g), (bench, dx) =>
                bench.Kernels.Run(new Conv2dInputGradientCall(bench.Put(dy), bench.Put(w), b is null ? null : bench.Put(b), dx, g)));
        }
    }

    [TestCaseSource(nameof(s_variants))]
    public void WeightGradientAgreesWithItsDefinition(ProductVariant variant)
    {
        SkipWhereCompilingTakesLong(variant);
        foreach (var (_, g) in Geometries())
        {
            var (x, dy) = (ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1), ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 2));
            Check(variant, g, ReferenceConvolution.WeightGradient(x, dy, g), (bench, dw) =>
                bench.Kernels.Run(new Conv2dWeightGradientCall(bench.Put(x), bench.Put(dy), dw, g)));
        }
    }

    private static IEnumerable<(int Index, ConvGeometry Geometry)> Geometries() =>
        s_shapes.Concat(s_deep).Select(ConvolutionTests.Geometry).Index();

    /// <summary>PoCL takes seconds to compile an unrolled kernel, so there it is one tile for each of the upper rungs.</summary>
    private void SkipWhereCompilingTakesLong(ProductVariant variant)
    {
        const string All = "ILGPUGAN_ALL_KERNELS";
        var isOneOfMany = variant.Tile == TileShape.Large
            || (variant.Rung > ProductRung.RegisterBlocked && variant.Tile != TileShape.Medium);
        if (device == "opencl" && isOneOfMany && Environment.GetEnvironmentVariable(All) != "1")
        {
            Assert.Ignore($"differs in numbers only from variants that are tested here; {All}=1 tests it too");
        }
    }

    private void Check(ProductVariant variant, ConvGeometry g, double[] expected, Action<ProductBench, DeviceSpan> pass)
    {
        using var bench = new ProductBench(device);
        bench.Force(variant);
        var result = bench.New(expected.Length);
        pass(bench, result);
        Assert.That(ConvolutionTests.RelativeError(bench.Get(result), expected), Is.LessThan(Tolerance), $"{variant}: {g}");
    }
}
