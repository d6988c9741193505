using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Activations on the tensors of the networks' inner and outer levels.</summary>
public class UnaryBenchmarks : OpBenchmark
{
    private const float Slope = 0.2f;

    private float[] _input = [];
    private DeviceSpan _x;
    private DeviceSpan _dx;

    [Params(512 * 8 * 8, 64 * 128 * 128)]
    public int Count { get; set; }

    [Params(
        UnaryFunction.Relu, UnaryFunction.LeakyRelu, UnaryFunction.Tanh, UnaryFunction.Sigmoid, UnaryFunction.Exp, UnaryFunction.Softplus)]
    public UnaryFunction Function { get; set; }

    internal override OpCost Cost(string method) =>
        method == nameof(EngineGradient) ? MemoryCost(3L * Count, 2L * Count) : MemoryCost(2L * Count, Count);

    protected override void Prepare()
    {
        _input = Draw(Count);
        (_x, _dx, Result) = (Upload(_input), New(Count), New(Count));
        Expected = new float[Count];
    }

    [Benchmark(Baseline = true)]
    public void Engine() => Kernels.Run(new UnaryCall(Function, Slope, 0, _x, Result!.Value));

    [Benchmark]
    public void EngineGradient() => Kernels.Run(new UnaryGradientCall(Function, Slope, 0, Result!.Value, _x, _dx));

    [Benchmark, BenchmarkCategory(Reference)]
    public void NaiveLoop()
    {
        switch (Function)
        {
            case UnaryFunction.Relu:
                Map(x => MathF.Max(x, 0));
                break;
            case UnaryFunction.LeakyRelu:
                Map(x => x > 0 ? x : Slope * x);
                break;
            case UnaryFunction.Tanh:
                Map(MathF.Tanh);
                break;
            case UnaryFunction.Sigmoid:
                Map(x => 1 / (1 + MathF.Exp(-x)));
                break;
            case UnaryFunction.Exp:
                Map(MathF.Exp);
                break;
            default:
                Map(x => MathF.Log(1 + MathF.Exp(x)));
                break;
        }

        void Map(Func<float, float> f)
        {
            for (var i = 0; i < Expected.Length; i++)
            {
                Expected[i] = f(_input[i]);
            }
        }
    }

    [Benchmark, BenchmarkCategory(Reference)]
    public void TensorPrimitivesFunction()
    {
        switch (Function)
        {
            case UnaryFunction.Relu:
                TensorPrimitives.Max(_input, 0, Expected);
                break;
            case UnaryFunction.LeakyRelu:
                TensorPrimitives.Multiply(_input, Slope, Expected);
                TensorPrimitives.Max(_input, Expected, Expected);
                break;
            case UnaryFunction.Tanh:
                TensorPrimitives.Tanh(_input, Expected);
                break;
            case UnaryFunction.Sigmoid:
                TensorPrimitives.Sigmoid(_input, Expected);
                break;
            case UnaryFunction.Exp:
                TensorPrimitives.Exp(_input, Expected);
                break;
            default:
                TensorPrimitives.Exp(_input, Expected);
                TensorPrimitives.Add(Expected, 1, Expected);
                TensorPrimitives.Log(Expected, Expected);
                break;
        }
    }
}
