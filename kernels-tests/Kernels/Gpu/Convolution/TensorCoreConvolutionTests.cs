using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>
/// Convolutions and their gradients on tensor cores, with small whole numbers, which every precision holds exactly: the same bits as the
/// definition.
/// </summary>
[TestFixture("ptx")]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class TensorCoreConvolutionTests(string device)
{
    /// <summary>N, C, H, W, K, kernel, stride, padding, dilation: left factors that are read in fours, and such that can't be.</summary>
    [Test]
    public void AgreesWithItsDefinition(
        [Values(ProductPrecision.Tf32, ProductPrecision.Bf16)] ProductPrecision precision,
        [Values(TileShape.Medium, TileShape.Large)] TileShape tile,
        [Values("1 8 6 5 9 3 3 1 1 1", "2 3 5 6 5 3 3 2 1 1", "2 4 9 7 12 4 4 2 1 1")] string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var (x, w, dy) =
            (Numbers(g.N * g.C * g.H * g.W, 1), Numbers(g.K * g.C * g.KernelH * g.KernelW, 2), Numbers(g.N * g.K * g.OutH * g.OutW, 3));
        using var bench = new ProductBench(device) { Precision = precision };
        bench.Force(new ProductVariant(ProductRung.TensorCore, tile, 1));
        Assert.Multiple(() =>
        {
            Check(
                "forward", ReferenceConvolution.Forward(x, w, null, g), y => bench.Kernels.Run(new Conv2dCall(
                    bench.Put(x), bench.Put(w), null, y, g)));
            Check(
                "input gradient", ReferenceConvolution.InputGradient(dy, w, null, g),
                dx => bench.Kernels.Run(new Conv2dInputGradientCall(bench.Put(dy), bench.Put(w), null, dx, g)));
            Check(
                "weight gradient", ReferenceConvolution.WeightGradient(x, dy, g),
                dw => bench.Kernels.Run(new Conv2dWeightGradientCall(bench.Put(x), bench.Put(dy), dw, g)));
        });

        void Check(string what, double[] expected, Action<DeviceSpan> pass)
        {
            var result = bench.New(expected.Length);
            pass(result);
            Assert.That(bench.Get(result), Is.EqualTo(expected.Select(value => (float)value)), what);
        }
    }

    /// <summary>Rows that could be written in pairs, if they began at a multiple of eight bytes.</summary>
    [Test]
    public void AMisalignedTargetIsWrittenNumberByNumber()
    {
        var g = ConvolutionTests.Geometry("1 8 4 4 8 3 3 1 1 1");
        var (x, w) = (Numbers(g.N * g.C * g.H * g.W, 1), Numbers(g.K * g.C * g.KernelH * g.KernelW, 2));
        using var bench = new ProductBench(device, misalignment: 1) { Precision = ProductPrecision.Tf32 };
        bench.Force(new ProductVariant(ProductRung.TensorCore, TileShape.Medium, 1));
        var y = bench.New(g.N * g.K * g.OutH * g.OutW);
        bench.Kernels.Run(new Conv2dCall(bench.Put(x), bench.Put(w), null, y, g));
        Assert.That(bench.Get(y), Is.EqualTo(ReferenceConvolution.Forward(x, w, null, g).Select(value => (float)value)));
    }

    // From -3 to 3.
    private static float[] Numbers(int count, int seed) =>
        [.. ConvolutionTests.Numbers(count, seed).Select(value => MathF.Round(3 * value))];
}
