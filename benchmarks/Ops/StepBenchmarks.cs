using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Whole training steps: forwards, backwards, optimisers.</summary>
public class TrainingBenchmarks : WholeBenchmark
{
    [Params("pix2pix 128", "pix2pix 256", "cyclegan 128")]
    public string Work { get; set; } = "";

    [Benchmark(Baseline = true)]
    public void Step() => Run();

    protected override string What => Work;

    protected override BenchStep Make(string name, int size) =>
        BenchStep.OfTraining(FamilyCatalog.Find(name)!, size, 1, Device);
}

/// <summary>Forward passes of the generators.</summary>
public class InferenceBenchmarks : WholeBenchmark
{
    [Params("resnet6 128", "unet256 256", "resnet9 256")]
    public string Work { get; set; } = "";

    [Benchmark(Baseline = true)]
    public void Forward() => Run();

    protected override string What => Work;

    protected override BenchStep Make(string name, int size) => BenchStep.OfInference(name, size, 1, Device);
}

/// <summary>What runs whole networks; costs are summed over its ops.</summary>
public abstract class WholeBenchmark : OpBenchmark
{
    private BenchStep? _step;

    /// <summary>Workload and side of the picture.</summary>
    protected abstract string What { get; }

    /// <summary>Runs one step on a device of its own to count.</summary>
    public override OpCost Cost(string method)
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
        var (name, size) = What.Split(' ') is [var n, var s]
            ? (n, int.Parse(s))
            : throw new InvalidOperationException($"'{What}' names no workload and size");
        _step = Make(name, size);
    }

    protected void Run() => _step!.Run();

    protected abstract BenchStep Make(string name, int size);
}
