using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.PtxMachine;

/// <summary>The emitted PTX, run without a GPU, does what C# does.</summary>
public sealed class PtxExecutionTests
{
    private static readonly PtxTarget[] s_targets = [Compiling.Sm70, Compiling.Sm90];
    private static readonly float[] s_floats = [0.25f, 1, 2.5f, -1.75f, 3.9f, 100.5f, -0.5f, 0.001f, 0.9f, 7.125f, float.NaN, 1e10f, -3e9f];

    [Test]
    public void IntegersAgree([ValueSource(nameof(s_targets))] PtxTarget target)
    {
        int[] a = [0, 1, -1, 5, -77, 1000, int.MaxValue, int.MinValue, 33, 64, 31, 1 << 20];
        ulong[] b = [1, 2, ulong.MaxValue, 99, 1UL << 63, 12345678901234567890, 3, 255, 128, 7, 1UL << 40, 6];
        var (wantedA, wantedB) = ((int[])a.Clone(), (ulong[])b.Clone());
        for (var i = 0; i < a.Length; i++)
        {
            SampleKernels.Integers(i, wantedA.AsArrayView(), wantedB.AsArrayView());
        }
        PtxRunner.Run(SampleKernels.Integers, target, (1, 1), 32, [a, b], a.Length);
        Assert.That(a, Is.EqualTo(wantedA));
        Assert.That(b, Is.EqualTo(wantedB));
    }

    [Test]
    public void ControlFlowAndArraysAgree([ValueSource(nameof(s_targets))] PtxTarget target)
    {
        foreach (var kernel in new Action<Index1D, ArrayView<int>>[] { SampleKernels.Switches, SampleKernels.Arrays })
        {
            int[] actual = [.. Enumerable.Range(0, 40)];
            var expected = (int[])actual.Clone();
            for (var i = 0; i < expected.Length; i++)
            {
                kernel(i, expected.AsArrayView());
            }
            PtxRunner.Run(kernel, target, (2, 1), 32, [actual], actual.Length);
            Assert.That(actual, Is.EqualTo(expected), kernel.Method.Name);
        }
    }

    [Test]
    public void FloatsAgree([ValueSource(nameof(s_targets))] PtxTarget target)
    {
        var (actual, expected) = ((float[])s_floats.Clone(), (float[])s_floats.Clone());
        for (var i = 0; i < expected.Length; i++)
        {
            SampleKernels.Rounding(i, expected.AsArrayView());
        }
        PtxRunner.Run(SampleKernels.Rounding, target, (1, 1), 32, [actual], actual.Length);
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void TranscendentalFunctionsAgree([ValueSource(nameof(s_targets))] PtxTarget target)
    {
        float[] single = [0.25f, 0.5f, 0.75f, 0.9f, 0.01f];
        double[] twice = [0.25, 0.5, 0.75, 0.9, 0.01];
        var (wantedSingle, wantedDouble) = ((float[])single.Clone(), (double[])twice.Clone());
        for (var i = 0; i < single.Length; i++)
        {
            SampleKernels.Transcendental(i, wantedSingle.AsArrayView());
            SampleKernels.TranscendentalDouble(i, wantedDouble.AsArrayView());
        }

        PtxRunner.Run(SampleKernels.Transcendental, target, (1, 1), 8, [single], single.Length);
        PtxRunner.Run(SampleKernels.TranscendentalDouble, target, (1, 1), 8, [twice], twice.Length);
        Assert.That(single, Is.EqualTo(wantedSingle).Within(1e-5f));
        Assert.That(twice, Is.EqualTo(wantedDouble).Within(1e-13));
    }

    [Test]
    public void ReductionUsesShufflesBarriersAndAtomics([ValueSource(nameof(s_targets))] PtxTarget target)
    {
        float[] input = [.. Enumerable.Range(1, 500)];
        var output = new float[1];
        PtxRunner.Run(SampleKernels.Reduce, target, (3, 1), 128, [input, output]);
        Assert.That(output[0], Is.EqualTo(125250));
    }

    [Test]
    public void DynamicSharedMemoryIsReversed()
    {
        var output = new int[64];
        PtxRunner.Run(SampleKernels.DynamicShared, Compiling.Sm80, (2, 1), 32, [output], dynamicBytes: 128);
        Assert.That(output, Is.EqualTo(Enumerable.Range(0, 64).Select(i => 31 - (i % 32) + 32)));
    }

    [Test]
    public void AtomicsOfAllWidthsCount([ValueSource(nameof(s_targets))] PtxTarget target)
    {
        byte[] data = [3, 1, 3, 250, 7, 1, 3];
        var (bins, most, sums) = (new int[256], new long[1], new double[2]);
        PtxRunner.Run(SampleKernels.Histogram, target, (1, 1), 32, [data, bins, most, sums], data.Length);
        Assert.That((bins[3], bins[1], bins[250], bins[0]), Is.EqualTo((3, 2, 1, 0)));
        Assert.That((most[0], sums[0], sums[1]), Is.EqualTo((250L, 250.0, 268.0)));
    }

    [Test]
    public void TiledGemmMultiplies()
    {
        const int M = 70, N = 66, K = 19;
        var random = new Random(5);
        float[] a = [.. Enumerable.Range(0, M * K).Select(_ => (float)random.Next(-8, 8))],
            b = [.. Enumerable.Range(0, K * N).Select(_ => (float)random.Next(-8, 8))];
        var c = new float[M * N];
        PtxRunner.Run(SampleKernels.TiledGemm, Compiling.Sm90, (2, 2), 256, [a, b, c, M, N, K]);
        for (var r = 0; r < M; r++)
        {
            for (var q = 0; q < N; q++)
            {
                float sum = 0;
                for (var k = 0; k < K; k++)
                {
                    sum += a[(r * K) + k] * b[(k * N) + q];
                }
                Assert.That(c[(r * N) + q], Is.EqualTo(sum), $"row {r}, column {q}");
            }
        }
    }
}
