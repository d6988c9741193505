using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// A kernel called again with the same shapes allocates nothing, so that a training run never waits for the garbage collector.
/// </summary>
internal sealed class AllocationTests
{
    /// <summary>Plans of Winograd's algorithm asked for by name, and definitions of forms that the processor doesn't take.</summary>
    private static readonly string[] s_allocating = ["Winograd", "channels last", "filter blocks"];

    /// <summary>The largest of each row; of convolutions and norms the smallest, whose plans are not made in parts.</summary>
    private static IEnumerable<TestCaseData> Cases() =>
        from c in KernelTable.All
        where !c.IsSlow && !Array.Exists(s_allocating, name => c.Row.Contains(name, StringComparison.Ordinal))
        where c.Call(new NoArrays()) is { Parts: null } or NormToCall
        group c by c.Row into row
        let isFirst = row.Key == "norm to" || row.Key.Contains("convolution", StringComparison.Ordinal)
        select new TestCaseData(isFirst ? row.First() : row.Last()).SetArgDisplayNames(row.Key);

    [TestCaseSource(nameof(Cases))]
    public void ARepeatedCallAllocatesNothing(KernelCase c)
    {
        using var device = new CpuDevice(2);
        var call = c.Call(new DeviceArrays(device));
        IKernels kernels = device.Kernels;
        kernels.Run(call);
        kernels.Run(call); // What is cached is cached from the second use on.
        var before = GC.GetAllocatedBytesForCurrentThread();
        kernels.Run(call);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
