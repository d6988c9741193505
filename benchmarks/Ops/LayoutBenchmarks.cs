using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Ops that only move data: padding, concatenation, permutation, copies, on [64, Side, Side].</summary>
public class LayoutBenchmarks : OpBenchmark
{
    private const int Planes = 64;
    private const int Border = 3;

    /// <summary>The image pool's choice that moves the most data: the image is stored, and the stored one is returned.</summary>
    private const uint Swap = 2;

    private float[] _input = [];
    private PadGeometry _pad;
    private DeviceSpan _x;
    private DeviceSpan _beside;
    private DeviceSpan _padded;
    private DeviceSpan _copy;
    private int _choice;

    [Params(64, 256)]
    public int Side { get; set; }

    private long Count => (long)Planes * Side * Side;

    private long Padded => (long)Planes * (Side + 2 * Border) * (Side + 2 * Border);

    internal override OpCost Cost(string method) => method switch
    {
        nameof(ReflectionPad) or nameof(NaivePad) => MemoryCost(Count + Padded),
        nameof(ReflectionPadGradient) => MemoryCost(Count + Padded, Padded),
        nameof(Fill) or nameof(FillFrom) => MemoryCost(Count),
        nameof(Concat) or nameof(ExchangeWithPool) => MemoryCost(4 * Count),
        _ => MemoryCost(2 * Count),
    };

    protected override void Prepare()
    {
        _input = Draw(Count);
        _pad = new PadGeometry(Planes, Side, Side, Border, Border, Border, Border);
        (_x, _beside, _copy, _padded) = (Upload(_input), New(2 * Count), New(Count), New(Padded));
        (Result, Expected) = (_padded, new float[Padded]);
        _choice = Device.Numbers.Reserve(2);
        (Device.Numbers[_choice], Device.Numbers[_choice + 1]) = (Swap, 0);
    }

    [Benchmark(Baseline = true)]
    public void ReflectionPad() => Kernels.Run(new PadCall(PadMode.Reflect, 0, _x, _padded, _pad));

    [Benchmark]
    public void ReflectionPadGradient() => Kernels.Run(new PadGradientCall(PadMode.Reflect, _padded, _copy, _pad));

    [Benchmark]
    public void Concat()
    {
        Shape shape = new(1, Planes, Side, Side), whole = new(1, 2 * Planes, Side, Side);
        Kernels.Run(new CopyBlockCall(_x, shape, [0, 0, 0, 0], _beside, whole, [0, 0, 0, 0], shape));
        Kernels.Run(new CopyBlockCall(_x, shape, [0, 0, 0, 0], _beside, whole, [0, Planes, 0, 0], shape));
    }

    [Benchmark]
    public void ExchangeWithPool() => Kernels.Run(new ExchangeCall(_x, _beside, (int)Count, _choice, _copy));

    [Benchmark]
    public void ChannelsLast() => Kernels.Run(new PermuteCall(_x, new Shape(Planes, Side, Side), [1, 2, 0], _copy));

    [Benchmark]
    public void Copy() => Kernels.Run(new CopyCall(_x, _copy));

    [Benchmark]
    public void FillFrom() => Kernels.Run(new FillFromCall(_choice, _copy));

    [Benchmark]
    public void Fill() => Kernels.Run(new FillCall(_copy, 1));

    [Benchmark, BenchmarkCategory(Reference)]
    public void NaivePad()
    {
        var side = Side + 2 * Border;
        for (var p = 0; p < Planes; p++)
        {
            for (var y = 0; y < side; y++)
            {
                for (var x = 0; x < side; x++)
                {
                    Expected[(p * side + y) * side + x] = _input[(p * Side + Mirror(y - Border)) * Side + Mirror(x - Border)];
                }
            }
        }

        int Mirror(int i) => i < 0 ? -i : i >= Side ? 2 * Side - 2 - i : i;
    }
}
