using BenchmarkDotNet.Attributes;
using IlgpuGan.Benchmarks.Layers;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>The three passes of every convolution of the networks. The forward of a transposed convolution is the data gradient.</summary>
public class ConvolutionBenchmarks : OpBenchmark
{
    private ConvGeometry _g;
    private DeviceSpan _x;
    private DeviceSpan _w;
    private DeviceSpan _y;

    public static IEnumerable<string> Layers => ConvolutionLayer.All.Select(l => l.Name);

    [ParamsSource(nameof(Layers))]
    public string Layer { get; set; } = "";

    private ConvGeometry Geometry => ConvolutionLayer.All.Single(l => l.Name == Layer).Geometry;

    internal override OpCost Cost(string method)
    {
        var g = Geometry;
        return MemoryCost((long)g.C * g.H * g.W + (long)g.K * g.C * g.KernelH * g.KernelW + (long)g.K * g.OutH * g.OutW, g.Flops);
    }

    protected override void Prepare()
    {
        _g = Geometry;
        _x = Upload(Draw((long)_g.C * _g.H * _g.W));
        _w = Upload(Draw((long)_g.K * _g.C * _g.KernelH * _g.KernelW));
        _y = Upload(Draw((long)_g.K * _g.OutH * _g.OutW));
    }

    [Benchmark]
    public void Forward() => Kernels.Run(new Conv2dCall(_x, _w, null, _y, _g));

    [Benchmark]
    public void DataGradient() => Kernels.Run(new Conv2dInputGradientCall(_y, _w, null, _x, _g));

    [Benchmark]
    public void WeightGradient() => Kernels.Run(new Conv2dWeightGradientCall(_x, _y, _w, _g));
}
