using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>The table of kernels on accelerators; fused kernels have the bits of their parts, in fewer launches.</summary>
[TestFixture("opencl")]
[TestFixture("ptx")]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class KernelTests(string name)
{
    /// <summary>Of sums in another order and of approximated functions, in the Euclidean norm.</summary>
    private const double Tolerance = 2e-6;

    internal static IEnumerable<KernelCase> Chosen => KernelTable.All.Where(c => c.IsOnGpus);

    private static IEnumerable<TestCaseData> Cases() => Chosen.Select(c => new TestCaseData(c).SetArgDisplayNames(c.ToString()));

    [TestCaseSource(nameof(Cases))]
    public void AgreesWithItsDefinition(KernelCase c)
    {
        var device = (GpuDevice)TestDevices.Open(name);
        var (results, launches, call) = Results(device, c, fused: true);
        var expected = c.Expected() ?? OnProcessor(c);
        for (var i = 0; i < expected.Length; i++)
        {
            var accuracy = c.Definition is null ? 5 * Tolerance : c.Accuracy.Tolerance == 0 ? c.Accuracy : new Accuracy(Tolerance, 0);
            accuracy.Check(results[i], expected[i], $"result {i}");
        }

        if (call.Parts is null)
        {
            return;
        }

        var (plain, plainLaunches, _) = Results(device, c, fused: false);
        for (var i = 0; i < plain.Length; i++)
        {
            Numbers.AssertSameBits(results[i], plain[i], $"result {i}");
        }

        Assert.That(launches, Is.LessThanOrEqualTo(plainLaunches));
        if (LaunchesOf(call) is { } expectedLaunches)
        {
            Assert.That(launches, Is.EqualTo(expectedLaunches));
        }
    }

    /// <summary>A norm of small groups is one launch, one of large groups two; so are parameters' gradients that are summed over
    /// groups.</summary>
    private static int? LaunchesOf(KernelCall call) => call switch
    {
        NormToCall to => to.Norm.G.GroupSize < 8192 ? 1 : 2,
        NormToGradientCall of => of.Norm.G.GroupSize < 8192 && (of.Dweight is null || of.Norm.G.Groups == of.Norm.G.Channels) ? 1 : 2,
        _ => null,
    };

    /// <summary>What the processor's kernels, which have a row's definition or the bits of their parts, make of it.</summary>
    private static double[][] OnProcessor(KernelCase c)
    {
        using var bench = new CpuBench(1, MicroKernel.Best, WinogradUse.Never);
        var call = c.Call(bench);
        bench.Kernels.Run(call, fused: true);
        return [.. call.Writes.Select(span => Numbers.Double(bench.Get(span)))];
    }

    private static (float[][] Values, long Launches, KernelCall Call) Results(GpuDevice device, KernelCase c, bool fused)
    {
        var arrays = new DeviceArrays(device);
        var call = c.Call(arrays);
        var before = device.Launches;
        device.Kernels.Run(call, fused);
        var launches = device.Launches - before;
        foreach (var (span, values) in arrays.All.Where(array => !call.Changes.Contains(array.Span)))
        {
            Numbers.AssertSameBits(arrays.Read(span), values, "an array that is only read");
        }

        return ([.. call.Writes.Select(arrays.Read)], launches, call);
    }
}
