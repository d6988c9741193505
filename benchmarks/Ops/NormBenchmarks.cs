using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>
/// Batch and instance norm (the same at batch 1) on the networks' shapes: statistics and normalisation, and the gradient.
/// </summary>
public class NormBenchmarks : OpBenchmark
{
    private const float Epsilon = 1e-5f;

    private float[] _input = [];
    private NormGeometry _g;
    private DeviceSpan _x;
    private DeviceSpan _dy;
    private DeviceSpan _dx;
    private DeviceSpan _mean;
    private DeviceSpan _variance;

    /// <summary>Channels × pixels of the U-Net's inner levels, of the residual blocks, of the outer levels.</summary>
    [Params("512x64", "256x4096", "128x16384", "64x65536")]
    public string Shape { get; set; } = "";

    private (int Channels, int Pixels) Extents => Shape.Split('x') is [var c, var p] ? (int.Parse(c), int.Parse(p)) : default;

    internal override OpCost Cost(string method)
    {
        var count = (long)Extents.Channels * Extents.Pixels;
        return method == nameof(EngineGradient) ? MemoryCost(3 * count, 12 * count) : MemoryCost(2 * count, 8 * count);
    }

    protected override void Prepare()
    {
        var (channels, pixels) = Extents;
        _input = Draw((long)channels * pixels);
        _g = new NormGeometry(1, channels, pixels, PerInstance: true);
        (_x, _dy) = (Upload(_input), Upload(Draw(_input.Length, 2)));
        (_dx, _mean, _variance, Result) = (New(_input.Length), New(channels), New(channels), New(_input.Length));
        Expected = new float[_input.Length];
        Kernels.Run(new MomentsCall(_x, _mean, _variance, _g));
    }

    [Benchmark(Baseline = true)]
    public void Engine()
    {
        Kernels.Run(new MomentsCall(_x, _mean, _variance, _g));
        Kernels.Run(new NormalizeCall(new(_x, _mean, _variance, null, null, _g, Epsilon), Result!.Value));
    }

    [Benchmark]
    public void EngineGradient() =>
        Kernels.Run(new NormalizeGradientCall(new(_x, _mean, _variance, null, null, _g, Epsilon), _dy, _dx, null, null));

    [Benchmark, BenchmarkCategory(Reference)]
    public void NaiveLoops()
    {
        for (var c = 0; c < _g.Channels; c++)
        {
            double sum = 0, squares = 0;
            for (var i = c * _g.Inner; i < (c + 1) * _g.Inner; i++)
            {
                sum += _input[i];
            }

            var mean = (float)(sum / _g.Inner);
            for (var i = c * _g.Inner; i < (c + 1) * _g.Inner; i++)
            {
                squares += (_input[i] - mean) * (_input[i] - mean);
            }

            var scale = 1 / MathF.Sqrt((float)(squares / _g.Inner) + Epsilon);
            for (var i = c * _g.Inner; i < (c + 1) * _g.Inner; i++)
            {
                Expected[i] = (_input[i] - mean) * scale;
            }
        }
    }

    [Benchmark, BenchmarkCategory(Reference)]
    public void TensorPrimitivesNorm()
    {
        for (var c = 0; c < _g.Channels; c++)
        {
            var from = _input.AsSpan(c * _g.Inner, _g.Inner);
            var to = Expected.AsSpan(c * _g.Inner, _g.Inner);
            TensorPrimitives.Subtract(from, TensorPrimitives.Sum<float>(from) / _g.Inner, to);
            var variance = TensorPrimitives.SumOfSquares<float>(to) / _g.Inner;
            TensorPrimitives.Multiply(to, 1 / MathF.Sqrt(variance + Epsilon), to);
        }
    }
}
