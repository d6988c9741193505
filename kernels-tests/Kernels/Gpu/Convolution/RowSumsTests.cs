using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>The gradient of a bias in the launch of a weight gradient: the bits of two launches, in one less.</summary>
[TestFixture("ptx")]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class RowSumsTests(string device)
{
    /// <summary>
    /// Rungs, with sums of 64 lanes and, in groups of 64 to 256 threads, of 256; of two images; of more rows than one slice of the grid has
    /// groups; of one row; with and without parts of the depth.
    /// </summary>
    [TestCase(ProductRung.RegisterBlocked, TileShape.Medium, 1, "1 2 12 12 70 1 1 1 0 1", Category = Exhaustive.Category)]
    [TestCase(ProductRung.RegisterBlocked, TileShape.Flat, 2, "2 2 16 18 5 3 3 1 1 1")]
    [TestCase(ProductRung.DoubleBuffered, TileShape.Slim, 2, "2 2 11 13 1 3 3 1 1 1", Category = Exhaustive.Category)]
    [TestCase(ProductRung.Vectorised, TileShape.Medium, 2, "2 2 16 16 5 3 3 1 1 1", Category = Exhaustive.Category)]
    [TestCase(ProductRung.Vectorised, TileShape.Large, 1, "1 3 13 13 6 2 2 1 0 1")]
    [TestCase(ProductRung.TensorCore, TileShape.Medium, 3, "2 2 16 18 5 3 3 1 1 1")]
    [TestCase(ProductRung.TensorCore, TileShape.Large, 1, "1 2 12 12 9 3 3 1 1 1")]
    public void GradientsOfBiasesGoWithThoseOfWeights(ProductRung rung, TileShape tile, int splits, string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var (inputs, outputs, weights) = (g.N * g.C * g.H * g.W, g.N * g.K * g.OutH * g.OutW, g.K * g.C * g.KernelH * g.KernelW);
        using var bench = new ProductBench(device)
        {
            Precision = rung == ProductRung.TensorCore ? ProductPrecision.Tf32 : ProductPrecision.Fp32,
        };
        bench.Force(new ProductVariant(rung, tile, splits));
        var gradient = ConvolutionTests.Numbers(outputs, 2);
        var (x, dy) = (bench.Put(ConvolutionTests.Numbers(inputs, 1)), bench.Put(gradient));
        var (dw, db, dwApart, dbApart) = (bench.New(weights), bench.New(g.K), bench.New(weights), bench.New(g.K));
        Assert.That(bench.Kernels.SumsBiasGradients(g), "the launch in question");

        var start = bench.Launches;
        bench.Kernels.Run(new Conv2dWeightAndBiasGradientCall(x, dy, dw, db, g));
        var together = bench.Launches - start;
        bench.Kernels.Run(new Conv2dWeightAndBiasGradientCall(x, dy, dwApart, dbApart, g), fused: false);
        Assert.That(bench.Launches - start - together, Is.EqualTo(together + 1), "launches apart");
        Assert.That(bench.Get(dw), Is.EqualTo(bench.Get(dwApart)));
        Assert.That(bench.Get(db), Is.EqualTo(bench.Get(dbApart)));
        Assert.That(ConvolutionTests.RelativeError(bench.Get(db), Sums(gradient, g)), Is.LessThan(1e-6));
    }

    /// <summary>Few pixels are summed by a thread a channel, many by several groups; neither is a group's work.</summary>
    [TestCase("1 2 8 8 5 3 3 1 1 1", false)]
    [TestCase("1 2 12 12 5 3 3 1 1 1", true)]
    [TestCase("1 2 127 128 5 3 3 1 1 1", true)]
    [TestCase("1 2 128 128 5 3 3 1 1 1", false)]
    [TestCase("1 4 12 12 6 3 3 1 1 1 2", false)]
    public void OnlyOneGroupsWorkGoesAlong(string shape, bool goesAlong)
    {
        using var bench = new ProductBench(device);
        bench.Force(new ProductVariant(ProductRung.RegisterBlocked, TileShape.Medium, 1));
        Assert.That(bench.Kernels.SumsBiasGradients(ConvolutionTests.Geometry(shape)), Is.EqualTo(goesAlong));
    }

    /// <summary>[K], from [N, K, OH, OW], in float64.</summary>
    private static double[] Sums(float[] dy, ConvGeometry g)
    {
        var sums = new double[g.K];
        for (var i = 0; i < dy.Length; i++)
        {
            sums[i / (g.OutH * g.OutW) % g.K] += dy[i];
        }

        return sums;
    }
}
