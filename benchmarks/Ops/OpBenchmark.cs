using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>
/// Base of all benchmark classes: the CPU device, and the cost from which the table's rates are computed.
/// </summary>
public abstract class OpBenchmark
{
    /// <summary>Threads of the device, set before the benchmarks run. Peers use one thread, except MathNet, which uses all.</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    private CpuDevice? _device;

    /// <summary>Operations and minimum memory traffic of one call.</summary>
    internal abstract OpCost Cost();

    [GlobalSetup]
    public void SetUp()
    {
        _device = new CpuDevice(Threads);
        Prepare();
    }

    [GlobalCleanup]
    public void CleanUp() => _device?.Dispose();

    internal CpuDevice Device => _device!;

    internal IKernels Kernels => Device.Kernels;

    /// <summary>Creates the inputs for the current parameters.</summary>
    protected abstract void Prepare();

    /// <summary>Reproducible random numbers in [−1, 1).</summary>
    internal static float[] Draw(long count, int seed = 1)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = 2 * random.NextSingle() - 1;
        }

        return values;
    }

    /// <summary>Cost of an op that reads and writes <paramref name="floats"/> numbers in total.</summary>
    internal static OpCost MemoryCost(long floats, long flops = 0) => new(flops, sizeof(float) * floats);
}
