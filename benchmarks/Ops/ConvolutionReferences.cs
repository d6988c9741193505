using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using IlgpuGan.Benchmarks.Layers;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;
using MathNet.Numerics.LinearAlgebra.Single;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Forward convolution beside plain C#, and beside im2col with matrix products of System.Numerics.Tensors and MathNet.</summary>
public class ConvolutionReferences : OpBenchmark
{
    private ConvGeometry _g;
    private DeviceSpan _x;
    private DeviceSpan _w;
    private float[] _picture = [];
    private float[] _weight = [];

    /// <summary>Deep, wide and shallow layers; the plain loops take a second on the widest.</summary>
    [Params("unet.down6", "unet.down3", "resnet.out7x7", "resnet.block3x3")]
    public string Layer { get; set; } = "";

    private ConvGeometry Geometry => ConvolutionLayer.All.Single(l => l.Name == Layer).Geometry;

    private int Depth => _g.C * _g.KernelH * _g.KernelW;

    private int Pixels => _g.OutH * _g.OutW;

    internal override OpCost Cost(string method)
    {
        var g = Geometry;
        return MemoryCost((long)g.C * g.H * g.W + (long)g.K * g.C * g.KernelH * g.KernelW + (long)g.K * g.OutH * g.OutW, g.Flops);
    }

    protected override void Prepare()
    {
        _g = Geometry;
        (_picture, _weight) = (Draw((long)_g.C * _g.H * _g.W), Draw((long)_g.K * Depth, 2));
        (_x, _w) = (Upload(_picture), Upload(_weight));
        Result = New((long)_g.K * Pixels);
        Expected = new float[(long)_g.K * Pixels];
    }

    [Benchmark(Baseline = true)]
    public void Engine() => Kernels.Run(new Conv2dCall(_x, _w, null, Result!.Value, _g));

    [Benchmark, BenchmarkCategory(Reference)]
    public void NaiveLoops()
    {
        for (var k = 0; k < _g.K; k++)
        {
            for (var pixel = 0; pixel < Pixels; pixel++)
            {
                float sum = 0;
                for (int c = 0, weight = k * Depth; c < _g.C; c++)
                {
                    for (var ky = 0; ky < _g.KernelH; ky++)
                    {
                        for (var kx = 0; kx < _g.KernelW; kx++, weight++)
                        {
                            sum += _weight[weight] * At(c, pixel / _g.OutW, pixel % _g.OutW, ky, kx);
                        }
                    }
                }

                Expected[k * Pixels + pixel] = sum;
            }
        }
    }

    /// <summary>One dot product per output, over contiguous patches.</summary>
    [Benchmark, BenchmarkCategory(Reference)]
    public void TensorPrimitivesDot()
    {
        var patches = Patches();
        for (var k = 0; k < _g.K; k++)
        {
            for (var pixel = 0; pixel < Pixels; pixel++)
            {
                Expected[k * Pixels + pixel] = TensorPrimitives.Dot(_weight.AsSpan(k * Depth, Depth), patches.AsSpan(pixel * Depth, Depth));
            }
        }
    }

    /// <summary>MathNet's matrices are column-major: the patches are the columns of one matrix, the filters those of the other.</summary>
    [Benchmark, BenchmarkCategory(Reference)]
    public void MathNetProduct()
    {
        var product = new DenseMatrix(Depth, Pixels, Patches()).TransposeThisAndMultiply(new DenseMatrix(Depth, _g.K, _weight));
        product.AsColumnMajorArray().CopyTo(Expected, 0);
    }

    /// <summary>[Pixels][Depth].</summary>
    private float[] Patches()
    {
        var patches = new float[(long)Pixels * Depth];
        for (int pixel = 0, to = 0; pixel < Pixels; pixel++)
        {
            for (var c = 0; c < _g.C; c++)
            {
                for (var ky = 0; ky < _g.KernelH; ky++)
                {
                    for (var kx = 0; kx < _g.KernelW; kx++, to++)
                    {
                        patches[to] = At(c, pixel / _g.OutW, pixel % _g.OutW, ky, kx);
                    }
                }
            }
        }

        return patches;
    }

    private float At(int channel, int row, int column, int ky, int kx)
    {
        var (y, x) = (row * _g.StrideH + ky - _g.PadTop, column * _g.StrideW + kx - _g.PadLeft);
        return (uint)y < (uint)_g.H && (uint)x < (uint)_g.W ? _picture[(channel * _g.H + y) * _g.W + x] : 0;
    }
}
