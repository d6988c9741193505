using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>
/// Each kernel of the ladder on the smallest convolution that takes it through two tiles of depth, the second one cut off, with all its
/// edges: for devices that are slow. <see cref="ConvolutionLadderTests"/> has the shapes.
/// </summary>
[TestFixtureSource(nameof(Devices))]
internal sealed class EveryProductKernelTests(string device)
{
    private const double Tolerance = 2e-6;
    private const int Beyond = 4;

    /// <summary>PoCL takes seconds to compile each of these.</summary>
    public static IEnumerable<string> Devices => TestDevices.IsWatched ? ["opencl"] : ["ptx", .. new TestDevices.Card()];

    /// <summary>
    /// All in the exhaustive suite; in the fast one those of one tile, and of the last rung the tile that ILGPU compiles in the shortest
    /// time, in one direction. The rungs between are run by <see cref="ProductPtxTests"/>.
    /// </summary>
    public static IEnumerable<TestCaseData> Kernels =>
        from kernel in ProductKernels.All
        where kernel.Rung != ProductRung.TensorCore
        let test = new TestCaseData(
            new ProductVariant(kernel.Rung, kernel.Shape ?? TileShape.Medium, 1), kernel.IsAlongDepth, kernel.Tile.Depth)
            .SetArgDisplayNames($"{RungNames.Of(kernel.Rung)} {kernel.Shape} {(kernel.IsAlongDepth ? "along depth" : "along columns")}")
        select kernel.Shape is null || kernel is { Shape: TileShape.Large, IsAlongDepth: true, Rung: ProductRung.Vectorised }
            ? test : test.SetCategory(Exhaustive.Category);

    [TestCaseSource(nameof(Kernels))]
    [MaxSeconds(8)] // ILGPU compiles.
    public void AgreesWithItsDefinition(ProductVariant variant, bool isAlongDepth, int tileDepth)
    {
        // The depth of a forward pass are taps, that of a weight gradient pixels: Beyond more than a tile has, in rows of 4.
        Check(variant, isAlongDepth
            ? KernelTable.PassesOf($"1 2 {(tileDepth + Beyond) / 4} 4 5 1 1 1 0 1")[2]
            : KernelTable.PassesOf($"1 {(tileDepth + Beyond) / 4} 4 3 5 2 2 1 0 1")[0]);
    }

    [TestCase("1 3 6 5 9 4 4 2 1 1", TestName = "{m}(phases)")]
    [TestCase("1 2 5 5 40 2 2 1 0 1", TestName = "{m}(splits)")]
    public void AStridedDataGradientAgreesWithItsDefinition(string shape) =>
        Check(new ProductVariant(ProductRung.Tiled, TileShape.Medium, 3), KernelTable.PassesOf(shape)[1]);

    /// <summary>More taps in a row than masks have bits.</summary>
    [Test]
    [Exhaustive]
    public void ALongRowOfTapsAgrees() =>
        Check(new ProductVariant(ProductRung.DoubleBuffered, TileShape.Medium, 1), KernelTable.PassesOf("1 2 1 40 3 1,31 1 0,3 1")[0]);

    [Test]
    public void DefinitionsAgreeWithTheirs()
    {
        var naive = new ProductVariant(ProductRung.Naive, TileShape.Medium, 1);
        var product = KernelTable.ProductOf(new MatMulGeometry(1, 1, 1, 2, TransposeA: false, TransposeB: false));
        foreach (var c in KernelTable.PassesOf("2 3 5 4 2 3 3 2 1 1").Append(product))
        {
            Check(naive, c);
        }
    }

    private void Check(ProductVariant variant, KernelCase c)
    {
        using var bench = new ProductBench(device);
        bench.Force(variant);
        Assert.That(bench.ErrorOf(c), Is.LessThan(Tolerance), $"{variant}: {c}");
    }
}
