using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.TestsCommon.Kernels;

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
    public void PassesAgreeWithTheirDefinitions(ProductVariant variant)
    {
        SkipWhereCompilingTakesLong(variant);
        foreach (var c in s_shapes.Concat(s_deep).SelectMany((shape, i) => KernelTable.PassesOf(shape, hasBias: i % 2 == 0)))
        {
            using var bench = new ProductBench(device);
            bench.Force(variant);
            Assert.That(bench.ErrorOf(c), Is.LessThan(Tolerance), $"{variant}: {c}");
        }
    }

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
}
