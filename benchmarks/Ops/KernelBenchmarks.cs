using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Every kernel at the sizes of the networks: those that the table of kernels measures.</summary>
public class KernelBenchmarks : OpBenchmark
{
    private KernelCall _call = null!;

    public static IEnumerable<string> Cases => KernelTable.Timed.Select(c => c.ToString());

    [ParamsSource(nameof(Cases))]
    public string Case { get; set; } = "";

    internal override OpCost Cost() => Chosen.Call(new NoArrays()).Cost;

    protected override void Prepare() => _call = Chosen.Call(new DeviceArrays(Device));

    [Benchmark(Baseline = true)]
    public void Engine() => Kernels.Run(_call);

    private KernelCase Chosen => KernelTable.Timed.Single(c => c.ToString() == Case);
}
