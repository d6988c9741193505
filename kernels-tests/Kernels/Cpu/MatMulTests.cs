namespace IlgpuGan.KernelsTests.Cpu;

public sealed class MatMulTests
{
    [Test]
    public void AgreesWithItsDefinition(
        [Values(0, 1, 2)] int kernel, [Values] bool transposeA, [Values] bool transposeB,
        [Values("1 1 1 1", "3 5 7 9", "1 17 33 300", "2 250 100 40", "1 64 97 513")] string shape)
    {
        var parts = Array.ConvertAll(shape.Split(' '), text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
        var g = new MatMulGeometry(parts[0], parts[1], parts[2], parts[3], transposeA, transposeB);
        var a = ConvolutionTests.Numbers(g.Batch * g.M * g.K, 1);
        var b = ConvolutionTests.Numbers(g.Batch * g.K * g.N, 2);
        using var device = new CpuBench(2, ConvolutionTests.Kernels[kernel]);
        var c = device.New(g.Batch * g.M * g.N);
        device.Kernels.Run(new MatMulCall(device.Put(a), device.Put(b), c, g));

        var expected = new double[g.Batch * g.M * g.N];
        for (var i = 0; i < expected.Length; i++)
        {
            var (batch, m, n) = (i / (g.M * g.N), i / g.N % g.M, i % g.N);
            for (var k = 0; k < g.K; k++)
            {
                var left = a[batch * g.M * g.K + (transposeA ? k * g.M + m : m * g.K + k)];
                var right = b[batch * g.K * g.N + (transposeB ? n * g.K + k : k * g.N + n)];
                expected[i] += (double)left * right;
            }
        }

        Assert.That(ConvolutionTests.RelativeError(device.Get(c), expected), Is.LessThan(1e-5));
    }
}
