using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Whole training steps: forwards, backwards, optimisers.</summary>
public class TrainingBenchmarks : NetworkBenchmark
{
    [Params("pix2pix 128", "pix2pix 256", "cyclegan 128")]
    public string Work { get; set; } = "";

    [Benchmark(Baseline = true)]
    public void Step() => Run();

    protected override string Workload => Work;

    private protected override BenchStep Make(string name, int size) =>
        BenchStep.OfTraining(FamilyCatalog.Find(name)!, size, 1, Device);
}

/// <summary>Forward passes of the generators.</summary>
public class InferenceBenchmarks : NetworkBenchmark
{
    [Params("resnet6 128", "unet256 256", "resnet9 256")]
    public string Work { get; set; } = "";

    [Benchmark(Baseline = true)]
    public void Forward() => Run();

    protected override string Workload => Work;

    private protected override BenchStep Make(string name, int size) => BenchStep.OfInference(name, size, 1, Device);
}

/// <summary>Base of the benchmarks of whole networks; their cost is the sum over all ops.</summary>
public abstract class NetworkBenchmark : OpBenchmark
{
    private BenchStep? _step;

    /// <summary>Name of the workload and side of the picture, separated by a space.</summary>
    protected abstract string Workload { get; }

    /// <summary>Runs one step on a new device and counts its operations.</summary>
    internal override OpCost Cost(string method)
    {
        SetUp();
        try
        {
            using var profile = OpProfile.Count();
            Run();
            return new OpCost(profile.Timings.Sum(t => t.Cost.Flops), profile.Timings.Sum(t => t.Cost.Bytes));
        }
        finally
        {
            CleanUp();
        }
    }

    protected override void Prepare()
    {
        var (name, size) = Workload.Split(' ') is [var n, var s]
            ? (n, int.Parse(s))
            : throw new InvalidOperationException($"'{Workload}' is not a workload and a size");
        _step = Make(name, size);
    }

    protected void Run() => _step!.Run();

    private protected abstract BenchStep Make(string name, int size);
}
