using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Upsampling and pooling of [64, Side, Side] by a factor of two, and their gradients.</summary>
public class ResamplingBenchmarks : OpBenchmark
{
    private const int Planes = 64;

    private float[] _input = [];
    private DeviceSpan _x;
    private DeviceSpan _large;
    private DeviceSpan _small;
    private ResampleTaps _taps = null!;

    [Params(32, 128)]
    public int Side { get; set; }

    private long Count => (long)Planes * Side * Side;

    internal override OpCost Cost(string method) =>
        method == nameof(Resample) ? MemoryCost(Count * 3 / 2, 2 * (Count / Side) * _taps.Reads) :
        method.Contains("Pool", StringComparison.Ordinal)
            ? MemoryCost(Count * 5 / 4, Count)
            : MemoryCost(5 * Count, method.Contains("Bilinear", StringComparison.Ordinal) ? 32 * Count : 0);

    protected override void Prepare()
    {
        _input = Draw(Count);
        (_x, _large, _small) = (Upload(_input), New(4 * Count), New(Count / 4));
        _taps = new ResampleTaps(Side, [.. Enumerable.Range(0, Side / 2).Select(i => (2 * i, new[] { 0.5f, 0.5f }))]);
        (Result, Expected) = (_large, new float[4 * Count]);
    }

    [Benchmark(Baseline = true)]
    public void Nearest() => Kernels.Run(new UpsampleCall(UpsampleMode.Nearest, _x, _large, Doubling));

    [Benchmark]
    public void Bilinear() => Kernels.Run(new UpsampleCall(UpsampleMode.Bilinear, _x, _large, Doubling));

    [Benchmark]
    public void BilinearGradient() => Kernels.Run(new UpsampleGradientCall(UpsampleMode.Bilinear, _large, _x, Doubling));

    [Benchmark]
    public void AveragePool() => Kernels.Run(new AveragePoolCall(_x, _small, Halving));

    [Benchmark]
    public void AveragePoolGradient() => Kernels.Run(new AveragePoolGradientCall(_small, _x, Halving));

    [Benchmark]
    public void Resample() => Kernels.Run(new ResampleCall(_x, _large with { Length = Count / 2 }, Planes * Side, 1, _taps));

    [Benchmark]
    public void MaxPool() => Kernels.Run(new MaxPoolCall(_x, _small, Halving));

    [Benchmark]
    public void MaxPoolGradient() => Kernels.Run(new MaxPoolGradientCall(_x, _small, _large with { Length = Count }, Halving));

    [Benchmark]
    public void MaxPoolGather() => Kernels.Run(new MaxPoolGatherCall(_x, _large with { Length = Count }, _small, Halving));

    [Benchmark, BenchmarkCategory(Reference)]
    public void NaiveNearest()
    {
        for (var i = 0; i < Expected.Length; i++)
        {
            var (row, x) = (i / (2 * Side), i % (2 * Side));
            Expected[i] = _input[row / (2 * Side) * Side * Side + row % (2 * Side) / 2 * Side + x / 2];
        }
    }

    private UpsampleGeometry Doubling => new(Planes, Side, Side, 2);

    private PoolGeometry Halving => new(Planes, Side, Side, 2, 2, 2, 2, 0, 0, Side / 2, Side / 2);
}
