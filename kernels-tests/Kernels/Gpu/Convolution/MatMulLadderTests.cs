using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

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
            var g = new MatMulGeometry(batch, m, n, k, transposeA, transposeB);
            var (a, b) = (ConvolutionTests.Numbers(batch * m * k, 1), ConvolutionTests.Numbers(batch * k * n, 2));
            using var bench = new ProductBench(device, misalignment);
            bench.Force(variant);
            var c = bench.New(batch * m * n);
            bench.Kernels.Run(new MatMulCall(bench.Put(a), bench.Put(b), c, g));
            Assert.That(ConvolutionTests.RelativeError(bench.Get(c), Product(a, b, g)), Is.LessThan(Tolerance), $"{variant}: {g}");
        }
    }

    private static double[] Product(float[] a, float[] b, MatMulGeometry g)
    {
        var c = new double[g.Batch * g.M * g.N];
        for (var i = 0; i < c.Length; i++)
        {
            var (batch, m, n) = (i / (g.M * g.N), i / g.N % g.M, i % g.N);
            for (var k = 0; k < g.K; k++)
            {
                var left = a[(batch * g.M * g.K) + (g.TransposeA ? (k * g.M) + m : (m * g.K) + k)];
                var right = b[(batch * g.K * g.N) + (g.TransposeB ? (n * g.K) + k : (k * g.N) + n)];
                c[i] += (double)left * right;
            }
        }

        return c;
    }
}
