using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Philox random numbers and dropout, beside .NET's generator.</summary>
public class RandomBenchmarks : OpBenchmark
{
    private readonly Random _random = new(1);
    private readonly RandomKey _key = new(1, 2, 3, 4);
    private float[] _numbers = [];
    private DeviceSpan _x;
    private DeviceSpan _y;

    /// <summary>The largest dropout tensor of the U-Net (512 channels at 8²), and a picture of 256².</summary>
    [Params(512 * 8 * 8, 3 * 256 * 256)]
    public int Count { get; set; }

    internal override OpCost Cost(string method) => MemoryCost(method == nameof(Dropout) ? 2L * Count : Count);

    protected override void Prepare()
    {
        (_x, _y) = (Upload(Draw(Count)), New(Count));
        _numbers = new float[Count];
    }

    [Benchmark(Baseline = true)]
    public void Uniform() => Kernels.Run(new UniformCall(_key, _y));

    [Benchmark]
    public void Normal() => Kernels.Run(new NormalCall(_key, _y));

    [Benchmark]
    public void Dropout() => Kernels.Run(new DropoutCall(_key, 0.5f, _x, _y));

    [Benchmark, BenchmarkCategory(Reference)]
    public void SystemRandom()
    {
        for (var i = 0; i < _numbers.Length; i++)
        {
            _numbers[i] = _random.NextSingle();
        }
    }
}
