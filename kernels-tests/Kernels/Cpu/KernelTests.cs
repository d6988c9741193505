using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// The table of kernels on the processor: on several numbers of threads with the same bits, products with every micro-kernel. Arrays begin
/// at odd addresses, and results lie between guards.
/// </summary>
internal sealed class KernelTests
{
    private static readonly int[] s_threads = [1, 2, 3, 7];

    private static IEnumerable<TestCaseData> Cases() => KernelTable.Cases(c => c.IsSlow);

    [TestCaseSource(nameof(Cases))]
    public void AgreesWithItsDefinition(KernelCase c)
    {
        var expected = c.Expected();
        foreach (var use in c.Accuracy.Ways ?? [WinogradUse.WhereFaster])
        {
            foreach (var kernel in c.Accuracy.Ways is null ? [MicroKernel.Best] : ConvolutionTests.Kernels)
            {
                var what = $"{use}, {kernel.Lanes} lanes";
                var results = Results(c, kernel, use, kernel == MicroKernel.Best ? s_threads : [2], what);
                for (var i = 0; expected is not null && i < expected.Length; i++)
                {
                    c.Accuracy.At(i).Check(results[i], expected[i], what);
                }

                if (expected is not null && use > WinogradUse.WhereFaster)
                {
                    var direct = Results(c, kernel, WinogradUse.Never, [2], what);
                    Assert.That(results[0].SequenceEqual(direct[0]), Is.False, "Winograd's algorithm did not run");
                }
            }
        }
    }

    /// <summary>
    /// Where extents are odd and above 1, a mistake in an index shows: accelerators compute such a size of each row. A row "x: y" is a
    /// part of the row "x".
    /// </summary>
    [Test]
    public void ARowHasAnOddSizeForAccelerators() => Assert.That(
        KernelTable.All.Where(c => c.IsOnGpus).GroupBy(c => c.Row.Split(':')[0])
            .Where(row => !row.Any(c => Longest(c) is > 1 and var count && count % 2 == 1)).Select(row => row.Key), Is.Empty);

    private static int Longest(KernelCase c)
    {
        var arrays = new NoArrays();
        c.Call(arrays);
        return arrays.All.Max(array => array.Values.Length);
    }

    /// <summary>Runs the same on several numbers of threads, asserts equal bits, also of the parts of a fused call, and returns
    /// them.</summary>
    private static float[][] Results(KernelCase c, MicroKernel kernel, WinogradUse use, int[] threads, string what)
    {
        var first = Results(c, kernel, use, threads[0], fused: true);
        foreach (var count in threads[1..])
        {
            AssertSameBits(Results(c, kernel, use, count, fused: true), $"{what}: {count} threads against 1");
        }

        if (c.Call(new NoArrays()).Parts is not null)
        {
            AssertSameBits(Results(c, kernel, use, 1, fused: false), $"{what}: fused against its parts");
        }

        return first;

        void AssertSameBits(float[][] results, string difference)
        {
            for (var i = 0; i < results.Length; i++)
            {
                Numbers.AssertSameBits(first[i], results[i], $"result {i}, {difference}");
            }
        }
    }

    private static float[][] Results(KernelCase c, MicroKernel kernel, WinogradUse use, int threads, bool fused)
    {
        using var bench = new CpuBench(threads, kernel, use);
        var call = c.Call(bench);
        bench.Kernels.Run(call, fused);
        var results = call.Writes.Select(bench.Get).ToArray();
        for (var again = 0; bench.HoldsWeights && again < 2; again++)
        {
            bench.Kernels.Run(call, fused); // What is kept of a weight is kept from the second use on.
            Assert.That(call.Writes.Select(bench.Get), Is.EqualTo(results), "with what is kept of a weight");
        }

        foreach (var (span, values) in bench.All.Where(array => !call.Changes.Contains(array.Span)))
        {
            Numbers.AssertSameBits(bench.Get(span), values, "an array that is only read");
        }

        return results;
    }
}
