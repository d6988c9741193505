using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Reductions over everything (losses), over channels (biases) and over rows.</summary>
public class ReductionBenchmarks : OpBenchmark
{
    private const int Channels = 64;

    private float[] _input = [];
    private DeviceSpan _x;
    private DeviceSpan _channels;
    private DeviceSpan _rows;

    [Params(32 * 32, 128 * 128)]
    public int Pixels { get; set; }

    private long Count => (long)Channels * Pixels;

    internal override OpCost Cost(string method) =>
        method == nameof(LogSoftmax) ? MemoryCost(2 * Count, 4 * Count) : MemoryCost(Count, Count);

    protected override void Prepare()
    {
        _input = Draw(Count);
        (_x, _channels, _rows, Result) = (Upload(_input), New(Channels), New(Count), New(1));
        Expected = new float[1];
    }

    [Benchmark(Baseline = true)]
    public void SumOfAll() => Kernels.Run(new ReduceCall(Reduction.Sum, _x, new Shape(Channels, Pixels), Result!.Value, new Shape(1, 1)));

    [Benchmark]
    public void MeanOfChannels() =>
        Kernels.Run(new ReduceCall(Reduction.Mean, _x, new Shape(Channels, Pixels), _channels, new Shape(Channels, 1)));

    [Benchmark]
    public void MaximumOverChannels() =>
        Kernels.Run(new ReduceCall(
            Reduction.Maximum, _x, new Shape(Channels, Pixels), _rows with { Length = Pixels }, new Shape(1, Pixels)));

    [Benchmark]
    public void LogSoftmax() => Kernels.Run(new LogSoftmaxCall(_x, _rows, Channels, Pixels));

    [Benchmark, BenchmarkCategory(Reference)]
    public void NaiveLoop()
    {
        double sum = 0;
        foreach (var value in _input)
        {
            sum += value;
        }

        Expected[0] = (float)sum;
    }

    /// <summary>Vectorised sums in float32: fast, but less exact.</summary>
    [Benchmark, BenchmarkCategory(Reference)]
    public void TensorPrimitivesSum() => Expected[0] = TensorPrimitives.Sum<float>(_input);
}
