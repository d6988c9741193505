using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>
/// What all benchmark classes share: the processor's device, inputs, and the cost from which the table's rates come. The method marked as
/// baseline is the engine's; those of the category <see cref="Reference"/> compute the same by other means and leave it in
/// <see cref="Expected"/>.
/// </summary>
public abstract class OpBenchmark
{
    /// <summary>Category of methods that are no part of the engine.</summary>
    public const string Reference = "reference";

    /// <summary>Threads of the device, set before the benchmarks run; references have one, but for MathNet, which takes all.</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    private CpuDevice? _device;

    /// <summary>What the engine's method wrote last; empty where nothing is to be compared.</summary>
    internal DeviceSpan? Result { get; set; }

    /// <summary>What a reference wrote.</summary>
    internal float[] Expected { get; set; } = [];

    /// <summary>Operations and least traffic of one call.</summary>
    /// <param name="method">benchmark method</param>
    public abstract OpCost Cost(string method);

    [GlobalSetup]
    public void SetUp()
    {
        _device = new CpuDevice(Threads);
        Prepare();
    }

    [GlobalCleanup]
    public void CleanUp() => _device?.Dispose();

    /// <summary>What the engine wrote, read back.</summary>
    public float[] ReadResult()
    {
        var values = new float[Result!.Value.Length];
        Device.Download(Result.Value, values);
        return values;
    }

    internal CpuDevice Device => _device!;

    internal IKernels Kernels => Device.Kernels;

    /// <summary>Makes the inputs for the parameters.</summary>
    protected abstract void Prepare();

    /// <summary>Reproducible numbers in [−1, 1).</summary>
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

    internal DeviceSpan New(long count)
    {
        var span = new DeviceSpan(Device.Allocate(count), 0, count);
        Device.Kernels.Fill(span, 0);
        return span;
    }

    internal DeviceSpan Upload(float[] values)
    {
        var span = new DeviceSpan(Device.Allocate(values.Length), 0, values.Length);
        Device.Upload(values, span);
        return span;
    }

    /// <summary>Cost of an op that reads and writes so many floats.</summary>
    internal static OpCost Moving(long floats, long flops = 0) => new(flops, sizeof(float) * floats);
}
