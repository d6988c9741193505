using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>
/// Base of all benchmark classes: the CPU device, inputs, and the cost from which the table's rates are computed. The baseline method is
/// the engine's; methods of the category <see cref="Reference"/> compute the same by other means and store it in <see cref="Expected"/>.
/// </summary>
public abstract class OpBenchmark
{
    /// <summary>Category of methods that do not use the engine.</summary>
    public const string Reference = "reference";

    /// <summary>Threads of the device, set before the benchmarks run. References use one thread, except MathNet, which uses all.</summary>
    public static int Threads { get; set; } = Environment.ProcessorCount;

    private CpuDevice? _device;

    /// <summary>Output of the engine's method; null if nothing is compared.</summary>
    internal DeviceSpan? Result { get; set; }

    /// <summary>Output of a reference.</summary>
    internal float[] Expected { get; set; } = [];

    /// <summary>Operations and minimum memory traffic of one call.</summary>
    /// <param name="method">name of the benchmark method</param>
    internal abstract OpCost Cost(string method);

    [GlobalSetup]
    public void SetUp()
    {
        _device = new CpuDevice(Threads);
        Prepare();
    }

    [GlobalCleanup]
    public void CleanUp() => _device?.Dispose();

    /// <summary>Downloads the engine's output.</summary>
    public float[] ReadResult()
    {
        var values = new float[Result!.Value.Length];
        Device.Download(Result.Value, values);
        return values;
    }

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

    internal DeviceSpan New(long count)
    {
        var span = new DeviceSpan(Device.Allocate(count), 0, count);
        Device.Kernels.Run(new FillCall(span, 0));
        return span;
    }

    internal DeviceSpan Upload(float[] values)
    {
        var span = new DeviceSpan(Device.Allocate(values.Length), 0, values.Length);
        Device.Upload(values, span);
        return span;
    }

    /// <summary>Cost of an op that reads and writes <paramref name="floats"/> numbers in total.</summary>
    internal static OpCost MemoryCost(long floats, long flops = 0) => new(flops, sizeof(float) * floats);
}
