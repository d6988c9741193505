using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>
/// A step of Adam, RMSProp, SGD and of a moving average of the weights, with the numbers of weights of a discriminator, a ResNet and a
/// U-Net.
/// </summary>
public class OptimizerBenchmarks : OpBenchmark
{
    private const float Rate = 2e-4f;
    private const float Beta1 = 0.5f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;

    private float[] _gradient = [];
    private float[] _first = [];
    private float[] _second = [];
    private float[] _scratch = [];
    private AdamSlot _slot;

    [Params(2_768_705, 11_378_179, 54_413_955)]
    public int Weights { get; set; }

    internal override OpCost Cost(string method) => method switch
    {
        nameof(Sgd) => MemoryCost(5L * Weights, 4L * Weights),
        nameof(RmsProp) => MemoryCost(5L * Weights, 9L * Weights),
        nameof(Lerp) => MemoryCost(3L * Weights, 3L * Weights),
        _ => MemoryCost(7L * Weights, 12L * Weights),
    };

    protected override void Prepare()
    {
        _gradient = Draw(Weights);
        Expected = Draw(Weights, 2);
        (_first, _second, _scratch) = (new float[Weights], new float[Weights], new float[Weights]);
        Result = Upload(Expected);
        _slot = new AdamSlot(Result.Value, Upload(_gradient), New(Weights), New(Weights));
    }

    [Benchmark(Baseline = true)]
    public void Adam()
    {
        var settings = new AdamSettings(Beta1, Beta2, Epsilon, 0, StepNumbers.AtOnce);
        AdamCoefficients.SetRates(Device.Numbers, settings, Rate, step: 1);
        Kernels.Run(new AdamCall([_slot], settings));
    }

    [Benchmark]
    public void Sgd()
    {
        Device.Numbers.SetSingle(StepNumbers.AtOnce, Rate);
        Kernels.Run(new SgdCall([new SgdSlot(_slot.SecondMoment, _slot.Gradient, _slot.FirstMoment)], StepNumbers.AtOnce, 0.9f, 0));
    }

    [Benchmark]
    public void RmsProp()
    {
        var settings = new RmsPropSettings(0.99f, Epsilon, 0, 0, RmsPropConvention.PyTorch, StepNumbers.AtOnce);
        RmsPropSettings.SetRates(Device.Numbers, StepNumbers.AtOnce, settings.Convention, Rate);
        Kernels.Run(new RmsPropCall([new RmsPropSlot(_slot.FirstMoment, _slot.Gradient, _slot.SecondMoment, null)], settings));
    }

    [Benchmark]
    public void Lerp()
    {
        Device.Numbers.SetSingle(StepNumbers.AtOnce, 0.001f);
        Kernels.Run(new LerpCall(_slot.Gradient, StepNumbers.AtOnce, _slot.FirstMoment));
    }

    [Benchmark, BenchmarkCategory(Reference)]
    public void NaiveAdam()
    {
        var (step, correction) = (Rate / (1 - Beta1), 1 / MathF.Sqrt(1 - Beta2));
        for (var i = 0; i < Expected.Length; i++)
        {
            var g = _gradient[i];
            var m = _first[i] = Beta1 * _first[i] + (1 - Beta1) * g;
            var v = _second[i] = Beta2 * _second[i] + (1 - Beta2) * g * g;
            Expected[i] -= step * m / (correction * MathF.Sqrt(v) + Epsilon);
        }
    }

    /// <summary>One pass over memory for each operation.</summary>
    [Benchmark, BenchmarkCategory(Reference)]
    public void TensorPrimitivesAdam()
    {
        var (step, correction) = (Rate / (1 - Beta1), 1 / MathF.Sqrt(1 - Beta2));
        TensorPrimitives.Multiply(_first, Beta1, _first);
        TensorPrimitives.MultiplyAdd(_gradient, 1 - Beta1, _first, _first);
        TensorPrimitives.Multiply(_gradient, _gradient, _scratch);
        TensorPrimitives.Multiply(_second, Beta2, _second);
        TensorPrimitives.MultiplyAdd(_scratch, 1 - Beta2, _second, _second);
        TensorPrimitives.Sqrt(_second, _scratch);
        TensorPrimitives.Multiply(_scratch, correction, _scratch);
        TensorPrimitives.Add(_scratch, Epsilon, _scratch);
        TensorPrimitives.Divide(_first, _scratch, _scratch);
        TensorPrimitives.MultiplyAdd(_scratch, -step, Expected, Expected);
    }
}
