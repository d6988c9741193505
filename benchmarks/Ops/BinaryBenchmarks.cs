using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;
using MathNet.Numerics.LinearAlgebra.Single;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>
/// Sums and differences of two tensors, in place and with broadcasting: residual blocks, losses, gradient accumulation.
/// </summary>
public class BinaryBenchmarks : OpBenchmark
{
    private const int Channels = 256;

    private float[] _a = [];
    private float[] _b = [];
    private DeviceSpan _left;
    private DeviceSpan _right;
    private DeviceSpan _channels;
    private DeviceSpan _sum;

    /// <summary>Pixels of each of 256 channels: those of a residual block for pictures of 64², 128² and 256².</summary>
    [Params(16 * 16, 32 * 32, 64 * 64)]
    public int Pixels { get; set; }

    private int Count => Channels * Pixels;

    internal override OpCost Cost(string method) => method switch
    {
        nameof(AddChannels) => MemoryCost(2L * Count, Count),
        nameof(ExpandChannels) => MemoryCost(Count),
        nameof(AddScaled) => MemoryCost(3L * Count, 2L * Count),
        nameof(SquaredDifference) => MemoryCost(3L * Count, 2L * Count),
        _ => MemoryCost(3L * Count, Count),
    };

    protected override void Prepare()
    {
        (_a, _b) = (Draw(Count), Draw(Count, 2));
        (_left, _right, _channels) = (Upload(_a), Upload(_b), Upload(Draw(Channels, 3)));
        (Result, _sum) = (New(Count), New(Count));
        Expected = new float[Count];
    }

    [Benchmark(Baseline = true)]
    public void Add() => Kernels.Run(new BinaryCall(BinaryFunction.Add, _left, Whole, _right, Whole, Result!.Value, Whole));

    [Benchmark]
    public void SquaredDifference() =>
        Kernels.Run(new BinaryCall(BinaryFunction.SquaredDifference, _left, Whole, _right, Whole, _sum, Whole));

    [Benchmark]
    public void AddChannels() => Kernels.Run(new BinaryCall(BinaryFunction.Add, _left, Whole, _channels, OfChannels, _sum, Whole));

    [Benchmark]
    public void ExpandChannels() => Kernels.Run(new ExpandCall(_channels, OfChannels, _sum, Whole));

    [Benchmark]
    public void AddScaled() => Kernels.Run(new AddScaledCall(0.5f, _left, _sum));

    [Benchmark, BenchmarkCategory(Reference)]
    public void NaiveLoop()
    {
        for (var i = 0; i < Expected.Length; i++)
        {
            Expected[i] = _a[i] + _b[i];
        }
    }

    [Benchmark, BenchmarkCategory(Reference)]
    public void TensorPrimitivesAdd() => TensorPrimitives.Add(_a, _b, Expected);

    [Benchmark, BenchmarkCategory(Reference)]
    public void MathNetAdd() => new DenseVector(_a).Add(new DenseVector(_b), new DenseVector(Expected));

    private Shape Whole => new(1, Channels, Pixels);

    private static Shape OfChannels => new(1, Channels, 1);
}
