using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>
/// Each rung of the matrix product, in batches, with either factor transposed, against the definition in double precision.
/// </summary>
[TestFixture("opencl", Category = Exhaustive.Category)]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class MatMulLadderTests(string device)
{
    private const double Tolerance = 2e-6;

    private static readonly ProductVariant[] s_variants =
    [
        new(ProductRung.Naive, TileShape.Medium, 1),
        new(ProductRung.Tiled, TileShape.Medium, 2),
        new(ProductRung.RegisterBlocked, TileShape.Medium, 1),
        new(ProductRung.RegisterBlocked, TileShape.Slim, 3),
        new(ProductRung.RegisterBlocked, TileShape.Flat, 1),
        new(ProductRung.DoubleBuffered, TileShape.Medium, 2),
        new(ProductRung.Vectorised, TileShape.Medium, 2),
    ];

    /// <summary>batch, rows, columns, depth; the last one can be read in fours.</summary>
    private static readonly (int Batch, int M, int N, int K)[] s_shapes =
        [(1, 1, 1, 1), (3, 5, 7, 9), (2, 70, 33, 40), (1, 17, 130, 65), (1, 68, 72, 40)];

    /// <summary>Misaligned are the smallest and what could be read in fours.</summary>
    [Test]
    public void AgreesWithItsDefinition(
        [ValueSource(nameof(s_variants))] ProductVariant variant, [Values] bool transposeA, [Values] bool transposeB,
        [Values(0, 1)] int misalignment)
    {
        foreach (var (batch, m, n, k) in misalignment == 0 ? s_shapes : [s_shapes[0], s_shapes[^1]])
        {
            using var bench = new ProductBench(device, misalignment);
            bench.Force(variant);
            var c = KernelTable.ProductOf(new MatMulGeometry(batch, m, n, k, transposeA, transposeB));
            Assert.That(bench.ErrorOf(c), Is.LessThan(Tolerance), $"{variant}: {c}");
        }
    }
}
